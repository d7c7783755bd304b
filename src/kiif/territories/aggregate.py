"""Figures of any set of communes, each by its own rule: counts are summed before the division, means are weighted.

The raw columns of the packs are read at commune level; what is published for official levels only (the poverty rate)
is left unknown rather than averaged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from kiif.opendata import base, packs, paths, rollup
from kiif.opendata.indicator_model import Indicator, Value
from kiif.opendata.indicators import CATALOGUE
from kiif.territories.figures import Floats, Source, source_of

SMALL: Final = 1_000


@dataclass(frozen=True)
class Whole:
    """Figures of a set of communes: ``unreliable`` ones are shown as such, ``means`` are weighted means of communes."""

    codes: tuple[str, ...]
    values: dict[str, float] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    unreliable: frozenset[str] = frozenset()
    means: frozenset[str] = frozenset()
    rural_communes: int = 0
    rural_source: str = ""
    parts: tuple[int, ...] = ()

    @property
    def population(self) -> int:
        return int(self.values.get("population", 0))

    @property
    def is_contiguous(self) -> bool:
        return len(self.parts) <= 1


def of_communes(codes: Iterable[str], extra: dict[str, Floats] | None = None) -> Whole:
    """Figures of these communes (unknown codes are ignored).

    Raises :class:`kiif.opendata.errors.MissingPack` without the base pack. ``extra`` gives more figures by commune
    (in the order of the table), averaged by inhabitant.
    """
    communes = base.load_communes()
    where = _positions(packs.version())
    rows = np.array(sorted({where[code] for code in codes if code in where}), dtype=np.intp)
    if len(rows) == 0:
        return Whole(())
    chosen = communes[rows.tolist()]
    population = communes["population"].to_numpy().astype(np.float64)
    index = np.full(communes.height, -1, dtype=np.intp)
    index[rows] = 0
    values = _base_figures(chosen)
    sources = {ident: source_of(packs.provenance(base.PACK), ident) for ident in values}
    weak: set[str] = set()
    means: set[str] = set()
    for ident, indicator in CATALOGUE.items():
        if ident in values or indicator.kind == "category":
            continue
        found = _roll(indicator, population, index)
        if found is None:
            continue
        values[ident], sources[ident], unsure = found
        if unsure:
            weak.add(ident)
        if indicator.rollup == "mean":
            means.add(ident)
    for ident, column in (extra or {}).items():
        values[ident] = float(rollup.weighted_means(column, population, index, 1)[0])
        means.add(ident)
    origins = chosen["rural_source"].unique().to_list()
    return Whole(
        codes=tuple(chosen["code"].to_list()),
        values=values,
        sources=sources,
        unreliable=frozenset(weak),
        means=frozenset(means),
        rural_communes=int(chosen["rural"].sum()),
        rural_source=str(origins[0]) if len(origins) == 1 else "mixed",
        parts=tuple(len(part) for part in components(chosen["code"].to_list())),
    )


def _base_figures(chosen: pl.DataFrame) -> dict[str, float]:
    population = float(chosen["population"].sum())
    area = float(chosen["area_km2"].sum())
    rural = float(chosen.filter("rural")["population"].sum())
    count = chosen.height
    return {
        "population": population,
        "area_km2": area,
        "density": population / area if area else float("nan"),
        "communes": float(count),
        "small_communes_share": 100 * chosen.filter(pl.col("population") < SMALL).height / count,
        "main_commune_share": 100 * float(chosen.select(pl.col("population").max()).item()) / population
        if population
        else float("nan"),
        "rural_share": 100 * rural / population if population else float("nan"),
    }


def _roll(indicator: Indicator, population: Floats, index: npt.NDArray[np.intp]) -> tuple[float, Source, bool] | None:
    """Value, source and doubt of an indicator for the group 0 of ``index``; None when no pack gives it soundly."""
    if indicator.rollup == "none":
        return None
    for source, recipe in indicator.recipes.items():
        raw = raw_columns(source, packs.version())
        needed = (recipe.column,) if isinstance(recipe, Value) else recipe.columns
        if not all(name in raw for name in needed):
            continue
        if isinstance(recipe, Value) and recipe.weight is None and indicator.rollup == "mean":
            rolled = Value(recipe.column, "population").rolled(raw, population, index, 1)
        else:
            rolled = recipe.rolled(raw, population, index, 1)
        if rolled is not None:
            values, unsure = rolled
            return (
                float(values[0]),
                source_of(packs.provenance(source), indicator.id),
                bool(indicator.weak(values, unsure)[0]),
            )
    return None


@lru_cache(maxsize=40)
def raw_columns(pack: str, version: str) -> dict[str, Floats]:
    """Raw columns of a pack at commune level, in the order of the table of communes; empty when it has none."""
    file = paths.pack_dir(pack) / "raw_commune.parquet"
    if not file.exists():
        return {}
    communes = base.load_communes()
    frame = communes.select("code").join(pl.read_parquet(file), on="code", how="left", maintain_order="left")
    numbers = frame.select(pl.exclude("code").cast(pl.Float64).fill_null(float("nan")))
    columns = {name: numbers[name].to_numpy() for name in numbers.columns}
    columns.setdefault("population", communes["population"].to_numpy().astype(np.float64))
    return columns


@lru_cache(maxsize=2)
def _positions(version: str) -> dict[str, int]:
    return {code: row for row, code in enumerate(base.load_communes()["code"].to_list())}


@lru_cache(maxsize=2)
def _neighbours(version: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code, other in base.load_neighbours("commune").iter_rows():
        found.setdefault(code, []).append(other)
    return found


def components(codes: Sequence[str]) -> list[list[str]]:
    """The pieces in one block of a set of communes, the largest first; communes that touch are in the same piece."""
    touching = _neighbours(packs.version())
    left = set(codes)
    pieces = []
    while left:
        start = min(left)
        left.discard(start)
        piece, todo = [start], [start]
        while todo:
            for other in touching.get(todo.pop(), ()):
                if other in left:
                    left.discard(other)
                    piece.append(other)
                    todo.append(other)
        pieces.append(sorted(piece))
    return sorted(pieces, key=len, reverse=True)


def neighbours_of(codes: Iterable[str]) -> list[str]:
    """Communes that touch the set without being in it, by code."""
    inside = set(codes)
    touching = _neighbours(packs.version())
    return sorted({other for code in inside for other in touching.get(code, ())} - inside)
