"""A profile on three axes or more, from 0 to a common maximum. For profiles only: areas are not to be compared."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from django.utils.translation import gettext as _

from kiif.ui.charts.base import CategoryChart, nice_ticks

_WIDTH, _HEIGHT, _RADIUS = 520, 340, 130
_MIN_AXES = 3


@dataclass(frozen=True)
class Axis:
    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str
    label: str


@dataclass(frozen=True)
class Profile:
    series: int
    label: str
    path: str
    points: list[tuple[float, float]]

    @property
    def css(self) -> str:
        return f"s{self.series + 1}"


@dataclass(kw_only=True)
class Radar(CategoryChart):
    """`maximum` is the end of every axis (the highest value, rounded up, if not given). Values may not be negative."""

    maximum: float | None = None

    template: ClassVar[str] = "ui/charts/radar.html"
    width: ClassVar[int] = _WIDTH
    height: ClassVar[int] = _HEIGHT

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.categories) < _MIN_AXES:
            raise ValueError("a radar needs three axes at least: use bars")
        if any(value < 0 for value in self.numbers):
            raise ValueError("a radar cannot show negative values: use bars")

    @cached_property
    def top(self) -> float:
        highest = max(self.numbers, default=0.0)
        return max(self.maximum or 0.0, highest) if self.maximum else nice_ticks(0.0, highest)[-1]

    def _at(self, index: int, share: float) -> tuple[float, float]:
        angle = 2 * math.pi * index / len(self.categories) - math.pi / 2
        radius = _RADIUS * share
        return round(_WIDTH / 2 + radius * math.cos(angle), 1), round(_HEIGHT / 2 + radius * math.sin(angle), 1)

    @property
    def center(self) -> str:
        return f"{_WIDTH // 2} {_HEIGHT // 2}"

    @property
    def rings(self) -> list[str]:
        """Contours of a quarter, half, three quarters and the whole of the axes."""
        return [
            self._closed([self._at(i, share) for i in range(len(self.categories))]) for share in (0.25, 0.5, 0.75, 1)
        ]

    @property
    def axes(self) -> list[Axis]:
        axes = []
        for index, category in enumerate(self.categories):
            x, y = self._at(index, 1)
            label_x, label_y = self._at(index, 1.12)
            side = label_x - _WIDTH / 2
            anchor = "middle" if abs(side) < 8 else "start" if side > 0 else "end"
            axes.append(Axis(x, y, label_x, round(label_y + 4, 1), anchor, str(category)))
        return axes

    @staticmethod
    def _closed(points: list[tuple[float, float]]) -> str:
        return "M" + "L".join(f"{x} {y}" for x, y in points) + "Z"

    @property
    def profiles(self) -> list[Profile]:
        """A closed line when every value is known, else an open one through those that are."""
        drawn = []
        for number, row in enumerate(self.grid):
            points = [self._at(index, value / self.top) for index, value in enumerate(row) if value is not None]
            if not points:
                continue
            path = self._closed(points) if len(points) == len(row) else self._closed(points).removesuffix("Z")
            drawn.append(Profile(number, str(self.series[number].label), path, points))
        return drawn

    @property
    def has_legend(self) -> bool:
        return len(self.series) > 1

    def default_reading(self) -> str:
        (low_name, low), (high_name, high) = self.extremes()
        return _("Highest: %(high_name)s (%(high)s); lowest: %(low_name)s (%(low)s).") % {
            "high_name": high_name,
            "high": self.write_with_unit(high),
            "low_name": low_name,
            "low": self.write_with_unit(low),
        }
