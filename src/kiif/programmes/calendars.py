"""The calendar of a call in lines: its own hours and the dates beside, in order; as a calendar file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.mailbox.calendar import Meeting
from kiif.programmes.enums import MomentKind, Phase
from kiif.programmes.models import Call, Moment


@dataclass(frozen=True)
class Line:
    """A date of the calendar. `key`: what names it in addresses (`ouverture`, `date-12`); `day`: without an hour."""

    key: str
    title: str
    when: dt.datetime
    ends: dt.datetime | None = None
    words: str = ""
    place: str = ""
    link: str = ""
    day: bool = False
    public: bool = True
    #: the announced closing: the one in bistre
    closing: bool = False
    kind: str = ""

    @property
    def past(self) -> bool:
        return (self.ends or self.when) < timezone.now()

    @property
    def same_day(self) -> bool:
        return self.ends is not None and timezone.localdate(self.ends) == timezone.localdate(self.when)


def lines(call: Call, *, team: bool = False) -> list[Line]:
    """Every date of a call, first to last; without those that are for the team alone unless `team`."""
    own = [line for line in _own(call) if line is not None]
    beside = [_beside(row) for row in call.moments.all() if team or row.public]
    return sorted([*own, *beside], key=lambda line: (line.when, line.key))


def _own(call: Call) -> list[Line | None]:
    return [
        Line("ouverture", _("Opening"), call.opens_at, words=_("The form is online.")) if call.opens_at else None,
        Line("cloture", _("Closing"), call.closes_at, words=grace_words(call), closing=True)
        if call.closes_at
        else None,
        Line("retards", _("Last late applications"), call.late_until, words=_("Received and marked late."))
        if call.late_until
        else None,
        Line("reponses", _("Answers promised by"), _midday(call.answers_by), day=True, words=_kept(call))
        if call.answers_by
        else None,
    ]


_answers: list[Callable[[Call], str]] = []


def register_answers(tell: Callable[[Call], str]) -> None:
    """Says who knows what became of the promised day: `tell(call)` gives a sentence for everybody, or nothing."""
    _answers[:] = [tell]


def _kept(call: Call) -> str:
    """Whether the promise was kept, once the call is closed."""
    return _answers[0](call) if _answers and call.phase() == Phase.CLOSED else ""


def grace_words(call: Call) -> str:
    """The grace, stated: nobody is surprised by the last minute."""
    if not call.grace:
        return _("Paris time, to the second.")
    return ngettext(
        "Paris time. A page already open may still be sent during %(count)s minute.",
        "Paris time. A page already open may still be sent during %(count)s minutes.",
        call.grace,
    ) % {"count": call.grace}


def _midday(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


def _beside(row: Moment) -> Line:
    return Line(
        f"date-{row.pk}", row.title, row.starts_at, row.ends_at, str(MomentKind(row.kind).label), row.place, row.link,
        public=row.public, kind=row.kind,
    )  # fmt: skip


def meeting(call: Call, line: Line) -> Meeting:
    """A line as a calendar keeps it. A day without an hour is shown at noon; a line without an end lasts an hour
    (a quarter for a deadline)."""
    lasting = dt.timedelta(minutes=15 if line.closing or line.day else 60)
    return Meeting(
        uid=f"programmes.call:{call.pk}:{line.key}",
        title=f"{call.title} : {line.title}",
        start=line.when,
        end=line.ends or line.when + lasting,
        sequence=call.revision,
        place=line.place,
        description=line.words,
        url=line.link or f"{settings.BASE_URL}{call.public_url}",
    )


def as_file(call: Call, wanted: list[Line]) -> bytes:
    """One calendar file for these lines: to be published, nobody is invited."""
    from icalendar import Calendar

    from kiif.mailbox.calendar import part

    whole: Any = Calendar()
    whole.add("prodid", "-//kiif//FR")
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    whole.add("x-wr-calname", call.title)
    for line in wanted:
        one: Any = Calendar.from_ical(part(meeting(call, line)))
        for event in one.walk("VEVENT"):
            event.pop("organizer", None)
            whole.add_component(event)
    return bytes(whole.to_ical())
