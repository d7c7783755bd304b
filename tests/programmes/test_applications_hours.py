"""The last second, a stale tab, the change of hour: nothing is lost, everybody gets a receipt or a sentence."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.mailbox.models import Mail
from kiif.programmes.actions import applications
from kiif.programmes.enums import State
from kiif.programmes.models import Application, Call
from kiif.questionnaires.actions import answering
from kiif.questionnaires.actions.saving import Sent, save
from kiif.questionnaires.models import Collection, Response, Snapshot
from kiif.ui.errors import Refused
from tests.factories import make_user
from tests.programmes import application_factories as make

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def closing(call: Call, at: dt.datetime, late: dt.datetime | None = None) -> Call:
    """The call closes then, as its settings write it on the form."""
    call.closes_at, call.late_until = at, late
    call.save()
    Collection.objects.filter(pk=call.collection_id).update(closes_at=call.ends_at, grace=call.grace)
    call.refresh_from_db()
    return call


@pytest.fixture
def place() -> dict[str, Any]:
    return make.make_place()


def test_fifty_people_at_the_last_second_all_get_a_receipt(place: dict[str, Any]) -> None:
    at = timezone.now() + dt.timedelta(hours=1)
    call = closing(place["call"], at)
    carriers = [Actor(user=make_user()) for _number in range(50)]
    drafts = [make.fill(make.begin(call, one), one, titre=f"Projet {place}") for place, one in enumerate(carriers)]
    last = at + dt.timedelta(minutes=call.grace) - dt.timedelta(seconds=1)
    with time_machine.travel(last, tick=False):
        for carrier, draft in zip(carriers, drafts, strict=True):
            make.send(draft, carrier)
    assert Application.objects.filter(call=call, state=State.SUBMITTED, late=False).count() == 50
    assert Snapshot.objects.filter(response__collection=call.collection).count() == 50
    assert Mail.objects.filter(kind="questionnaires.receipt").count() == 50


def test_sent_twice_in_the_same_second_is_received_once(place: dict[str, Any]) -> None:
    draft = make.fill(make.begin(place["call"], place["carrier"]), place["carrier"], titre="Une fois")
    stale = Response.objects.get(pk=draft.response_id)
    make.send(draft, place["carrier"])
    with pytest.raises(Refused):
        answering.submit(response=stale, by=place["carrier"])
    assert Snapshot.objects.filter(response=stale).count() == 1


def test_a_tab_left_open_after_the_closing_says_so_and_keeps_the_text(place: dict[str, Any]) -> None:
    at = timezone.now() + dt.timedelta(hours=1)
    call = closing(place["call"], at)
    draft = make.fill(make.begin(call, place["carrier"]), place["carrier"], titre="Écrit avant")
    with time_machine.travel(at + dt.timedelta(minutes=call.grace), tick=False):
        response = Response.objects.get(pk=draft.response_id)
        with pytest.raises(Refused, match=r"kept|gard"):
            save(response=response, sent={"q_titre": Sent("Trop tard", response.revision)}, by=place["carrier"])
        with pytest.raises(Refused):
            make.send(draft, place["carrier"])
        with pytest.raises(Refused):
            make.begin(call, Actor(user=make_user()))
    assert response.answers.get(field__key="q_titre").value == "Écrit avant"
    assert make.fresh(draft).state == State.DRAFT


def test_after_the_announced_hour_it_is_late_until_the_last_one(place: dict[str, Any]) -> None:
    at = timezone.now() + dt.timedelta(hours=1)
    call = closing(place["call"], at, late=at + dt.timedelta(days=1))
    draft = make.fill(make.begin(call, place["carrier"]), place["carrier"], titre="En retard")
    with time_machine.travel(at + dt.timedelta(hours=3), tick=False):
        assert make.send(draft, place["carrier"]).late


def test_the_night_when_clocks_change_an_hour_is_lived_twice(place: dict[str, Any]) -> None:
    """Closing at 2.30 on the night of October when 2.30 comes twice: the first one, said in Paris time."""
    at = dt.datetime(2030, 10, 27, 2, 30, tzinfo=PARIS, fold=0).astimezone(dt.UTC)
    with time_machine.travel(at - dt.timedelta(days=1), tick=False):
        call = closing(place["call"], at)
        draft = make.fill(make.begin(call, place["carrier"]), place["carrier"], titre="La nuit")
    again = dt.datetime(2030, 10, 27, 2, 30, tzinfo=PARIS, fold=1).astimezone(dt.UTC)
    assert again - at == dt.timedelta(hours=1)
    with time_machine.travel(again, tick=False):
        assert applications.why_not_begin(call, place["carrier"])
    with time_machine.travel(at - dt.timedelta(seconds=1), tick=False):
        assert not applications.why_not_begin(call, place["carrier"])
        assert not make.send(draft, place["carrier"]).late


def test_the_same_number_is_never_given_twice() -> None:
    """Two projects at once wait for each other: numbers follow without a hole."""
    place = make.make_place()
    numbers = [make.begin(place["call"], Actor(user=make_user())).number for _place in range(4)]
    assert len(set(numbers)) == 4
    assert [int(number[-4:]) for number in numbers] == list(range(int(numbers[0][-4:]), int(numbers[0][-4:]) + 4))
