"""Weights: what the person says, and draws of the weightings that agree with it.

Sampling is uniform on the set that the person's words describe. Normalising uniform numbers, the frequent shortcut,
cuts the dispersion by 40 % and makes any ranking look surer than it is; nothing here does it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kiif.methods.ranking.errors import RankingError

Floats = NDArray[np.float64]


def normalise(weights: ArrayLike) -> Floats:
    """Weights `(k,)` of sum 1. Raises RankingError when one is negative or unknown, or all are zero."""
    w = np.asarray(weights, dtype=np.float64)
    if w.ndim != 1 or w.size == 0:
        raise RankingError("Choose at least one criterion.")
    if not np.all(np.isfinite(w)) or np.any(w < 0):
        raise RankingError("A weight is a number, zero or more.")
    total = w.sum()
    if total <= 0:
        raise RankingError("All weights are zero: give at least one criterion some importance.")
    return np.asarray(w / total, dtype=np.float64)


def hierarchical(pillar_weights: ArrayLike, within: ArrayLike, pillar_of: Sequence[int]) -> Floats:
    """Weight of each criterion = weight of its pillar x its share within it. Shapes `(p,)`, `(k,)`, `(k,)` -> `(k,)`.

    A pillar of twelve criteria does not weigh twelve times more. Raises RankingError when a weighty pillar has none.
    """
    pillars = normalise(pillar_weights)
    shares = np.asarray(within, dtype=np.float64)
    index = np.asarray(pillar_of, dtype=np.intp)
    totals = np.bincount(index, weights=shares, minlength=pillars.size)
    if np.any((pillars > 0) & (totals <= 0)):
        raise RankingError("A pillar that counts needs at least one criterion that counts.")
    share = np.divide(shares, totals[index], where=totals[index] > 0, out=np.zeros_like(shares))
    return normalise(pillars[index] * share)


def from_order(k: int) -> Floats:
    """Rank-order centroid for criteria given from the most to the least important: mean of all agreeing weights."""
    if k < 1:
        raise RankingError("Choose at least one criterion.")
    inverse = 1.0 / np.arange(1, k + 1)
    return np.asarray(np.cumsum(inverse[::-1])[::-1] / k, dtype=np.float64)


def from_swings(swings: ArrayLike) -> Floats:
    """Swing weighting: points given to going from the worst to the best on each criterion, the first having 100."""
    return normalise(swings)


def from_pairs(ratios: ArrayLike) -> tuple[Floats, float]:
    """Weights and consistency ratio from pairwise answers `(k, k)`: `[i, j]` = how many times more i matters than j.

    Missing answers are NaN; weights are the least-squares solution on logarithms (row geometric mean when complete).
    The ratio is the consistency index of Saaty over its random mean; above 0.10 answers contradict each other. It is
    NaN when an answer is missing.

    Source: Crawford & Williams 1985 (logarithmic least squares); Saaty 1980 (random indices).
    Raises RankingError when answers do not connect all criteria.
    """
    a = np.asarray(ratios, dtype=np.float64)
    k = len(a)
    known = ~np.isnan(a) & ~np.eye(k, dtype=bool)
    if np.any(a[known] <= 0):
        raise RankingError("An answer says how many times more: a number above zero.")
    logs = np.where(known, np.log(np.where(known, a, 1.0)), 0.0)
    laplacian = np.diag((known | known.T).sum(axis=1).astype(float)) - (known | known.T)
    both = known.astype(float) + known.T.astype(float)
    skew = np.divide(logs - logs.T, both, where=both > 0, out=np.zeros_like(logs))
    if k > 1 and np.linalg.matrix_rank(laplacian) < k - 1:
        raise RankingError("Some criteria were never compared with the others.")
    scores = np.linalg.lstsq(laplacian, skew.sum(axis=1), rcond=None)[0]
    weights = normalise(np.exp(scores - scores.max()))
    return weights, _consistency_ratio(a, known)


#: Mean consistency index of random reciprocal matrices of size 3 to 10 (Saaty 1980).
_RANDOM_INDEX = {3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45, 10: 1.49}


def _consistency_ratio(a: Floats, known: NDArray[np.bool_]) -> float:
    k = len(a)
    if k < 3:
        return 0.0
    if not np.all(known | np.eye(k, dtype=bool)):
        return float("nan")
    full = a.copy()
    np.fill_diagonal(full, 1.0)
    largest = float(np.max(np.linalg.eigvals(full).real))
    return max(0.0, (largest - k) / (k - 1)) / _RANDOM_INDEX.get(k, 1.49)


def draw_uniform(draws: int, k: int, rng: np.random.Generator) -> Floats:
    """Uniform on the simplex (normalised exponentials): "no idea". Shape `(draws, k)`."""
    w = rng.standard_exponential((draws, k))
    w /= w.sum(axis=1, keepdims=True)
    return w


def draw_ordinal(draws: int, order: Sequence[int], rng: np.random.Generator) -> Floats:
    """Uniform on the weightings that keep `order` (criteria from most to least important). Shape `(draws, k)`."""
    k = len(order)
    if sorted(order) != list(range(k)):
        raise RankingError("An order names each criterion once.")
    decreasing = -np.sort(-draw_uniform(draws, k, rng), axis=1)
    out = np.empty_like(decreasing)
    out[:, list(order)] = decreasing
    return out


def draw_around(draws: int, centre: ArrayLike, concentration: float, rng: np.random.Generator) -> Floats:
    """Dirichlet around `centre`; concentration 200 is loose, 1,000 tight. A zero weight stays zero."""
    w0 = normalise(centre)
    if concentration <= 0:
        raise RankingError("The concentration is a number above zero.")
    w = rng.standard_gamma(np.maximum(concentration * w0, 1e-300), (draws, w0.size))
    w[:, w0 == 0] = 0.0
    w /= w.sum(axis=1, keepdims=True)
    return w


def draw_within(draws: int, lower: ArrayLike, upper: ArrayLike, rng: np.random.Generator, sweeps: int = 60) -> Floats:
    """Uniform on {lower <= w <= upper, sum w = 1}, by pairwise Gibbs sampling: one chain per draw, in parallel.

    Rejection from the simplex accepts almost nothing here. Raises RankingError when no weighting fits the bounds.
    """
    low, high = np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64)
    if np.any(low < 0) or np.any(high < low) or low.sum() > 1 + 1e-12 or high.sum() < 1 - 1e-12:
        raise RankingError("No weighting fits these bounds.")
    room = (high - low).sum()
    start = low + (high - low) * ((1.0 - low.sum()) / room if room > 0 else 0.0)
    k = low.size
    columns = np.repeat(start[:, None], draws, axis=1)  # (k, draws): each move reads two contiguous rows
    for _ in range(sweeps):
        order = rng.permutation(k)
        for a, b in zip(order[0::2], order[1::2], strict=False):
            down = np.maximum(low[a] - columns[a], columns[b] - high[b])
            up = np.minimum(high[a] - columns[a], columns[b] - low[b])
            move = down + (up - down) * rng.random(draws)
            columns[a] += move
            columns[b] -= move
    np.clip(columns, low[:, None], high[:, None], out=columns)
    return np.ascontiguousarray(columns.T)


def draw_plus_minus(draws: int, centre: ArrayLike, share: float, rng: np.random.Generator) -> Floats:
    """Uniform among weightings whose each weight is within ± `share` (0.5 = 50 %) of `centre`."""
    w0 = normalise(centre)
    if share < 0:
        raise RankingError("The margin is a share, zero or more.")
    return draw_within(draws, w0 * max(0.0, 1.0 - share), np.minimum(1.0, w0 * (1.0 + share)), rng)


def draw_by_pillar(draws: int, pillar_of: Sequence[int], rng: np.random.Generator) -> Floats:
    """Uniform over pillars, then uniform within each: a pillar does not weigh more for having more criteria."""
    index = np.asarray(pillar_of, dtype=np.intp)
    pillars = np.unique(index)
    between = draw_uniform(draws, pillars.size, rng)
    out = np.empty((draws, index.size))
    for position, pillar in enumerate(pillars):
        members = np.flatnonzero(index == pillar)
        out[:, members] = between[:, [position]] * draw_uniform(draws, members.size, rng)
    return out
