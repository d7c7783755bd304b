"""Maps drawn on the server: outline, parts, surroundings, relief of inhabitants, labels that do not collide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import polars as pl
import shapely

from kiif.opendata import base, packs, shapes
from kiif.opendata.frames import LAMBERT_93, epsg_of, fit, path_data, project, unproject
from kiif.territories import map_store, words
from kiif.territories.enums import Level

WIDTH: Final = 900
HEIGHT: Final = 760
#: Which territories are drawn inside another one.
PARTS: Final[dict[str, str]] = {
    Level.COMMUNE: "commune",
    Level.EPCI: "commune",
    Level.LIVING_AREA: "commune",
    Level.DEPARTMENT: "epci",
    Level.REGION: "department",
}
MOST_LABELS: Final = 7
MOST_CONTEXT: Final = 6
#: Rough width of a letter, in pixels, for labels in the title font and in italics.
LETTER: Final = 9.6
LETTER_ITALIC: Final = 8.4
#: Every one of these densities is drawn as a thicker line, as on a contour map.
INDEX_LINES: Final = frozenset({20, 40, 80, 160, 300, 600, 1200, 2500, 5000})
#: How much larger letters are on a small screen.
ENLARGED: Final = 1.5
SCALES: Final = (0.5, 1, 2, 5, 10, 20, 50, 100)


Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Label:
    """A name on the map. ``kind``: ``place`` (dot and name) or ``around`` (italics, no dot)."""

    x: float
    y: float
    text: str
    kind: str
    anchor: str = "start"
    radius: float = 5
    #: too long or too close to others for a small screen, where letters are half as large again
    minor: bool = False

    @property
    def text_x(self) -> float:
        if self.kind == "around":
            return self.x
        return self.x + 10 if self.anchor == "start" else self.x - 10

    @property
    def text_y(self) -> float:
        return self.y + (0 if self.kind == "around" else 6)


@dataclass(frozen=True)
class Line:
    """Contour lines of one density; ``is_index`` for the thicker ones."""

    level: float
    path: str
    is_index: bool


@dataclass(frozen=True)
class PlaceMap:
    """A map ready for the template: SVG paths, labels, scale bar."""

    width: float
    height: float
    outline: str
    parts: str
    context: str
    lines: tuple[Line, ...]
    labels: tuple[Label, ...]
    scale_km: float
    scale_px: float

    @property
    def lowest(self) -> float | None:
        return self.lines[0].level if self.lines else None

    @property
    def highest(self) -> float | None:
        return self.lines[-1].level if self.lines else None


def of_territory(level: str, code: str) -> PlaceMap | None:
    """The map of an official territory; None when the pack does not know the code (closed since).

    Larger territories take up to a tenth of a second: once drawn they are kept on disk, until the packs change.
    """
    if level == Level.COMMUNE:
        return _of_territory(level, code, packs.version())
    key = map_store.version()
    kept = map_store.read(key, level, code)
    if kept is not None:
        return _from_record(kept)
    drawn = _of_territory(level, code, packs.version())
    if drawn is not None:
        map_store.write(key, level, code, asdict(drawn))
    return drawn


def _from_record(record: dict[str, Any]) -> PlaceMap:
    lines = tuple(Line(**line) for line in record.pop("lines"))
    labels = tuple(Label(**label) for label in record.pop("labels"))
    return PlaceMap(lines=lines, labels=labels, **record)


#: The slowest to draw, before anybody asks; then those that can wait until the product serves.
LARGEST: Final = (Level.REGION, Level.DEPARTMENT)
SMALLER: Final = (Level.EPCI, Level.LIVING_AREA)


def draw(levels: Sequence[Level]) -> int:
    """Draw and keep the maps of these levels; gives how many were missing."""
    key = map_store.version()
    wanted = [(level, code) for level in levels for code in _codes(level)]
    missing = [(level, code) for level, code in wanted if not map_store.has(key, level, code)]
    for level, code in missing:
        of_territory(level, code)
    return len(missing)


def all_drawn(levels: Sequence[Level]) -> bool:
    """Whether no map of these levels is missing."""
    key = map_store.version()
    return all(map_store.has(key, level, code) for level in levels for code in _codes(level))


def _codes(level: Level) -> list[str]:
    """Codes of a level; none for living areas whose pack is not there."""
    if level == Level.LIVING_AREA and not packs.stamp(base.LIVING_AREAS_PACK):
        return []
    return list(base.load_level(level)["code"].to_list())


@lru_cache(maxsize=128)
def _of_territory(level: str, code: str, version: str) -> PlaceMap | None:
    margin = 0.9 if level == Level.COMMUNE else 0.22
    try:
        drawn = shapes.local(level, code, width=WIDTH, height=HEIGHT, margin=margin, parts=PARTS[level])
    except KeyError:
        return None
    places = _places(level, code)
    return _compose(
        drawn.frame,
        outline=drawn.outline,
        parts=drawn.parts,
        context=drawn.context,
        contours=drawn.contours,
        places=places,
    )


def of_communes(codes: Sequence[str]) -> PlaceMap | None:
    """The map of any set of communes; None when no code is known."""
    return _of_communes(tuple(sorted(codes)), packs.version())


@lru_cache(maxsize=64)
def _of_communes(codes: tuple[str, ...], version: str) -> PlaceMap | None:
    table = base.load_communes().filter(pl.col("code").is_in(codes))
    if table.is_empty():
        return None
    home = table.group_by("department").agg(pl.col("population").sum()).sort("population", descending=True)
    epsg = epsg_of(str(home["department"][0]))
    if epsg != LAMBERT_93:  # one projection per map: the department with most inhabitants decides
        table = table.filter(pl.col("department").is_in([d for d in home["department"] if epsg_of(d) == epsg]))
    geometries = base.load_geometry("commune", "simple" if table.height > 400 else "full").select(
        table["code"].to_list()
    )
    points = shapely.get_coordinates(geometries)
    x, y = project(points[:, 0], points[:, 1], epsg)
    bounds = (float(x.min()), float(y.min()), float(x.max()), float(y.max()))
    frame = fit(bounds, epsg, WIDTH, HEIGHT, margin=0.25)
    placed = shapely.make_valid(frame.place(geometries))
    whole = shapely.union_all(placed, grid_size=0.01)
    rows = zip(table["code"], table["name"], placed, strict=True)
    parts = tuple(shapes.Shape(code, name, path_data(shape, smallest=0.3), 0, 0) for code, name, shape in rows)
    around = _around(frame, set(codes))
    contours = tuple(shapes.contours(frame))
    places = table.sort("population", descending=True).head(30)
    return _compose(
        frame,
        outline=path_data(whole, smallest=0.3),
        parts=parts,
        context=around,
        contours=contours,
        places=places,
    )


def _around(frame: shapes.Frame, codes: set[str]) -> tuple[shapes.Shape, ...]:
    """EPCI that the frame shows, cut to it."""
    min_x, min_y, max_x, max_y = frame.bounds
    corners = np.array([[min_x, min_y], [max_x, min_y], [max_x, max_y], [min_x, max_y]])
    lon, lat = unproject(corners[:, 0], corners[:, 1], frame.epsg)
    seen = base.load_epci().filter(
        (pl.col("max_lon") >= lon.min())
        & (pl.col("min_lon") <= lon.max())
        & (pl.col("max_lat") >= lat.min())
        & (pl.col("min_lat") <= lat.max())
    )
    if seen.is_empty():
        return ()
    geometries = base.load_geometry("epci", "simple").select(seen["code"].to_list())
    placed = shapely.intersection(shapely.make_valid(frame.place(geometries)), shapely.buffer(frame.window(), 4))
    found = []
    for code, name, shape in zip(seen["code"], seen["name"], placed, strict=True):
        if shapely.area(shape) > 0:
            point = shapely.point_on_surface(shape)
            x, y = float(shapely.get_x(point)), float(shapely.get_y(point))
            found.append(shapes.Shape(code, name, path_data(shape, smallest=0.3), round(x, 1), round(y, 1)))
    return tuple(found)


def _places(level: str, code: str) -> pl.DataFrame:
    """Communes worth a dot: the most inhabited of the territory, most inhabited first."""
    table = base.load_communes()
    if level == Level.COMMUNE:
        return table.filter(pl.col("code") == code)
    members = base.load_members(level).filter(pl.col("code") == code)
    inside = table.join(members.select(pl.col("commune").alias("code")), on="code", how="semi")
    return inside.sort("population", descending=True).head(30)


def _compose(
    frame: shapes.Frame,
    *,
    outline: str,
    parts: Iterable[shapes.Shape],
    context: Iterable[shapes.Shape],
    contours: Iterable[shapes.Contour],
    places: pl.DataFrame,
) -> PlaceMap:
    parts = tuple(parts)
    inside = {shape.code for shape in parts}
    context = tuple(shape for shape in context if shape.code not in inside)
    taken: list[Box] = []
    labels = _place_labels(frame, places, taken)
    labels += _context_labels(frame, context, taken)
    km = max((s for s in SCALES if frame.km(s) <= frame.width / 4), default=SCALES[0])
    return PlaceMap(
        width=frame.width,
        height=frame.height,
        outline=outline,
        parts="".join(shape.path for shape in parts),
        context="".join(shape.path for shape in context),
        lines=tuple(Line(c.level, c.path, c.level in INDEX_LINES) for c in contours),
        labels=tuple(labels),
        scale_km=km,
        scale_px=round(frame.km(km), 1),
    )


def _place_labels(frame: shapes.Frame, places: pl.DataFrame, taken: list[Box]) -> list[Label]:
    found: list[Label] = []
    large: list[Box] = []
    for row in places.iter_rows(named=True):
        if len(found) >= MOST_LABELS:
            break
        x, y = frame.project(row["lon"], row["lat"])
        text = row["name"].replace("'", "’")
        size = len(text) * LETTER
        radius = 7.0 if not found else 5.0
        for anchor, left in (("start", x + 10), ("end", x - 10 - size)):
            box = (left, y - 14, left + size, y + 10)
            if left > 4 and left + size < frame.width - 4 and 16 < y < frame.height - 16 and _free(box, taken):
                taken += [box, (x - 9, y - 9, x + 9, y + 9)]
                wide = _enlarged(box, anchor)
                minor = wide[0] < 4 or wide[2] > frame.width - 4 or not _free(wide, large)
                if not minor:
                    large.append(wide)
                found.append(Label(x, y, text, "place", anchor, radius, minor))
                break
    return found


def _context_labels(
    frame: shapes.Frame,
    context: tuple[shapes.Shape, ...],
    taken: list[Box],
) -> list[Label]:
    """Names around, in italics, where the visible part of the territory is, if they do not cover another name."""
    found: list[Label] = []
    taken.append((0, frame.height - 50, 230, frame.height))  # the scale bar
    for shape in sorted(context, key=lambda s: -len(s.path)):
        if len(found) >= MOST_CONTEXT:
            break
        text = words.short_name(shape.name).replace("'", "’")
        size = len(text) * LETTER_ITALIC
        x = min(max(shape.x, size / 2 + 12), frame.width - size / 2 - 12)
        y = min(max(shape.y, 26), frame.height - 20)
        box = (x - size / 2 - 6, y - 18, x + size / 2 + 6, y + 8)
        if abs(x - shape.x) > 120 or not _free(box, taken):
            continue
        taken.append(box)
        minor = len(found) > 2 or x - size * 0.75 < 4 or x + size * 0.75 > frame.width - 4
        found.append(Label(round(x, 1), round(y, 1), text, "around", "middle", minor=minor))
    return found


def _enlarged(box: Box, anchor: str) -> Box:
    """The same label on a small screen."""
    width = (box[2] - box[0]) * ENLARGED
    left = box[0] if anchor == "start" else box[2] - width
    return (left, box[1] - 8, left + width, box[3] + 8)


def _free(box: Box, taken: Iterable[Box]) -> bool:
    return all(box[2] < t[0] or box[0] > t[2] or box[3] < t[1] or box[1] > t[3] for t in taken)
