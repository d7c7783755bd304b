"""Moving the dates of a call by whole days, at the same hour on the clock of Paris. Pure, but for the time zone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.programmes.models import Call, Edition, Moment

D = TypeVar("D", dt.datetime, dt.date)
WEEK = 7


def moved(when: dt.datetime | None, days: int) -> dt.datetime | None:
    """The same hour on the clock, so many days later. An hour that the night of March does not have becomes the next
    one; of an hour that comes twice in October, the first."""
    if when is None:
        return None
    local = timezone.localtime(when)
    naive = local.replace(tzinfo=None) + dt.timedelta(days=days)
    aware = naive.replace(tzinfo=timezone.get_current_timezone(), fold=0)
    return aware.astimezone(dt.UTC)


def moved_day(day: dt.date | None, days: int) -> dt.date | None:
    return day + dt.timedelta(days=days) if day is not None else None


def whole_weeks(before: dt.date, wanted: dt.date) -> int:
    """Days to move by so that a day falls as near as possible to the one wanted, on the same day of the week."""
    return round((wanted - before).days / WEEK) * WEEK


@dataclass(frozen=True)
class Shift:
    """A date before and after, as a page shows it before anybody confirms."""

    about: str
    title: str
    before: dt.datetime | dt.date
    after: dt.datetime | dt.date


def first_day(edition: Edition) -> dt.date | None:
    """The first date of an edition: that of its first opening, else its own start."""
    opening = edition.calls.filter(opens_at__isnull=False).order_by("opens_at").first()
    if opening is not None and opening.opens_at is not None:
        return timezone.localdate(opening.opens_at)
    return edition.starts_on


def plan(edition: Edition, days: int) -> list[Shift]:
    """Every date of an edition, before and after, in order within each call."""
    rows = [
        _shift(str(edition.name), _("Start of the edition"), edition.starts_on, days),
        _shift(str(edition.name), _("End of the edition"), edition.ends_on, days),
    ]
    for call in edition.calls.prefetch_related("moments").order_by("pk"):
        rows += _of_call(call, days)
    return [row for row in rows if row is not None]


def _of_call(call: Call, days: int) -> list[Shift]:
    own: Iterable[tuple[str, Any]] = (
        (_("Opening"), call.opens_at),
        (_("Closing"), call.closes_at),
        (_("Last late applications"), call.late_until),
        (_("Answers promised by"), call.answers_by),
    )
    dates = [*own, *((row.title, row.starts_at) for row in call.moments.all())]
    shifts = [_shift(call.title, title, when, days) for title, when in dates]
    known = [row for row in shifts if row is not None]
    return sorted(known, key=lambda row: _sortable(row.before))


def _sortable(when: dt.datetime | dt.date) -> dt.datetime:
    if isinstance(when, dt.datetime):
        return when
    return timezone.make_aware(dt.datetime.combine(when, dt.time(12)))


def _shift(about: str, title: str, when: Any, days: int) -> Shift | None:
    if when is None:
        return None
    after = moved(when, days) if isinstance(when, dt.datetime) else moved_day(when, days)
    return Shift(about, title, when, after) if after is not None else None


def move_call(call: Call, days: int) -> None:
    """Moves the own dates of a call, in memory."""
    call.opens_at, call.closes_at = moved(call.opens_at, days), moved(call.closes_at, days)
    call.late_until = moved(call.late_until, days)
    call.answers_by = moved_day(call.answers_by, days)


def move_moment(moment: Moment, days: int) -> None:
    start = moved(moment.starts_at, days)
    assert start is not None  # noqa: S101 -- a date has a start
    moment.starts_at, moment.ends_at = start, moved(moment.ends_at, days)
