"""An index of nearest neighbours that stays exact in sixty dimensions, where trees are slower than looking everywhere.

Rows are turned towards their principal axes. The first eight carry most of a distance and fit in the cache: distances
on them alone are lower bounds, and with an upper bound of the k-th distance (from the rows that look nearest) most rows
are left out; the next axes, a few at a time, leave out most of the others. Products are in single precision, their
rounding is counted in the bounds, and whoever asks settles the few rows left in double precision.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Rows = NDArray[np.intp]

#: Axes of each look: the first at every row; with the norm beside them, the next ones are half a line of cache, a line,
#: and the rest.
_HEAD, _NEXT = 8, (7, 15)
_SAMPLE = 16
#: Below these, looking everywhere is as fast.
SMALLEST, NARROWEST = 4_000, _HEAD + sum(_NEXT) + 1
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
        ends = np.cumsum((_HEAD, *_NEXT))
        self._looks = [self._with_norms(part) for part in np.split(turned, ends, axis=1)[1:]]

    def _with_norms(self, part: Floats) -> Singles:
        """`(n, c + 1)`: the last column is minus half the squared norm, a little nearer zero."""
        norms = (-0.5 + self._rounding / 2) * np.einsum("ij,ij->i", part, part)
        return np.ascontiguousarray(np.column_stack([part, norms]), dtype=np.float32)

    def candidates(self, row: int, count: int, allowed: NDArray[np.bool_] | None = None) -> Rows | None:
        """Rows among which are the `count` nearest to `row`; it is counted and not given. None if too few to tell."""
        place = self._place_of[row]
        head = self._head[:, place].copy()
        looks = [(part, part[place].copy()) for part in self._looks]
        # A row is near when q.x - x.x / 2 is high; at most q.q / 2 on the axes that are not looked at yet.
        beyond = [-float(own[-1]) for _part, own in looks]
        for i in range(len(beyond) - 2, -1, -1):
            beyond[i] += beyond[i + 1]
        norm = 2.0 * (beyond[0] - float(head[-1]))
        head[-1] = 1.0
        for _part, own in looks:
            own[-1] = 1.0
        key: Singles = np.dot(head, self._head)
        if allowed is not None:
            key[~allowed[self._row_of]] = -np.inf
        reached = _reached(key, looks, count)
        if reached is None:
            return None
        # Rounding of the bound, of the row that gives it (its norm is below 2 q.q + 2 d2) and of the rows compared.
        reached -= 4.0 * self._rounding * (norm + max(0.0, norm - 2.0 * reached))
        rest = (key >= np.float32(reached - beyond[0])).nonzero()[0]
        near = key.take(rest)
        for (part, own), hope in zip(looks, (*beyond[1:], 0.0), strict=True):
            near += np.dot(part.take(rest, axis=0), own)
            kept = (near >= np.float32(reached - hope)).nonzero()[0]
            rest, near = rest.take(kept), near.take(kept)
        found = self._row_of.take(rest)
        others: Rows = found[found != row]
        return others


def _reached(key: Singles, looks: list[tuple[Singles, Singles]], count: int) -> float | None:
    """What `count` rows reach at least: the best of those that look nearest at first; None if too few."""
    sample = key[::_SAMPLE].copy()
    at = len(sample) - max(12, 4 * count // _SAMPLE)
    if at < 0:
        return None
    sample.partition(at)
    first = (key >= sample[at]).nonzero()[0]
    if len(first) < count or not np.isfinite(sample[at]):
        return None
    near = key.take(first)
    for part, own in looks:
        near += np.dot(part.take(first, axis=0), own)
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
