"""One score per alternative, and what it is made of.

All but TOPSIS and VIKOR are monotone functions of one matrix product, so `robustness` serves them after `transform`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kiif.methods.ranking.errors import RankingError

Floats = NDArray[np.float64]

#: Lowest value in a geometric mean: one zero would otherwise decide alone.
GEOMETRIC_FLOOR = 0.01

Normalisation = Literal["vector", "minmax"]


@dataclass(frozen=True)
class Scores:
    """`score (n,)` (NaN when nothing is known) and `coverage (n,)`: share of the weight whose value is known."""

    score: Floats
    coverage: Floats


def _pair(values: ArrayLike, weights: ArrayLike) -> tuple[Floats, Floats]:
    v, w = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if v.ndim != 2 or len(v) == 0:
        raise RankingError("There is nothing to rank.")
    if w.shape != (v.shape[1],):
        raise RankingError("There must be one weight per criterion.")
    return v, w


def weighted_sum(values: ArrayLike, weights: ArrayLike) -> Scores:
    """Mean of the known values `(n, k)`, weighted `(k,)`. Unknown values are left out, never replaced."""
    v, w = _pair(values, weights)
    known = ~np.isnan(v)
    coverage = known @ w
    total = np.where(known, v, 0.0) @ w
    return Scores(np.divide(total, coverage, where=coverage > 0, out=np.full(len(v), np.nan)), coverage)


def geometric(values: ArrayLike, weights: ArrayLike, floor: float = GEOMETRIC_FLOOR) -> Scores:
    """Weighted geometric mean, lower values raised to `floor`: a weakness is not bought back."""
    v, w = _pair(values, weights)
    with np.errstate(invalid="ignore"):
        logs = weighted_sum(np.log(np.maximum(v, floor)), w)
    return Scores(np.exp(logs.score), logs.coverage)


def power_mean(values: ArrayLike, weights: ArrayLike, exponent: float, floor: float = GEOMETRIC_FLOOR) -> Scores:
    """Weighted power mean; exponent 1 is the sum, 0 the geometric mean, -1 the harmonic mean."""
    if exponent == 0:
        return geometric(values, weights, floor)
    v, w = _pair(values, weights)
    base = np.maximum(v, floor) if exponent < 0 else v
    powered = weighted_sum(base**exponent, w)
    return Scores(powered.score ** (1.0 / exponent), powered.coverage)


def additive(values: ArrayLike, exponent: float) -> Floats:
    """Values whose weighted sum orders alternatives as the power mean of this exponent does; NaN stays NaN."""
    v = np.asarray(values, dtype=np.float64)
    if exponent == 1.0:
        return v
    floored = np.where(np.isnan(v), np.nan, np.maximum(v, GEOMETRIC_FLOOR)) if exponent <= 0 else v
    if exponent == 0.0:
        return np.asarray(np.log(floored), dtype=np.float64)
    return np.asarray(-(floored**exponent) if exponent < 0 else floored**exponent, dtype=np.float64)


def contributions(values: ArrayLike, weights: ArrayLike, *, around: ArrayLike | None = None) -> Floats:
    """How much each criterion lifts or lowers each alternative: `w_j (v_ij - mean v_j)`, shape `(n, k)`.

    The mean is that of `around (m, k)`, else of `values`. With all values known, rows sum to score - mean score. An
    unknown value contributes 0.
    """
    v, w = _pair(values, weights)
    with np.errstate(invalid="ignore"):
        centred = v - np.nanmean(v if around is None else np.asarray(around, dtype=np.float64), axis=0)
    return np.where(np.isnan(centred), 0.0, centred) * w


def _normalised(x: Floats, maximise: NDArray[np.bool_], how: Normalisation) -> Floats:
    if how == "vector":
        return np.asarray(x / np.sqrt((x**2).sum(axis=0)), dtype=np.float64)
    low, high = x.min(axis=0), x.max(axis=0)
    if np.any(low == high):
        raise RankingError("A criterion has the same value everywhere: it cannot order anything.")
    return np.asarray(np.where(maximise, (x - low) / (high - low), (high - x) / (high - low)), dtype=np.float64)


def topsis(
    figures: ArrayLike, weights: ArrayLike, maximise: ArrayLike, normalisation: Normalisation = "vector"
) -> Floats:
    """Closeness to the ideal point in [0, 1]. Source: Hwang & Yoon 1981; no unknown figure is allowed."""
    x, w = _pair(figures, weights)
    if np.isnan(x).any():
        raise RankingError("TOPSIS needs every figure: complete them or use the weighted sum.")
    more = np.asarray(maximise, dtype=bool)
    r = _normalised(x, more, normalisation) * w
    best_is_high = more if normalisation == "vector" else np.ones_like(more)
    ideal = np.where(best_is_high, r.max(axis=0), r.min(axis=0))
    worst = np.where(best_is_high, r.min(axis=0), r.max(axis=0))
    to_ideal = np.sqrt(((r - ideal) ** 2).sum(axis=1))
    to_worst = np.sqrt(((r - worst) ** 2).sum(axis=1))
    return np.asarray(to_worst / (to_ideal + to_worst), dtype=np.float64)


def vikor(figures: ArrayLike, weights: ArrayLike, maximise: ArrayLike, v: float = 0.5) -> tuple[Floats, Floats, Floats]:
    """(S, R, Q), lower is better: mean regret, largest regret, compromise. Source: Opricovic & Tzeng 2004."""
    x, w = _pair(figures, weights)
    regrets = w * (1.0 - _normalised(x, np.asarray(maximise, dtype=bool), "minmax"))
    s, r = regrets.sum(axis=1), regrets.max(axis=1)

    def rescaled(values: Floats) -> Floats:
        span = values.max() - values.min()
        return (values - values.min()) / span if span > 0 else np.zeros_like(values)

    return s, r, v * rescaled(s) + (1.0 - v) * rescaled(r)


def spotis(figures: ArrayLike, weights: ArrayLike, low: ArrayLike, high: ArrayLike, preferred: ArrayLike) -> Floats:
    """Weighted normalised distance to a preferred point, lower is better; free of rank reversal. Dezert 2020."""
    x, w = _pair(figures, weights)
    span = np.asarray(high, dtype=np.float64) - np.asarray(low, dtype=np.float64)
    if np.any(span <= 0):
        raise RankingError("Each criterion needs a lower and a higher bound.")
    return np.asarray((np.abs(x - np.asarray(preferred, dtype=np.float64)) / span) @ w, dtype=np.float64)
