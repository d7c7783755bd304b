"""Outranking: PROMETHEE II without its pairwise table, ELECTRE I, II and III for short lists.

Sources: Brans & Vincke 1985; Calders & Van Assche 2016 ("PROMETHEE is not quadratic"); Roy 1978 (ELECTRE III).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kiif.methods.ranking.errors import RankingError

Floats = NDArray[np.float64]
Shape = Literal["usual", "u", "v", "level", "linear", "gaussian"]

#: The gaussian shape has no prefix-sum form: above this size it is refused.
SHORT_LIST = 3000
#: Sums of weights that differ by less are equal.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Preference:
    """How a difference becomes a preference in [0, 1]: indifference `q`, strict preference `p`, gaussian spread `s`."""

    shape: Shape = "usual"
    q: float = 0.0
    p: float = 0.0
    s: float = 1.0

    def __post_init__(self) -> None:
        if self.q < 0 or (self.shape in {"level", "linear"} and self.p < self.q):
            raise RankingError("Thresholds must satisfy 0 <= indifference <= preference.")
        if self.shape == "v" and self.p <= 0:
            raise RankingError("This shape needs a preference threshold above zero.")
        if self.shape == "gaussian" and self.s <= 0:
            raise RankingError("The gaussian shape needs a spread above zero.")


@dataclass(frozen=True)
class Flows:
    """Positive, negative and net flow of each alternative, `(n,)`; net is in [-1, 1] and sums to 0."""

    positive: Floats
    negative: Floats

    @property
    def net(self) -> Floats:
        return np.asarray(self.positive - self.negative, dtype=np.float64)


def promethee(
    figures: ArrayLike, weights: ArrayLike, maximise: ArrayLike, preferences: Sequence[Preference] | None = None
) -> Flows:
    """PROMETHEE flows in O(k n log n) and O(n) memory. `figures (n, k)` all known, `weights (k,)`, `maximise (k,)`."""
    x, w = np.asarray(figures, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if x.ndim != 2 or len(x) < 2:
        raise RankingError("At least two alternatives are needed.")
    if np.isnan(x).any():
        raise RankingError("PROMETHEE needs every figure: complete them or use the weighted sum.")
    shapes = preferences or [Preference()] * x.shape[1]
    positive, negative = np.zeros(len(x)), np.zeros(len(x))
    directions = np.asarray(maximise, dtype=bool)
    for j, preference in enumerate(shapes):
        if w[j]:
            order = np.argsort(x[:, j])
            up = x[order, j]
            better = _sum_over(up, preference)
            worse = _sum_over(-up[::-1], preference)[::-1]
            if not directions[j]:
                better, worse = worse, better
            positive[order] += w[j] * better
            negative[order] += w[j] * worse
    return Flows(positive / (len(x) - 1), negative / (len(x) - 1))


def _sum_over(x: Floats, preference: Preference) -> Floats:
    """For each i of sorted `x (n,)`, the sum over k of P(x_i - x_k). Sorted queries keep the binary search in cache."""
    q, p = preference.q, preference.p
    match preference.shape:
        case "usual":
            return np.searchsorted(x, x, side="left").astype(np.float64)
        case "u":
            return np.searchsorted(x, x - q, side="left").astype(np.float64)
        case "level":
            beyond_q = np.searchsorted(x, x - q, side="left")
            beyond_p = np.searchsorted(x, x - p, side="left")
            return np.asarray((beyond_q + beyond_p) / 2.0, dtype=np.float64)
        case "v" | "linear":
            return _linear(x, 0.0 if preference.shape == "v" else q, p)
        case "gaussian":
            return _gaussian(x, preference.s)


def _linear(x: Floats, q: float, p: float) -> Floats:
    if p == q:
        return np.searchsorted(x, x - q, side="left").astype(np.float64)
    sums = np.concatenate([[0.0], np.cumsum(x)])
    low = np.searchsorted(x, x - p, side="right")
    high = np.searchsorted(x, x - q, side="left")
    ramp = (high - low) * (x - q) - (sums[high] - sums[low])
    return np.asarray(low + ramp / (p - q), dtype=np.float64)


def _gaussian(x: Floats, s: float) -> Floats:
    if len(x) > SHORT_LIST:
        raise RankingError("The gaussian shape is for short lists, of %(n)s alternatives at most.", n=SHORT_LIST)
    d = np.maximum(x[:, None] - x[None, :], 0.0)
    return np.asarray((1.0 - np.exp(-(d**2) / (2 * s * s))).sum(axis=1), dtype=np.float64)


def electre_concordance(figures: ArrayLike, weights: ArrayLike, maximise: ArrayLike) -> Floats:
    """ELECTRE I: weight of the criteria where i is at least as good as j. `(n, n)`, NaN on the diagonal."""
    x = _oriented(figures, maximise)
    w = np.asarray(weights, dtype=np.float64)
    out = np.einsum("ijk,k->ij", (x[:, None, :] >= x[None, :, :]).astype(np.float64), w)
    np.fill_diagonal(out, np.nan)
    return np.asarray(out, dtype=np.float64)


def electre_discordance(figures: ArrayLike, maximise: ArrayLike) -> Floats:
    """ELECTRE I: largest regret of i against j over the largest range of a column. `(n, n)`, NaN on the diagonal."""
    x = _oriented(figures, maximise)
    widest = float((x.max(axis=0) - x.min(axis=0)).max())
    out = np.maximum((x[None, :, :] - x[:, None, :]).max(axis=2), 0.0) / (widest or 1.0)
    np.fill_diagonal(out, np.nan)
    return np.asarray(out, dtype=np.float64)


def electre_kernel(outranks: ArrayLike) -> NDArray[np.intp]:
    """Rows that nobody outranks, for an acyclic relation `(n, n)`."""
    relation = np.asarray(outranks, dtype=bool)
    return np.flatnonzero(~relation.any(axis=0))


@dataclass(frozen=True)
class Levels:
    """ELECTRE II: concordances from high to low (`c`), discordances from high to low (`d`)."""

    c: tuple[float, float, float] = (0.65, 0.50, 0.35)
    d: tuple[float, float] = (0.65, 0.35)


def electre_ii_ranks(
    concordance: ArrayLike, discordance: ArrayLike, advantage: ArrayLike, levels: Levels | None = None
) -> NDArray[np.intp]:
    """ELECTRE II: ranks `(n,)` from 1, of the mean of the direct and the reverse ranking; ties share a rank.

    `concordance` and `discordance` `(n, n)`; `advantage (n, n)`: the criteria where i is better than j weigh more
    than those where it is worse. Strong outranking: (c >= 0.65 and d <= 0.65) or (c >= 0.50 and
    d <= 0.35); weak: c >= 0.35 and d <= 0.65; both with the advantage. Source: Roy & Bertier 1971.
    """
    at = levels or Levels()
    c, d = (np.nan_to_num(np.asarray(m, dtype=np.float64), nan=nan) for m, nan in ((concordance, 0), (discordance, 1)))
    better = np.asarray(advantage, dtype=bool) & ~np.eye(len(c), dtype=bool)
    c, d = c + _ROUNDING, d - _ROUNDING
    strong = better & (((c >= at.c[0]) & (d <= at.d[0])) | ((c >= at.c[1]) & (d <= at.d[1])))
    weak = better & (c >= at.c[2]) & (d <= at.d[0])
    direct, reverse = _peel(strong, weak), _peel(strong.T, weak.T)
    mean = (direct + reverse.max() + 1 - reverse) / 2.0
    return np.asarray(np.unique(mean, return_inverse=True)[1] + 1, dtype=np.intp)


def electre_advantage(figures: ArrayLike, weights: ArrayLike, maximise: ArrayLike) -> NDArray[np.bool_]:
    """Where the criteria on which i is better than j weigh more than those on which it is worse. `(n, n)`."""
    x, w = _oriented(figures, maximise), np.asarray(weights, dtype=np.float64)
    better = (x[:, None, :] > x[None, :, :]).astype(np.float64) @ w
    return np.asarray(better > better.T + _ROUNDING, dtype=bool)


def _peel(strong: NDArray[np.bool_], weak: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Ranks from 1: those that none left outranks strongly and, among them, that none outranks weakly; then the rest.

    In a circle, where nobody is free, those left share the rank.
    """
    ranks = np.zeros(len(strong), dtype=np.intp)
    left, rank = np.arange(len(strong)), 0
    while left.size:
        rank += 1
        free = left[~strong[np.ix_(left, left)].any(axis=0)]
        best = free[~weak[np.ix_(free, free)].any(axis=0)]
        chosen = next(group for group in (best, free, left) if group.size)
        ranks[chosen] = rank
        left = np.setdiff1d(left, chosen)
    return ranks


@dataclass(frozen=True)
class Thresholds:
    """ELECTRE III thresholds of one criterion: indifference <= preference <= veto (None: never vetoes)."""

    q: float
    p: float
    v: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.q <= self.p or (self.v is not None and self.v < self.p):
            raise RankingError("Thresholds must satisfy 0 <= indifference <= preference <= veto.")


def electre_iii_credibility(
    figures: ArrayLike, weights: ArrayLike, maximise: ArrayLike, thresholds: Sequence[Thresholds]
) -> Floats:
    """How believable "i is at least as good as j" is: `(n, n)` in [0, 1], 1 on the diagonal. Source: Roy 1978."""
    x, w = _oriented(figures, maximise), np.asarray(weights, dtype=np.float64)
    if len(x) > SHORT_LIST // 10:
        raise RankingError("ELECTRE III is for short lists, of %(n)s alternatives at most.", n=SHORT_LIST // 10)
    n, k = x.shape
    concordance = np.zeros((n, n))
    discordances = np.zeros((k, n, n))
    for j, t in enumerate(thresholds):
        regret = x[None, :, j] - x[:, None, j]
        concordance += w[j] * _ramp_down(regret, t.q, t.p)
        if t.v is not None:
            discordances[j] = 1.0 - _ramp_down(regret, t.p, t.v)
    concordance /= w.sum()
    credibility = concordance.copy()
    for d in discordances:
        stronger = d > concordance
        credibility[stronger] *= (1.0 - d[stronger]) / (1.0 - concordance[stronger])
    return credibility


def electre_iii_ranks(credibility: ArrayLike, alpha: float = 0.30, beta: float = 0.15) -> tuple[NDArray[np.intp], ...]:
    """Descending and ascending distillations: ranks `(n,)` from 1, ties allowed. s(lambda) = alpha - beta lambda."""
    matrix = np.asarray(credibility, dtype=np.float64).copy()
    np.fill_diagonal(matrix, 0.0)
    descending = _distil(matrix, best=True, alpha=alpha, beta=beta)
    ascending = _distil(matrix, best=False, alpha=alpha, beta=beta)
    return descending, (ascending.max() + 1 - ascending).astype(np.intp)


def _distil(matrix: Floats, *, best: bool, alpha: float, beta: float) -> NDArray[np.intp]:
    left = np.arange(len(matrix))
    ranks = np.zeros(len(matrix), dtype=np.intp)
    rank = 1
    while left.size:
        chosen = _distillate(matrix, left, best=best, alpha=alpha, beta=beta)
        ranks[chosen] = rank
        rank += 1
        left = np.setdiff1d(left, chosen)
    return ranks


def _distillate(matrix: Floats, left: NDArray[np.intp], *, best: bool, alpha: float, beta: float) -> NDArray[np.intp]:
    """The best (or worst) class of those left: cut at lower and lower levels until they are told apart."""
    group = left
    level = float(matrix[np.ix_(left, left)].max(initial=0.0))
    while group.size > 1 and level > 0:
        sub = matrix[np.ix_(group, group)]
        below = sub[sub < level - (alpha - beta * level)]
        cut = float(below.max(initial=0.0))
        strict = (sub > cut) & (sub > sub.T + (alpha - beta * sub))
        qualification = strict.sum(axis=1) - strict.sum(axis=0)
        wanted = qualification.max() if best else qualification.min()
        group = group[qualification == wanted]
        level = cut
    return group


def _ramp_down(d: Floats, start: float, end: float) -> Floats:
    """1 up to `start`, 0 from `end`, straight between."""
    if start == end:
        return (d <= start).astype(np.float64)
    return np.asarray(np.clip((end - d) / (end - start), 0.0, 1.0), dtype=np.float64)


def _oriented(figures: ArrayLike, maximise: ArrayLike) -> Floats:
    x = np.asarray(figures, dtype=np.float64)
    if np.isnan(x).any():
        raise RankingError("Outranking needs every figure: leave out what is unknown first.")
    return np.where(np.asarray(maximise, dtype=bool), x, -x)
