"""Who sees what: the QuerySet and the rule say the same, for every role and every kind of share."""

from __future__ import annotations

from datetime import timedelta

import pytest
import rules
from django.utils import timezone

from kiif.accounts.actor import VISITOR
from kiif.replication.models import FeasibilityStudy, Grant, Search, Solution
from tests.factories import ROLES, World
from tests.replication import factories as make


@pytest.fixture
def shelf(world: World) -> dict[str, Search]:
    """One search for each way of being shared."""
    today = timezone.localdate()
    shelf = {
        "own": make.bare(world.people["carrier"]),
        "body": make.bare(world.people["carrier"], body=world.incubator),
        "alone": make.bare(world.people["reviewer"]),
        "granted": make.bare(world.people["reviewer"]),
        "granted to a body": make.bare(world.people["reviewer"]),
        "ended": make.bare(world.people["reviewer"]),
        "trial": make.bare(visitor_key="cle-de-session"),
    }
    Grant.objects.create(solution=shelf["granted"].solution, user=world.people["partner"])
    Grant.objects.create(solution=shelf["granted to a body"].solution, body=world.other_incubator, until=today)
    Grant.objects.create(
        solution=shelf["ended"].solution, user=world.people["partner"], until=today - timedelta(days=1)
    )
    return shelf


@pytest.mark.parametrize("role", ROLES)
def test_the_list_shows_exactly_what_the_rule_allows(world: World, shelf: dict[str, Search], role: str) -> None:
    actor = world.actor(role)
    listed = set(Search.objects.visible_to(actor))
    allowed = {search for search in shelf.values() if rules.test_rule("replication.view", actor, search)}
    assert listed == allowed
    assert {s.solution for s in listed} == set(Solution.objects.visible_to(actor))


def test_each_share_reaches_the_right_person(world: World, shelf: dict[str, Search]) -> None:
    def names(role: str) -> set[str]:
        found = set(Search.objects.visible_to(world.actor(role)))
        return {name for name, search in shelf.items() if search in found}

    assert names("carrier") == {"own", "body"}
    assert names("advisor") == {"body"}
    assert names("partner") == {"granted"}
    assert names("other_advisor") == {"granted to a body"}
    assert names("visitor") == set()


def test_a_trial_is_seen_by_its_session_only(shelf: dict[str, Search]) -> None:
    assert set(Search.objects.visible_to(VISITOR, "cle-de-session")) == {shelf["trial"]}
    assert set(Search.objects.visible_to(VISITOR, "autre")) == set()
    assert set(Search.objects.visible_to(VISITOR, "")) == set()


def test_studies_follow_their_solution(world: World, shelf: dict[str, Search]) -> None:
    study = FeasibilityStudy.objects.create(search=shelf["own"], level="epci", code="200071819", name="Nontronnais")
    assert list(FeasibilityStudy.objects.visible_to(world.actor("carrier"))) == [study]
    assert not FeasibilityStudy.objects.visible_to(world.actor("advisor")).exists()
