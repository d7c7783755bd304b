"""The answer: who reads what and why, what it is worth, what moved, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from kiif.methods.allocation.grid import Bools, Grid, Need
from kiif.methods.allocation.model import Pair

#: Two scores closer than this are the same: what the solver itself does not tell apart.
SAME: Final = 1e-5


class Reason(StrEnum):
    """Why this person reads this dossier. A page words them."""

    DONE = "done"
    FORCED = "forced"
    CALIBRATION = "calibration"
    KEPT = "kept"
    THEME = "theme"
    TERRITORY = "territory"
    SKILL = "skill"
    BALANCE = "balance"


@dataclass(frozen=True)
class Value:
    """What a plan is worth, from what counts most to what counts least. Lower is better, but for `score`.

    `missing`: reads not found; `uneven`: the same squared by dossier (two dossiers with one read missing are better
    than one with two); `moved`: pairs of the earlier plan given up; `unmet`: readers of the theme, territory or skill
    needed not found; `score`: affinity (0 to 1 a read) less what filling up reviewers costs; `affinity`: mean of the
    reads.
    """

    missing: int
    uneven: int
    moved: int
    unmet: int
    score: float
    affinity: float

    def is_no_worse_than(self, other: Value) -> bool:
        ours, theirs = (self.uneven, self.moved, self.unmet), (other.uneven, other.moved, other.unmet)
        return ours < theirs or (ours == theirs and self.score >= other.score - SAME)


@dataclass(frozen=True)
class Assignment:
    """One read. `reasons` with what is shared; `place` of `capacity`: how full the reviewer is in this plan."""

    dossier: str
    reviewer: str
    reasons: tuple[Reason, ...]
    themes: tuple[str, ...]
    territories: tuple[str, ...]
    skills: tuple[str, ...]
    affinity: float
    load: int
    capacity: int

    @property
    def pair(self) -> Pair:
        return self.dossier, self.reviewer


@dataclass(frozen=True)
class Unmet:
    """`missing` readers of the `kind` (theme, territory, skill `name`) that a dossier should have were not found."""

    dossier: str
    kind: str
    name: str
    missing: int


def value_of(grid: Grid, chosen: Bools) -> Value:
    """What `chosen` (n, m), fixed pairs included, is worth."""
    given = chosen & grid.open
    short = np.maximum(grid.wanted - given.sum(axis=1), 0)
    unmet = sum(max(need.count - int((given[need.dossier] & need.mask).sum()), 0) for need in grid.needs)
    reads = int(chosen.sum())
    return Value(
        missing=int(short.sum()),
        uneven=int((short**2).sum()),
        moved=int((grid.earlier & ~given).sum()),
        unmet=unmet,
        score=float(grid.gain[given].sum()) - grid.rules.balance * _filling(grid, given),
        affinity=float(grid.affinity[chosen].sum()) / reads if reads else 0.0,
    )


def _filling(grid: Grid, given: Bools) -> float:
    """For each dossier given, the share of its reviewer's capacity that is then filled: least when all are alike."""
    before = grid.fixed.sum(axis=0)
    added = given.sum(axis=0)
    total = added * before + added * (added + 1) / 2
    return float((total / np.maximum(grid.capacity, 1)).sum())


def assignments(grid: Grid, chosen: Bools) -> tuple[Assignment, ...]:
    """Each read of `chosen` (n, m) with its reasons, by dossier then reviewer."""
    loads = chosen.sum(axis=0)
    by_row: dict[int, list[Need]] = {}
    for need in grid.needs:
        by_row.setdefault(need.dossier, []).append(need)
    out = []
    for d, r in np.argwhere(chosen).tolist():
        dossier, reviewer = grid.dossiers[d], grid.reviewers[r]
        themes = tuple(sorted(set(dossier.themes) & set(reviewer.themes)))
        territories = tuple(sorted(set(dossier.territories) & set(reviewer.territories)))
        skills = tuple(sorted(set(dossier.needs) & set(reviewer.skills)))
        out.append(
            Assignment(
                dossier=dossier.key,
                reviewer=reviewer.key,
                reasons=_reasons(grid, d, r, (themes, territories, skills)),
                themes=themes,
                territories=territories,
                skills=skills,
                affinity=float(grid.affinity[d, r]),
                load=int(loads[r]),
                capacity=reviewer.capacity,
            )
        )
    return tuple(out)


def _reasons(grid: Grid, d: int, r: int, shared: tuple[tuple[str, ...], ...]) -> tuple[Reason, ...]:
    decided = [
        (Reason.DONE, grid.done[d, r]),
        (Reason.FORCED, grid.forced[d, r]),
        (Reason.CALIBRATION, grid.dossiers[d].calibration and grid.fixed[d, r]),
        (Reason.KEPT, grid.earlier[d, r]),
    ]
    fitting = list(zip((Reason.THEME, Reason.TERRITORY, Reason.SKILL), map(bool, shared), strict=True))
    found = tuple(reason for reason, holds in (*decided, *fitting) if holds)
    return found or (Reason.BALANCE,)


def unmet_needs(grid: Grid, chosen: Bools) -> tuple[Unmet, ...]:
    """The needs that `chosen` (n, m) leaves, by dossier."""
    given = chosen & grid.open
    out = []
    for need in grid.needs:
        missing = need.count - int((given[need.dossier] & need.mask).sum())
        if missing > 0:
            out.append(Unmet(grid.dossiers[need.dossier].key, need.kind, need.name, missing))
    return tuple(out)
