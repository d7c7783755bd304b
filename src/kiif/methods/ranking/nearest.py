"""An index of nearest neighbours that stays exact in sixty dimensions, where trees are slower than looking everywhere.

Rows are turned towards their principal axes. The first ten carry most of a distance and fit in the cache: distances
on them alone are lower bounds, and with an upper bound of the k-th distance (from the rows that look nearest) most rows
are left out; the next axes leave out most of the others. Products are in single precision, their rounding is counted
in the bounds, and whoever asks settles the few rows left in double precision.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Rows = NDArray[np.intp]

_HEAD, _NECK = 10, 15
_SAMPLE = 16
#: Below these, looking everywhere is as fast.
SMALLEST, NARROWEST = 4_000, _HEAD + _NECK + 1
#: Splits along the leading axes, so that rows that resemble each other are neighbours in memory as well.
_CELLS = (4, 4, 4, 4, 2, 2)


class Index:
    """Of `points (n, c)`, all known, c at least `NARROWEST`; columns scaled by the root of their weights."""

    def __init__(self, points: Floats) -> None:
        centred = points - points.mean(axis=0)
        axes = np.linalg.eigh(centred.T @ centred)[1][:, ::-1]
        turned = centred @ axes
        self._row_of = _by_cells(turned[:, : len(_CELLS)])
        self._place_of = np.empty_like(self._row_of)
        self._place_of[self._row_of] = np.arange(len(points))
        turned = turned[self._row_of]
        # |fl(q.x - x.x / 2) - exact| <= g (x.x + q.q) / 2 with g below; the part in x is put in the column itself.
        self._rounding = 2.0 * (points.shape[1] + 8) * float(np.finfo(np.float32).eps)
        self._head = np.ascontiguousarray(self._with_norms(turned[:, :_HEAD]).T)
        self._neck = self._with_norms(turned[:, _HEAD : _HEAD + _NECK])
        self._tail = self._with_norms(turned[:, _HEAD + _NECK :])

    def _with_norms(self, part: Floats) -> Singles:
        """`(n, c + 1)`: the last column is minus half the squared norm, a little nearer zero."""
        norms = (-0.5 + self._rounding / 2) * np.einsum("ij,ij->i", part, part)
        return np.ascontiguousarray(np.column_stack([part, norms]), dtype=np.float32)

    def candidates(self, row: int, count: int, allowed: NDArray[np.bool_] | None = None) -> Rows | None:
        """Rows among which are the `count` nearest to `row` (itself included); None when there are too few to tell."""
        place = self._place_of[row]
        head, neck, tail = self._head[:, place].copy(), self._neck[place].copy(), self._tail[place].copy()
        # A row is near when q.x - x.x / 2 is high; at most q.q / 2 on the axes that are not looked at.
        last = -float(tail[-1])
        beyond = last - float(neck[-1])
        own = 2.0 * (beyond - float(head[-1]))
        head[-1] = neck[-1] = tail[-1] = 1.0
        key: Singles = np.dot(head, self._head)
        if allowed is not None:
            key[~allowed[self._row_of]] = -np.inf
        reached = self._reached(key, neck, tail, count)
        if reached is None:
            return None
        # Rounding of the bound, of the row that gives it (its norm is below 2 q.q + 2 d2) and of the rows compared.
        reached -= 4.0 * self._rounding * (own + max(0.0, own - 2.0 * reached))
        rest = (key >= np.float32(reached - beyond)).nonzero()[0]
        if len(rest) > len(key) // 5:
            near = np.dot(self._neck, neck)
            near += key
            rest = (near >= np.float32(reached - last)).nonzero()[0]
            near = near.take(rest)
        else:
            near = np.dot(self._neck.take(rest, axis=0), neck)
            near += key.take(rest)
            kept = (near >= np.float32(reached - last)).nonzero()[0]
            near, rest = near.take(kept), rest.take(kept)
        near += np.dot(self._tail.take(rest, axis=0), tail)
        found: Rows = self._row_of.take(rest.take((near >= np.float32(reached)).nonzero()[0]))
        return found

    def _reached(self, key: Singles, neck: Singles, tail: Singles, count: int) -> float | None:
        """What `count` rows reach at least: the best of those that look nearest on the head; None if too few."""
        sample = key[::_SAMPLE].copy()
        at = len(sample) - max(12, 4 * count // _SAMPLE)
        if at < 0:
            return None
        sample.partition(at)
        first = (key >= sample[at]).nonzero()[0]
        if len(first) < count or not np.isfinite(sample[at]):
            return None
        near = np.dot(self._neck.take(first, axis=0), neck)
        near += np.dot(self._tail.take(first, axis=0), tail)
        near += key.take(first)
        at = len(near) - count
        near.partition(at)
        return float(near[at])


def _by_cells(leading: Floats) -> Rows:
    """An order of the rows in which those of a cell (quarters or halves of each axis) follow each other."""
    code = np.zeros(len(leading), dtype=np.int16)
    for column, cells in zip(leading.T, _CELLS, strict=True):
        edges = np.quantile(column, np.arange(1, cells) / cells)
        code = (code * cells + np.searchsorted(edges, column)).astype(np.int16)
    return np.argsort(code, kind="stable")
