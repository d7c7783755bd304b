"""Ranking over the API: the same answer as the command line, every refusal in a sentence, never a fault of ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiif.api.ranking import RANKINGS
from kiif.methods.ranking.model import from_json
from kiif.replication import engine
from tests.opendata.conftest import base_dir, base_pack, empty_dir
from tests.replication.study_factories import MODEL

__all__ = ["base_dir", "base_pack", "empty_dir"]
pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/ranking"


@pytest.fixture(autouse=True)
def _new_minute() -> None:
    RANKINGS.forget()


def ask(content: Any, **headers: str) -> Any:
    return Client().post(ADDRESS, json.dumps(content), content_type="application/json", headers=headers)


def test_the_answer_is_that_of_the_engine(base_pack: Path) -> None:
    answer = ask(MODEL | {"top": 7}).json()
    expected = engine.answer(from_json(MODEL | {"top": 7}))
    assert [row["code"] for row in answer["ranking"]] == expected.codes[expected.evaluation.order[:7]].tolist()
    assert answer["hash"] == expected.evaluation.model.hash
    assert [row["rank"] for row in answer["ranking"]] == list(range(1, 8))
    scores = expected.evaluation.score
    mean = scores[expected.evaluation.order].mean()
    gaps = [sum(row["contributions"].values()) for row in answer["ranking"]]
    assert gaps == pytest.approx([row["score"] - mean for row in answer["ranking"]])


def test_certainty_is_said_with_its_interval(base_pack: Path) -> None:
    two = [*MODEL["criteria"], {"id": "dense", "indicator": "density", "scale": {"shape": "more"}}]
    content = MODEL | {"criteria": two, "uncertainty": {"kind": "any", "draws": 200, "seed": 3}, "top": 5}
    rows = ask(content).json()["ranking"]
    assert all(row["interval"][0] <= row["acceptability"] <= row["interval"][1] for row in rows)
    assert ask(content).json()["ranking"] == rows


@pytest.mark.parametrize(
    "change",
    [
        {"criteria": []},
        {"criteria": [{"indicator": "no-such-figure"}]},
        {"criteria": [{"indicator": "own:1"}]},
        {"criteria": [{"indicator": "population", "weight": 0}]},
        {"criteria": MODEL["criteria"] * 61},
        {"criteria": [{"indicator": "population", "scale": {"shape": "spiral"}}]},
        {"uncertainty": {"kind": "any", "draws": 20_001}},
        {"level": "region"},
        {"top": 100_000},
        {"owner": 1},
        {"format": "kiif-ranking/2"},
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(base_pack: Path, change: dict[str, Any]) -> None:
    answer = ask(MODEL | change)
    assert answer.status_code == 422
    assert len(answer.json()["error"]) > 10
    assert set(answer.json()) == {"error", "details"}


def test_the_sentence_is_french_for_who_reads_french(base_pack: Path) -> None:
    refused = MODEL | {"criteria": [{"indicator": "population", "weight": 0}]}
    french, english = (ask(refused, accept_language=code).json()["error"] for code in ("fr", "en"))
    assert english == "All weights are zero: give at least one criterion some importance."
    assert french != english


def test_a_form_or_broken_json_is_refused_in_a_sentence(base_pack: Path) -> None:
    form = Client().post(ADDRESS, {"criteria": "x"})
    broken = Client().post(ADDRESS, "{", content_type="application/json")
    assert [(answer.status_code, set(answer.json())) for answer in (form, broken)] == [(400, {"error", "details"})] * 2


def test_without_the_pack_it_is_our_failure(empty_dir: Path) -> None:
    assert ask(MODEL).status_code == 503


def test_reading_it_is_not_an_operation_and_too_many_wait(base_pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Client().get(ADDRESS).status_code == 405
    monkeypatch.setattr(RANKINGS, "rate", 1)
    RANKINGS.forget()
    assert [ask(MODEL).status_code for _ in range(2)] == [200, 429]


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
scales = st.fixed_dictionaries(
    {"shape": st.sampled_from(["more", "less", "log", "point", "range", "piecewise", "categories", "?"])},
    optional=dict.fromkeys(("low", "high", "point", "a", "b", "c", "d", "points", "values"), values),
)
criteria = st.fixed_dictionaries(
    {"indicator": st.sampled_from(["population", "density", "town_10k_km", "x"])},
    optional={"id": values, "weight": values, "scale": scales | values, "condition": values, "pillar": values},
)
questions = st.fixed_dictionaries(
    {"criteria": st.lists(criteria | values, max_size=3), "level": st.just("department")},
    optional={
        "method": st.sampled_from(["sum", "geometric", "power", "topsis", "promethee"]) | values,
        "exponent": values,
        "pillars": values,
        "top": values,
        "uncertainty": st.dictionaries(st.sampled_from(["kind", "draws", "seed", "margin"]), values) | values,
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=questions)
def test_whatever_is_asked_the_answer_is_declared(base_pack: Path, question: dict[str, Any]) -> None:
    RANKINGS.forget()
    assert ask(question).status_code in {200, 400, 422}
