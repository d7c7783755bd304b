"""The baseline: each reviewer in turn asks for one more dossier and takes the one that needs them most.

The preference of a reviewer for a dossier is the product of what they bring with what it still needs (reads, readers
of its theme, territory and skills), as accelerators do. Source: the judging allocation of MassChallenge, in our
words.
"""

from __future__ import annotations

import numpy as np

from kiif.methods.allocation.grid import Bools, Floats, Grid, Ints

#: A dossier that the person already had comes before all others.
_KEPT = 10.0


class _State:
    """What is still wanted while dossiers are given one by one."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.chosen = grid.fixed.copy()
        self.free = grid.open.copy()
        self.wanted = grid.wanted.copy()
        self.load: Ints = grid.fixed.sum(axis=0).astype(np.int64)
        self.room = grid.room.copy()
        self.places = grid.places.copy()
        self.need_rows = np.array([need.dossier for need in grid.needs], dtype=np.int64)
        self.need_left = np.array([need.count for need in grid.needs], dtype=np.int64)
        masks = [need.mask for need in grid.needs]
        self.masks: Bools = np.array(masks, dtype=np.bool_).reshape(len(masks), grid.shape[1])

    def preference(self, r: int) -> Floats:
        """Of a reviewer for each dossier `(n,)`; -inf where it may not be given."""
        grid = self.grid
        held = self.masks[:, r] & (self.need_left > 0)
        needed = np.bincount(self.need_rows[held], minlength=grid.shape[0])
        reads = self.wanted / np.maximum(grid.wanted, 1)
        liked = reads + needed + grid.gain[:, r] + _KEPT * grid.earlier[:, r]
        may = self.free[:, r] & (self.wanted > 0) & (self.places[:, grid.groups[r]] > 0)
        return np.where(may, liked, -np.inf)

    def give(self, d: int, r: int) -> None:
        self.chosen[d, r] = True
        self.free[d, r] = False
        self.wanted[d] -= 1
        self.load[r] += 1
        self.room[r] -= 1
        self.places[d, self.grid.groups[r]] -= 1
        self.need_left[(self.need_rows == d) & self.masks[:, r]] -= 1


def greedy(grid: Grid) -> Bools:
    """Pairs given, fixed ones included, `(n, m)`. The least filled reviewer asks first; ties by key."""
    state = _State(grid)
    asking = set(np.flatnonzero(grid.room > 0).tolist())
    while asking:
        r = min(asking, key=lambda j: (state.load[j] / grid.capacity[j], j))
        liked = state.preference(r)
        best = int(np.argmax(liked))
        if liked[best] == -np.inf:
            asking.discard(r)
            continue
        state.give(best, r)
        if state.room[r] == 0:
            asking.discard(r)
    return state.chosen
