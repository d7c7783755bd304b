"""The map of a result, drawn on the server: bands A, B, C and what is ruled out, at the level compared."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from kiif.opendata import base, packs, shapes
from kiif.opendata.frames import path_data
from kiif.opendata.levels import Level
from kiif.replication.certainty import certainty_of
from kiif.replication.engine import Answer

WIDTH = 640
#: Room of a number on the map, in pixels.
NUMBER_WIDTH = 26
NUMBER_HEIGHT = 20


@dataclass(frozen=True)
class Place:
    """A territory drawn alone: A or B. `x`, `y` hold its number, left out when another one is there already."""

    code: str
    name: str
    band: str
    rank: int
    path: str
    x: float
    y: float
    numbered: bool = True


@dataclass(frozen=True)
class Corner:
    """An overseas department: its land, and the territories of bands A and B inside."""

    name: str
    land: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Picture:
    width: float
    height: float
    land: str
    limits: str
    excluded: str
    places: tuple[Place, ...]
    corners: tuple[Corner, ...]
    dots: bool


@functools.lru_cache(maxsize=4)
def limits_of(_version: str) -> str:
    """Limits of departments in one path, coarse: they only help to find one's way."""
    frame = shapes.national("department", WIDTH).frame
    table = base.load_departments()
    home = [code for code in table["code"].to_list() if code not in shapes.INSET_NAMES]
    placed = shapely.make_valid(frame.place(base.load_geometry("department", "simple").select(home)))
    lines = shapely.line_merge(shapely.union_all(shapely.boundary(shapely.set_precision(placed, 0.5))))
    coarse = shapely.get_parts(shapely.simplify(lines, 0.9))
    return "".join("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in shapely.get_coordinates(line)) for line in coarse)


def draw(answer: Answer) -> Picture | None:
    """The map of an answer; None when the level has no drawing (living areas not imported)."""
    bands = bands_of(answer)
    ranks = dict(zip(answer.codes.tolist(), answer.evaluation.rank.tolist(), strict=True))
    if answer.level == "commune":
        return _dots(answer, bands, ranks)
    drawn = shapes.national(answer.level, WIDTH)
    places = _without_collisions(tuple(_place(s, bands, ranks) for s in drawn.shapes if s.code in bands))
    corners = tuple(
        Corner(i.name.replace("'", "’"), i.land, tuple(_place(s, bands, ranks) for s in i.shapes if s.code in bands))
        for i in drawn.insets
    )
    home = {shape.code for shape in drawn.shapes}
    out = tuple(code for code in answer.codes[answer.evaluation.excluded].tolist() if code in home)
    excluded = _union(answer.level, out, packs.version()) if out else ""
    return Picture(
        drawn.frame.width, drawn.frame.height, drawn.land, limits_of(packs.version()), excluded, places, corners, False
    )


@functools.lru_cache(maxsize=8)
def _union(level: Level, codes: tuple[str, ...], _version: str) -> str:
    """One path for all that is ruled out, coarse."""
    frame = shapes.national("department", WIDTH).frame
    placed = shapely.make_valid(frame.place(base.load_geometry(level, "simple").select(list(codes))))
    whole = shapely.union_all(shapely.set_precision(placed, 0.3))
    return path_data(shapely.simplify(whole, 0.7), smallest=1.0)


def _place(shape: shapes.Shape, bands: dict[str, str], ranks: dict[str, int]) -> Place:
    return Place(
        shape.code, shape.name.replace("'", "’"), bands[shape.code], ranks[shape.code], shape.path, shape.x, shape.y
    )


def _dots(answer: Answer, bands: dict[str, str], ranks: dict[str, int]) -> Picture:
    """Communes are too many to outline: bands A and B are drawn, in their own outline, over the departments."""
    departments = shapes.national("department", WIDTH)
    frame = departments.frame
    codes = sorted(bands, key=lambda code: ranks[code])
    table = base.load_communes()
    here = dict(
        zip(
            table["code"], zip(table["name"], table["department"], table["lat"], table["lon"], strict=True), strict=True
        )
    )
    mainland = [code for code in codes if here[code][1] not in shapes.INSET_NAMES]
    geometries = base.load_geometry("commune", "simple").select(mainland) if mainland else np.empty(0, dtype=object)
    placed: Any = frame.place(geometries) if mainland else ()
    found = []
    for code, shape in zip(mainland, placed, strict=True):
        name, _department, lat, lon = here[code]
        x, y = frame.project(lon, lat)
        path = path_data(shapely.make_valid(shape), smallest=0.05)
        found.append(Place(code, name.replace("'", "’"), bands[code], ranks[code], path, round(x, 1), round(y, 1)))
    corners = tuple(Corner(i.name.replace("'", "’"), i.land, ()) for i in departments.insets)
    return Picture(
        frame.width,
        frame.height,
        departments.land,
        limits_of(packs.version()),
        "",
        _without_collisions(tuple(found)),
        corners,
        True,
    )


def _without_collisions(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """Numbers that would cover another one are left out, the best rank first; the table has them all."""
    taken: list[tuple[float, float]] = []
    shown = set()
    for place in sorted(places, key=lambda p: p.rank):
        if all(abs(place.x - x) > NUMBER_WIDTH or abs(place.y - y) > NUMBER_HEIGHT for x, y in taken):
            taken.append((place.x, place.y))
            shown.add(place.code)
    return tuple(replace(place, numbered=place.code in shown) for place in places)


def bands_of(answer: Answer) -> dict[str, str]:
    """Band A or B by code; band C is everything else that is kept."""
    certain = certainty_of(answer)
    if certain is None:
        first = answer.evaluation.order[: answer.evaluation.model.top]
        return {str(answer.codes[row]): "B" for row in first}
    rows = np.flatnonzero(certain.acceptability >= 0.5)
    return {str(answer.codes[row]): certain.band(int(row)) for row in rows}
