"""Importance asked by questions: what answers say, how far they agree, that they are kept and can be changed."""

from __future__ import annotations

import itertools
import math

import pytest
from django.test import Client
from django.urls import reverse

from kiif.replication import actions, elicitation
from kiif.replication.elicitation import consistency_index, key_of, pairs_asked, read_pairs, read_points
from kiif.replication.models import Search
from tests.factories import World

FOUR = ["a", "b", "c", "d"]


def answers(names: list[str], value: str = "1", **other: str) -> dict[str, str]:
    return {key_of(pair): value for pair in pairs_asked(names)} | other


def test_few_criteria_are_all_compared_and_many_are_chained_with_checks() -> None:
    assert pairs_asked(FOUR) == list(itertools.combinations(FOUR, 2))
    many = [f"c{i}" for i in range(9)]
    asked = pairs_asked(many)
    assert asked[:8] == list(itertools.pairwise(many))
    assert asked[8:] == [("c0", "c3"), ("c2", "c5"), ("c4", "c7")]


def test_answers_that_agree() -> None:
    found = read_pairs(FOUR, answers(FOUR))
    assert found.shares == pytest.approx(dict.fromkeys(FOUR, 0.25))
    assert (found.odd, found.agrees, found.is_complete) == ({}, True, True)
    assert found.spread == pytest.approx(1.0)


def test_the_index_is_that_of_a_complete_set() -> None:
    """a = 2b, b = 2c, a = 5c: residuals of the geometric means, 2 / ((n-1)(n-2)) times their squared logs."""
    found = read_pairs(["a", "b", "c"], {"a|b": "2", "b|c": "2", "a|c": "5"})
    logs = {("a", "b"): math.log(2), ("b", "c"): math.log(2), ("a", "c"): math.log(5)}
    rows = {
        "a": logs["a", "b"] + logs["a", "c"],
        "b": logs["b", "c"] - logs["a", "b"],
        "c": -logs["b", "c"] - logs["a", "c"],
    }
    weight = {name: math.exp(total / 3) for name, total in rows.items()}
    index = sum((log - math.log(weight[a] / weight[b])) ** 2 for (a, b), log in logs.items())
    assert found.spread == pytest.approx(math.exp(math.sqrt(index)))
    assert found.agrees is True


def test_contradictions_are_pointed_at_with_what_the_others_say() -> None:
    given = answers(FOUR, "5") | {"a|d": "-5"}
    found = read_pairs(FOUR, given)
    assert found.agrees is False
    assert found.odd["a|d"] in {"5", "2"}


def test_nothing_checks_a_bare_chain() -> None:
    found = read_pairs(FOUR, {"a|b": "2", "b|c": "2", "c|d": "2"})
    assert (found.spread, found.agrees, found.answered) == (None, True, 3)
    assert found.shares["a"] / found.shares["d"] == pytest.approx(8)
    assert consistency_index([0.0, 0.0, 0.0], 4) is None


def test_criteria_never_compared_have_no_share_yet() -> None:
    assert read_pairs(FOUR, {"a|b": "2", "x|y": "5", "c|d": "7"}).shares == {}


def test_points_are_whole_numbers_up_to_a_hundred() -> None:
    known, wrong = read_points(FOUR, {"a": "100", "b": "0", "c": "101", "d": " "})
    assert (known, list(wrong)) == ({"a": 100.0, "b": 0.0}, ["c"])
    assert list(read_points(FOUR, {"a": "-1", "b": "1,5", "c": "beaucoup"})[1]) == ["a", "b", "c"]


def test_only_answers_to_questions_of_today_are_kept() -> None:
    given = {"a|b": "2", "a|z": "2", "b|c": "9"}
    assert elicitation.clean("pairs", FOUR, given) == {"a|b": "2"}
    assert elicitation.clean("points", FOUR, {"a": "40", "z": "4", "b": "x"}) == {"a": "40"}


def names_of(search: Search) -> list[str]:
    return [c["id"] for c in search.model["criteria"] if not c.get("informative")]


def test_answers_are_kept_one_by_one_and_come_back(search: Search, carrier: Client) -> None:
    address = reverse("replication:weights-questions", args=[search.pk])
    first = pairs_asked(names_of(search))[0]
    field = f"q-{first[0]}-{first[1]}"
    page = carrier.post(address, {field: "5"})
    assert (page.status_code, page.context["found"].answered) == (200, 1)
    again = carrier.get(address)
    assert {q.key: q.given for q in again.context["questions"] if q.given} == {f"{first[0]}-{first[1]}": "5"}
    changed = carrier.post(address, {field: "-2"})
    assert changed.context["questions"][0].given == "-2"
    assert Search.objects.get().answers["pairs"] == {key_of(first): "-2"}
    assert Search.objects.get().model == search.model


def test_weights_follow_when_all_is_answered(search: Search, carrier: Client) -> None:
    address = reverse("replication:weights-questions", args=[search.pk])
    pairs = pairs_asked(names_of(search))
    fields = {f"q-{a}-{b}": "1" for a, b in pairs}
    short = dict(list(fields.items())[1:])
    refused = carrier.post(address, short | {"garder": "1"})
    assert refused.status_code == 422
    assert len(Search.objects.get().answers["pairs"]) == len(pairs) - 1
    done = carrier.post(address, fields | {"garder": "1"})
    assert done.headers["Location"] == reverse("replication:criteria", args=[search.pk])
    weights = Search.objects.get().question.weights()
    assert weights == pytest.approx([1 / len(weights)] * len(weights), abs=1e-3)


def test_points_give_weights_in_proportion(search: Search, carrier: Client) -> None:
    address, names = reverse("replication:weights-points", args=[search.pk]), names_of(search)
    page = carrier.get(address)
    assert all(swing.best for swing in page.context["swings"])
    assert carrier.post(address, {f"p-{names[0]}": "cent"}).status_code == 422
    missing = carrier.post(address, {f"p-{names[0]}": "100", "garder": "1"})
    assert (missing.status_code, missing.context["answered"]) == (422, 1)
    fields = {f"p-{name}": "50" for name in names} | {f"p-{names[0]}": "100"}
    assert carrier.post(address, fields | {"garder": "1"}).status_code == 302
    search = Search.objects.get()
    weights = dict(zip([c.id for c in search.question.scored], search.question.weights(), strict=True))
    assert weights[names[0]] / weights[names[1]] == pytest.approx(2, rel=1e-2)


def test_all_points_at_zero_are_refused_in_a_sentence(search: Search, carrier: Client) -> None:
    address = reverse("replication:weights-points", args=[search.pk])
    page = carrier.post(address, {f"p-{name}": "0" for name in names_of(search)} | {"garder": "1"})
    assert (page.status_code, page.context["refusal"][:8]) == (422, "Toutes l")


def test_somebody_else_changed_what_counts_meanwhile(search: Search, carrier: Client, world: World) -> None:
    address = reverse("replication:weights-questions", args=[search.pk])
    fields = {f"q-{a}-{b}": "1" for a, b in pairs_asked(names_of(search))}
    actions.change_model(search=search, by=world.actor("carrier"), model=search.model, version=search.version)
    page = carrier.post(address, fields | {"garder": "1", "version": "1"})
    assert page.status_code == 422
    assert len(Search.objects.get().answers["pairs"]) == len(fields)
    assert carrier.post(address, fields | {"garder": "1", "version": str(page.context["version"])}).status_code == 302
