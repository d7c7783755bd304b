"""The map of the home page: light paths, names that do not cover each other, nothing without the data."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from kiif.opendata import base, packs, shapes
from kiif.opendata.errors import DataError
from kiif.opendata.frames import LAMBERT_93, Frame
from kiif.ui import atlas
from kiif.ui.atlas import drawing, paths
from kiif.ui.atlas.callouts import Callout, Wanted, broken, place
from kiif.ui.home import Coverage, Member

FRAME = shapely.box(-100, -10, 1100, 1000)
LAND = shapely.box(100, 100, 900, 900)


def points_of(path: str) -> list[list[tuple[int, int]]]:
    """Absolute points of each line of a path in our notation."""
    lines = []
    for piece in path.split("M")[1:]:
        start, steps = piece.rstrip("z").split("l")
        x, y = map(int, start.split())
        numbers = list(map(int, re.findall(r"-?\d+", steps)))
        line = [(x, y)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            line.append((x, y))
        lines.append(line)
    return lines


@given(st.lists(st.tuples(st.integers(-999, 999), st.integers(-999, 999)), min_size=2, max_size=40))
def test_a_path_goes_through_its_points(points: list[tuple[int, int]]) -> None:
    distinct = [point for point, _ in itertools.groupby(points)]
    path = paths.line(points, closed=False)
    assert points_of(path) == ([distinct] if len(distinct) > 1 else [])


def test_areas_keep_their_largest_part_and_their_holes() -> None:
    ring = shapely.box(0, 0, 100, 100).difference(shapely.box(40, 40, 60, 60))
    shape = shapely.union_all([ring, shapely.box(200, 0, 201, 1)])
    assert len(points_of(paths.area(shape))) == 2
    assert len(points_of(paths.area(shapely.box(0, 0, 2, 2)))) == 1


def test_limits_are_drawn_once_without_the_coast() -> None:
    two = np.array([shapely.box(0, 0, 50, 100), shapely.box(50, 0, 100, 100)], dtype=object)
    (line,) = points_of(paths.mesh(two, shapely.union_all(two)))
    assert {x for x, _ in line} == {50}


def test_thinning_keeps_ends_and_drops_points_on_the_way() -> None:
    assert points_of(paths.thinned("M0,0 10,0.1 20,0", 0.5)) == [[(0, 0), (20, 0)]]
    assert paths.thinned("M0,0 10,0 10,10 0,10Z", 0.5).endswith("z")
    assert paths.thinned("M0,0", 0.5) == ""


def box_of(callout: Callout) -> shapely.Geometry:
    width = 12.2 * max(len(text) for text in callout.lines)
    left = callout.x if callout.anchor == "start" else callout.x - width
    return shapely.box(left, callout.y - 20, left + width, callout.y + 26 * len(callout.lines) - 24)


@pytest.mark.parametrize("count", [1, 4, 9, 16])
def test_names_stay_inside_and_apart(count: int) -> None:
    side = int(count**0.5)
    step = 800 / side
    wanted = [
        Wanted(i + 1, f"Incubateur {i}", "Région", shapely.box(x, y, x + step * 0.7, y + step * 0.7))
        for i, (x, y) in enumerate((100 + step * (i % side), 100 + step * (i // side)) for i in range(count))
    ]
    callouts = place(wanted, FRAME, LAND, [])
    assert [callout.number for callout in callouts] == list(range(1, count + 1))
    for callout, one in zip(callouts, wanted, strict=True):
        assert shapely.covers(one.shape, shapely.points(callout.dot_x, callout.dot_y))
        assert shapely.covers(FRAME, box_of(callout))
    for a, b in itertools.combinations(map(box_of, callouts), 2):
        assert not shapely.intersects(a, b)


def test_names_avoid_what_is_taken() -> None:
    wanted = [Wanted(1, "Évident", "", shapely.box(480, 480, 520, 520))]
    taken = [shapely.box(-100, -10, 1100, 470)]
    (callout,) = place(wanted, FRAME, LAND, taken)
    assert not shapely.intersects(box_of(callout), taken[0])


def test_long_names_break_in_the_middle() -> None:
    assert broken("Le Laboratoire des partenariats") == ("Le Laboratoire", "des partenariats")
    assert broken("ATIS") == ("ATIS",)
    assert broken("Anticonstitutionnellement") == ("Anticonstitutionnellement",)


def test_without_data_there_is_no_map(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "is_built", lambda: False)
    assert atlas.draw(Coverage()) is None
    monkeypatch.setattr(base, "is_built", lambda: True)
    monkeypatch.setattr(packs, "version", lambda: "broken")

    def fail(*args: object) -> None:
        raise DataError("damaged")

    monkeypatch.setattr(shapes, "national", fail)
    assert atlas.draw(Coverage()) is None


def test_a_map_shows_members_with_departments_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    squares = {"33": shapely.box(0.2, 44.5, 0.9, 45.2), "24": shapely.box(0.9, 44.5, 1.6, 45.2)}
    frame = Frame(LAMBERT_93, 300_000, 6_600_000, 0.002, 1000, 900)
    shown = tuple(shapes.Shape(code, code, "", 0, 0) for code in squares)
    inset = shapes.Inset("974", "La Réunion", frame, (), "M0,0 1,1Z")

    class Geometries:
        def select(self, codes: list[str]) -> object:
            return np.array([squares[code] for code in codes], dtype=object)

    monkeypatch.setattr(base, "is_built", lambda: True)
    monkeypatch.setattr(packs, "version", lambda: "squares")
    monkeypatch.setattr(base, "load_geometry", lambda level, detail: Geometries())
    monkeypatch.setattr(shapes, "national", lambda level, width: shapes.NationalMap(frame, shown, "", (inset,)))
    line = shapes.Contour(150.0, "M1,1 9,9 20,1")
    monkeypatch.setattr(shapes, "national_contours", lambda levels, width: [line])
    coverage = Coverage((Member("Partout"), Member("ATIS", "Ici", ("33", "974")), Member("Voisin", "", ("24", "zz"))))
    drawn = atlas.draw(coverage)
    assert drawn is not None
    assert [area.number for area in drawn.areas] == [1, 2]
    assert [callout.lines for callout in drawn.callouts] == [("ATIS",), ("Voisin",)]
    assert [inset.covered for inset in drawn.insets] == [True]
    assert drawn.relief[0][1] is True
    assert [member.name for member in drawing.mapped(coverage)] == ["ATIS", "Voisin"]
    assert drawn.limits.count("M") == 1
