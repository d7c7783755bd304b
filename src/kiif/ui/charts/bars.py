"""Horizontal bars, one series or several, side by side or stacked. They start at zero, always."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from kiif.ui.charts.base import CategoryChart


@dataclass(frozen=True)
class Bar:
    """A rectangle, in percent of the width. `value` is None when it is not known (nothing is drawn)."""

    series: int
    label: str
    value: float | None
    text: str
    x: float
    width: float

    @property
    def fill(self) -> str:
        return f"s{self.series + 1}"


@dataclass(frozen=True)
class BarLine:
    category: str
    bars: list[Bar]
    total: str


@dataclass(kw_only=True)
class Bars(CategoryChart):
    """`stacked` adds the series of a category (then no value may be negative)."""

    stacked: bool = False
    #: category written in bistre: the one that the page is about
    mine: Any = None

    template: ClassVar[str] = "ui/charts/bars.html"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.stacked and any(value < 0 for value in self.numbers):
            raise ValueError("negative values cannot be stacked: show them side by side")

    @cached_property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest value of the axis; zero is always between."""
        numbers = self.totals if self.stacked else self.numbers
        low, high = min([0.0, *numbers]), max([0.0, *numbers])
        return (low, high) if high > low else (0.0, 1.0)

    @property
    def totals(self) -> list[float]:
        return [
            sum(value for row in self.grid if (value := row[index]) is not None)
            for index in range(len(self.categories))
        ]

    @property
    def zero(self) -> float:
        """Where zero stands, in percent of the width."""
        return round(self._share(0.0), 3)

    def _share(self, value: float) -> float:
        low, high = self.bounds
        return 100 * (value / (high - low) - low / (high - low))

    @cached_property
    def lines(self) -> list[BarLine]:
        return [self._line(index) for index in range(len(self.categories))]

    def _line(self, index: int) -> BarLine:
        bars, start = [], 0.0
        for number, row in enumerate(self.grid):
            value = row[index]
            low, high = sorted((start, start + value)) if value is not None else (start, start)
            x, width = self._share(low), self._share(high) - self._share(low)
            text = self.write_with_unit(value)
            bars.append(Bar(number, str(self.series[number].label), value, text, round(x, 3), round(width, 3)))
            if self.stacked and value is not None:
                start += value
        total = self.write_with_unit(self.totals[index]) if self.stacked else ""
        return BarLine(str(self.categories[index]), bars, total)

    @property
    def has_legend(self) -> bool:
        return len(self.series) > 1

    def default_reading(self) -> str:
        (low_name, low), (high_name, high) = self.extremes()
        if len(self.numbers) == 1:
            return _("%(name)s: %(value)s.") % {"name": high_name, "value": self.write_with_unit(high)}
        return _("From %(low)s (%(low_name)s) to %(high)s (%(high_name)s).") % {
            "low": self.write(low),
            "low_name": low_name,
            "high": self.write_with_unit(high),
            "high_name": high_name,
        }
