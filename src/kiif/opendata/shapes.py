"""Maps drawn on the server: SVG paths of territories and contour lines of inhabitants, in pixels of a frame.

Metropolitan France is in Lambert-93, each overseas department in its official projection. National maps come from the
simplified coverage, local ones from the full contours. Results are cached until the packs change.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
import shapely

from kiif.methods.relief import Grid, contour_lines
from kiif.opendata import base, packs, paths
from kiif.opendata.base import Detail
from kiif.opendata.errors import DataError
from kiif.opendata.errors import gettext_noop as _
from kiif.opendata.frames import (
    LAMBERT_93,
    OVERSEAS,
    Frame,
    Shapes,
    epsg_of,
    fit,
    line_data,
    path_data,
    project,
    unproject,
)
from kiif.opendata.levels import Level, check_level

__all__ = [
    "LOCAL_LEVELS",
    "NATIONAL_LEVELS",
    "Contour",
    "Frame",
    "Inset",
    "LocalMap",
    "NationalMap",
    "Shape",
    "contours",
    "local",
    "national",
    "national_contours",
]

#: Levels of the national relief and of local ones, in inhabitants per km².
NATIONAL_LEVELS: Final = (20, 40, 80, 150, 300, 600, 1200)
LOCAL_LEVELS: Final = (10, 15, 20, 30, 40, 60, 80, 120, 160, 200, 300, 500, 800, 1200, 2500, 5000)
#: Those of a frame where a pixel is over 150 m: as many lines as there is room for.
COARSE_LEVELS: Final = (10, 20, 40, 60, 80, 120, 160, 300, 500, 1200, 5000)
#: Side of an inset, and its inner margin, in pixels.
INSET: Final = 64
#: Under this scale, in pixels per metre (150 m by pixel), simplified contours are enough for the parts of a territory.
COARSE: Final = 1 / 150
#: What is drawn around a territory of each level (EPCI when nothing is said).
AROUND: Final[dict[Level, Level]] = {"region": "department", "department": "department", "commune": "commune"}
#: Of a meridian; a degree of longitude has two thirds of them in France.
METRES_BY_DEGREE: Final = 111_000
INSET_NAMES: Final = ("971", "972", "973", "974", "976")


@dataclass(frozen=True)
class Shape:
    """One territory on a map: SVG ``path``, and ``x``, ``y`` in pixels for its label (a point inside it)."""

    code: str
    name: str
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Contour:
    """Lines of equal density: ``level`` in inhabitants per km², ``path`` in SVG."""

    level: float
    path: str


@dataclass(frozen=True)
class Inset:
    """An overseas department in its own frame, at its own scale."""

    code: str
    name: str
    frame: Frame
    shapes: tuple[Shape, ...]
    land: str


@dataclass(frozen=True)
class NationalMap:
    """Metropolitan France in one frame, overseas departments in insets; ``land`` is the path of the whole."""

    frame: Frame
    shapes: tuple[Shape, ...]
    land: str
    insets: tuple[Inset, ...]


@dataclass(frozen=True)
class LocalMap:
    """A territory and its surroundings: ``outline`` of it, ``parts`` inside, ``context`` around (cut to the frame),
    relief.
    """

    frame: Frame
    outline: str
    parts: tuple[Shape, ...]
    context: tuple[Shape, ...]
    contours: tuple[Contour, ...]


def _bounds(geometries: Shapes, epsg: int) -> tuple[float, float, float, float]:
    points = shapely.get_coordinates(geometries)
    x, y = project(points[:, 0], points[:, 1], epsg)
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _shapes(frame: Frame, table: pl.DataFrame, geometries: Shapes, smallest: float = 0.3) -> tuple[Shape, ...]:
    """SVG shapes of territories; ``table`` has ``code, name, lat, lon`` in the order of ``geometries``."""
    x, y = frame.pixels(*project(table["lon"].to_numpy(), table["lat"].to_numpy(), frame.epsg))
    rows = zip(table["code"], table["name"], frame.place(geometries), x.tolist(), y.tolist(), strict=True)
    return tuple(Shape(c, n, path_data(g, smallest=smallest), round(px, 1), round(py, 1)) for c, n, g, px, py in rows)


def _land(frame: Frame, geometries: Shapes) -> str:
    return path_data(shapely.union_all(frame.place(geometries), grid_size=0.01), smallest=0.5)


@packs.cached(base.PACK, base.LIVING_AREAS_PACK)
def national(level: Level | str = "department", width: float = 1000, smooth: float = 0.0) -> NationalMap:
    """France, by ``department``, ``region``, ``epci`` or ``living-area``; the height follows from the width.

    ``smooth``: bends smaller than a triangle of this side squared, in pixels, are left out; borders stay shared.
    Communes are refused: 34,875 paths belong in tiles.
    """
    level = check_level(level)
    if level == "commune":
        raise DataError(_("A national map of communes is too large for one drawing: use the tiles."))
    table = base.load_level(level)
    if table.is_empty():
        packs.provenance(base.LIVING_AREAS_PACK)
    geometries = base.load_geometry(level, "simple").shapes
    key = "code" if level == "department" else None
    home = table[key] if key else _main_department(table, level)
    overseas = home.is_in(INSET_NAMES).to_numpy()
    frame = fit(_bounds(geometries[~overseas], LAMBERT_93), LAMBERT_93, width, margin=0.02)
    departments = base.load_geometry("department", "simple")
    mainland = departments.shapes[~np.isin(departments.codes, INSET_NAMES)]
    insets = tuple(
        _inset(code, table.filter(home == code), geometries[(home == code).to_numpy()], departments.get(code))
        for code in INSET_NAMES
    )
    drawn = geometries[~overseas]
    if smooth:
        drawn = shapely.coverage_simplify(drawn, smooth / frame.scale / METRES_BY_DEGREE)
        mainland = drawn
    return NationalMap(frame, _shapes(frame, table.filter(~overseas), drawn), _land(frame, mainland), insets)


def _main_department(table: pl.DataFrame, level: Level) -> pl.Series:
    if level != "region":
        return table["department"]
    return table["departments"].list.first()


def _inset(code: str, table: pl.DataFrame, geometries: Shapes, land: shapely.Geometry) -> Inset:
    outline = np.array([land], dtype=object)
    frame = fit(_bounds(outline, OVERSEAS[code]), OVERSEAS[code], INSET, INSET, margin=0.1)
    departments = base.load_departments()
    name = str(departments.filter(pl.col("code") == code)["name"].item())
    return Inset(
        code, name, frame, _shapes(frame, table, geometries, 0.1), path_data(frame.place(outline)[0], smallest=0.1)
    )


def _department(level: Level, row: dict[str, Any]) -> str:
    """Department that gives the projection of a territory."""
    if level == "department":
        return str(row["code"])
    return str(row["departments"][0] if level == "region" else row["department"])


@packs.cached(base.PACK, base.LIVING_AREAS_PACK)
def local(
    level: Level | str,
    code: str,
    *,
    width: float = 760,
    height: float = 640,
    margin: float = 0.35,
    parts: Level | str = "commune",
    with_contours: bool = True,
) -> LocalMap:
    """A territory with its parts, what is around it, and the relief of inhabitants. KeyError when the code is unknown.

    Context: departments around a region or a department, EPCI around anything smaller (communes around a commune).
    ``margin`` is the share of the size of the territory left around it.
    """
    level, parts = check_level(level), check_level(parts)
    table = base.load_level(level)
    found = table.filter(pl.col("code") == code)
    if found.is_empty():
        raise KeyError(code)
    row = found.row(0, named=True)
    epsg = epsg_of(_department(level, row))
    detail: Detail = "simple" if level == "region" else "full"
    contour = base.load_geometry(level, detail).get(code)
    one = np.array([contour], dtype=object)
    frame = fit(_bounds(one, epsg), epsg, width, height, margin)
    inside = _inside(level, code, parts)
    geometries = base.load_geometry(parts, "simple" if frame.scale < COARSE else "full")
    around = AROUND.get(level, "epci")
    return LocalMap(
        frame,
        path_data(frame.place(one)[0], smallest=0.3),
        _shapes(frame, inside, geometries.select(inside["code"].to_list())) if len(inside) else (),
        _context(frame, around, code, contour),
        tuple(contours(frame)) if with_contours else (),
    )


def _inside(level: Level, code: str, parts: Level) -> pl.DataFrame:
    """Rows of the parts of a territory (none for a commune)."""
    table = base.load_level(parts)
    if level in ("commune", parts):
        return table.clear()
    members = base.load_members(level).filter(pl.col("code") == code)
    if parts == "commune":
        return table.join(members.select(pl.col("commune").alias("code")), on="code", how="semi", maintain_order="left")
    mine = base.load_members(parts).join(members.select("commune"), on="commune", how="semi")
    return table.join(mine.select("code"), on="code", how="semi", maintain_order="left")


def _context(frame: Frame, level: Level, code: str, contour: shapely.Geometry) -> tuple[Shape, ...]:
    """Territories that the frame shows around the one drawn, cut to the frame (with a little more, to hide the cut)."""
    table = base.load_level(level)
    west, south, east, north = _degrees(frame)
    seen = table.filter(
        (pl.col("max_lon") >= west) & (pl.col("min_lon") <= east)
        & (pl.col("max_lat") >= south) & (pl.col("min_lat") <= north) & (pl.col("code") != code)
    )  # fmt: skip
    if seen.is_empty():
        return ()
    geometries = base.load_geometry(level, "simple" if level == "department" else "full").select(seen["code"].to_list())
    window = shapely.buffer(frame.window(), 4, join_style="mitre")
    placed = shapely.intersection(shapely.make_valid(frame.place(geometries)), window)  # projected edges may touch
    result = []
    for part, name, shape in zip(seen["code"], seen["name"], placed, strict=True):
        if shapely.area(shape) <= 0:
            continue
        point = shapely.point_on_surface(shape)
        x, y = round(float(shapely.get_x(point)), 1), round(float(shapely.get_y(point)), 1)
        result.append(Shape(part, name, path_data(shape, smallest=0.3), x, y))
    return tuple(result)


def _degrees(frame: Frame) -> tuple[float, float, float, float]:
    """West, south, east, north of a frame, a little wider than it."""
    min_x, min_y, max_x, max_y = frame.bounds
    steps = np.linspace(0, 1, 5)
    xs = np.concatenate([min_x + steps * (max_x - min_x)] * 2 + [np.full(5, min_x), np.full(5, max_x)])
    ys = np.concatenate([np.full(5, min_y), np.full(5, max_y)] + [min_y + steps * (max_y - min_y)] * 2)
    longitude, latitude = unproject(xs, ys, frame.epsg)
    return float(longitude.min()), float(latitude.min()), float(longitude.max()), float(latitude.max())


@packs.cached(base.PACK)
def _relief(zone: str) -> Grid:
    """A grid of the base pack, memory-mapped."""
    packs.provenance(base.PACK)
    folder = paths.pack_dir(base.PACK)
    facts = json.loads((folder / "relief.json").read_text(encoding="utf-8"))[zone]
    values = np.load(folder / f"relief_{zone}.npy", mmap_mode="r")
    return Grid(values, facts["x0"], facts["y0"], facts["step"])


_ZONE_OF: Final = {2154: "metro", 5490: "antilles", 2972: "guyane", 2975: "reunion", 4471: "mayotte"}


def contours(frame: Frame, levels: tuple[float, ...] | None = None) -> list[Contour]:
    """Lines of equal density of inhabitants smoothed over about 3 km, for a local frame.

    Beyond 400 km the national grid (smoothed over 12 km) is used. Levels without any line are left out. Over 150 m by
    pixel, there are fewer levels and small rings are left out: they would be blots.
    """
    min_x, min_y, max_x, max_y = frame.bounds
    wide = max(max_x - min_x, max_y - min_y) > 400_000 and frame.epsg == LAMBERT_93
    grid = _relief("national" if wide else _ZONE_OF[frame.epsg]).window(min_x, min_y, max_x, max_y)
    cells = grid.values.size
    factor = next(f for f, most in ((3, 1_500), (2, 30_000), (1, cells)) if cells <= most)
    coarse = frame.scale < COARSE
    return _draw(
        grid.refined(factor),
        frame,
        levels or (COARSE_LEVELS if coarse else LOCAL_LEVELS),
        smallest=10 if coarse else 4,
        tolerance=0.3 if coarse else 0.15,
    )


@packs.cached(base.PACK)
def national_contours(levels: tuple[float, ...] = NATIONAL_LEVELS, width: float = 1000) -> list[Contour]:
    """The relief of inhabitants of metropolitan France, in the frame of :func:`national`."""
    grid = _relief("national").refined(2)
    return _draw(grid, national("department", width).frame, levels, smallest=12)


def _draw(
    grid: Grid, frame: Frame, levels: tuple[float, ...], smallest: float = 4, tolerance: float = 0.15
) -> list[Contour]:
    """Contours in pixels; closed lines shorter than ``smallest`` pixels across are left out, others thinned to
    ``tolerance`` pixels.
    """
    result = []
    for level in levels:
        kept = []
        for line in contour_lines(grid, level):
            points = np.stack(frame.pixels(line[:, 0], line[:, 1]), axis=1)
            if len(points) >= 4 and np.ptp(points, axis=0).max() >= smallest:
                kept.append(points)
        if kept:
            index = np.repeat(np.arange(len(kept)), [len(points) for points in kept])
            thin = shapely.simplify(shapely.linestrings(np.concatenate(kept), indices=index), tolerance)
            result.append(Contour(level, "".join(line_data(shapely.get_coordinates(line)) for line in thin)))
    return result
