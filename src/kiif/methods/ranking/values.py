"""From a raw figure to a value in [0, 1], and the conditions that rule an alternative out.

The direction is inside the value function, never applied afterwards, and its bounds are stored with the model:
adding an alternative does not change the order of the others (no rank reversal).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kiif.methods.ranking.errors import RankingError

Floats = NDArray[np.float64]

#: Above this share of unknown values a criterion is shown and not scored.
MAX_MISSING = 0.30


class ValueFunction(Protocol):
    """Maps figures `(n,)` to values `(n,)` in [0, 1]; NaN stays NaN."""

    def __call__(self, figures: ArrayLike) -> Floats: ...


@dataclass(frozen=True)
class Piecewise:
    """Straight lines between points `(figure, value)`, flat outside (or continued, with `extrapolate`).

    Covers "more is better" (two points), "less is better" (second value lower), a preferred point (three points) and a
    preferred range (four points, a trapezoid).

    Raises RankingError when figures do not strictly increase or there are fewer than two points.
    """

    figures: tuple[float, ...]
    values: tuple[float, ...]
    extrapolate: bool = False

    def __post_init__(self) -> None:
        if len(self.figures) < 2 or len(self.figures) != len(self.values):
            raise RankingError("A value function needs at least two points.")
        if not np.all(np.diff(self.figures) > 0):
            raise RankingError("The points of a value function must be in increasing order, without repetition.")

    def __call__(self, figures: ArrayLike) -> Floats:
        x = np.asarray(figures, dtype=np.float64)
        xp, fp = np.asarray(self.figures), np.asarray(self.values)
        out = np.interp(x, xp, fp)
        if self.extrapolate:
            low, high = x < xp[0], x > xp[-1]
            out = np.where(low, fp[0] + (x - xp[0]) * (fp[1] - fp[0]) / (xp[1] - xp[0]), out)
            out = np.where(high, fp[-1] + (x - xp[-1]) * (fp[-1] - fp[-2]) / (xp[-1] - xp[-2]), out)
        return np.where(np.isnan(x), np.nan, out)


@dataclass(frozen=True)
class Logarithmic:
    """Like two-point `Piecewise` on the logarithm: ten times more counts the same wherever it starts.

    `low` and `high` are strictly positive; a figure at or below zero has the value of `low`.
    """

    low: float
    high: float
    increasing: bool = True

    def __post_init__(self) -> None:
        if not 0 < self.low < self.high:
            raise RankingError("A logarithmic scale needs 0 < low < high.")

    def __call__(self, figures: ArrayLike) -> Floats:
        x = np.asarray(figures, dtype=np.float64)
        clipped = np.clip(x, self.low, self.high)
        share = np.log(clipped / self.low) / np.log(self.high / self.low)
        return np.where(np.isnan(x), np.nan, share if self.increasing else 1.0 - share)


@dataclass(frozen=True)
class Categories:
    """A value for each category code; a code without value is unknown (NaN)."""

    values: Mapping[int, float]

    def __call__(self, figures: ArrayLike) -> Floats:
        x = np.asarray(figures, dtype=np.float64)
        out = np.full(x.shape, np.nan)
        for code, value in self.values.items():
            out[x == code] = value
        return out


def bounds(figures: ArrayLike, tail: float = 0.02) -> tuple[float, float]:
    """Goalposts of a column: its quantiles at `tail` and `1 - tail`, ignoring NaN (winsorised bounds).

    Raises RankingError when nothing is known or everything is equal.
    """
    x = np.asarray(figures, dtype=np.float64)
    known = x[~np.isnan(x)]
    if known.size == 0:
        raise RankingError("Nothing is known for this criterion.")
    low, high = (float(v) for v in np.quantile(known, [tail, 1.0 - tail]))
    if low == high:
        low, high = float(known.min()), float(known.max())
    if low == high:
        raise RankingError("This criterion has the same value everywhere: it cannot order anything.")
    return low, high


def more_is_better(low: float, high: float) -> Piecewise:
    return Piecewise((low, high), (0.0, 1.0))


def less_is_better(low: float, high: float) -> Piecewise:
    return Piecewise((low, high), (1.0, 0.0))


def preferred_point(low: float, point: float, high: float) -> Piecewise:
    """0 at `low` and `high`, 1 at `point`."""
    return Piecewise((low, point, high), (0.0, 1.0, 0.0))


def preferred_range(a: float, b: float, c: float, d: float) -> Piecewise:
    """0 outside [a, d], 1 on [b, c], straight between."""
    return Piecewise((a, b, c, d), (0.0, 1.0, 1.0, 0.0))


def percentile(figures: ArrayLike) -> Floats:
    """Share of known figures strictly below, plus half of the equal ones: in ]0, 1[, NaN stays NaN."""
    x = np.asarray(figures, dtype=np.float64)
    known = np.sort(x[~np.isnan(x)])
    if known.size == 0:
        return np.full(x.shape, np.nan)
    below = np.searchsorted(known, x, side="left")
    up_to = np.searchsorted(known, x, side="right")
    return np.where(np.isnan(x), np.nan, (below + up_to) / (2.0 * known.size))


@dataclass(frozen=True)
class Veto:
    """What must be: `minimum <= figure <= maximum` and, for categories, `figure in allowed`."""

    criterion: int
    minimum: float | None = None
    maximum: float | None = None
    allowed: Collection[int] | None = None


@dataclass(frozen=True)
class VetoResult:
    """`excluded (n,)` bool; `to_check (n,)` bool: a veto figure is unknown; `reasons`: per veto, the excluded rows."""

    excluded: NDArray[np.bool_]
    to_check: NDArray[np.bool_]
    reasons: tuple[NDArray[np.intp], ...] = field(default=())


def apply_vetoes(figures: ArrayLike, vetoes: Sequence[Veto]) -> VetoResult:
    """Rules alternatives out. An unknown figure is neither accepted nor refused: it is "to check", never imputed.

    `figures` is `(n, k)`, raw.
    """
    x = np.asarray(figures, dtype=np.float64)
    excluded = np.zeros(len(x), dtype=bool)
    to_check = np.zeros(len(x), dtype=bool)
    reasons = []
    for veto in vetoes:
        column = x[:, veto.criterion]
        broken = np.zeros(len(x), dtype=bool)
        if veto.minimum is not None:
            broken |= column < veto.minimum
        if veto.maximum is not None:
            broken |= column > veto.maximum
        if veto.allowed is not None:
            broken |= ~np.isnan(column) & ~np.isin(column, list(veto.allowed))
        excluded |= broken
        to_check |= np.isnan(column)
        reasons.append(np.flatnonzero(broken))
    return VetoResult(excluded, to_check & ~excluded, tuple(reasons))


def scored_criteria(figures: ArrayLike, max_missing: float = MAX_MISSING) -> NDArray[np.bool_]:
    """Which columns of `(n, k)` are known enough to be scored: at most `max_missing` unknown. Shape `(k,)`."""
    x = np.asarray(figures, dtype=np.float64)
    if len(x) == 0:
        raise RankingError("There is nothing to rank.")
    return np.asarray(np.isnan(x).mean(axis=0) <= max_missing, dtype=bool)
