"""Maps of France drawn on the server: a figure by department or region, or what the alliance covers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from django.utils.translation import get_language

from kiif.opendata import packs, shapes
from kiif.territories import figures
from kiif.territories.enums import LEVEL_SLUGS, Level

WIDTH: Final = 720
#: Bends under a pixel and a half are hardly seen; without them the page weighs half.
SMOOTH: Final = 1.4
CLASSES: Final = 5


@dataclass(frozen=True)
class Area:
    """A department or a region: its path, the class of its value (0–4, ``none`` when unknown), words for its title."""

    code: str
    name: str
    path: str
    css: str
    text: str
    address: str


@dataclass(frozen=True)
class InsetMap:
    name: str
    areas: tuple[Area, ...]


@dataclass(frozen=True)
class Step:
    """One line of the legend."""

    css: str
    low: str
    high: str


@dataclass(frozen=True)
class FranceMap:
    width: float
    height: float
    areas: tuple[Area, ...]
    insets: tuple[InsetMap, ...]
    land: str
    legend: tuple[Step, ...]
    level: Level


def of_figure(level: Level, indicator: str, branches: figures.Points = ()) -> FranceMap | None:
    """A figure by region for regions, by department otherwise. None when it is not known at that level."""
    drawn = Level.REGION if level == Level.REGION else Level.DEPARTMENT
    if indicator not in figures.load(drawn, branches):
        return None
    return _of_figure(drawn, indicator, branches, packs.version(), get_language() or "fr")


@lru_cache(maxsize=64)
def _of_figure(level: Level, indicator: str, branches: figures.Points, version: str, language: str) -> FranceMap:
    table = figures.load(level, branches)
    column = table.column(indicator)
    known = column[~np.isnan(column)]
    bounds = np.unique(np.quantile(known, np.arange(1, CLASSES) / CLASSES)) if len(known) else np.empty(0)
    css, texts = {}, {}
    for code, value in zip(table.base.codes.tolist(), column.tolist(), strict=True):
        css[code] = "none" if np.isnan(value) else f"c{int(np.searchsorted(bounds, value, side='right'))}"
        texts[code] = figures.with_unit(indicator, value)
    edges = [known.min(), *bounds.tolist(), known.max()] if len(known) else []
    legend = tuple(
        Step(f"c{i}", figures.shown(indicator, low), figures.with_unit(indicator, high))
        for i, (low, high) in enumerate(pairwise(edges))
    )
    return _draw(level, css, texts, legend)


def of_coverage(covered: Iterable[str], texts: dict[str, str]) -> FranceMap:
    """Departments that the alliance covers (class ``covered``) or not (``open``); ``texts`` are their titles."""
    codes = set(covered)
    every = shapes.national("department", WIDTH)
    css = {s.code: "covered" if s.code in codes else "open" for s in every.shapes}
    css |= {i.code: "covered" if i.code in codes else "open" for i in every.insets}
    return _draw(Level.DEPARTMENT, css, texts, ())


def _draw(level: Level, css: dict[str, str], texts: dict[str, str], legend: tuple[Step, ...]) -> FranceMap:
    drawn = shapes.national(level.value, WIDTH, SMOOTH)

    def area(shape: shapes.Shape) -> Area:
        return Area(
            code=shape.code,
            name=shape.name.replace("'", "’"),
            path=shape.path,
            css=css.get(shape.code, "none"),
            text=texts.get(shape.code, ""),
            address=f"{LEVEL_SLUGS[level]}/{shape.code}/",
        )

    return FranceMap(
        width=drawn.frame.width,
        height=drawn.frame.height,
        areas=tuple(area(shape) for shape in drawn.shapes),
        insets=tuple(
            InsetMap(i.name.replace("'", "’"), tuple(area(shape) for shape in i.shapes)) for i in drawn.insets
        ),
        land=drawn.land,
        legend=legend,
        level=level,
    )


def points(branches: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Pixels of points (lat, lon) on the map of metropolitan France; those outside it are left out."""
    frame = shapes.national("department", WIDTH).frame
    found = [frame.project(lon, lat) for lat, lon in branches]
    return [(x, y) for x, y in found if 0 <= x <= frame.width and 0 <= y <= frame.height]
