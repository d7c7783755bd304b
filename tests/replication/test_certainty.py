"""How sure an answer is arrives after the ranking when it takes time; it is computed once, in bounded memory."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from kiif.replication import certainty
from kiif.replication.answers import answer_of
from kiif.replication.memory import Memory
from kiif.replication.models import Search, Solution
from tests.factories import World
from tests.replication import factories as make


@pytest.fixture
def communes(solution: Solution, world: World) -> Search:
    certainty.forget()
    return make.open_for(solution, world.actor("carrier"), level="commune")


@pytest.mark.parametrize("name", ["results", "ranking", "shortlist", "spread", "paper"])
def test_the_ranking_is_shown_before_how_sure_it_is(communes: Search, carrier: Client, name: str) -> None:
    address = reverse(f"replication:{name}", args=[communes.pk])
    first = carrier.get(address)
    assert next(t.name for t in first.templates) == "replication/waiting.html"
    assert first.context["whole"] == f"{address}?certitude=1"
    assert len(first.context["first"]) == 20
    whole = carrier.get(first.context["whole"])
    assert whole.status_code == 200
    assert next(t.name for t in whole.templates) != "replication/waiting.html"


def test_it_waits_once(communes: Search, carrier: Client) -> None:
    address = reverse("replication:results", args=[communes.pk])
    carrier.get(address, {"certitude": "1"})
    again = carrier.get(address, {"territoire": "24311"})
    assert next(t.name for t in again.templates) == "replication/results.html"


def test_what_is_asked_stays_in_the_address(communes: Search, carrier: Client) -> None:
    address = reverse("replication:results", args=[communes.pk])
    first = carrier.get(address, {"territoire": "24311"})
    assert first.context["whole"] == f"{address}?territoire=24311&certitude=1"


def test_a_small_level_needs_no_waiting(search: Search) -> None:
    certainty.forget()
    assert certainty.is_ready(answer_of(search)) is True


def test_the_same_question_on_other_figures_has_another_key(solution: Solution, search: Search, world: World) -> None:
    before = answer_of(search).key
    assert answer_of(search).key == before
    solution.sites.all().delete()
    fresh = Search.objects.get(pk=search.pk)
    used = {criterion["indicator"] for criterion in fresh.model["criteria"]}
    assert (answer_of(fresh).key == before) is ("own-sites-km" not in used)


def test_two_who_ask_at_once_make_one_computation() -> None:
    memory: Memory[np.ndarray] = Memory(1_000_000, lambda made: int(made.nbytes))
    made: list[int] = []

    def make_it() -> np.ndarray:
        made.append(1)
        time.sleep(0.05)
        return np.zeros(10)

    threads = [threading.Thread(target=memory.get_or_make, args=("a", make_it)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


def test_memory_is_bounded_and_a_failure_is_not_kept() -> None:
    memory: Memory[np.ndarray] = Memory(1_000, lambda made: int(made.nbytes))
    for name in "abc":
        memory.get_or_make(name, lambda: np.zeros(50))
    assert [name for name in "abc" if memory.get(name) is not None] == ["b", "c"]
    memory.get_or_make("large", lambda: np.zeros(1_000))
    assert memory.get("large") is None

    def fail() -> np.ndarray:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        memory.get_or_make("d", fail)
    assert memory.get_or_make("d", lambda: np.zeros(1)).size == 1
