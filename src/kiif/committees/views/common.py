"""What every page of a committee does first: which session, for whom, its tabs; how a gesture answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import rules
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor, of
from kiif.committees.models import Item, Member, Session
from kiif.ui.components import Tab
from kiif.ui.errors import NotAllowed, Refused


def seen_session(request: HttpRequest, public_id: UUID) -> Session:
    """The session if this person may see it, else 404."""
    rows = Session.objects.visible_to(of(request)).with_ties().select_related("current")
    return get_object_or_404(rows, public_id=public_id)


def seen_item(request: HttpRequest, public_id: UUID, pk: int) -> Item:
    """A dossier of the session, whatever bars from it: gestures that name none of it. 404 outside the session."""
    session = seen_session(request, public_id)
    item = get_object_or_404(session.items.select_related("application"), pk=pk)
    item.session = session
    return item


def readable_item(request: HttpRequest, public_id: UUID, pk: int) -> Item:
    """A dossier that this person may read, else 404."""
    item = seen_item(request, public_id, pk)
    get_object_or_404(Item.objects.visible_to(of(request)), pk=item.pk)
    return item


def can(rule: str, actor: Actor, obj: Any) -> bool:
    """Whether buttons that write are shown."""
    return actor.impersonator is None and bool(rules.test_rule(rule, actor, obj))


def check(rule: str, actor: Actor, obj: Any, sentence: str) -> None:
    if not can(rule, actor, obj):
        raise NotAllowed(sentence)


def seat_of(request: HttpRequest, session: Session) -> Member | None:
    """The seat of this person, today."""
    user = of(request).user
    return None if user is None else session.members.sitting().filter(person=user).first()


def frame(request: HttpRequest, session: Session, current: str) -> dict[str, Any]:
    """The context of a page of a session: `prepares`, `runs` (holds the desk), `seat`, `tabs`."""
    actor = of(request)
    prepares, runs = can("committees.change_session", actor, session), can("committees.run_session", actor, session)
    seat = seat_of(request, session)
    faces = [
        ("session", _("The session"), "committees:session", True),
        ("agenda", _("Agenda"), "committees:agenda", True),
        ("desk", _("Desk"), "committees:desk", runs and not session.is_closed),
        ("seat", _("My place"), "committees:seat", seat is not None and not session.is_closed),
        ("reserve", _("Reserve list"), "committees:reserve", runs),
        ("cohort", _("Cohort"), "committees:cohort", True),
        ("minutes", _("Minutes"), "committees:minutes", session.is_closed),
    ]
    tabs = [
        Tab(label, reverse(name, args=[session.public_id]), key == current)
        for key, label, name, shown in faces
        if shown
    ]
    return {
        "session": session, "call": session.call, "prepares": prepares, "runs": runs, "seat": seat, "tabs": tabs,
    }  # fmt: skip


def is_live(request: HttpRequest) -> bool:
    """Asked by the script of a live screen, which then asks for the new state itself."""
    return request.headers.get("X-Live") == "1"


def gesture(request: HttpRequest, do: Callable[[], Any], back: str, said: str = "") -> HttpResponse:
    """Does it, then goes back to the page, where a refusal is shown. A live screen gets 204, or 422."""
    try:
        do()
    except Refused as refusal:
        if is_live(request):
            return HttpResponse(str(refusal), status=422, content_type="text/plain; charset=utf-8")
        messages.error(request, str(refusal))
        return redirect(back)
    if is_live(request):
        return HttpResponse(status=204)
    if said:
        messages.success(request, said)
    return redirect(back)


def back_to(request: HttpRequest, session: Session) -> str:
    """The screen that a gesture came from, by its name; never an address of somebody else."""
    names = {"desk": "committees:desk", "seat": "committees:seat", "agenda": "committees:agenda"}
    name = names.get(request.POST.get("from", ""), "committees:session")
    return reverse(name, args=[session.public_id])
