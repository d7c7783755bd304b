"""The catalogue says everything; the table is right and fast."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiif.opendata import base, indicator_model, rollup, sources
from kiif.opendata.errors import DataError
from kiif.opendata.indicators import CATALOGUE, Indicator, load_indicators
from kiif.opendata.levels import LEVELS

BASE_IDS = (
    "population",
    "density",
    "town_10k_km",
    "town_50k_km",
    "population_10km",
    "population_20km",
    "population_30km",
)


@pytest.mark.parametrize("indicator", CATALOGUE.values(), ids=lambda indicator: indicator.id)
def test_an_indicator_is_told_in_both_languages_and_has_a_source(indicator: Indicator) -> None:
    for text in (indicator.label, indicator.label_en, indicator.explanation, indicator.explanation_en):
        assert text.strip()
    assert indicator.label != indicator.label_en or indicator.id in ("frr",)
    assert set(indicator.levels) <= set(LEVELS)
    packs_known = {source.pack_name for source in sources.SOURCES.values()} | {"base"}
    assert set(indicator.recipes) <= packs_known
    assert (indicator.kind == "category") == bool(indicator.categories)
    if indicator.kind == "share":
        assert indicator.unit == "%"


def test_the_sources_are_complete() -> None:
    for source in sources.SOURCES.values():
        assert source.name
        assert source.publisher
        assert source.licence
        assert source.vintage
        assert source.addresses or source.parser
        assert all(address.startswith("https://") for address in source.addresses)
    assert "tec" not in sources.PROGRAMME_RESOURCES
    assert "poverty_rate" in sources.SOURCES["filosofi-epci"].indicators
    assert "density_level" in sources.SOURCES["density-grid-labels"].indicators


@pytest.mark.usefixtures("base_pack")
def test_rows_columns_and_values_agree() -> None:
    for level in ("commune", "epci", "department", "region"):
        table = load_indicators(level)
        assert table.codes.tolist() == base.load_level(level)["code"].to_list()
        assert set(BASE_IDS) <= set(table.ids)
        code = str(table.codes[3])
        row = table.row(code)
        assert row["density"] == table.value(code, "density") == table.column("density")[table.position(code)]
        assert table.matrix(["density", "population"]).shape == (len(table.codes), 2)
        assert table.source("density").name == "base"
        assert math.isnan(table.value(code, "poverty_rate"))
    assert load_indicators("living-area").codes.size == 0


@pytest.mark.usefixtures("base_pack")
def test_computed_figures_are_those_that_one_can_check_by_hand() -> None:
    table = load_indicators("commune")
    assert table.value("75056", "town_50k_km") == 0
    assert table.value("24311", "seat_km") == 0  # Nontron is a sub-prefecture
    assert table.value("01001", "town_10k_km") == pytest.approx(16.9, abs=0.1)
    for ident in ("town_10k_km", "town_50k_km", "seat_km", "population_10km"):
        assert not np.isnan(table.column(ident)).any()
    within = table.matrix(["population", "population_10km", "population_20km", "population_30km"])
    assert (np.diff(within, axis=1) >= 0).all()
    epci = load_indicators("epci")
    assert epci.value("200071819", "small_communes_share") == pytest.approx(100 * 25 / 28, abs=0.01)
    assert epci.value("200071819", "rural_share") == 100
    assert (
        load_indicators("region").value("11", "population")
        == base.load_regions().filter(base.load_regions()["code"] == "11")["population"].item()
    )


@pytest.mark.usefixtures("base_pack")
def test_a_row_is_read_in_less_than_a_millisecond() -> None:
    load_indicators("commune")
    start = time.perf_counter()
    for _turn in range(200):
        load_indicators("commune").row("01001")
    assert (time.perf_counter() - start) / 200 < 0.001


@pytest.mark.usefixtures("base_pack")
def test_unknown_codes_and_levels_are_refused() -> None:
    with pytest.raises(KeyError):
        load_indicators("commune").row("99999")
    with pytest.raises(DataError, match="“canton” is not a level"):
        load_indicators("canton")


@pytest.mark.usefixtures("base_pack")
def test_values_cannot_be_changed_by_mistake() -> None:
    with pytest.raises(ValueError, match="read-only"):
        load_indicators("epci").column("density")[0] = 0


def test_a_mean_rests_on_four_fifths_of_the_weight() -> None:
    index = np.array([0, 0, 1, 1, -1])
    values = np.array([10, np.nan, 10, 20, 99.0])
    weights = np.array([70, 30, 60, 40, 1000.0])
    means = rollup.weighted_means(values, weights, index, 3)
    assert np.isnan(means[0])
    assert means[1] == pytest.approx(14)
    assert np.isnan(means[2])


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(1, 1e6)), min_size=1, max_size=20))
def test_a_mean_lies_between_its_parts(pairs: list[tuple[float, float]]) -> None:
    values, weights = (np.array(column) for column in zip(*pairs, strict=True))
    mean = rollup.weighted_means(values, weights, np.zeros(len(values), dtype=np.intp), 1)[0]
    assert values.min() - 1e-6 <= mean <= values.max() + 1e-6


def test_a_ratio_of_counts_is_exact_one_level_up() -> None:
    recipe = indicator_model.ratio("a -b", "c d")
    raw = {"a": np.array([5.0, 7]), "b": np.array([1.0, 1]), "c": np.array([10.0, 20]), "d": np.array([10.0, 10])}
    assert recipe.columns == ("a", "b", "c", "d")
    assert recipe.direct(raw)[0].tolist() == [20, 20]
    rolled = recipe.rolled(raw, np.array([1.0, 1]), np.array([0, 0]), 1)
    assert rolled is not None
    assert rolled[0].tolist() == [100 * 10 / 50]


def test_a_denominator_of_zero_is_unknown_and_a_small_one_fragile() -> None:
    values, weak = indicator_model.ratio("a", "b").direct({"a": np.array([1.0, 1]), "b": np.array([0.0, 10])})
    assert np.isnan(values[0])
    assert values[1] == 10
    assert weak is not None
    assert weak.tolist() == [True, True]


def test_a_share_beyond_one_hundred_is_flagged_not_clipped() -> None:
    shown = CATALOGUE["unemployment_rate"].weak(np.array([10, 107.52, np.nan, -1]), None)
    assert shown.tolist() == [False, True, False, True]


def test_the_guide_lists_every_source_and_every_indicator() -> None:
    from kiif.opendata import paths

    guide = (paths.repository() / "docs" / "data.md").read_text(encoding="utf-8")
    assert [ident for ident in (*sources.SOURCES, *CATALOGUE) if f"`{ident}`" not in guide] == []
