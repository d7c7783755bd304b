"""What every chart has: a title, a reading, a table, a source."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from django.utils.formats import number_format
from django.utils.translation import gettext as _

#: How many series have a pattern, a dash and a mark of their own.
MAX_SERIES = 6
#: Differences under this one are not drawn.
_SMALLEST = 1e-9


def known(value: Any) -> bool:
    """Whether a value is a number that can be drawn."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def written(value: Any, decimals: int | None = None) -> str:
    """A number as the reader writes it, or the word for what is not known."""
    if not known(value):
        return _("unknown")
    if decimals is None:
        decimals = 0 if float(value).is_integer() or abs(value) >= 1000 else 1
    text = number_format(round(float(value), decimals), decimals, use_l10n=True, force_grouping=True)
    return text.replace("-", "\u2212")


@dataclass(frozen=True)
class Series:
    """One set of values, in the order of the categories."""

    label: Any
    values: Sequence[float | None]


@dataclass(frozen=True)
class TableTwin:
    """The same data as a table: `head` has one label per column, each row its head then its cells."""

    head: list[str]
    rows: list[list[str]]


@dataclass(kw_only=True)
class Chart:
    """`title` says the result when it can; `reading` is one sentence (made from the data if not given)."""

    title: Any
    unit: Any = ""
    source: Any = ""
    reading: Any = ""
    decimals: int | None = None
    id: str = "chart"
    #: level of the heading that the title is
    level: int = 3

    template: ClassVar[str] = ""

    @property
    def is_empty(self) -> bool:
        raise NotImplementedError

    @property
    def table(self) -> TableTwin:
        raise NotImplementedError

    def default_reading(self) -> str:
        raise NotImplementedError

    @property
    def sentence(self) -> str:
        """The reading shown under the title."""
        if self.is_empty:
            return _("No data yet.")
        return str(self.reading or self.default_reading())

    def write(self, value: Any) -> str:
        return written(value, self.decimals)

    def write_with_unit(self, value: Any) -> str:
        text = self.write(value)
        return f"{text}\u00a0{self.unit}" if self.unit and known(value) else text


@dataclass(kw_only=True)
class CategoryChart(Chart):
    """A chart of categories and series; a series shorter than the categories is unknown at its end."""

    categories: Sequence[Any]
    series: Sequence[Series] = field(default_factory=list)

    def __post_init__(self) -> None:
        if len(self.series) > MAX_SERIES:
            raise ValueError(f"a chart shows {MAX_SERIES} series at most: group the smallest ones")

    @cached_property
    def grid(self) -> list[list[float | None]]:
        """Values by series then category, unknown ones as None."""
        width = len(self.categories)
        rows = [[*series.values][:width] + [None] * (width - len(series.values)) for series in self.series]
        return [[float(value) if value is not None and known(value) else None for value in row] for row in rows]

    @property
    def numbers(self) -> list[float]:
        return [value for row in self.grid for value in row if value is not None]

    @property
    def is_empty(self) -> bool:
        return not self.numbers

    @property
    def table(self) -> TableTwin:
        head = [_("Category"), *(str(series.label) for series in self.series)]
        rows = [
            [str(category), *(self.write(row[index]) for row in self.grid)]
            for index, category in enumerate(self.categories)
        ]
        return TableTwin(head, rows)

    def extremes(self) -> tuple[tuple[str, float], tuple[str, float]]:
        """(category, value) of the lowest and of the highest known value of the first series that has some."""
        row = next(row for row in self.grid if any(value is not None for value in row))
        pairs = [(str(self.categories[i]), value) for i, value in enumerate(row) if value is not None]
        return min(pairs, key=lambda pair: pair[1]), max(pairs, key=lambda pair: pair[1])


def nice_ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round graduations that cover `low`…`high`.

    >>> nice_ticks(0, 87)
    [0.0, 25.0, 50.0, 75.0, 100.0]
    """
    if high - low < _SMALLEST:
        spread = abs(low) if abs(low) > _SMALLEST else 1.0
        low, high = low - spread / 2, high + spread / 2
    raw = (high - low) / max(wanted, 1)
    magnitude = 10.0 ** math.floor(math.log10(raw))
    step = next((m * magnitude for m in (1, 2, 2.5, 5, 10) if m * magnitude >= raw), raw)
    first = math.floor(low / step)
    last = math.ceil(high / step)
    return [float(f"{index * step:.12g}") for index in range(first, last + 1)]
