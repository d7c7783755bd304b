"""The calendar of a call drawn as a profile: a line with one mark for each date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kiif.programmes.calendars import Line

WIDTH, HEIGHT, MARGIN = 1000.0, 150.0, 14.0
#: Heights of the marks, one after the other: a hill that one walks, the same for every call.
_RELIEF = (0.86, 0.6, 0.72, 0.3, 0.62, 0.5, 0.22, 0.42, 0.58, 0.34)
#: Dates shown at most: beyond, the list tells them.
MOST = 8


@dataclass(frozen=True)
class Mark:
    """A date on the line; `x` and `y` in the units of the drawing."""

    line: Line
    x: float
    y: float


@dataclass(frozen=True)
class Profile:
    """`path`: the line; `contours`: the same lower, paler; `marks`."""

    path: str
    contours: tuple[str, ...]
    marks: tuple[Mark, ...]
    width: float = WIDTH
    height: float = HEIGHT


def profile_of(lines: Sequence[Line]) -> Profile | None:
    """The drawing for these dates; None for fewer than three. Steps are even: dates are read below, not measured."""
    kept = _chosen(lines)
    if len(kept) < 3:
        return None
    step = (WIDTH - 2 * MARGIN) / (len(kept) - 1)
    points = [(MARGIN + step * n, HEIGHT * _RELIEF[n % len(_RELIEF)]) for n in range(len(kept))]
    contours = tuple(_curve([(x, min(HEIGHT, y + drop)) for x, y in points]) for drop in (12.0, 25.0, 40.0))
    marks = tuple(Mark(line, x, y) for line, (x, y) in zip(kept, points, strict=True))
    return Profile(_curve(points), contours, marks)


def _chosen(lines: Sequence[Line]) -> list[Line]:
    """The own dates of the call first, then the others, in order; the list below has them all."""
    if len(lines) <= MOST:
        return list(lines)
    ranked = sorted(range(len(lines)), key=lambda n: (lines[n].key.startswith("date-"), n))
    return [lines[n] for n in sorted(ranked[:MOST])]


def _curve(points: Sequence[tuple[float, float]]) -> str:
    """A smooth line through the points: horizontal at each of them."""
    parts = [f"M{points[0][0]:.0f},{points[0][1]:.0f}"]
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = (x0 + x1) / 2
        parts.append(f"C{middle:.0f},{y0:.0f} {middle:.0f},{y1:.0f} {x1:.0f},{y1:.0f}")
    return " ".join(parts)
