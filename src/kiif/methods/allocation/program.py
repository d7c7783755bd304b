"""A grid as a linear program in whole numbers, solved one aim after the other by HiGHS.

Columns: `x` one per open pair (0 or 1); `s` one per read wanted (1: not found); `u` one per need (readers not found);
`y` one per dossier that a reviewer may still take (1: taken). Rows: reads of a dossier, load of a reviewer, readers
of a need, readers of an organisation in a dossier. Without the last two the program is a flow: its linear relaxation
is whole.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, csr_array, vstack

from kiif.methods.allocation.grid import Bools, Floats, Grid, Ints

#: Below this an aim in whole numbers is nought.
_NOUGHT = 0.5
#: What one unit of a held aim costs the next one. Any figure gives the same plan; this one keeps the relaxation whole.
_PULL = 4.0
#: Pairs whose reduced cost is beyond this, in affinity, are not looked at first.
_NEAR = 0.2
#: Figures closer than this are the same.
_CLOSE = 1e-6


@dataclass(frozen=True, eq=False)
class _Layout:
    """Where the columns are. `pairs` (p, 2); `short`, `slots`: dossier, reviewer of each column `s`, `y`; and order."""

    pairs: Ints
    short: Ints
    short_order: Ints
    needs: int
    slots: Ints
    slot_order: Ints

    @property
    def starts(self) -> tuple[int, int, int, int]:
        s = len(self.pairs)
        u = s + len(self.short)
        y = u + self.needs
        return s, u, y, y + len(self.slots)


@dataclass(frozen=True, eq=False)
class Found:
    """A solution (columns,), or None when there is none or time is out; `proven`: none is better."""

    solution: Floats | None
    proven: bool


@dataclass(frozen=True, eq=False)
class _Relaxed:
    """The least value without whole numbers, pull included, and what one more unit of each column costs beside it."""

    value: float
    reduced: Floats


def _counted(counts: Ints) -> tuple[Ints, Ints]:
    """Each index as often as counted, and its order from 1."""
    rows = np.repeat(np.arange(len(counts)), counts)
    order = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts) + 1
    return rows.astype(np.int64), order.astype(np.int64)


@dataclass(eq=False)
class Program:
    """The rows, and what is added to them when an aim is held. `seconds`: for all that is asked of it."""

    grid: Grid
    seconds: float
    _lower: list[ArrayLike] = field(default_factory=list)
    _upper: list[ArrayLike] = field(default_factory=list)
    _blocks: list[csr_array] = field(default_factory=list)

    def __post_init__(self) -> None:
        grid = self.grid
        self._deadline = time.monotonic() + self.seconds
        short, short_order = _counted(grid.wanted)
        slots, slot_order = _counted(np.minimum(grid.room, grid.open.sum(axis=0)))
        pairs = np.argwhere(grid.open).astype(np.int64)
        self.layout = _Layout(pairs, short, short_order, len(grid.needs), slots, slot_order)
        self._size = self.layout.starts[3]
        self._limits = np.ones(self._size)
        s, u, y, _ = self.layout.starts
        self._limits[u:y] = [need.count for need in grid.needs]
        self._whole = np.zeros(self._size)
        self._whole[:s] = 1
        self._pull, self._held = np.zeros(self._size), 0.0
        self._reads()
        self._loads()
        self._needed()
        self._organisations()

    def _add(self, rows: Ints, columns: Ints, figures: Floats, lower: ArrayLike, upper: ArrayLike) -> None:
        count = len(np.atleast_1d(np.asarray(lower)))
        self._blocks.append(coo_array((figures, (rows, columns)), shape=(count, self._size)).tocsr())
        self._lower.append(lower)
        self._upper.append(upper)

    def _reads(self) -> None:
        """Given and not found make what is wanted."""
        lay = self.layout
        rows = np.concatenate([lay.pairs[:, 0], lay.short])
        columns = np.arange(len(rows))
        wanted = self.grid.wanted.astype(np.float64)
        self._add(rows, columns, np.ones(len(rows)), wanted, wanted)

    def _loads(self) -> None:
        """What a reviewer is given fills its places, one by one."""
        lay, (_, _, y, end) = self.layout, self.layout.starts
        rows = np.concatenate([lay.pairs[:, 1], lay.slots])
        columns = np.concatenate([np.arange(len(lay.pairs)), np.arange(y, end)])
        figures = np.concatenate([np.ones(len(lay.pairs)), -np.ones(len(lay.slots))])
        nought = np.zeros(len(self.grid.room))
        self._add(rows, columns, figures, nought, nought)

    def _needed(self) -> None:
        if not self.grid.needs:
            return
        number = np.full(self.grid.shape, -1, dtype=np.int64)
        number[self.grid.open] = np.arange(len(self.layout.pairs))
        u = self.layout.starts[1]
        rows: list[NDArray[np.int64]] = []
        columns: list[NDArray[np.int64]] = []
        for k, need in enumerate(self.grid.needs):
            found = number[need.dossier][need.mask & self.grid.open[need.dossier]]
            columns.append(np.append(found, u + k))
            rows.append(np.full(len(found) + 1, k, dtype=np.int64))
        at = np.concatenate(columns)
        counts = np.array([need.count for need in self.grid.needs], dtype=np.float64)
        self._add(np.concatenate(rows), at, np.ones(len(at)), counts, np.full(len(counts), np.inf))

    def _organisations(self) -> None:
        grid, pairs = self.grid, self.layout.pairs
        width = grid.places.shape[1]
        cells = pairs[:, 0] * width + grid.groups[pairs[:, 1]]
        used, rows, counts = np.unique(cells, return_inverse=True, return_counts=True)
        places = grid.places.ravel()[used]
        binding = counts > places
        if not binding.any():
            return
        kept = np.flatnonzero(binding[rows])
        renumbered = np.cumsum(binding) - 1
        upper = places[binding].astype(np.float64)
        self._add(renumbered[rows[kept]], kept, np.ones(len(kept)), np.full(len(upper), -np.inf), upper)

    def bound(self, costs: Floats) -> float | None:
        """Below what `costs`, in whole numbers, cannot go while the aims held are reached: the relaxation rounded up.

        None when time is out, or when the aims held cannot be reached together.
        """
        relaxed = self._relaxed(costs)
        return None if relaxed is None else float(np.ceil(relaxed.value - self._held - _CLOSE))

    def hold(self, costs: Floats, reached: float) -> None:
        """From now on `costs` are at most `reached`. At nought its columns are closed: the program stays a flow."""
        columns = np.flatnonzero(costs)
        if abs(reached) < _NOUGHT and (costs >= 0).all():
            self._limits[columns] = 0.0
            return
        self._pull = _PULL * (self._pull + costs)
        self._held = _PULL * (self._held + reached)
        rows = np.zeros(len(columns), dtype=np.int64)
        self._add(rows, columns, costs[columns], [-np.inf], [reached])

    def least(self, costs: Floats) -> Found:
        """Least `costs` under all that is held.

        The relaxation gives a bound and what each pair costs beside it. Pairs dearer than `_NEAR` are left as the
        relaxation has them; if what is found is no further than that from the bound, no other pair could be in a better
        plan. Else the pairs within the distance found are looked at, and the proof is there.
        """
        relaxed = self._relaxed(costs)
        if relaxed is None:
            return Found(None, proven=False)
        near, best = _NEAR, Found(None, proven=False)
        for _ in range(2):
            found = self._whole_numbers(costs, relaxed.reduced, near)
            best = best if found.solution is None else found
            if best.solution is None:
                near = np.inf
                continue
            gap = float((costs + self._pull) @ best.solution) - relaxed.value
            if not found.proven or gap <= near:
                break
            near = gap + _CLOSE
        return best

    def _relaxed(self, costs: Floats) -> _Relaxed | None:
        """The program without whole numbers; None when nothing was found."""
        matrix, lower, upper = self._rows()
        equal = lower == upper
        below, above = ~equal & np.isfinite(upper), ~equal & np.isfinite(lower)
        left = self._deadline - time.monotonic()
        if left <= 0:
            return None
        found = linprog(
            costs + self._pull,
            A_ub=vstack([matrix[below], -matrix[above]], format="csr"),
            b_ub=np.concatenate([upper[below], -lower[above]]),
            A_eq=matrix[equal],
            b_eq=lower[equal],
            bounds=np.column_stack([np.zeros(self._size), self._limits]),
            method="highs-ds",
            options={"time_limit": left},
        )
        if found.status != 0:
            return None
        return _Relaxed(float(found.fun), np.asarray(found.lower.marginals + found.upper.marginals))

    def _whole_numbers(self, costs: Floats, reduced: Floats, near: float) -> Found:
        """Least `costs` when only the pairs whose reduced cost is within `near` may change."""
        count = len(self.layout.pairs)
        lowest, highest = np.zeros(self._size), self._limits.copy()
        lowest[:count] = np.where(reduced[:count] < -near, highest[:count], 0.0)
        highest[:count] = np.where(reduced[:count] > near, 0.0, highest[:count])
        left = self._deadline - time.monotonic()
        if left <= 0:
            return Found(None, proven=False)
        matrix, lower, upper = self._rows()
        found = milp(
            costs + self._pull,
            integrality=self._whole,
            bounds=Bounds(lowest, highest),
            constraints=LinearConstraint(matrix, lower, upper),
            options={"time_limit": left, "mip_rel_gap": 0.0},
        )
        solution = None if found.x is None else np.asarray(found.x, dtype=np.float64)
        return Found(solution, proven=found.status == 0)

    def _rows(self) -> tuple[csr_array, Floats, Floats]:
        return vstack(self._blocks, format="csr"), np.concatenate(self._lower), np.concatenate(self._upper)

    def aims(self) -> Iterator[Floats]:
        """What is reached before fitness, in whole numbers, from what counts most."""
        yield self.unevenness()
        if self.grid.earlier.any():
            yield self.moves()
        if self.grid.needs:
            yield self.unmet()

    def unevenness(self) -> Floats:
        """Reads not found, the second of a dossier weighing 3, the third 5: their squares in all."""
        s, u, _, end = self.layout.starts
        costs = np.zeros(end)
        costs[s:u] = 2 * self.layout.short_order - 1
        return costs

    def moves(self) -> Floats:
        """Pairs of the earlier plan given up, less their number."""
        costs = np.zeros(self._size)
        costs[: len(self.layout.pairs)] = -self.grid.earlier[tuple(self.layout.pairs.T)].astype(np.float64)
        return costs

    def unmet(self) -> Floats:
        _, u, y, end = self.layout.starts
        costs = np.zeros(end)
        costs[u:y] = 1.0
        return costs

    def fitness(self) -> Floats:
        """Affinity and its draw, less what filling up a reviewer costs."""
        grid, lay = self.grid, self.layout
        costs = np.zeros(self._size)
        costs[: len(lay.pairs)] = -grid.gain[tuple(lay.pairs.T)]
        before = grid.fixed.sum(axis=0)[lay.slots] + lay.slot_order
        costs[lay.starts[2] :] = grid.rules.balance * before / np.maximum(grid.capacity[lay.slots], 1)
        return costs

    def chosen(self, solution: Floats) -> Bools:
        """Fixed pairs and those that a solution gives. `(n, m)`."""
        out = self.grid.fixed.copy()
        out[tuple(self.layout.pairs.T)] |= solution[: len(self.layout.pairs)] > 0.5
        return out
