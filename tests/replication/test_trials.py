"""What a visitor without an account may keep, and how fast; people who are signed in are not counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kiif.accounts import actor
from kiif.accounts.actor import Actor
from kiif.replication import actions, uploads
from kiif.replication.actions import trials
from kiif.replication.enums import MAX_ASIDE, VISITOR_DAYS
from kiif.replication.models import Pick, Search, Solution
from kiif.replication.views import pace
from kiif.ui.errors import Refused
from tests.factories import World
from tests.replication import factories as make

KEY = "cle-d-essai"
VISITOR = Actor()


@pytest.fixture
def trial(real: Any) -> Solution:
    return make.describe(VISITOR, visitor_key=KEY)


def test_a_session_keeps_a_few_solutions(trial: Solution) -> None:
    for _ in range(trials.MOST_SOLUTIONS - 1):
        make.describe(VISITOR, visitor_key=KEY)
    with pytest.raises(Refused, match="connectez-vous"):
        make.describe(VISITOR, visitor_key=KEY)
    assert Solution.objects.filter(visitor_key=KEY).count() == trials.MOST_SOLUTIONS
    assert make.describe(VISITOR, visitor_key="une-autre").pk


def test_all_visitors_together_are_bounded(trial: Solution, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "MOST_TRIALS", 1)
    with pytest.raises(Refused, match="revenez demain"):
        make.describe(VISITOR, visitor_key="une-autre")
    assert make.describe(world.actor("carrier")).pk


def test_searches_of_a_trial_are_bounded_and_those_of_an_account_are_not(
    trial: Solution, solution: Solution, world: World
) -> None:
    for _ in range(trials.MOST_SEARCHES):
        make.open_for(trial, VISITOR, visitor_key=KEY)
        make.open_for(solution, world.actor("carrier"))
    with pytest.raises(Refused, match="connectez-vous"):
        make.open_for(trial, VISITOR, visitor_key=KEY)
    assert make.open_for(solution, world.actor("carrier")).pk


def test_results_and_opinions_of_a_trial_are_bounded(trial: Solution, monkeypatch: pytest.MonkeyPatch) -> None:
    search = make.open_for(trial, VISITOR, visitor_key=KEY)
    monkeypatch.setattr(trials, "MOST_RESULTS", 1)
    monkeypatch.setattr(trials, "MOST_SCORES", 1)
    actions.keep_result(search=search, by=VISITOR, visitor_key=KEY)
    with pytest.raises(Refused, match="résultats"):
        actions.keep_result(search=search, by=VISITOR, visitor_key=KEY)
    said = {"search": search, "by": VISITOR, "code": "200071819", "value": 2, "evidence": "Vu", "visitor_key": KEY}
    actions.give_score(about="will", **said)
    with pytest.raises(Refused, match="avis"):
        actions.give_score(about="carrier", **said)


def test_figures_of_a_trial_are_bounded(trial: Solution, solution: Solution, world: World) -> None:
    many = uploads.Upload(name="gros.csv", level="epci", figures={str(n): 1.0 for n in range(5_001)})
    search = make.open_for(trial, VISITOR, visitor_key=KEY)
    with pytest.raises(Refused, match=r"5.000 territoires"):
        actions.add_own_criterion(search=search, by=VISITOR, label="Gros", upload=many, visitor_key=KEY)
    mine = make.open_for(solution, world.actor("carrier"))
    assert actions.add_own_criterion(search=mine, by=world.actor("carrier"), label="Gros", upload=many).pk


def test_territories_set_aside_are_bounded_and_known(search: Search, world: World) -> None:
    by = world.actor("carrier")
    Pick.objects.bulk_create(Pick(search=search, code=f"x{n}", excluded=True, reason="non") for n in range(MAX_ASIDE))
    with pytest.raises(Refused, match="condition"):
        actions.exclude(search=search, by=by, code="200071819", reason="Trop loin")
    with pytest.raises(Refused, match="pas comparé"):
        actions.exclude(search=search, by=by, code="inconnu", reason="Trop loin")


def test_a_trial_is_forgotten_in_time(trial: Solution) -> None:
    assert actions.forget_visitors(by=actor.system("t")) == 0
    Solution.objects.update(updated_at=timezone.now() - timedelta(days=VISITOR_DAYS, hours=1))
    assert actions.forget_visitors(by=actor.system("t")) == 1


def test_a_visitor_who_goes_too_fast_reads_a_sentence(real: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setitem(pace.PACES, "trial", (1, 3600))
    address, data = reverse("replication:solution-create"), {"name": "Garage", "kind": "mobility"}
    assert Client().post(address, data).status_code == 302
    refused = Client().post(address, data)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")
    assert "une heure" in refused.content.decode()
    assert Solution.objects.count() == 1


def test_somebody_signed_in_is_not_counted(world: World, real: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setitem(pace.PACES, "trial", (1, 3600))
    client, data = world.client("carrier"), {"name": "Garage", "kind": "mobility"}
    answers = [client.post(reverse("replication:solution-create"), data).status_code for _ in range(3)]
    assert answers == [302, 302, 302]


def test_calculations_of_a_visitor_are_paced(trial: Solution, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setitem(pace.PACES, "rank", (2, 60))
    search = make.open_for(trial, VISITOR, visitor_key=KEY)
    client = Client()
    session = client.session
    session["replication_visitor"] = KEY
    session.save()
    address = reverse("replication:results", args=[search.pk])
    assert [client.get(address).status_code for _ in range(3)] == [200, 200, 429]
