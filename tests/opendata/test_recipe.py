"""Each case of the recipe on squares that one can draw by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from kiif.opendata import recipe
from kiif.opendata.errors import CheckFailed


def target(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "nom": f"Commune {code}", "type": "commune-actuelle", "zone": "metro", **more}


def child(code: str, parent: str) -> dict[str, Any]:
    return {"code": code, "nom": code, "type": "commune-deleguee", "zone": "metro", "chefLieu": parent}


def polygons(*rows: tuple[str, str, shapely.Geometry]) -> pl.DataFrame:
    schema = {"code": pl.String, "type": pl.String, "geometry": pl.String}
    return pl.DataFrame([(c, t, shapely.to_wkb(g, hex=True)) for c, t, g in rows], schema=schema, orient="row")


A, B = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)


def test_a_commune_without_change_keeps_its_polygon() -> None:
    made = recipe.compose([target("01001")], polygons(("01001", "COM", A)))
    assert made.shapes[0].equals(A)
    assert made.counts["unchanged"] == 1


def test_an_absorbed_commune_is_united_with_the_one_that_took_it() -> None:
    made = recipe.compose([target("01001", anciensCodes=["01002"])], polygons(("01001", "COM", A), ("01002", "COM", B)))
    assert made.shapes[0].equals(shapely.box(0, 0, 2, 1))
    assert made.counts["united"] == 1


def test_an_old_code_that_is_a_commune_today_is_not_absorbed() -> None:
    rows = [target("01001", anciensCodes=["01002"]), target("01002")]
    made = recipe.compose(rows, polygons(("01001", "COM", A), ("01002", "COM", B)))
    assert made.shapes[0].equals(A)
    assert made.shapes[1].equals(B)


def test_a_new_commune_is_made_of_its_delegated_ones() -> None:
    rows = [target("01009"), child("01001", "01009"), child("01002", "01009")]
    made = recipe.compose(rows, polygons(("01001", "COMD", A), ("01002", "COMD", B)))
    assert made.shapes[0].equals(shapely.box(0, 0, 2, 1))
    assert made.rebuilt == ["01009"]


def test_a_reestablished_commune_is_cut_out_of_the_one_that_it_left() -> None:
    rows = [target("01001"), target("01002")]
    made = recipe.compose(rows, polygons(("01001", "COM", shapely.box(0, 0, 2, 1)), ("01002", "COMD", B)))
    assert made.shapes[0].equals(A)
    assert made.shapes[1].equals(B)
    assert (made.counts["re-established"], made.counts["subtractions"]) == (1, 1)


def test_a_former_commune_covered_by_nobody_goes_to_its_parent() -> None:
    rows = [target("01001"), child("01002", "01001")]
    made = recipe.compose(rows, polygons(("01001", "COM", A), ("01002", "COMD", B)))
    assert made.shapes[0].equals(shapely.box(0, 0, 2, 1))
    assert made.counts["orphans added"] == 1


def test_a_commune_without_any_polygon_is_named() -> None:
    with pytest.raises(CheckFailed, match=r"Commune 01001 \(01001\)"):
        recipe.compose([target("01001")], polygons(("01009", "COM", A)))


def test_overseas_collectivities_are_left_out() -> None:
    rows = [target("01001"), {**target("97501"), "zone": "com"}, child("01002", "01001")]
    assert [row["code"] for row in recipe.current_communes(rows)] == ["01001"]


def test_territories_are_united_by_code_and_those_without_one_left_out() -> None:
    shapes = np.array([B, A, shapely.box(5, 5, 6, 6), shapely.box(9, 9, 10, 10)], dtype=object)
    codes, united = recipe.dissolve(shapes, np.array(["x", "x", "a", ""]))
    assert codes == ["a", "x"]
    assert united[1].equals(shapely.box(0, 0, 2, 1))


def test_slivers_of_lower_dimension_are_dropped() -> None:
    mixed = shapely.geometrycollections([A, shapely.linestrings([(5, 5), (6, 6)])])
    assert recipe.tidy(mixed).equals(A)


@given(st.floats(-80, 80), st.floats(-179, 178), st.floats(0.01, 0.5))
def test_a_geodesic_area_is_close_to_that_of_the_sphere(latitude: float, longitude: float, size: float) -> None:
    square = np.array([shapely.box(longitude, latitude, longitude + size, latitude + size)], dtype=object)
    low, high = np.radians([latitude, latitude + size])
    sphere = 6371.0088**2 * np.radians(size) * (np.sin(high) - np.sin(low))
    assert recipe.geodesic_areas(square)[0] == pytest.approx(sphere, rel=0.01)
