"""How an indicator is described, and how its values are made from the raw columns of a pack, at any level."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from kiif.opendata import rollup
from kiif.opendata.levels import LEVELS, UPPER_LEVELS, Level

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Columns = Mapping[str, Floats]
Kind = Literal["number", "share", "category"]
Rollup = Literal["sum", "exact", "mean", "none"]

#: Under this denominator (people, dwellings…) a rate of the census is fragile.
MIN_DENOMINATOR: Final = 20


@dataclass(frozen=True)
class Value:
    """A column taken as it is.

    One level up: the mean weighted by ``weight`` (a column, or ``"population"``); none if None.
    """

    column: str
    weight: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Raw columns needed."""
        extra = () if self.weight in (None, "population") else (str(self.weight),)
        return (self.column, *extra)

    def direct(self, raw: Columns) -> tuple[Floats, Bools | None]:
        """Values at the level of the raw columns, and where they are unreliable (None: nowhere)."""
        return raw[self.column], None

    def rolled(
        self, raw: Columns, population: Floats, index: npt.NDArray[np.intp], size: int
    ) -> tuple[Floats, Bools | None] | None:
        """Values of the territories that communes form; ``index`` gives the territory of each commune (-1: none)."""
        if self.weight is None:
            return None
        weights = population if self.weight == "population" else raw[self.weight]
        return rollup.weighted_means(raw[self.column], weights, index, size), None


@dataclass(frozen=True)
class Counts:
    """A formula on counts: one level up, the counts are summed first, so the result is exact.

    A territory is left unknown when the communes whose counts are known hold less than 80 % of its inhabitants.
    ``base`` is the column whose smallness makes the figure fragile.
    """

    columns: tuple[str, ...]
    formula: Callable[[Columns], Floats]
    base: str | None = None

    def direct(self, raw: Columns) -> tuple[Floats, Bools | None]:
        """Values and unreliable places at the level of the raw columns."""
        with np.errstate(invalid="ignore", divide="ignore"):
            values = self.formula(raw)
        values = np.where(np.isfinite(values), values, np.nan)
        return values, None if self.base is None else raw[self.base] < MIN_DENOMINATOR

    def rolled(
        self, raw: Columns, population: Floats, index: npt.NDArray[np.intp], size: int
    ) -> tuple[Floats, Bools | None] | None:
        """As :meth:`Value.rolled`."""
        known = ~np.any([np.isnan(raw[name]) for name in self.columns], axis=0)
        sums = {name: rollup.sums(np.where(known, raw[name], np.nan), index, size) for name in self.columns}
        share = rollup.weighted_means(known.astype(np.float64), population, index, size)
        values, weak = self.direct(sums)
        return np.where(share >= rollup.MIN_COVERAGE, values, np.nan), weak


Recipe = Value | Counts


def ratio(top: str, bottom: str, scale: float = 100) -> Counts:
    """``scale`` × sum of the columns of ``top`` / sum of those of ``bottom``; columns separated by spaces, ``-``
    takes off.
    """
    columns = tuple(dict.fromkeys(name.lstrip("-") for name in f"{top} {bottom}".split()))

    def formula(raw: Columns) -> Floats:
        return scale * _total(raw, top) / _total(raw, bottom)

    return Counts(columns, formula, bottom.split(maxsplit=1)[0])


def _total(raw: Columns, names: str) -> Floats:
    total = np.zeros(1)
    for name in names.split():
        total = total - raw[name[1:]] if name.startswith("-") else total + raw[name]
    return total


def yearly_trend(after: str, before: str, years: int) -> Counts:
    """Mean yearly growth, in %, between two populations of the same geography."""

    def formula(raw: Columns) -> Floats:
        return np.asarray(100 * ((raw[after] / raw[before]) ** (1 / years) - 1))

    return Counts((after, before), formula, before)


@dataclass(frozen=True)
class Indicator:
    """One figure about territories, told in plain words.

    ``recipes`` maps a source to the way its raw columns make the figure; the first source present wins. ``rollup``
    says what a larger territory shows: ``sum``, ``exact`` (formula on summed counts), ``mean`` (weighted), ``none``
    (published for that level or unknown). ``secrecy`` and ``coverage`` are sentences (French) for the page on
    methods. No direction: nothing says that more is better.
    """

    id: str
    label: str
    label_en: str
    unit: str
    unit_en: str
    explanation: str
    explanation_en: str
    recipes: Mapping[str, Recipe]
    levels: tuple[Level, ...] = LEVELS
    decimals: int = 1
    kind: Kind = "number"
    categories: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    rollup: Rollup = "exact"
    secrecy: str = ""
    coverage: str = ""

    @property
    def source(self) -> str:
        """The preferred source."""
        return next(iter(self.recipes))

    def weak(self, values: Floats, weak: Bools | None) -> Bools:
        """Where a figure must be shown as not reliable: tiny denominator, or a share that is not between 0 and 100."""
        odd = np.zeros(len(values), dtype=np.bool_) if weak is None else weak & ~np.isnan(values)
        return odd | (values > 100) | (values < 0) if self.kind == "share" else odd


UPPER: Final = UPPER_LEVELS
