"""How a ranking stands errors in its figures: rules by kind of figure, said in words, the same answer twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from kiif.replication import doubts
from kiif.replication.answers import answer_of
from kiif.replication.doubts import doubts_of, tolerance_of
from kiif.replication.models import Search
from kiif.replication.templatetags.replication import cases_said


@pytest.mark.parametrize(
    ("indicator", "rule"),
    [
        ("area_km2", "exact"),
        ("programme:pvd", "exact"),
        ("density_level", "exact"),
        ("own:3", "exact"),
        ("gp_per_10k", "count"),
        ("associations_per_1000", "count"),
        ("population_20km", "population"),
        ("no_car_share", "share"),
        ("median_income", "estimate"),
    ],
)
def test_each_kind_of_figure_has_its_rule(indicator: str, rule: str) -> None:
    assert doubts._rule(indicator) == rule


def test_small_places_are_less_sure_than_large_ones() -> None:
    class Table:
        ids: tuple[str, ...] = ()

        def __contains__(self, ident: str) -> bool:
            return False

    people, table = np.array([200.0, 20_000.0]), Table()
    count = doubts._error("count", "gp_per_10k", np.array([5.0, 5.0]), people, table)  # type: ignore[arg-type]  # a stand-in
    assert count.tolist() == [50.0, 0.5]
    share = doubts._error("share", "no_car_share", np.array([50.0, 50.0]), people, table)  # type: ignore[arg-type]  # idem
    assert share == pytest.approx([100 * np.sqrt(0.25 / 50), 100 * np.sqrt(0.25 / 5_000)])
    estimate = doubts._error("estimate", "median_income", np.array([20_000.0, np.nan]), people, table)  # type: ignore[arg-type]  # idem
    assert estimate.tolist() == [600.0, 0.0]


def test_the_answer_is_made_once_and_stays_the_same(search: Search) -> None:
    answer = answer_of(search)
    found = tolerance_of(answer)
    assert found is tolerance_of(answer)
    assert found is not None
    assert found.alone.sum() == pytest.approx(answer.evaluation.model.top)
    assert {one.indicator for one in doubts_of(answer)[1]} == {c.indicator for c in answer.evaluation.criteria}


def test_the_page_says_it_in_a_sentence(search: Search, carrier: Client) -> None:
    answer = answer_of(search)
    first = int(answer.evaluation.order[0])
    address = reverse("replication:doubt", args=[search.pk])
    page = carrier.get(address, {"territoire": str(answer.codes[first])})
    one: dict[str, Any] = page.context["one"]
    assert one["rank"] == 1
    assert f"resterait parmi les 20 premiers dans {cases_said(one['figures'])} cas sur 100" in page.content.decode()
    alone = carrier.get(address, {"territoire": str(answer.codes[first])}, headers={"HX-Request": "true"})
    assert "<title>" not in alone.content.decode()
    assert "HX-Request" in alone.headers["Vary"]
    assert len(page.context["rows"]) == 25
    assert carrier.get(address, {"territoire": "inconnu"}).context["one"] is None
    why = carrier.get(reverse("replication:why", args=[search.pk, str(answer.codes[first])]))
    assert f"{address}?territoire={answer.codes[first]}" in why.content.decode()
