"""Which alternatives can reach the top at all: the others need not be drawn. Exact, never a guess.

Every weighting lies in a box and sums to 1, so the best and the worst score of an alternative over all of them is read
by filling the box in the order of its values (a fractional knapsack). An alternative is left out when at least `k`
others are better under every weighting of the box.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

#: Strong alternatives that the others are compared with, one by one.
REFERENCES = 64
#: Scores closer than this are told apart by the drawing itself.
TOLERANCE = 1e-9


def highest(gains: Floats, low: Floats, high: Floats) -> Floats:
    """Highest `gains @ w` over {low <= w <= high, sum w = 1}: `(n, c)` -> `(n,)`."""
    order = np.argsort(-gains, axis=1)
    sorted_gains = np.take_along_axis(gains, order, axis=1)
    capacity = (high - low)[order]
    filled = np.cumsum(capacity, axis=1) - capacity
    given = np.clip((1.0 - low.sum()) - filled, 0.0, capacity)
    return np.asarray(gains @ low + (given * sorted_gains).sum(axis=1), dtype=np.float64)


def reachable(values: ArrayLike, weights: ArrayLike, k: int) -> NDArray[np.intp]:
    """Rows of `values (n, c)` that may be in the top `k` of one of `weights (draws, c)`, in order; NaN is unknown.

    An unknown value may be, at best, the best of the row, at worst the worst: scores made on the others stay between.
    """
    v, w = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if k >= len(v):
        return np.arange(len(v))
    low, high = w.min(axis=0), w.max(axis=0)
    unknown = np.isnan(v)
    best = np.where(unknown, np.nan_to_num(np.nanmax(np.where(unknown, -np.inf, v), axis=1))[:, None], v)
    worst = np.where(unknown, np.nan_to_num(np.nanmin(np.where(unknown, np.inf, v), axis=1))[:, None], v)
    floors = -highest(-worst, low, high)
    sure = np.partition(floors, len(floors) - k)[len(floors) - k]
    rows = np.flatnonzero(highest(best, low, high) >= sure - TOLERANCE)
    strong = rows[np.argsort(-floors[rows], kind="stable")[: max(REFERENCES, 2 * k)]]
    beaten = np.zeros(len(rows), dtype=np.intp)
    for other in strong:
        gain = highest(best[rows] - worst[other], low, high)
        beaten += (gain < -TOLERANCE) & (rows != other)
    return rows[beaten < k]
