"""The end of a session: its reserve list, its closing, its minutes."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.committees import ranking
from kiif.committees.actions import closing
from kiif.committees.attendance import barred_from
from kiif.committees.documents import files
from kiif.committees.enums import Decision, ItemState, Step
from kiif.committees.models import Minutes, Session
from kiif.committees.screens import limits_in
from kiif.committees.views.common import check, frame, gesture, seen_session
from kiif.programmes.models import Application, Pair
from kiif.programmes.reading import title_for
from kiif.reviews.reading_limits import prepare_masks
from kiif.ui.errors import Refused

#: Steps of the rule that tell what the readers gave.
_MARKS: Final = frozenset({Step.CORRECTED, Step.RAW, Step.AGREEMENT})


def _desk_only(request: HttpRequest, session: Session) -> None:
    check(
        "committees.run_session",
        of(request),
        session,
        _("Only the chair, the secretary and those who run the call hold the desk of the committee."),
    )


@require_safe
def reserve(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The reserve list as the rule orders it, with what settled each place."""
    session = seen_session(request, public_id)
    _desk_only(request, session)
    places = ranking.reserve_of(session)
    keys = [place.item.application_id for place in places]
    titles = _titles(request, session, keys)
    awaited = ranking.awaited_of(session.call, keys, of(request))
    steps = [step for step in session.steps if step in Step.values]
    rows = [
        (place, titles.get(place.item.application_id, ""), _why(place), _figures(place, steps, awaited))
        for place in places
    ]
    accepted = session.items.filter(state=ItemState.DECIDED, decision=Decision.ACCEPT).count()
    context = frame(request, session, "reserve") | {
        "rows": rows,
        "steps": [Step(step).label for step in steps],
        "awaited": bool(awaited),
        "shared": any(place.shared for place in places),
        "accepted": accepted,
    }
    return render(request, "committees/reserve.html", context)


def _titles(request: HttpRequest, session: Session, keys: list[int]) -> dict[int, str]:
    """Titles of the dossiers that this person may read, as the session shows them."""
    seen = Application.objects.visible_to(of(request)).filter(pk__in=keys)
    rows = list(seen.select_related("project", "organisation", "response__owner"))
    if session.blind:
        prepare_masks(rows)
    return {row.pk: title_for(of(request), row, limits_in(session)) for row in rows}


def _figures(place: ranking.Reserved, steps: list[str], awaited: set[int]) -> list[float | None]:
    """What the rule reckons with; marks are kept from who still has to give theirs."""
    hidden = _MARKS if place.item.application_id in awaited else frozenset()
    return [None if step in hidden else place.values[step] for step in steps]


def _why(place: ranking.Reserved) -> str:
    if place.settled_by in Step.values:
        return str(Step(place.settled_by).label)
    return _("the draw") if place.settled_by == "draw" else ""


def close(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Says what is not decided and what will be frozen, then closes."""
    session = seen_session(request, public_id)
    _desk_only(request, session)
    refusal = ""
    if request.method == "POST":
        try:
            closing.close(session=session, by=of(request))
        except Refused as error:
            refusal = str(error)
        else:
            said = _("The session is closed, its minutes are frozen. Nothing is published: the letters come next.")
            messages.success(request, said)
            return redirect("committees:minutes", session.public_id)
    states = dict.fromkeys(ItemState.values, 0)
    for state in session.items.values_list("state", flat=True):
        states[state] += 1
    accepted = session.items.filter(state=ItemState.DECIDED, decision=Decision.ACCEPT).count()
    context = {
        "session": session,
        "refusal": refusal,
        "decided": states[ItemState.DECIDED],
        "left": sum(states.values()) - states[ItemState.DECIDED],
        "accepted": accepted,
        "cancel_url": reverse("committees:desk", args=[session.public_id]),
    }
    return render(request, "committees/close.html", context, status=422 if refusal else 200)


def _kept_away(request: HttpRequest, session: Session) -> set[str]:
    """Numbers of the dossiers of the agenda from which this person is kept away: minutes are shown without them. Those
    that they had before a merge too: minutes keep the words of the day."""
    numbers = dict(session.items.values_list("application_id", "application__project__number"))
    user = of(request).user
    barred = barred_from(numbers)
    away = {key for key in numbers if user is not None and user.pk in barred[key]}
    if not away:
        return set()
    joined = Pair.objects.filter(gone_project__isnull=False)  # guarded: numbers to hide
    joined = joined.filter(Q(first__call=session.call_id) | Q(second__call=session.call_id))
    rows = joined.values_list("gone_id", "moved", "gone_project__number")
    before = {number for gone, moved, number in rows if away & {gone, *moved}}
    return {numbers[key] for key in away} | before


@require_safe
def minutes(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The minutes and their addenda, with their digests."""
    session = seen_session(request, public_id)
    if not session.is_closed:
        raise Http404
    away = _kept_away(request, session)
    found = list(session.minutes.select_related("made_by"))
    rows = [(one, closing.digest_of(one.content) == one.digest) for one in found]
    content = files.without(found[0].content, away) if found else {}
    context = frame(request, session, "minutes") | {"rows": rows, "content": content, "away": bool(away)}
    return render(request, "committees/minutes.html", context)


def _minutes(request: HttpRequest, public_id: UUID, number: int) -> tuple[Minutes, set[str]]:
    session = seen_session(request, public_id)
    found = get_object_or_404(session.minutes.select_related("session"), number=number)
    return found, _kept_away(request, session)


def _file(content: bytes, kind: str, found: Minutes, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    name = slugify(f"compte-rendu {found.session.title} {found.number or ''}") or "compte-rendu"
    response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return response


@require_safe
def minutes_pdf(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    found, away = _minutes(request, public_id, number)
    return _file(files.pdf_of(found, away), "application/pdf", found, "pdf")


@require_safe
def minutes_docx(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    found, away = _minutes(request, public_id, number)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return _file(files.docx_of(found, away), kind, found, "docx")


@require_POST
def remarks(request: HttpRequest, public_id: UUID) -> HttpResponse:
    session = seen_session(request, public_id)
    words = request.POST.get("remarks", "")
    said = _("Saved: the minutes will say it.")
    do = lambda: closing.write_remarks(session=session, remarks=words, by=of(request))  # noqa: E731 -- one gesture
    return gesture(request, do, reverse("committees:reserve", args=[session.public_id]), said)


@require_POST
def addendum(request: HttpRequest, public_id: UUID) -> HttpResponse:
    session = seen_session(request, public_id)
    words = request.POST.get("words", "")
    said = _("The addendum is added; the minutes themselves did not change.")
    do = lambda: closing.correct(session=session, words=words, by=of(request))  # noqa: E731 -- one gesture
    return gesture(request, do, reverse("committees:minutes", args=[session.public_id]), said)
