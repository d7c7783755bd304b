"""Find a place by half its name."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiif.territories import lookup
from kiif.territories.lookup import EXACT, INSIDE, NEAR, PREFIX, WORDS, Entry, NameIndex
from kiif.territories.models import Territory
from kiif.territories.results import results_for


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("L'Abergement-Clémenciat", "l abergement clemenciat"),
        ("ŒTING", "oeting"),
        ("  Saint–Étienne  ", "saint etienne"),
        ("\x00\ud800'", ""),
        ("Y", "y"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert lookup.fold(text) == folded


def index_of(*names: tuple[str, int]) -> NameIndex:
    entries = [Entry(lookup.fold(name), pk, "commune", "24", people) for pk, (name, people) in enumerate(names, 1)]
    return NameIndex(entries, [])


def test_exact_then_start_then_words_then_inside_then_inhabitants() -> None:
    index = index_of(
        ("Grand-Roche", 9_000), ("Roche", 10), ("Rochefort", 20_000), ("Larochette", 500), ("Rochechouart", 3_000)
    )
    assert [(hit.pk, hit.how) for hit in index.search("roche")] == [
        (2, EXACT), (3, PREFIX), (5, PREFIX), (1, WORDS), (4, INSIDE),
    ]  # fmt: skip


def test_words_in_any_order_and_abbreviations() -> None:
    index = index_of(("Saint-Pardoux-la-Rivière", 1_000), ("Rivière-Saint-Sauveur", 2_000))
    assert [hit.pk for hit in index.search("riviere st pard")] == [1]
    assert [hit.pk for hit in index.search("ste")] == []


@pytest.mark.parametrize("typed", ["nontrn", "nonrton", "nontrron", "nantron"])
def test_a_slip_of_the_keyboard_is_forgiven_when_nothing_else_fits(typed: str) -> None:
    assert [(hit.pk, hit.how) for hit in index_of(("Nontron", 3_000), ("Angoulême", 40_000)).search(typed)] == [
        (1, NEAR)
    ]


@given(st.text(max_size=150))
def test_whatever_is_typed_is_answered(typed: str) -> None:
    found = index_of(("Nontron", 3_000), ("Y", 80), ("L'Aÿ", 9)).search(typed)
    assert len({hit.pk for hit in found}) == len(found) <= 3


def names(text: str, **options: object) -> list[str]:
    return [result.title for result in results_for(text, **options)]  # type: ignore[arg-type]


def test_real_places(real: Path) -> None:
    assert names("nontr")[0] == "Nontron"
    assert names("NONTRON", levels=["commune"])[0] == "Nontron"
    assert "Nontron" in names("24300")
    assert names("24311") == ["Nontron"]
    assert names("200071819") == ["Périgord Nontronnais"]
    assert names("perigord nontronnais")[0] == "Périgord Nontronnais"
    assert names("24", levels=["department"]) == ["Dordogne"]
    assert names("breil sur ro") == ["Breil-sur-Roya"]


def test_a_former_commune_is_found_and_explained(real: Path) -> None:
    found = results_for("Brantôme")
    assert found[0].title == "Brantôme en Périgord"
    assert found[0].note == "«\u00a0Brantôme\u00a0» fait aujourd’hui partie de Brantôme en Périgord."
    assert not found[0].is_exact


def test_a_closed_commune_is_not_proposed(dordogne: dict[str, Territory]) -> None:
    assert names("augignac") == ["Augignac"]
    Territory.objects.filter(code="24016").update(is_open=False)
    lookup.forget()
    assert names("augignac") == []


def test_it_is_quick_over_all_communes(real: Path, django_assert_num_queries: object) -> None:
    index = lookup.index()
    started = time.perf_counter()
    for _turn in range(50):
        index.search("saint")
    assert (time.perf_counter() - started) / 50 < 0.03
