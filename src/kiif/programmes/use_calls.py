"""What a call says to the engine of questionnaires about its hours: soft and hard closing, codes, where one begins."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.programmes.enums import CallState, CodeKind
from kiif.programmes.models import AccessCode, Application, Call
from kiif.questionnaires.uses import Window


def held(response: Any) -> Application | None:
    """The application behind an answer, with its call, its code and the one it goes on in, in one query."""
    shown: Application | None = response.__dict__.get("_application_shown")
    if shown is not None:
        return shown
    rows = Application.objects.select_related("call", "code", "merged_into__project")  # guarded: of an answer seen
    return rows.filter(response_id=response.pk).first()


def known(application: Application) -> None:
    """Notes on the answer of an application, read with its call and its code to show a page, that it is its own."""
    application.response.__dict__["_application_shown"] = application


def hours(call: Call, code: AccessCode | None = None) -> Window:
    """When an application of this call may be written: a code opens earlier or closes later. Grace apart."""
    opens, ends = call.opens_at, call.ends_at
    if code is not None and code.kind == CodeKind.EARLY:
        opens = None
    if code is not None and code.kind == CodeKind.LATE and code.until is not None and ends is not None:
        ends = max(ends, code.until)
    return Window(opens, ends)


def window(response: Any) -> Window | None:
    """Hours of one answer (`uses.Use.window`)."""
    application = held(response)
    return hours(application.call, application.code) if application is not None else None


def refuses(application: Application | None) -> str | None:
    """Why the answer of an application may not be written whatever the hour: the call was cancelled."""
    if application is None or application.call.state != CallState.CANCELLED:
        return None
    return _("This call was cancelled: %(why)s") % {"why": application.call.state_words}


def is_late(call: Call, at: dt.datetime) -> bool:
    """Whether what is sent at this moment comes after the announced closing and its grace."""
    return call.closes_at is not None and at >= call.closes_at + dt.timedelta(minutes=call.grace)


def entrance(collection: Any) -> str:
    """Where one begins (`uses.Use.entrance`): where one applies, else the public page."""
    call = Call.objects.filter(collection_id=collection.pk).first()  # guarded: of a collection which is already seen
    if call is None:
        return ""
    try:
        return reverse("programmes:apply", args=[call.slug])
    except NoReverseMatch:
        return call.public_url


def shows(actor: Actor, collection: Any) -> bool:
    """Whether the blank form of a call is seen (`uses.Use.shows`): by everybody once it is published, before by the
    teams that see it."""
    rows = Call.objects.filter(collection_id=collection.pk)
    return bool(rows.public().exists() or (actor.is_authenticated and rows.visible_to(actor).exists()))
