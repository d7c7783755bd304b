"""Composes the map of a coverage from the open data pack."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Lock

import numpy as np
import shapely
from django.core.cache import cache as stored

from kiif.opendata import base, packs, shapes
from kiif.opendata.errors import DataError
from kiif.ui.atlas import paths
from kiif.ui.atlas.callouts import Callout, Wanted, place
from kiif.ui.home import Coverage, Member

#: Unit of the map: its width. Tolerances are in these units (about 0.7 pixel on a large screen).
WIDTH = 1000
_TOLERANCE = 1.6
_RELIEF_TOLERANCE = 0.45
LEVELS = (20.0, 40.0, 80.0, 150.0, 300.0, 600.0, 1200.0)
#: Levels drawn with a stronger line.
_STRONG = {150.0, 1200.0}
_SIDES, _TOP, _BOTTOM = 95, 10, 62
#: Where the template writes the names of the seas.
_SEAS = [shapely.box(-80, 580, 70, 645), shapely.box(555, 915, 770, 955), shapely.box(190, 40, 345, 75)]


@dataclass(frozen=True)
class Area:
    """Territory of one member: its outline, its number in the list, where the number stands."""

    number: int
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Inset:
    """An overseas department in a square of 64 units."""

    name: str
    path: str
    covered: bool


@dataclass(frozen=True)
class Atlas:
    """What the template draws. `relief` is a list of (path, strong)."""

    view_box: str
    coast: str
    limits: str
    areas: tuple[Area, ...]
    relief: tuple[tuple[str, bool], ...]
    callouts: tuple[Callout, ...]
    insets: tuple[Inset, ...]
    scale_y: float
    scale_units: float


#: Seconds that a drawing nobody asks for stays in the cache.
_KEPT = 90 * 86_400
_one_at_a_time = Lock()


def draw(coverage: Coverage) -> Atlas | None:
    """The map of this coverage, or None when the territories have not been built on this machine."""
    if not base.is_built():
        return None
    try:
        with _one_at_a_time:  # a second visitor waits for the drawing rather than making it again
            return _remembered(coverage, packs.version())
    except DataError:
        return None


@lru_cache(maxsize=8)
def _remembered(coverage: Coverage, version: str) -> Atlas:
    """Drawn once for all starts: it takes a second, which the first visitor of each would spend waiting."""
    about = repr((coverage, version, _method()))
    key = f"atlas:{sha256(about.encode()).hexdigest()}"
    atlas = stored.get(key)
    if not isinstance(atlas, Atlas):
        atlas = _draw(coverage)
        stored.set(key, atlas, timeout=_KEPT)
    return atlas


@cache
def _method() -> str:
    """Changes with the code that draws: a new version of the product draws anew."""
    return sha256(b"".join(file.read_bytes() for file in sorted(Path(__file__).parent.glob("*.py")))).hexdigest()


def _draw(coverage: Coverage) -> Atlas:
    national = shapes.national("department", WIDTH)
    frame = national.frame
    geometries = base.load_geometry("department", "simple")
    codes = [shape.code for shape in national.shapes]
    placed = _simplified(frame.place(geometries.select(codes)))
    land = shapely.union_all(placed, grid_size=0.01)
    of_code = dict(zip(codes, placed, strict=True))
    wanted = []
    for number, member in enumerate(mapped(coverage), start=1):
        parts = [of_code[code] for code in member.departments if code in of_code]
        if parts:
            wanted.append(Wanted(number, member.name, member.place, shapely.union_all(parts, grid_size=0.01)))
    room = shapely.box(-_SIDES, -_TOP, WIDTH + _SIDES, frame.height)
    return Atlas(
        view_box=f"{-_SIDES} {-_TOP} {WIDTH + 2 * _SIDES} {round(frame.height + _TOP + _BOTTOM)}",
        coast=paths.area(land),
        limits=paths.mesh(np.asarray(placed), land),
        areas=tuple(_area(one) for one in wanted),
        relief=_relief(),
        callouts=tuple(place(wanted, room, land, _SEAS)) if wanted else (),
        insets=tuple(Inset(inset.name, inset.land, inset.code in coverage.codes) for inset in national.insets),
        scale_y=round(frame.height + 34),
        scale_units=round(frame.km(200)),
    )


def _simplified(departments: paths.Shapes) -> paths.Shapes:
    """Fewer points, limits still shared; the grid first, because projected limits may touch themselves."""
    return np.asarray(shapely.coverage_simplify(shapely.set_precision(departments, 0.01), _TOLERANCE))


def mapped(coverage: Coverage) -> list[Member]:
    """Members that the map can show: those with departments, in the order given."""
    return [member for member in coverage.members if member.departments]


def _area(one: Wanted) -> Area:
    point = shapely.point_on_surface(one.shape)
    return Area(one.number, paths.area(one.shape), round(shapely.get_x(point)), round(shapely.get_y(point)))


def _relief() -> tuple[tuple[str, bool], ...]:
    lines = shapes.national_contours(LEVELS, WIDTH)
    return tuple((paths.thinned(line.path, _RELIEF_TOLERANCE), line.level in _STRONG) for line in lines)
