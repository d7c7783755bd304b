"""Who reads which application: the two readings, conflicts, hosts."""

from __future__ import annotations

from typing import Any

import pytest

from kiif.accounts.actor import Actor
from kiif.alliance.enums import Role
from kiif.programmes.enums import ConflictState, State
from kiif.programmes.models import Application, Call, Conflict
from tests.alliance import factories as alliances
from tests.factories import make_user
from tests.programmes import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> dict[str, Any]:
    alliance = alliances.make_alliance()
    near, far = alliances.make_incubator(alliance), alliances.make_incubator(alliance)
    call = make.make_call(make.make_edition(make.make_programme(alliance)), consortium=True)
    host, other = make.make_host(call, near), make.make_host(call, far)
    return {
        "call": call,
        "wished": make.make_application(call, None, State.SUBMITTED, host),
        "elsewhere": make.make_application(call, None, State.SUBMITTED, other),
        "open": make.make_application(call),
        "draft": make.make_application(call, None, State.DRAFT, host),
        "coordinator": alliances.acting(alliances.make_membership(alliance, Role.COORDINATOR)),
        "advisor": alliances.acting(alliances.make_membership(near, Role.ADVISOR)),
        "reviewer": alliances.acting(alliances.make_membership(alliance, Role.REVIEWER)),
        "stranger": Actor(user=make_user()),
    }


def seen(actor: Actor) -> set[int]:
    """Keys of what this actor reads, the same whether all is asked for or call by call."""
    found = set(Application.objects.visible_to(actor).values_list("pk", flat=True))
    by_call = [Application.objects.visible_to(actor, call) for call in Call.objects.with_ties()]
    assert {row.pk for rows in by_call for row in rows} == found
    mine = [Application.objects.run_by(actor, call) for call in Call.objects.with_ties()]
    assert {row for rows in mine for row in rows} == set(Application.objects.run_by(actor))
    return found


def keys(place: dict[str, Any], *names: str) -> set[int]:
    return {place[name].pk for name in names}


def test_each_reads_what_concerns_it(place: dict[str, Any]) -> None:
    assert seen(place["coordinator"]) == keys(place, "wished", "elsewhere", "open", "draft")
    assert seen(place["advisor"]) == keys(place, "wished", "open")
    assert seen(place["reviewer"]) == set()
    assert seen(place["stranger"]) == set()


def test_a_confirmed_conflict_bars_and_a_proposed_one_does_not(place: dict[str, Any]) -> None:
    actor = place["coordinator"]
    conflict = Conflict.objects.create(application=place["open"], person=actor.user)
    assert place["open"].pk in seen(actor)
    conflict.state = ConflictState.CONFIRMED
    conflict.save()
    assert seen(actor) == keys(place, "wished", "elsewhere", "draft")


def test_what_one_carries_is_not_read_as_one_who_selects(place: dict[str, Any]) -> None:
    actor = place["coordinator"]
    mine = make.make_application(place["call"], actor.user)
    assert mine.pk not in seen(actor)
    assert set(Application.objects.own(actor)) == {mine}
    assert place["open"].pk in seen(actor)
