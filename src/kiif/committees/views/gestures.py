"""Gestures of the room: each is one POST, one action, and the screen again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiif.accounts.actor import of
from kiif.committees.actions import agenda, deciding, noting, room, voting
from kiif.committees.enums import Decision
from kiif.committees.models import Item, Round, Session
from kiif.committees.views.common import back_to, frame, gesture, is_live, readable_item, seen_item, seen_session
from kiif.programmes.actions import conflicts
from kiif.ui.errors import Refused

_STATES = {"ouvrir": room.open_session, "suspendre": room.suspend, "reprendre": room.resume}


@require_POST
def state(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Opens, suspends, resumes."""
    session = seen_session(request, public_id)
    desk = reverse("committees:desk", args=[session.public_id])
    return gesture(request, lambda: _STATES[verb](session=session, by=of(request)), desk)


@require_POST
def presence(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """A member comes or goes: noted by the desk, or by the member."""
    session = seen_session(request, public_id)
    member = get_object_or_404(session.members.sitting(), pk=pk)
    member.session = session
    remote = request.POST.get("remote") == "1"

    def do() -> None:
        if request.POST.get("there") == "1":
            room.arrive(member=member, by=of(request), remote=remote)
        else:
            room.leave(member=member, by=of(request))

    return gesture(request, do, back_to(request, session))


@require_POST
def item_gesture(request: HttpRequest, public_id: UUID, pk: int, verb: str) -> HttpResponse:
    """Call a dossier, show it, put it off, its clock, its place in the agenda, out of the batch."""
    item = seen_item(request, public_id, pk)
    by = of(request)
    verbs: dict[str, Any] = {
        "appeler": lambda: room.call(item=item, by=by),
        "montrer": lambda: room.show(item=item, by=by),
        "ajourner": lambda: room.adjourn(item=item, by=by),
        "arreter": lambda: room.set_timer(item=item, running=False, by=by),
        "relancer": lambda: room.set_timer(item=item, running=True, by=by),
        "monter": lambda: agenda.move(item=item, up=True, by=by),
        "descendre": lambda: agenda.move(item=item, up=False, by=by),
        "discuter": lambda: deciding.discuss(item=item, by=by),
        "retirer": lambda: agenda.take_off(item=item, by=by),
    }
    return gesture(request, verbs[verb], back_to(request, item.session))


@require_POST
def open_vote(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    item = readable_item(request, public_id, pk)
    post = request.POST
    return gesture(
        request,
        lambda: voting.open_vote(
            item=item,
            by=of(request),
            proposal=post.get("proposal", Decision.ACCEPT),
            mode=post.get("mode", ""),
            secret=post.get("secret") == "1" if "secret_asked" in post else None,
            why=post.get("why", ""),
        ),
        back_to(request, item.session),
    )


def _round(request: HttpRequest, public_id: UUID, pk: int) -> Round:
    session = seen_session(request, public_id)
    # guarded: the session was read above
    rows = Round.objects.filter(item__session=session).select_related("item__session")
    vote = get_object_or_404(rows, pk=pk)
    get_object_or_404(Item.objects.visible_to(of(request)), pk=vote.item_id)
    return vote


@require_POST
def close_vote(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    vote = _round(request, public_id, pk)
    return gesture(request, lambda: voting.close_vote(vote=vote, by=of(request)), back_to(request, vote.item.session))


@require_POST
def cast(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """My vote, which I may change until the vote closes."""
    vote = _round(request, public_id, pk)
    choice = request.POST.get("choice", "")
    back = reverse("committees:seat", args=[public_id])
    return gesture(request, lambda: voting.cast(vote=vote, choice=choice, by=of(request)), back)


@require_POST
def decide(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """The decision with its reasons. Two people at once: both texts are shown, nothing is lost."""
    item = readable_item(request, public_id, pk)
    post = request.POST
    typed = post.get("reasons", "")
    try:
        deciding.decide(
            item=item,
            decision=post.get("decision", ""),
            by=of(request),
            reasons=typed,
            version=_number(post.get("version")),
        )
    except deciding.Overtaken as refusal:
        return _both(request, item.session, refusal, typed, post.get("decision", ""))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The decision is written and prepared; nothing is published."))
    return redirect(back_to(request, item.session))


@require_POST
def reasons(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """Reasons kept while they are typed. A live screen is told the new version, or who wrote meanwhile (409)."""
    item = readable_item(request, public_id, pk)
    typed, version = request.POST.get("reasons", ""), _number(request.POST.get("version"))
    try:
        fresh = deciding.write_reasons(item=item, reasons=typed, version=version, by=of(request))
    except deciding.Overtaken as refusal:
        if is_live(request):
            return HttpResponse(str(refusal), status=409, content_type="text/plain; charset=utf-8")
        return _both(request, item.session, refusal, typed, "")
    except Refused as refusal:
        return gesture(request, _raise(refusal), back_to(request, item.session))
    if is_live(request):
        return HttpResponse(str(fresh.reasons_version), content_type="text/plain")
    messages.success(request, _("The reasons are saved."))
    return redirect(back_to(request, item.session))


def _raise(refusal: Refused) -> Any:
    def again() -> None:
        raise refusal

    return again


def _both(
    request: HttpRequest, session: Session, refusal: deciding.Overtaken, typed: str, decision: str
) -> HttpResponse:
    context = frame(request, session, "desk") | {
        "item": refusal.item, "sentence": str(refusal), "typed": typed, "decision": decision,
    }  # fmt: skip
    return render(request, "committees/both.html", context, status=409)


def _number(raw: str | None) -> int:
    return int(raw) if raw and raw.isdecimal() and len(raw) < 9 else 0


@require_POST
def reopen(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    item = readable_item(request, public_id, pk)
    why = request.POST.get("why", "")
    return gesture(request, lambda: deciding.reopen(item=item, why=why, by=of(request)), back_to(request, item.session))


@require_POST
def batch(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Decides together what the page showed without discussion."""
    session = seen_session(request, public_id)
    keys = [int(key) for key in request.POST.getlist("item") if key.isdecimal() and len(key) < 15]
    do = lambda: deciding.decide_batch(session=session, items=keys, by=of(request))  # noqa: E731 -- one gesture
    return gesture(request, do, back_to(request, session))


@require_POST
def declare(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """A conflict of interest discovered in session: the dossier is gone at once, ballots are void."""
    item = readable_item(request, public_id, pk)
    words = request.POST.get("words", "")
    return gesture(
        request,
        lambda: conflicts.declare(application=item.application, by=of(request), words=words),
        back_to(request, item.session),
        _("You leave for this dossier: you no longer see it, and any vote of yours on it no longer counts."),
    )


@require_POST
def note(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """My notes on a dossier."""
    item = readable_item(request, public_id, pk)
    text = request.POST.get("text", "")
    return gesture(request, lambda: noting.write(item=item, text=text, by=of(request)), back_to(request, item.session))
