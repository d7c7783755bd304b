"""The three screens of the room, and what their scripts ask each second: almost always "nothing new", for one query."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from kiif.accounts.actor import of
from kiif.committees import screens, still
from kiif.committees.actions.preparing import hash_of
from kiif.committees.enums import Decision, Mode
from kiif.committees.models import Session
from kiif.committees.views.common import check, frame, seat_of, seen_session
from kiif.ui.errors import NotAllowed


def _desk(request: HttpRequest, session: Session) -> dict[str, Any]:
    check(
        "committees.run_session",
        of(request),
        session,
        _("Only the chair, the secretary and those who run the call hold the desk of the committee."),
    )
    return {
        "picture": screens.picture(session, screens.DESK, of(request), seat_of(request, session)),
        "live_url": reverse("committees:desk-live", args=[session.public_id]),
        "decisions": Decision.choices,
        "proposals": [row for row in Decision.choices if row[0] != Decision.BACK],
        "modes": Mode.choices,
    }


@require_safe
def desk(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where the chair or the secretary runs the room."""
    session = seen_session(request, public_id)
    return render(request, "committees/desk.html", frame(request, session, "desk") | _desk(request, session))


@require_safe
def desk_live(request: HttpRequest, public_id: UUID) -> HttpResponse:
    if (same := _unchanged(request, public_id)) is not None:
        return same
    session = seen_session(request, public_id)
    return _keyed(request, public_id, _fragment(request, "committees/live/desk.html", session, _desk(request, session)))


def _seat(request: HttpRequest, session: Session) -> dict[str, Any]:
    member = seat_of(request, session)
    if member is None:
        raise NotAllowed(_("You have no seat in this committee."))
    picture = screens.picture(session, screens.SEAT, of(request), member, agenda=False)
    return {"picture": picture, "live_url": reverse("committees:seat-live", args=[session.public_id])}


@require_safe
def seat(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The screen of a member: the dossier, its marks, the vote, notes that nobody else reads."""
    session = seen_session(request, public_id)
    return render(request, "committees/seat.html", frame(request, session, "seat") | _seat(request, session))


@require_safe
def seat_live(request: HttpRequest, public_id: UUID) -> HttpResponse:
    if (same := _unchanged(request, public_id)) is not None:
        return same
    session = seen_session(request, public_id)
    return _keyed(request, public_id, _fragment(request, "committees/live/seat.html", session, _seat(request, session)))


def _of_token(token: str) -> Session:
    """404 for an address that was withdrawn or never existed."""
    if len(token) < 20:
        raise Http404
    rows = Session.objects.filter(screen_hash=hash_of(token)).with_ties().select_related("current")  # guarded: secret
    return get_object_or_404(rows)


def _screen(session: Session, token: str) -> dict[str, Any]:
    picture = screens.picture(session, screens.SCREEN, agenda=False)
    return {"picture": picture, "session": session, "live_url": reverse("committees:screen-live", args=[token])}


@login_not_required
@require_safe
def screen(request: HttpRequest, token: str) -> HttpResponse:
    """What is projected: whoever has the address reads it, writes nothing. The desk withdraws it."""
    session = _of_token(token)
    with override(settings.LANGUAGE_CODE):  # the room's, whatever the computer that projects
        return _private(render(request, "committees/screen.html", _screen(session, token)))


@login_not_required
@require_safe
def screen_live(request: HttpRequest, token: str) -> HttpResponse:
    known = Session.objects.filter(screen_hash=hash_of(token)).values_list("revision", flat=True)  # guarded: secret
    revision = known.first() if len(token) >= 20 else None
    if revision is None:
        raise Http404
    if request.GET.get("rev") == str(revision):
        return _private(HttpResponse(status=204))
    session = _of_token(token)
    with override(settings.LANGUAGE_CODE):
        return _fragment(request, "committees/live/screen.html", session, _screen(session, token))


def _unchanged(request: HttpRequest, public_id: UUID) -> HttpResponse | None:
    """204 when the browser already has this revision: one query, which asks the right to see too."""
    asked = request.GET.get("rev", "")
    rows = Session.objects.visible_to(of(request)).filter(public_id=public_id)
    revision = rows.values_list("revision", flat=True).first()
    if revision is None:
        raise Http404
    return _keyed(request, public_id, _private(HttpResponse(status=204))) if asked == str(revision) else None


def _keyed(request: HttpRequest, public_id: UUID, response: HttpResponse) -> HttpResponse:
    """With the key of the short way, for who went the whole way; not for somebody who looks with another's eyes."""
    actor = of(request)
    if actor.user is not None and actor.impersonator is None:
        response[still.HEADER] = still.key_for(public_id, actor.user.pk)
    return response


def _fragment(request: HttpRequest, template: str, session: Session, context: dict[str, Any]) -> HttpResponse:
    return _private(render(request, template, context | {"session": session}))


def _private(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "no-referrer"
    return response
