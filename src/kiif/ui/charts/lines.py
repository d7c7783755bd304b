"""Values along an ordered axis (years, months): one line for each series, its name at its end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from django.utils.translation import gettext as _

from kiif.ui.charts.base import CategoryChart, nice_ticks

_WIDTH, _HEIGHT = 680, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 150, 14, 34
_LABEL_GAP = 18
_MAX_LABELS = 9


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Line:
    """A series: its path (broken where a value is not known), its points, where its name stands."""

    series: int
    label: str
    path: str
    points: list[Point]
    label_y: float

    @property
    def css(self) -> str:
        return f"s{self.series + 1}"


@dataclass(kw_only=True)
class Lines(CategoryChart):
    #: the vertical axis begins at zero unless the differences would not be seen
    from_zero: bool = True

    template: ClassVar[str] = "ui/charts/lines.html"
    width: ClassVar[int] = _WIDTH
    height: ClassVar[int] = _HEIGHT
    left: ClassVar[int] = _LEFT
    end: ClassVar[int] = _WIDTH - _RIGHT

    @cached_property
    def ticks(self) -> list[float]:
        numbers = self.numbers or [0.0]
        low = min(0.0, *numbers) if self.from_zero else min(numbers)
        high = max(0.0, *numbers) if self.from_zero else max(numbers)
        return nice_ticks(low, high)

    def _x(self, index: int) -> float:
        last = len(self.categories) - 1
        span = _WIDTH - _LEFT - _RIGHT
        return round(_LEFT + (span * index / last if last else span / 2), 1)

    def y(self, value: float) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        share = value / (high - low) - low / (high - low)
        return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)

    @property
    def graduations(self) -> list[tuple[float, str]]:
        return [(self.y(tick), self.write(tick)) for tick in self.ticks]

    @property
    def moments(self) -> list[tuple[float, str]]:
        """Labels of the horizontal axis: all, or evenly some, the last one included."""
        count = len(self.categories)
        step = -(-count // _MAX_LABELS)
        shown = [index for index in range(count) if (count - 1 - index) % step == 0]
        return [(self._x(index), str(self.categories[index])) for index in shown]

    @cached_property
    def lines(self) -> list[Line]:
        drawn = [self._line(number) for number in range(len(self.series))]
        return _spread([line for line in drawn if line.points])

    def _line(self, number: int) -> Line:
        path, points, broken = [], [], True
        for index, value in enumerate(self.grid[number]):
            if value is None:
                broken = True
                continue
            point = Point(self._x(index), self.y(value), f"{self.categories[index]}: {self.write_with_unit(value)}")
            path.append(f"{'M' if broken else 'L'}{point.x} {point.y}")
            points.append(point)
            broken = False
        label = str(self.series[number].label)
        return Line(number, label, "".join(path), points, points[-1].y if points else 0.0)

    def default_reading(self) -> str:
        row = next(row for row in self.grid if any(value is not None for value in row))
        known = [(str(self.categories[index]), value) for index, value in enumerate(row) if value is not None]
        (first_name, first), (last_name, last) = known[0], known[-1]
        if len(known) == 1:
            return _("%(name)s: %(value)s.") % {"name": first_name, "value": self.write_with_unit(first)}
        return _("%(label)s: from %(first)s (%(first_name)s) to %(last)s (%(last_name)s).") % {
            "label": str(self.series[self.grid.index(row)].label),
            "first": self.write(first),
            "first_name": first_name,
            "last": self.write_with_unit(last),
            "last_name": last_name,
        }


def _spread(lines: list[Line]) -> list[Line]:
    """Moves the names at the end of the lines apart, so that none covers another."""
    placed: dict[int, float] = {}
    previous = -float("inf")
    for line in sorted(lines, key=lambda line: line.label_y):
        previous = max(line.label_y, previous + _LABEL_GAP)
        placed[line.series] = previous
    overflow = previous - (_HEIGHT - _BOTTOM)
    shift = max(0.0, overflow)
    return [
        Line(line.series, line.label, line.path, line.points, round(placed[line.series] - shift, 1)) for line in lines
    ]
