"""Why some dossiers cannot have all their reads, and what would make it possible.

From a plan with as few reads missing as possible, every dossier and reviewer that an exchange could reach from a
dossier in want is followed. All the reviewers reached are full, else one more read could be found: they and the
dossiers reached are the narrow place. Source: the minimum cut of the flow (Ford & Fulkerson 1956), Hall 1935.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from kiif.methods.allocation.grid import Bools, Grid


class Obstacle(StrEnum):
    """Why a reviewer cannot be given a dossier; the first that holds, in this order."""

    HAS_IT = "has-it"
    CONFLICT = "conflict"
    FORBIDDEN = "forbidden"
    LANGUAGE = "language"
    ORGANISATION = "organisation"
    FULL = "full"


@dataclass(frozen=True)
class Shortage:
    """A dossier without all its reads. `obstacles`: how many reviewers cannot take it, by reason."""

    dossier: str
    wanted: int
    found: int
    obstacles: dict[Obstacle, int]

    @property
    def missing(self) -> int:
        return self.wanted - self.found


class Remedy(StrEnum):
    """What would give back some reads.

    PLACES: more capacity for the reviewers named, who may read these dossiers but are full; RECRUIT: someone new,
    free of conflict, who reads one of the languages named; LANGUAGE, FORBIDDEN, ORGANISATION: reviewers named have
    places left, and only their language, a decision, or the number of readers of their organisation keeps them away.
    """

    PLACES = "places"
    RECRUIT = "recruit"
    LANGUAGE = "language"
    FORBIDDEN = "forbidden"
    ORGANISATION = "organisation"


@dataclass(frozen=True)
class Way:
    """One remedy and how many of the missing reads it can give at most."""

    remedy: Remedy
    reads: int
    reviewers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bottleneck:
    """Dossiers that together want more reads than those who may read them can give.

    `short`: those that go without in this plan (others of `dossiers` could, instead); `missing`: reads, whatever the
    plan; `reviewers`: who could read them and is full; `languages`, `themes`: of the dossiers, with how many have
    them.
    """

    dossiers: tuple[str, ...]
    short: tuple[str, ...]
    reviewers: tuple[str, ...]
    wanted: int
    missing: int
    languages: dict[str, int]
    themes: dict[str, int]
    ways: tuple[Way, ...]


def shortages(grid: Grid, chosen: Bools) -> tuple[Shortage, ...]:
    """Dossiers without all their reads in `chosen` (n, m), by key."""
    missing = grid.wanted - (chosen & grid.open).sum(axis=1)
    view = _View(grid, chosen)
    out = []
    for d in np.flatnonzero(missing > 0).tolist():
        found = int(chosen[d].sum())
        reasons = Counter(view.obstacle(d, r) for r in range(grid.shape[1]) if not chosen[d, r])
        counted = {obstacle: reasons[obstacle] for obstacle in Obstacle if reasons[obstacle]}
        out.append(Shortage(grid.dossiers[d].key, found + int(missing[d]), found, counted))
    return tuple(out)


def bottlenecks(grid: Grid, chosen: Bools) -> tuple[Bottleneck, ...]:
    """The narrow places of a plan with as few reads missing as possible; each dossier is in one at most."""
    missing = np.maximum(grid.wanted - (chosen & grid.open).sum(axis=1), 0)
    view = _View(grid, chosen)
    groups: list[tuple[set[int], set[int]]] = []
    for d in np.flatnonzero(missing > 0).tolist():
        if any(d in group[0] for group in groups):
            continue  # what it reaches is already there
        dossiers, reviewers = view.reached(d)
        for other in [group for group in groups if group[0] & dossiers or group[1] & reviewers]:
            groups.remove(other)
            dossiers, reviewers = dossiers | other[0], reviewers | other[1]
        groups.append((dossiers, reviewers))
    return tuple(_bottleneck(view, sorted(dossiers), sorted(reviewers), missing) for dossiers, reviewers in groups)


class _View:
    """A plan seen as a flow: what may still move."""

    def __init__(self, grid: Grid, chosen: Bools) -> None:
        self.grid = grid
        self.chosen = chosen
        self.given = chosen & grid.open
        inside = grid.groups[:, None] == np.arange(grid.places.shape[1])
        self.places = grid.places - self.given.astype(np.int64) @ inside
        self.spare = np.maximum(grid.room - self.given.sum(axis=0), 0)

    def obstacle(self, d: int, r: int) -> Obstacle:
        grid = self.grid
        reasons = (
            (Obstacle.HAS_IT, self.chosen[d, r]),
            (Obstacle.CONFLICT, grid.conflicts[d, r]),
            (Obstacle.FORBIDDEN, grid.forbidden[d, r]),
            (Obstacle.LANGUAGE, not grid.common[d, r]),
            (Obstacle.ORGANISATION, self.places[d, grid.groups[r]] <= 0),
        )
        return next((obstacle for obstacle, holds in reasons if holds), Obstacle.FULL)

    def reached(self, start: int) -> tuple[set[int], set[int]]:
        """Dossiers and reviewers that exchanges reach from a dossier in want.

        From a dossier to whoever may still read it; within an organisation that has no place left, only to a colleague,
        when one of them gives it up; from a reviewer to the dossiers they could give up.
        """
        dossiers, reviewers = {start}, set[int]()
        colleagues: set[tuple[int, int]] = set()
        # A dossier, and the organisation alone through which it may be left.
        queue: list[tuple[int, int | None]] = [(start, None)]
        while queue:
            d, group = queue.pop()
            for r in np.flatnonzero(self._next(d, group)).tolist():
                if r in reviewers:
                    continue
                reviewers.add(r)
                for other in np.flatnonzero(self.given[:, r]).tolist():
                    inside = int(self.grid.groups[r])
                    if other not in dossiers:
                        dossiers.add(other)
                        queue.append((other, None))
                    if (other, inside) not in colleagues:
                        colleagues.add((other, inside))
                        queue.append((other, inside))
        return dossiers, reviewers

    def _next(self, d: int, group: int | None) -> Bools:
        may = self.grid.open[d] & ~self.given[d]
        if group is None:
            return np.asarray(may & (self.places[d, self.grid.groups] > 0))
        return np.asarray(may & (self.grid.groups == group))


def _bottleneck(view: _View, dossiers: list[int], reviewers: list[int], missing: np.ndarray) -> Bottleneck:
    grid = view.grid
    rows = [grid.dossiers[d] for d in dossiers]
    total = int(missing[dossiers].sum())
    return Bottleneck(
        dossiers=tuple(row.key for row in rows),
        short=tuple(grid.dossiers[d].key for d in dossiers if missing[d] > 0),
        reviewers=tuple(grid.reviewers[r].key for r in reviewers),
        wanted=int(sum(max(row.reads, int(view.grid.fixed[d].sum())) for d, row in zip(dossiers, rows, strict=True))),
        missing=total,
        languages=_counted(row.languages for row in rows),
        themes=_counted(row.themes for row in rows),
        ways=_ways(view, dossiers, reviewers, missing),
    )


def _counted(groups: Iterable[Collection[str]]) -> dict[str, int]:
    return dict(sorted(Counter(word for group in groups for word in set(group)).items()))


def _ways(view: _View, dossiers: list[int], reviewers: list[int], missing: np.ndarray) -> tuple[Way, ...]:
    """Remedies, the one that gives most first. A dossier takes one read of each person at most."""
    total = int(missing[dossiers].sum())
    names = [reviewer.key for reviewer in view.grid.reviewers]
    ways = [Way(Remedy.RECRUIT, total)]
    if reviewers:
        ways.append(Way(Remedy.PLACES, _gain(view, dossiers, reviewers, missing), tuple(names[r] for r in reviewers)))
    pairs = {
        Remedy.LANGUAGE: Obstacle.LANGUAGE,
        Remedy.FORBIDDEN: Obstacle.FORBIDDEN,
        Remedy.ORGANISATION: Obstacle.ORGANISATION,
    }
    spare = [r for r in np.flatnonzero(view.spare > 0).tolist() if r not in reviewers]
    for remedy, obstacle in pairs.items():
        able = [r for r in spare if any(view.obstacle(d, r) is obstacle for d in dossiers)]
        reads = min(int(view.spare[able].sum()), total)
        if reads:
            ways.append(Way(remedy, reads, tuple(names[r] for r in able)))
    return tuple(sorted(ways, key=lambda way: -way.reads))


def _gain(view: _View, dossiers: list[int], reviewers: list[int], missing: np.ndarray) -> int:
    """Reads that the full reviewers could give with places without end: each may read a dossier once."""
    able = (view.grid.open & ~view.given)[np.ix_(dossiers, reviewers)].sum(axis=1)
    return int(min(missing[dossiers].sum(), able.sum()))
