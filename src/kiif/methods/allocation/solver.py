"""The best plan of a round, proved, with the greedy baseline beside it.

One aim after the other, each held while the next is sought:

1. as few reads missing as possible, and evenly (sum of squares by dossier);
2. as few pairs of the earlier plan given up as possible;
3. as few missing readers of the theme, territory or skill as possible;
4. affinity, less what filling up reviewers costs (a convex cost of the share of their capacity).

The sum of squares is least only where the number of missing reads is: what dossiers can obtain together is a
polymatroid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kiif.methods.allocation.errors import AllocationError
from kiif.methods.allocation.greedy import greedy
from kiif.methods.allocation.grid import Bools, Grid, prepare
from kiif.methods.allocation.model import Pair, Round
from kiif.methods.allocation.plan import Assignment, Unmet, Value, assignments, unmet_needs, value_of
from kiif.methods.allocation.program import Found, Program
from kiif.methods.allocation.shortage import Bottleneck, Shortage, bottlenecks, shortages

#: Time after which the best plan found is given, unproved.
SECONDS: Final = 30.0


@dataclass(frozen=True)
class Plan:
    """Who reads what.

    `proven`: no plan is worth more (else time was short, and the plan is the best one found). `baseline`: what the
    greedy plan is worth. `loads`: reviewer -> dossiers in all. `moved`: pairs of the earlier plan given up though
    still allowed; `lost`: those no longer allowed; `void`: reads done by someone in conflict, which do not count.
    `overloaded`: reviewer -> dossiers decided beyond their capacity.
    """

    assignments: tuple[Assignment, ...]
    value: Value
    baseline: Value
    proven: bool
    loads: dict[str, int]
    shortages: tuple[Shortage, ...]
    bottlenecks: tuple[Bottleneck, ...]
    unmet: tuple[Unmet, ...]
    moved: tuple[Pair, ...]
    lost: tuple[Pair, ...]
    void: tuple[Pair, ...]
    overloaded: dict[str, int]

    @property
    def pairs(self) -> frozenset[Pair]:
        return frozenset(assignment.pair for assignment in self.assignments)

    @property
    def is_complete(self) -> bool:
        return not self.shortages


def allocate(asked: Round, *, seconds: float = SECONDS) -> Plan:
    """The best plan of a round; when not all reads can be found, the best partial one and why.

    `seconds`: time given to the proof. The same round gives the same plan, whatever the order it is given in, as long
    as the proof is reached. Raises AllocationError when the round contradicts itself (`Round`) or no time is given.
    """
    if not seconds > 0:
        raise AllocationError("Give the planning some time.")
    grid = prepare(asked)
    simple = greedy(grid)
    found, proven = _best(grid, seconds)
    worth = value_of(grid, simple)
    if found is None or not value_of(grid, found).is_no_worse_than(worth):
        found, proven = simple, False
    return _plan(asked, grid, found, worth, proven=proven)


def baseline(asked: Round) -> Plan:
    """The greedy plan alone, as an answer of the same shape: for the comparison."""
    grid = prepare(asked)
    chosen = greedy(grid)
    return _plan(asked, grid, chosen, value_of(grid, chosen), proven=False)


def _best(grid: Grid, seconds: float) -> tuple[Bools | None, bool]:
    """The best choice of pairs and whether it is proved; None when nothing was found.

    First each aim is held at the bound of its relaxation: a plan that reaches all the bounds is the best one, and there
    nearly always is one. Else the aims are reached one by one.
    """
    if not grid.open.any():
        return grid.fixed, True
    half = seconds / 2
    for settled in (_by_bounds, _by_aims):
        program = Program(grid, half)
        found = settled(program)
        if found.solution is not None:
            return program.chosen(found.solution), found.proven
    return None, False


def _by_bounds(program: Program) -> Found:
    for costs in program.aims():
        bound = program.bound(costs)
        if bound is None:
            return Found(None, proven=False)
        program.hold(costs, bound)
    return program.least(program.fitness())


def _by_aims(program: Program) -> Found:
    best = Found(None, proven=False)
    for costs in program.aims():
        found = program.least(costs)
        if found.solution is None:
            return Found(best.solution, proven=False)
        best = found
        if not found.proven:
            return best
        program.hold(costs, float(np.round(costs @ found.solution)))
    last = program.least(program.fitness())
    return last if last.solution is not None else Found(best.solution, proven=False)


def _plan(asked: Round, grid: Grid, chosen: Bools, worth: Value, *, proven: bool) -> Plan:
    loads = chosen.sum(axis=0)
    over = np.maximum(grid.fixed.sum(axis=0) - grid.capacity, 0)
    keys = [reviewer.key for reviewer in grid.reviewers]
    still = {grid.pair(d, r) for d, r in np.argwhere(grid.earlier | grid.fixed).tolist()}
    return Plan(
        assignments=assignments(grid, chosen),
        value=value_of(grid, chosen),
        baseline=worth,
        proven=proven,
        loads={key: int(load) for key, load in zip(keys, loads, strict=True)},
        shortages=shortages(grid, chosen),
        bottlenecks=bottlenecks(grid, chosen),
        unmet=unmet_needs(grid, chosen),
        moved=tuple(grid.pair(d, r) for d, r in np.argwhere(grid.earlier & ~chosen).tolist()),
        lost=tuple(sorted(set(asked.earlier) - still)),
        void=grid.void,
        overloaded={key: int(beyond) for key, beyond in zip(keys, over, strict=True) if beyond},
    )
