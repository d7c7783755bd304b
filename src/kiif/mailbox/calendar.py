"""Calendar parts: an invitation that a calendar understands, replaced or cancelled under the same identifier."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

if TYPE_CHECKING:
    from icalendar import vCalAddress

# The library is imported where it serves: it takes a tenth of a second of each start, for a mail of now and then.
Method = Literal["REQUEST", "CANCEL"]
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Attendee:
    address: str
    name: str = ""


@dataclass(frozen=True)
class Meeting:
    """What a calendar part tells. `uid` is stable ("events.session:12"); `sequence` grows with each change."""

    uid: str
    title: str
    start: datetime
    end: datetime
    sequence: int = 0
    place: str = ""
    description: str = ""
    url: str = ""
    attendees: Iterable[Attendee] = field(default_factory=tuple)


def part(meeting: Meeting, *, method: Method = "REQUEST", now: datetime | None = None) -> bytes:
    """The iCalendar part (UTF-8, folded). Times must be aware; they are written in UTC.

    Values are escaped by the library after control characters are taken out, so none can begin another line.
    Raises ValueError for naive times, an end before the start, or an address that is none.
    """
    from icalendar import Calendar, Event

    if timezone.is_naive(meeting.start) or timezone.is_naive(meeting.end):
        raise ValueError("The times of a meeting need a time zone")
    if meeting.end <= meeting.start:
        raise ValueError("A meeting ends after it starts")
    event = Event()
    event.add("uid", f"{_one_line(meeting.uid)}@{_host()}")
    event.add("dtstamp", (now or timezone.now()).astimezone(UTC))
    event.add("dtstart", meeting.start.astimezone(UTC))
    event.add("dtend", meeting.end.astimezone(UTC))
    event.add("sequence", meeting.sequence)
    event.add("summary", _one_line(meeting.title))
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event["organizer"] = _person(Attendee(_sender_address(), "kiif"))
    if meeting.place:
        event.add("location", _one_line(meeting.place))
    if meeting.description:
        event.add("description", _clean(meeting.description))
    if meeting.url:
        event.add("url", _one_line(meeting.url))
    for attendee in meeting.attendees:
        event.add("attendee", _person(attendee), encode=False)
    calendar = Calendar()
    calendar.add("prodid", "-//kiif//FR")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def method_of(content: bytes) -> str:
    """The method that a part declares. Raises ValueError if it is not one calendar."""
    from icalendar import Calendar

    return str(Calendar.from_ical(content).get("METHOD", "PUBLISH"))


def _clean(value: str) -> str:
    """Without control characters; line breaks stay (a description may have several lines, escaped by the library)."""
    return _CONTROL.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n"))


def _one_line(value: str) -> str:
    return " ".join(_clean(value).split())


def _person(attendee: Attendee) -> vCalAddress:
    from icalendar import vCalAddress, vText

    address = attendee.address
    if not re.fullmatch(r"[^\s:;,\"<>\x00-\x20]+@[^\s:;,\"<>\x00-\x20]+", address):
        raise ValueError("An attendee needs an e-mail address")
    person = vCalAddress(f"mailto:{address}")
    if name := _one_line(attendee.name.replace('"', "")):
        person.params["CN"] = vText(name)
    return person


def _host() -> str:
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def _sender_address() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
