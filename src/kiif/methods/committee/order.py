"""A ranking whose every step can be told: criteria one after the other, and a draw only with a published seed.

The selected are the first of the order, the reserve list the next ones; when dossiers that nothing tells apart stand on
both sides of the line, no list is made: people decide, or publish a seed.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kiif.methods.committee.errors import CommitteeError

MAX_CRITERIA: Final = 20
#: Name of the last step, in `Place.settled_by`.
DRAW: Final = "draw"


@dataclass(frozen=True)
class Criterion:
    """One step of the tie rule: the higher the better, unless `lowest_first`; equal once rounded to `decimals`."""

    name: str
    lowest_first: bool = False
    decimals: int = 6


@dataclass(frozen=True)
class Place:
    """A dossier in the order. `rank`: dossiers that nothing tells apart share it.

    `settled_by`: the criterion that puts it after the one before (the first criterion, most often), `DRAW`, or
    nothing for the first one and for those that share a rank.
    """

    key: str
    rank: int
    settled_by: str


@dataclass(frozen=True)
class Selection:
    """`selected` and `reserve` in order. `undecided`: those that nothing tells apart across a line; both lists are then
    shorter than asked. `line`: "selected" or "reserve", where they stand."""

    selected: tuple[str, ...]
    reserve: tuple[str, ...]
    undecided: tuple[str, ...] = ()
    line: str = ""


def order(
    values: Mapping[str, Mapping[str, float]], criteria: Sequence[Criterion], *, seed: str | None = None
) -> tuple[Place, ...]:
    """The dossiers of `values` (key -> criterion -> figure), best first.

    Without `seed`, dossiers equal on all criteria share their rank, by key; with one, a draw tells them apart: the
    least SHA-256 of "seed:key", which anyone can compute again. Raises CommitteeError without criteria, or when a
    figure is missing or is not a number: say first what an unknown is worth.
    """
    if not 1 <= len(criteria) <= MAX_CRITERIA or len({c.name for c in criteria}) != len(criteria):
        raise CommitteeError("Give between one and %(n)s criteria, each of its own name.", n=MAX_CRITERIA)
    if seed is not None and not seed.strip():
        raise CommitteeError("A draw needs a seed, published before it.")
    steps = {key: _steps(key, figures, criteria) for key, figures in values.items()}
    drawn = {key: "" if seed is None else hashlib.sha256(f"{seed}:{key}".encode()).hexdigest() for key in values}
    ordered = sorted(values, key=lambda key: (steps[key], drawn[key], key))
    places: list[Place] = []
    for position, key in enumerate(ordered):
        before = ordered[position - 1] if position else None
        settled = "" if before is None else _settled_by(steps[before], steps[key], criteria, drawn=seed is not None)
        shares = before is not None and not settled
        places.append(Place(key, places[-1].rank if shares else position + 1, settled))
    return tuple(places)


def _steps(key: str, figures: Mapping[str, float], criteria: Sequence[Criterion]) -> tuple[float, ...]:
    out = []
    for criterion in criteria:
        figure = figures.get(criterion.name, math.nan)
        if not math.isfinite(figure):
            raise CommitteeError("%(key)s has no figure for %(name)s.", key=key, name=criterion.name)
        rounded = round(figure, criterion.decimals)
        out.append(rounded if criterion.lowest_first else -rounded)
    return tuple(out)


def _settled_by(
    before: tuple[float, ...], after: tuple[float, ...], criteria: Sequence[Criterion], *, drawn: bool
) -> str:
    for criterion, a, b in zip(criteria, before, after, strict=True):
        if a != b:
            return criterion.name
    return DRAW if drawn else ""


def select(places: Sequence[Place], size: int, reserve: int | None = None) -> Selection:
    """The first `size` of an order, then at most `reserve` of the next (None: all of them).

    Raises CommitteeError when sizes are negative.
    """
    if size < 0 or (reserve is not None and reserve < 0):
        raise CommitteeError("A list holds a number of dossiers.")
    keys = [place.key for place in places]
    end = len(places) if reserve is None else min(size + reserve, len(places))
    across = _across(places, size)
    if across:
        return Selection(tuple(keys[: across[0]]), (), tuple(keys[across[0] : across[1]]), "selected")
    across = _across(places, end)
    last = across[0] if across else end
    undecided = tuple(keys[last : across[1]]) if across else ()
    return Selection(tuple(keys[:size]), tuple(keys[size:last]), undecided, "reserve" if across else "")


def _across(places: Sequence[Place], line: int) -> tuple[int, int] | None:
    """Start and end of the group of one rank that stands on both sides of `line`."""
    if not 0 < line < len(places) or places[line - 1].rank != places[line].rank:
        return None
    ranks = [place.rank for place in places]
    start = ranks.index(places[line].rank)
    return start, start + ranks.count(places[line].rank)


def next_in(reserve: Sequence[str], gone: Collection[str], count: int = 1) -> tuple[str, ...]:
    """Who comes next on a reserve list, in its order, those who left or were already called aside."""
    if count < 0:
        raise CommitteeError("A list holds a number of dossiers.")
    return tuple(key for key in reserve if key not in gone)[:count]
