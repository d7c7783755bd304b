"""Read indicators: one table per level, merged over all packs present, fast enough for a page.

The catalogue says how each figure is made (:mod:`~kiif.opendata.indicator_model`); packs hold raw columns at the
level where they are published. A level without published value gets it from communes when that is sound, else stays
unknown (NaN).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from kiif.opendata import base, packs, paths, rollup
from kiif.opendata.catalogue_base import BASE, ZONINGS
from kiif.opendata.catalogue_people import CENSUS, FACILITY, INCOME, SOCIETY
from kiif.opendata.indicator_model import Bools, Floats, Indicator, Recipe, Value
from kiif.opendata.levels import STEMS, Level, check_level

__all__ = ["CATALOGUE", "Indicator", "IndicatorTable", "load_indicators"]

CATALOGUE: Final[dict[str, Indicator]] = {
    indicator.id: indicator for group in (BASE, ZONINGS, CENSUS, INCOME, FACILITY, SOCIETY) for indicator in group
}


@dataclass(frozen=True, eq=False)
class IndicatorTable:
    """All the figures known at one level.

    ``codes`` (n,) in the order of :func:`kiif.opendata.base.load_level`; ``values`` (n, k) float64, NaN = unknown;
    ``weak`` (n, k) bool: to be shown as not reliable; ``ids`` (k). ``packs_used`` names the pack of each figure,
    ``rolled`` those computed from communes.
    """

    level: Level
    codes: npt.NDArray[np.str_]
    ids: tuple[str, ...]
    values: Floats
    weak: Bools
    packs_used: dict[str, str]
    rolled: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def _where(self) -> dict[str, int]:
        return {code: index for index, code in enumerate(self.codes.tolist())}

    @cached_property
    def _which(self) -> dict[str, int]:
        return {ident: index for index, ident in enumerate(self.ids)}

    @cached_property
    def _provenances(self) -> dict[str, packs.Provenance]:
        return {name: packs.provenance(name) for name in sorted(set(self.packs_used.values()))}

    def __contains__(self, ident: object) -> bool:
        return ident in self._which

    def position(self, code: str) -> int:
        """Row of a territory; KeyError when the code is unknown."""
        return self._where[code]

    def positions(self, codes: Iterable[str]) -> npt.NDArray[np.intp]:
        """Rows of several territories; KeyError when a code is unknown."""
        return np.array([self._where[code] for code in codes], dtype=np.intp)

    def column(self, ident: str) -> Floats:
        """All the values of a figure (n,); KeyError when no pack gives it at this level. Do not write in it."""
        return self.values[:, self._which[ident]]

    def row(self, code: str) -> dict[str, float]:
        """All the figures of a territory, NaN included; KeyError when the code is unknown."""
        return dict(zip(self.ids, self.values[self._where[code]].tolist(), strict=True))

    def value(self, code: str, ident: str) -> float:
        """One figure of one territory; NaN when no pack gives it."""
        index = self._which.get(ident)
        return float("nan") if index is None else float(self.values[self._where[code], index])

    def reliable(self, code: str, ident: str) -> bool:
        """False when the figure must be shown as not reliable (rate out of 0–100, denominator under 20)."""
        index = self._which.get(ident)
        return index is not None and not bool(self.weak[self._where[code], index])

    def matrix(self, ids: Sequence[str]) -> Floats:
        """The values of several figures, (n, k)."""
        return self.values[:, [self._which[ident] for ident in ids]]

    def source(self, ident: str) -> packs.Provenance:
        """Provenance of a figure, to print beside it; KeyError when no pack gives it."""
        return self._provenances[self.packs_used[ident]]

    def frame(self, ids: Sequence[str] | None = None) -> pl.DataFrame:
        """``code`` and the figures, unknown ones null."""
        chosen = self.ids if ids is None else tuple(ids)
        columns = {ident: pl.Series(self.column(ident)).fill_nan(None) for ident in chosen}
        return pl.DataFrame({"code": self.codes.tolist(), **columns})


class _Reader:
    """Raw columns of the packs, aligned on the codes of a level."""

    def __init__(self, level: Level) -> None:
        self.level = level
        self.codes = base.load_level(level)["code"].to_list()
        self.raw = {name: self._raw(name, level, self.codes) for name in packs.names()}
        if level != "commune":
            communes = base.load_communes()
            self.commune_codes = communes["code"].to_list()
            self.population = communes["population"].to_numpy().astype(np.float64)
            self.from_communes = {name: self._raw(name, "commune", self.commune_codes) for name in packs.names()}
            members = base.load_members(level)
            member_of = dict(zip(members["commune"], members["code"], strict=True))
            self.index = rollup.group_index([member_of.get(code) for code in self.commune_codes], self.codes)

    def _raw(self, name: str, level: Level, codes: list[str]) -> dict[str, Floats]:
        file = paths.pack_dir(name) / f"raw_{STEMS[level]}.parquet"
        columns: dict[str, Floats] = {}
        if file.exists() and codes:
            frame = pl.DataFrame({"code": codes}).join(
                pl.read_parquet(file), on="code", how="left", maintain_order="left"
            )
            numbers = frame.select(pl.exclude("code").cast(pl.Float64).fill_null(float("nan")))
            columns = {name: numbers[name].to_numpy() for name in numbers.columns}
        if name == base.LIVING_AREAS_PACK and level == "living-area":
            return columns
        if "population" not in columns and columns:
            columns["population"] = base.load_level(level)["population"].to_numpy().astype(np.float64)
        return columns

    def read(self, indicator: Indicator) -> tuple[str, bool, Floats, Bools | None] | None:
        """Pack used, whether the figure was rolled up, values, unreliable places; None when nothing gives it."""
        for source, recipe in indicator.recipes.items():
            for pack in self._packs_of(source):
                found = self._direct(pack, recipe)
                if found is not None:
                    return pack, False, *found
            if self.level != "commune" and indicator.rollup != "none":
                columns = self.from_communes.get(source, {})
                if all(name in columns for name in recipe.columns):
                    rolled = recipe.rolled(columns, self.population, self.index, len(self.codes))
                    if rolled is not None:
                        return source, True, *rolled
        return None

    def _packs_of(self, source: str) -> list[str]:
        """Packs that may publish the figures of a source at this level (``filosofi`` has one by level)."""
        names = [source, f"{source}-{self.level}"]
        if source == base.PACK and self.level == "living-area":
            names.append(base.LIVING_AREAS_PACK)
        return [name for name in names if name in self.raw]

    def _direct(self, pack: str, recipe: Recipe) -> tuple[Floats, Bools | None] | None:
        columns = self.raw[pack]
        needed = (recipe.column,) if isinstance(recipe, Value) else recipe.columns
        if not all(name in columns for name in needed):
            return None
        return recipe.direct(columns)


def _rural_share(level: Level) -> tuple[str, Floats]:
    """Share of the inhabitants in rural communes, and the pack that says who is rural."""
    table = base.load_level(level)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = 100 * table["rural_population"].to_numpy() / table["population"].to_numpy()
    pack = base.GRID_PACK if packs.stamp(base.GRID_PACK) else base.PACK
    return pack, np.asarray(share, dtype=np.float64)


@packs.cached()
def load_indicators(level: Level | str) -> IndicatorTable:
    """All the figures known at a level, cached until a pack changes; :class:`MissingPack` without the base pack."""
    level = check_level(level)
    reader = _Reader(level)
    columns: list[Floats] = []
    weak: list[Bools] = []
    used: dict[str, str] = {}
    rolled = set()
    for ident, indicator in CATALOGUE.items():
        if level not in indicator.levels:
            continue
        if ident == "rural_share":
            used[ident], values = _rural_share(level)
            unsure: Bools | None = None
        else:
            found = reader.read(indicator)
            if found is None:
                continue
            used[ident], is_rolled, values, unsure = found
            if is_rolled:
                rolled.add(ident)
        columns.append(values)
        weak.append(indicator.weak(values, unsure))
    n = len(reader.codes)
    matrix = np.asfortranarray(np.stack(columns, axis=1)) if columns else np.empty((n, 0))
    doubts = np.asfortranarray(np.stack(weak, axis=1)) if weak else np.empty((n, 0), dtype=np.bool_)
    matrix.flags.writeable = False
    codes = np.array(reader.codes, dtype=np.str_)
    return IndicatorTable(level, codes, tuple(used), matrix, doubts, used, frozenset(rolled))
