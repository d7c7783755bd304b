"""The next edition from the last one; rehearsals: moved, kept in the house, erased."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta

import pytest
from django.utils import timezone

from kiif.accounts.actor import system
from kiif.mailbox.actions import queue_mail
from kiif.mailbox.actions.outbox import retry
from kiif.mailbox.enums import Reason
from kiif.mailbox.enums import State as MailState
from kiif.mailbox.models import Mail
from kiif.programmes import copying as rooms
from kiif.programmes import shifting
from kiif.programmes.actions import copying, erasing, hosts
from kiif.programmes.eligibility.starter import RURAL
from kiif.programmes.enums import CallState, CodeKind, Phase
from kiif.programmes.models import Application, Call, Edition
from kiif.questionnaires.models import Collection, Response
from kiif.ui.errors import NotAllowed, Refused
from tests.programmes import factories as make
from tests.programmes.call_factories import Place, make_moment, make_place


@pytest.mark.parametrize(
    ("before", "days", "after"),
    [
        ("2026-05-26T23:59:00+02:00", 364, "2027-05-25T23:59:00+02:00"),
        ("2026-12-01T09:00:00+01:00", 182, "2027-06-01T09:00:00+02:00"),  # the hour on the clock stays
        ("2027-03-21T02:30:00+01:00", 7, "2027-03-28T03:30:00+02:00"),  # an hour that does not exist: the next one
        ("2027-10-24T02:30:00+02:00", 7, "2027-10-31T02:30:00+02:00"),  # an hour that comes twice: the first
    ],
)
def test_dates_move_at_the_same_hour(before: str, days: int, after: str) -> None:
    assert shifting.moved(dt.datetime.fromisoformat(before), days) == dt.datetime.fromisoformat(after)


def test_days_of_the_week_are_kept() -> None:
    first = dt.date(2024, 4, 2)
    for wanted in (dt.date(2025, 4, 1), dt.date(2025, 4, 4), dt.date(2023, 1, 1)):
        days = shifting.whole_weeks(first, wanted)
        assert days % 7 == 0
        assert abs((first + timedelta(days=days) - wanted).days) <= 3


@pytest.fixture
def place(db: None) -> Place:
    made = make_place(eligibility=RURAL, title="Les Essais 2027", places=7, offers="Une étude")
    hosts.add_host(call=made.call, incubator=made.incubator, by=made.coordinator, fields={"places": 3})
    hosts.set_partners(call=made.call, by=made.coordinator, partners=[{"name": "Fondation exemple", "role": "aide"}])
    hosts.make_code(call=made.call, by=made.coordinator, kind=CodeKind.EARLY, why="exemple")
    make_moment(made.call)
    made.call.refresh_from_db()
    return made


def test_a_copy_takes_the_settings_and_leaves_the_people(place: Place) -> None:
    make.make_application(place.call)
    heard: list[tuple[Call, Call, timedelta]] = []
    rooms.register(rooms.Copier("test", copy=lambda source, target, shift, by: heard.append((source, target, shift))))
    try:
        made = copying.copy_edition(edition=place.call.edition, by=place.coordinator, name="2028", days=364)
    finally:
        rooms._copiers.pop("test")
    call = made.calls.get()
    assert (call.title, call.state, call.places, call.eligibility) == (
        "Les Essais 2028",
        "draft",
        7,
        place.call.eligibility,
    )
    assert call.opens_at == shifting.moved(place.call.opens_at, 364)
    assert call.collection.questionnaire == place.call.collection.questionnaire
    assert call.collection_id != place.call.collection_id
    assert [(host.incubator, host.places) for host in call.hosts.all()] == [(place.incubator, 3)]
    assert [row.name for row in call.partners.all()] == ["Fondation exemple"]
    assert [row.starts_at for row in call.moments.all()] == [
        shifting.moved(row.starts_at, 364) for row in place.call.moments.all()
    ]
    assert not call.codes.exists()
    assert not call.applications.exists()
    assert heard == [(place.call, call, timedelta(days=364))]
    with pytest.raises(NotAllowed):
        copying.copy_edition(edition=place.call.edition, by=place.advisor, name="2028", days=364)


def test_a_rehearsal_plays_any_day_and_is_seen_by_nobody_else(place: Place) -> None:
    edition = place.call.edition
    closing = timezone.localdate(place.call.closes_at)
    rehearsal = copying.rehearse(edition=edition, by=place.coordinator, day=closing + timedelta(days=1))
    call = rehearsal.calls.get()
    assert (call.state, call.phase(), call.is_rehearsal) == (CallState.PUBLISHED, Phase.CLOSED, True)
    assert copying.played_day(rehearsal) == closing + timedelta(days=1)
    assert call not in Call.objects.public()
    assert call not in Call.objects.visible_to(place.advisor)
    assert call in Call.objects.visible_to(place.coordinator)
    moved: list[int] = []
    rooms.register(rooms.Copier("test", move=lambda row, shift: moved.append(shift.days)))
    try:
        copying.play_at(rehearsal=rehearsal, by=place.coordinator, day=closing - timedelta(days=2))
    finally:
        rooms._copiers.pop("test")
    call.refresh_from_db()
    rehearsal.refresh_from_db()
    assert (call.phase(), moved) == (Phase.OPEN, [3])
    assert copying.played_day(rehearsal) == closing - timedelta(days=2)
    assert Collection.objects.get(pk=call.collection_id).closes_at == call.closes_at
    with pytest.raises(Refused):
        copying.play_at(rehearsal=edition, by=place.coordinator, day=closing)
    with pytest.raises(Refused):
        copying.rehearse(edition=rehearsal, by=place.coordinator, day=closing)


def test_no_mail_of_a_rehearsal_leaves(place: Place) -> None:
    rehearsal = copying.rehearse(edition=place.call.edition, by=place.coordinator, day=timezone.localdate())
    words = {"call": "Essai", "until": "demain", "words": "Des mots", "link": "https://kiif.example/"}
    for about, state in ((rehearsal.calls.get(), MailState.WITHHELD), (place.call, MailState.QUEUED)):
        mail = queue_mail(kind="programmes.prolonged", address="a@exemple.example", context=words, by=system("test"),
                          about=about)  # fmt: skip
        assert mail.state == state
    kept = Mail.objects.get(state=MailState.WITHHELD)
    assert kept.reason == Reason.REHEARSAL
    assert "Des mots" in kept.text
    with pytest.raises(Refused):
        retry(mail=kept, by=system("test"))


def test_a_rehearsal_is_erased_entirely_and_only_it(place: Place) -> None:
    real = make.make_application(place.call)
    rehearsal = copying.rehearse(edition=place.call.edition, by=place.coordinator, day=timezone.localdate())
    call = rehearsal.calls.get()
    invented = make.make_application(call)
    words = {"call": "Essai", "until": "demain", "words": "Des mots", "link": "https://kiif.example/"}
    other = copying.rehearse(edition=place.call.edition, by=place.coordinator, day=timezone.localdate()).calls.get()
    kept = [
        queue_mail(
            kind="programmes.prolonged", address="a@exemple.example", context=words, by=system("test"), about=one
        )
        for one in (call, other, place.call)
    ][1:]
    with pytest.raises(Refused):
        erasing.erase_rehearsal(rehearsal=place.call.edition, by=place.coordinator)
    erasing.erase_rehearsal(rehearsal=rehearsal, by=place.coordinator)
    assert not Edition.objects.filter(pk=rehearsal.pk).exists()
    assert not Response.objects.filter(pk=invented.response_id).exists()
    assert list(Application.objects.all()) == [real]
    assert set(Call.objects.all()) == {place.call, other}
    assert set(Mail.objects.all()) == set(kept)  # those of another rehearsal and of the real call stay
