"""A call from its creation to its end: rights, refusals, dates, mails."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kiif.mailbox.models import Mail
from kiif.programmes import clearing, signals
from kiif.programmes.actions import calendar, calls, hosts, programmes
from kiif.programmes.enums import CallState, CodeKind, Phase, State
from kiif.programmes.models import Call
from kiif.questionnaires.models import Collection
from kiif.ui.errors import NotAllowed, Refused
from tests.alliance import factories as alliances
from tests.programmes import factories as make
from tests.programmes.call_factories import Place, make_moment, make_place

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def place() -> Place:
    return make_place()


def fresh(call: Call) -> Call:
    return Call.objects.with_ties().get(pk=call.pk)


def draft(place: Place, **fields: Any) -> Call:
    now = timezone.now()
    return calls.create_call(
        edition=place.call.edition, by=place.coordinator,
        fields={"title": "Appel neuf", "summary": "Une phrase.", "contact_email": "a@exemple.example",
                "opens_at": now + DAY, "closes_at": now + 20 * DAY, **fields},
    )  # fmt: skip


def test_a_call_is_prepared_then_published_and_says_what_lacks(place: Place) -> None:
    call = draft(place)
    assert call.phase() == Phase.PREPARING
    assert "formulaire" in " ".join(lack.sentence for lack in clearing.lacks(call) if lack.blocking)
    with pytest.raises(Refused):
        calls.publish(call=call, by=place.coordinator)
    calls.set_form(call=call, questionnaire=place.call.collection.questionnaire, by=place.coordinator)
    heard: list[Call] = []

    def hear(sender: Any, call: Call, **kwargs: Any) -> None:
        heard.append(call)

    signals.call_published.connect(hear)
    try:
        done = calls.publish(call=call, by=place.coordinator)
    finally:
        signals.call_published.disconnect(hear)
    assert (done.state, done.phase(), heard) == (CallState.PUBLISHED, Phase.ANNOUNCED, [done])
    assert Collection.objects.get(pk=done.collection_id).closes_at == done.closes_at


def test_only_the_team_of_the_programme_changes_it(place: Place) -> None:
    with pytest.raises(NotAllowed):
        calls.change_call(call=place.call, by=place.advisor, fields={"title": "À moi"})
    changed = calls.change_call(call=place.call, by=place.coordinator, fields={"title": "Autre titre"})
    assert changed.title == "Autre titre"
    with pytest.raises(NotAllowed):
        programmes.create_programme(owner=place.alliance, by=place.advisor, fields={"name": "Le mien"})
    mine = programmes.create_programme(owner=place.incubator, by=place.advisor, fields={"name": "Le mien"})
    assert mine.owner_id == place.incubator.pk


def test_a_stale_page_does_not_write_over_another(place: Place) -> None:
    before = place.call.revision
    calls.change_call(call=place.call, by=place.coordinator, fields={"title": "Premier"}, revision=before)
    with pytest.raises(Refused, match="entre-temps"):
        calls.change_call(call=place.call, by=place.coordinator, fields={"title": "Second"}, revision=before)
    assert fresh(place.call).title == "Premier"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"closes_at": timezone.now() - 9 * DAY}, "closes_at"),
        ({"late_until": timezone.now() + 2 * DAY}, "late_until"),
        ({"answers_by": timezone.localdate()}, "answers_by"),
    ],
)
def test_dates_in_disorder_are_refused(place: Place, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        calendar.set_calendar(call=place.call, by=place.coordinator, fields=fields)
    assert refused.value.field == field


def test_all_the_dates_are_written_together(place: Place) -> None:
    kept = make_moment(place.call)
    gone = make_moment(place.call, 6)
    start = timezone.now() + 9 * DAY
    rows = [
        {"pk": kept.pk, "title": "Nouveau titre"},
        {"pk": gone.pk, "remove": True},
        {"pk": None, "kind": "committee", "title": "Comité", "starts_at": start, "ends_at": None},
    ]
    calendar.set_calendar(call=place.call, by=place.coordinator, fields={"grace": 5}, moments=rows)
    assert list(place.call.moments.values_list("title", flat=True)) == ["Nouveau titre", "Comité"]
    assert fresh(place.call).grace == 5
    assert Collection.objects.get(pk=place.call.collection_id).grace == 5
    with pytest.raises(Refused):
        calendar.set_calendar(call=place.call, by=place.coordinator, fields={}, moments=[{"pk": gone.pk}])


def test_a_published_closing_comes_later_never_earlier(place: Place) -> None:
    make.make_application(place.call, None, State.DRAFT)
    with pytest.raises(Refused, match="plus tôt"):
        calendar.set_calendar(
            call=place.call, by=place.coordinator, fields={"closes_at": timezone.now() + timedelta(hours=2)}
        )


def test_more_time_is_told_to_who_began(place: Place) -> None:
    begun = make.make_application(place.call, None, State.DRAFT)
    make.make_application(place.call, None, State.SUBMITTED)
    Call.objects.filter(pk=place.call.pk).update(late_until=place.call.closes_at + DAY)
    until = place.call.closes_at + 7 * DAY
    done = calls.prolong(call=place.call, until=until, by=place.coordinator, words="Les ponts de mai.")
    assert (done.closes_at, done.late_until) == (until, until + DAY)
    mails = list(Mail.objects.filter(kind="programmes.prolonged"))
    assert [mail.to for mail in mails] == [begun.response.owner]
    assert "Les ponts de mai." in mails[0].text
    with pytest.raises(Refused):
        calls.prolong(call=place.call, until=until - DAY, by=place.coordinator)


def test_a_cancelled_call_says_why_and_to_whom(place: Place) -> None:
    make.make_application(place.call, None, State.DRAFT)
    make.make_application(place.call, None, State.SUBMITTED)
    with pytest.raises(Refused):
        calls.cancel(call=place.call, by=place.coordinator, words=" ")
    done = calls.cancel(call=place.call, by=place.coordinator, words="Le financement n’est pas venu.")
    assert done.phase() == Phase.CANCELLED
    assert Mail.objects.filter(kind="programmes.cancelled").count() == 2


def test_an_open_call_is_not_put_away(place: Place) -> None:
    with pytest.raises(Refused):
        calls.archive(call=place.call, by=place.coordinator)
    Call.objects.filter(pk=place.call.pk).update(closes_at=timezone.now() - timedelta(hours=1))
    assert calls.archive(call=place.call, by=place.coordinator).state == CallState.ARCHIVED


def test_a_code_lets_in_as_often_as_it_may(place: Place) -> None:
    code = hosts.make_code(call=place.call, by=place.coordinator, kind=CodeKind.EARLY, why="exemple", most_uses=1)
    assert hosts.use_code(call=place.call, typed=f" {code.code.lower()} ").uses == 1
    for typed, words in ((code.code, "aussi souvent|autant"), ("XXXX-XXXX", "connaissons pas")):
        with pytest.raises(Refused, match=words):
            hosts.use_code(call=place.call, typed=typed)
    other = hosts.make_code(call=place.call, by=place.coordinator, kind=CodeKind.EARLY, why="exemple")
    hosts.revoke_code(code=other, by=place.coordinator)
    with pytest.raises(Refused, match="retiré"):
        hosts.use_code(call=place.call, typed=other.code)
    with pytest.raises(Refused):
        hosts.make_code(call=place.call, by=place.coordinator, kind=CodeKind.LATE, why="sans fin")


def test_a_host_withdraws_and_may_come_back(place: Place) -> None:
    host = hosts.add_host(call=place.call, incubator=place.incubator, by=place.coordinator)
    with pytest.raises(Refused):
        hosts.add_host(call=place.call, incubator=place.incubator, by=place.coordinator)
    heard: list[Any] = []

    def hear(sender: Any, host: Any, **kwargs: Any) -> None:
        heard.append(host)

    signals.host_left.connect(hear)
    try:
        hosts.withdraw_host(host=host, by=place.coordinator)
    finally:
        signals.host_left.disconnect(hear)
    assert heard == [host]
    again = hosts.add_host(call=place.call, incubator=place.incubator, by=place.coordinator)
    assert (again.pk, again.left_at) == (host.pk, None)
    stranger = alliances.make_incubator(alliances.make_alliance())
    with pytest.raises(Refused, match="membres"):
        hosts.add_host(call=place.call, incubator=stranger, by=place.coordinator)


@pytest.mark.parametrize(
    ("moment", "phase"),
    [
        ("2027-03-28T00:59:59+01:00", Phase.ANNOUNCED),
        ("2027-03-28T03:00:00+02:00", Phase.OPEN),  # two in the morning does not exist that night
        ("2027-10-31T02:29:59+02:00", Phase.OPEN),  # half past two comes a first time
        ("2027-10-31T02:30:00+01:00", Phase.CLOSED),  # and a second time
    ],
)
def test_clocks_at_the_change_of_hour(moment: str, phase: Phase) -> None:
    call = Call(
        state=CallState.PUBLISHED,
        opens_at=dt.datetime.fromisoformat("2027-03-28T01:00:00+01:00"),
        closes_at=dt.datetime.fromisoformat("2027-10-31T02:30:00+02:00"),
    )
    assert call.phase(dt.datetime.fromisoformat(moment)) == phase


@pytest.mark.parametrize("typed", ["2027-03-28T02:30", "2027-10-31T02:30"])
def test_an_hour_that_is_missing_or_double_is_refused_in_words(typed: str) -> None:
    from kiif.programmes.forms_calls import ProlongForm

    form = ProlongForm({"until": typed, "words": ""})
    assert not form.is_valid()
    assert "l’heure change" in form.errors["until"][0]
    assert ProlongForm({"until": "2027-03-28T03:30", "words": ""}).is_valid()
