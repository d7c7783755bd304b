"""Names around the map, each tied to its territory by a line, placed where they cover the least."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import shapely

#: Size of a letter of names, height of a line, in units of the map.
_LETTER, _LINE = 12.2, 26.0
_ANGLES = [math.radians(degrees) for degrees in range(0, 360, 10)]
_DISTANCES = (70.0, 105.0, 145.0, 190.0, 240.0, 300.0)
_CUT = 20


@dataclass(frozen=True)
class Callout:
    """A name on the map. `lines` of the name, `place` below in italics; the leader goes from (x1, y1) to the dot."""

    number: int
    lines: tuple[str, ...]
    place: str
    x: float
    y: float
    anchor: str
    dot_x: float
    dot_y: float
    x1: float
    y1: float

    @property
    def rows(self) -> list[tuple[float, str]]:
        return [(self.y + index * _LINE, text) for index, text in enumerate(self.lines)]

    @property
    def place_y(self) -> float:
        return self.y + len(self.lines) * _LINE - 4


@dataclass(frozen=True)
class Wanted:
    number: int
    name: str
    place: str
    shape: shapely.Geometry


def broken(name: str) -> tuple[str, ...]:
    """A long name on two lines of about the same length."""
    words = name.split(" ")
    if len(name) <= _CUT or len(words) < 2:
        return (name,)
    cuts = [(" ".join(words[:index]), " ".join(words[index:])) for index in range(1, len(words))]
    return min(cuts, key=lambda pair: max(len(pair[0]), len(pair[1])))


@dataclass(frozen=True)
class Ground:
    """What names should not cover: `taken` grows as they are placed."""

    frame: shapely.Geometry
    land: shapely.Geometry
    covered: shapely.Geometry
    taken: list[shapely.Geometry]

    def cost(self, box: shapely.Geometry, leader: shapely.Geometry, distance: float) -> float:
        """Worst outside or over another name, then over what is covered, then over land or a coast, then far away."""
        size = shapely.area(box)
        outside = 1 - shapely.area(shapely.intersection(box, self.frame)) / size
        hidden = shapely.area(shapely.intersection(box, self.covered)) / size
        on_land = shapely.area(shapely.intersection(box, self.land)) / size
        collisions = sum(1 for other in self.taken if shapely.intersects(box, other))
        crossings = sum(1 for other in self.taken if shapely.intersects(leader, other))
        misplaced = 1000 * (outside > 0.001) + 800 * outside + 600 * collisions + 250 * crossings
        across = 60 * (0 < on_land < 0.98)  # a coast through a name makes it hard to read
        return float(misplaced + 320 * hidden + 130 * on_land + across + 0.25 * distance)


def place(
    wanted: list[Wanted], frame: shapely.Geometry, land: shapely.Geometry, taken: list[shapely.Geometry]
) -> list[Callout]:
    """A callout for each, inside the frame and beside what is `taken`; those far from the middle, with the most room,
    are placed first.
    """
    ground = Ground(frame, land, shapely.union_all([one.shape for one in wanted]), list(taken))
    middle = shapely.centroid(land)
    callouts = []
    for one in sorted(wanted, key=lambda one: -shapely.distance(shapely.centroid(one.shape), middle)):
        _cost, callout, box = min(_candidates(one, ground), key=lambda candidate: candidate[0])
        leader = shapely.linestrings([[callout.x1, callout.y1], [callout.dot_x, callout.dot_y]])
        ground.taken.extend((box, leader))
        callouts.append(callout)
    return sorted(callouts, key=lambda callout: callout.number)


def _candidates(one: Wanted, ground: Ground) -> Iterator[tuple[float, Callout, shapely.Geometry]]:
    """Every place tried for a name: its cost, the callout, the rectangle that the name fills."""
    dot = shapely.point_on_surface(shapely.buffer(one.shape, -6) if shapely.area(one.shape) > 900 else one.shape)
    x, y = float(shapely.get_x(dot)), float(shapely.get_y(dot))
    lines = broken(one.name)
    width = max([*(len(text) for text in lines), 0.8 * len(one.place)]) * _LETTER
    height = _LINE * (len(lines) + (1 if one.place else 0))
    for distance in _DISTANCES:
        for angle in _ANGLES:
            end_x, end_y = x + distance * math.cos(angle), y + distance * math.sin(angle)
            right = math.cos(angle) >= 0
            left, top = (end_x + 8 if right else end_x - 8 - width), end_y - height / 2
            box = shapely.box(left - 6, top - 6, left + width + 6, top + height + 6)
            cost = ground.cost(box, shapely.linestrings([(end_x, end_y), (x, y)]), distance)
            callout = Callout(
                number=one.number,
                lines=lines,
                place=one.place,
                x=round(left if right else left + width),
                y=round(top + _LINE * 0.8),
                anchor="start" if right else "end",
                dot_x=round(x),
                dot_y=round(y),
                x1=round(end_x),
                y1=round(end_y),
            )
            yield cost, callout, box
