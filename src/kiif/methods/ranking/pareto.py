"""Alternatives that nothing beats on every pillar at once. Only meaningful on three to six pillar scores."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kiif.methods.ranking.errors import RankingError

MAX_DIMENSIONS = 6


def non_dominated(pillars: ArrayLike) -> NDArray[np.bool_]:
    """Which rows of `(n, p)`, more being better, are dominated by no other. Duplicates are all kept. Shape `(n,)`.

    Raises RankingError above six dimensions, where nearly everything is non-dominated and the answer says nothing.
    """
    x = np.asarray(pillars, dtype=np.float64)
    if x.ndim != 2 or not 1 <= x.shape[1] <= MAX_DIMENSIONS:
        raise RankingError("Compare on one to %(n)s pillars.", n=MAX_DIMENSIONS)
    known = np.flatnonzero(~np.isnan(x).any(axis=1))
    # Best sums first: a row can only be dominated by one with a strictly greater sum.
    order = known[np.argsort(-x[known].sum(axis=1), kind="stable")]
    left = x[order]
    alive = order
    keep = np.zeros(len(x), dtype=bool)
    while alive.size:
        champion = left[0]
        keep[alive[0]] = True
        survives = (left > champion).any(axis=1) | (left == champion).all(axis=1)
        survives[0] = False
        left, alive = left[survives], alive[survives]
    return keep
