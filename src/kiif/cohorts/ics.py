"""Dates as a calendar file (iCalendar): each part made as the mails make theirs, put together."""

from __future__ import annotations

from collections.abc import Sequence

from kiif.accounts.models import User
from kiif.alliance.models import Membership
from kiif.cohorts.actions.events import meeting_of
from kiif.cohorts.models import CohortEvent
from kiif.mailbox import calendar


def calendar_of(events: Sequence[CohortEvent]) -> bytes:
    """A calendar to subscribe to; cancelled dates say so."""
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", "-//kiif//FR")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    for event in events:
        method: calendar.Method = "CANCEL" if event.cancelled_at else "REQUEST"
        part = Calendar.from_ical(calendar.part(meeting_of(event), method=method))
        for component in part.walk("VEVENT"):
            component.pop("organizer", None)
            made.add_component(component)
    return bytes(made.to_ical())


def membership_of(user: User) -> Membership | None:
    """The membership that counts without a wish: the own one of widest role."""
    return Membership.objects.of(user.pk).first()
