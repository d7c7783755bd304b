from datetime import UTC, datetime
from email import message_from_bytes
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from kiif.mailbox import calendar, message
from kiif.mailbox.calendar import Attendee, Meeting
from tests.factories import make_user
from tests.mailbox.factories import notice

START = datetime(2027, 5, 6, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
END = datetime(2027, 5, 6, 11, 0, tzinfo=ZoneInfo("Europe/Paris"))


def meeting(**changes: Any) -> Meeting:
    fields: dict[str, Any] = {"uid": "tests.session:1", "title": "Séance 1", "start": START, "end": END}
    return Meeting(**{**fields, **changes})


def a_meeting() -> bytes:
    return calendar.part(meeting())


def event(content: bytes) -> Any:
    [found] = Calendar.from_ical(content).walk("VEVENT")
    return found


def test_request_then_cancel_under_one_identifier() -> None:
    asked = calendar.part(meeting())
    cancelled = calendar.part(meeting(sequence=1), method="CANCEL")
    assert (calendar.method_of(asked), calendar.method_of(cancelled)) == ("REQUEST", "CANCEL")
    assert event(asked)["UID"] == event(cancelled)["UID"] == "tests.session:1@127.0.0.1"
    assert (event(asked)["SEQUENCE"], event(cancelled)["SEQUENCE"]) == (0, 1)
    assert str(event(cancelled)["STATUS"]) == "CANCELLED"
    assert event(asked).decoded("DTSTART") == datetime(2027, 5, 6, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x85", "\u2028", "\x00", "\x0b"])
@pytest.mark.parametrize("field", ["title", "place", "description", "url", "uid"])
def test_no_value_begins_a_line(end: str, field: str) -> None:
    content = calendar.part(meeting(**{field: f"x{end}ATTENDEE:mailto:evil@exemple.test{end}END:VEVENT"}))
    found = event(content)
    assert found.get("ATTENDEE") is None
    assert len(Calendar.from_ical(content).walk("VEVENT")) == 1


def test_attendees() -> None:
    content = calendar.part(meeting(attendees=[Attendee("yael@exemple.test", 'Yaël";ROLE=CHAIR\r\nX: y')]))
    attendee = event(content)["ATTENDEE"]
    assert str(attendee) == "mailto:yael@exemple.test"
    assert set(attendee.params) == {"CN"}
    with pytest.raises(ValueError, match="address"):
        calendar.part(meeting(attendees=[Attendee("x@y\r\nX:1")]))


@pytest.mark.parametrize("changes", [{"end": START}, {"start": datetime(2027, 5, 6, 10, 0)}])  # noqa: DTZ001 -- naive on purpose
def test_impossible_meetings(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"zone|ends"):
        calendar.part(meeting(**changes))


def test_the_part_travels_as_a_calendar(db: None) -> None:
    mail = notice(make_user(), calendar=a_meeting())
    mail.address = "a@exemple.test"
    parsed = message_from_bytes(message.build(mail).message().as_bytes())
    parts = {part.get_content_type(): part for part in parsed.walk()}
    assert parts["text/calendar"].get_param("method") == "REQUEST"
    assert event(parts["text/calendar"].get_payload(decode=True))["SUMMARY"] == "Séance 1"
    assert list(parts) == ["multipart/alternative", "text/plain", "text/html", "text/calendar"]
