"""When a collection takes answers, in words for people. Dates are shown in the time zone of the instance (Paris)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from kiif.questionnaires import uses
from kiif.questionnaires.enums import WRITABLE, ResponseState
from kiif.questionnaires.models import Collection, Response


def moment(at: dt.datetime, language: str = "") -> str:
    """The day and the hour, in this language or the one in use: "30 mai 2027 à 23:59"."""
    with override(language or get_language() or settings.LANGUAGE_CODE):
        local = timezone.localtime(at)
        words = {"day": date_format(local, "DATE_FORMAT"), "hour": date_format(local, "TIME_FORMAT")}
        return _("%(day)s at %(hour)s") % words


def ends_at(collection: Collection) -> dt.datetime | None:
    """When it ends for people: the hour of closing, or the moment when somebody closed it by hand."""
    if collection.closed_at and (collection.closes_at is None or collection.closed_at < collection.closes_at):
        return collection.closed_at
    return collection.closes_at


def answer_ends_at(response: Response) -> dt.datetime | None:
    """When this answer may no longer be written, as people are told: its own date when reopened, or its own hours."""
    if response.state == ResponseState.REOPENED:
        return response.reopened_until
    own = uses.of(response.collection.use).window(response)
    return own.ends_at if own is not None else ends_at(response.collection)


def why_not_begin(collection: Collection, now: dt.datetime | None = None) -> str:
    """Why nobody may begin an answer now; empty when one may."""
    now = now or timezone.now()
    if collection.opens_at and now < collection.opens_at:
        return _("It opens on %(moment)s.") % {"moment": moment(collection.opens_at)}
    end = ends_at(collection)
    if end and now >= end:
        return _("It closed on %(moment)s.") % {"moment": moment(end)}
    return ""


def why_not_write(response: Response, now: dt.datetime | None = None) -> str:
    """Why this answer may not be written or sent now; empty when it may.

    What was begun before the hour of closing may still be saved and sent during the minutes of grace. A dossier that
    was reopened follows its own date, whatever that of the collection.
    """
    now = now or timezone.now()
    if response.state not in WRITABLE:
        return _why_settled(response)
    if response.state == ResponseState.REOPENED:
        until = response.reopened_until
        if until and now >= until:
            return _("The time for corrections ended on %(moment)s.") % {"moment": moment(until)}
        return ""
    if refusal := uses.of(response.collection.use).refuses(response):
        return refusal
    return _why_closed(response, now)


def _why_closed(response: Response, now: dt.datetime) -> str:
    collection = response.collection
    own = uses.of(collection.use).window(response)
    opens, end = own if own is not None else (collection.opens_at, ends_at(collection))
    if opens and now < opens:
        return _("It opens on %(moment)s.") % {"moment": moment(opens)}
    by_hand = end is not None and end == collection.closed_at
    if end and now >= (end if by_hand else end + dt.timedelta(minutes=collection.grace)):
        return _("It closed on %(moment)s. What you wrote is kept and can still be read.") % {"moment": moment(end)}
    return ""


def _why_settled(response: Response) -> str:
    if response.state == ResponseState.WITHDRAWN:
        return _("This answer was withdrawn: it can be read, no longer written.")
    return _("This answer was sent: it can be read. To correct it, ask whoever gathers the answers to reopen it.")
