"""Would this alternative stay in the top if the figures were a little wrong?

Figures are drawn within what is said of them (standard error, range, unknown), pass through the value functions and
are ranked again, under the weights as given and together with the weightings. Drawing 35,000 alternatives each time
would be too long: in each draw the strongest are drawn first, the k-th best of them is a lower bound of the k-th best
of all, and only those whose score may plausibly reach it are drawn in their turn. "Plausibly" is a proven bound: a
sum of independent values exceeds its mean by z times the square root of its sub-Gaussian variance with a probability
below exp(-z2 / 2), so that no share is wrong by more than three in ten million. Variances: (b - a)2 / 4 for values in
[a, b] (Hoeffding 1963), (L s)2 for a function of slope at most L of a normal error s (Gaussian concentration).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from kiif.methods.ranking import aggregation, evaluation, robustness, values
from kiif.methods.ranking.errors import RankingError
from kiif.methods.ranking.model import Criterion

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

#: Errors are drawn up to this many standard errors; two in a billion would be beyond.
FARTHEST = 6.0
#: Distance, in square roots of sub-Gaussian variance, beyond which a score is not plausible.
_REACH = 5.5
_POINTS = 16
#: Alternatives drawn first in each draw, or four times the top.
_STRONGEST = 96
_CELLS_PER_TILE = 2_000_000
_MOST_DRAWS_PER_TILE = 4_096
_SURVIVORS_PER_TILE = 40_000
_NOTHING_KNOWN = -1e300


@dataclass(frozen=True)
class Doubt:
    """How far the true figures of one indicator may be from those given; one number or `(n,)`, in the figure's unit.

    `error`: standard error of each figure, normal; `relative`: the same as a share of the figure (0.05 = 5 %), the two
    adding in quadrature. `low` and `high`: the figure is drawn evenly between them, even when it is unknown, and
    whatever the errors; a row where one is NaN has no range.
    """

    error: ArrayLike | None = None
    relative: float | None = None
    low: ArrayLike | None = None
    high: ArrayLike | None = None

    def errors(self, figures: Floats) -> Floats:
        """Standard error of each figure `(n,)`, NaN where it is unknown."""
        own = np.broadcast_to(np.asarray(0.0 if self.error is None else self.error, dtype=np.float64), figures.shape)
        sigma = np.hypot(np.nan_to_num(own), (self.relative or 0.0) * figures)
        if np.any(own < 0) or (self.relative or 0.0) < 0 or np.isinf(sigma).any():
            raise RankingError("A standard error is a number, zero or more.")
        return np.asarray(sigma, dtype=np.float64)

    def range(self, figures: Floats) -> tuple[Floats, Floats]:
        """Ends of the range of each figure `(n,)`, both NaN where there is none."""
        ends = [np.nan if end is None else end for end in (self.low, self.high)]
        low, high = (np.broadcast_to(np.asarray(end, dtype=np.float64), figures.shape) for end in ends)
        if np.any(low > high) or np.isinf(low).any() or np.isinf(high).any():
            raise RankingError("A range goes from its lower end to its higher one.")
        none = np.isnan(low) | np.isnan(high)
        return np.where(none, np.nan, low), np.where(none, np.nan, high)


@dataclass(frozen=True)
class Tolerance:
    """Share of draws in which each alternative is in the top, with 95 % intervals. All `(n,)`, 0 for the excluded.

    `alone`: figures drawn, weights as given; `jointly`: figures and weights drawn.
    """

    alone: Floats
    alone_low: Floats
    alone_high: Floats
    jointly: Floats
    jointly_low: Floats
    jointly_high: Floats
    draws: int

    def band(self, row: int) -> str:
        return robustness.band(float(self.jointly[row]))


def how_tolerant(
    found: evaluation.Evaluation,
    doubts: Mapping[str, Doubt],
    *,
    draws: int = 1_000,
    unknown_as_others: bool = True,
    seed: int | None = None,
) -> Tolerance:
    """How often each row kept stays in the top `found.model.top` when figures are drawn within `doubts`.

    `doubts`: indicator -> Doubt; an indicator that is not named is exact. A figure that is unknown and has no range is
    drawn among the known ones of the rows kept, or left out as the score does when `unknown_as_others` is False.
    Codes of categories have no error; conditions are not judged again. `seed`: that of the model when None; the same
    seed gives the same answer. Memory does not grow with `draws`.

    Raises RankingError for TOPSIS and PROMETHEE, an indicator that the model does not use, errors below zero.
    """
    if draws < 1:
        raise RankingError("At least one draw is needed.")
    used = {c.indicator for c in found.model.criteria}
    if strangers := sorted(set(doubts) - used):
        raise RankingError("There are no figures for %(id)s.", id=strangers[0])
    model = found.model
    kept = np.sort(found.order)
    seed = model.uncertainty.seed if seed is None else seed
    table = _Table(_columns(found, doubts, kept, unknown_as_others), len(kept), min(model.top, len(kept)))
    doubt = replace(model.uncertainty, draws=draws, seed=seed)
    drawn = evaluation.draw_weights(replace(found, model=replace(model, uncertainty=doubt)))
    counts = []
    for stream, w in enumerate((found.weights[None, :], drawn)):
        here = np.zeros(len(found.score), dtype=np.int64)
        here[kept] = table.count(w, draws, [seed, stream])
        counts.append(here)
    (alone, jointly), intervals = counts, [robustness.wilson_interval(c, draws) for c in counts]
    for low_high in intervals:
        low_high[1][found.excluded] = 0.0
    return Tolerance(alone / draws, *intervals[0], jointly / draws, *intervals[1], draws)


@dataclass(frozen=True)
class _Column:
    """One criterion on the rows kept: `fixed` values, or what they are drawn from. All `(n,)`.

    `sigma > 0`: normal error around `figures`; `low` known: range; `deck`: values among which the `unknown` are drawn.
    """

    function: values.ValueFunction
    exponent: float
    figures: Floats
    fixed: Floats
    sigma: Floats
    low: Floats
    high: Floats
    deck: Floats

    def values(self, figures: ArrayLike) -> Floats:
        return aggregation.additive(self.function(figures), self.exponent)

    def draw(self, rows: Rows, rng: np.random.Generator) -> Floats:
        """One value for each of `rows`, which may repeat; NaN where nothing is known and nothing is drawn."""
        out: Floats = self.fixed[rows]
        ranged = np.flatnonzero(~np.isnan(self.low[rows]))
        low, high = self.low[rows[ranged]], self.high[rows[ranged]]
        out[ranged] = self.values(low + (high - low) * rng.random(len(ranged)))
        noisy = np.flatnonzero(self.sigma[rows] > 0)
        errors = np.clip(rng.standard_normal(len(noisy)), -FARTHEST, FARTHEST)
        out[noisy] = self.values(self.figures[rows[noisy]] + self.sigma[rows[noisy]] * errors)
        empty = np.flatnonzero(np.isnan(out))
        if self.deck.size and empty.size:
            out[empty] = self.deck[rng.integers(self.deck.size, size=len(empty))]
        return out

    def moments(self) -> tuple[Floats, Floats, Floats]:
        """Mean value of each row, how wrong it may be, and sub-Gaussian variance; zeros where nothing is known."""
        mean, wrong, variance = np.nan_to_num(self.fixed), np.zeros_like(self.fixed), np.zeros_like(self.fixed)
        turns = _turns(self.function)
        hinges = _hinges(self.function) if self.exponent == 1.0 else None
        shares = (np.arange(_POINTS) + 0.5) / _POINTS
        for rows, low, high, at in (self._ranged(shares), self._noisy(np.clip(ndtri(shares), -FARTHEST, FARTHEST))):
            if not rows.size:
                continue
            a, b = self._ends(low, high, turns)
            variance[rows] = (b - a) ** 2 / 4
            if hinges is None:
                mean[rows] = self.values(at).mean(axis=0)
                # The midpoint rule on a function that turns m times is wrong by (m + 1)(b - a) / 2 points.
                wrong[rows] = (len(turns) + 1) * (b - a) / (2 * _POINTS)
            else:
                mean[rows] = hinges[0] + sum(bend * self._excess(rows, at) for at, bend in hinges[1])
        noisy = np.flatnonzero(self.sigma > 0)
        if self.exponent == 1.0:
            variance[noisy] = np.minimum(variance[noisy], (_slope(self.function) * self.sigma[noisy]) ** 2)
        drawn = np.isnan(self.fixed) & np.isnan(self.low)
        if self.deck.size and drawn.any():
            mean[drawn], variance[drawn] = self.deck.mean(), np.ptp(self.deck) ** 2 / 4
        return mean, wrong, variance

    def _excess(self, rows: Rows, at: float) -> Floats:
        """Mean of max(figure - at, 0) over what these rows, all in a range or all with an error, are drawn from."""
        low, high = self.low[rows], self.high[rows]
        if np.isnan(low).any():
            x, sigma = self.figures[rows] - at, self.sigma[rows]
            d = x / sigma
            return np.asarray(sigma * np.exp(-d * d / 2) / np.sqrt(2 * np.pi) + x * ndtr(d), dtype=np.float64)
        squares = np.maximum(high - at, 0.0) ** 2 - np.maximum(low - at, 0.0) ** 2
        width = high - low
        point = np.maximum(low - at, 0.0)
        return np.asarray(np.divide(squares, 2 * width, where=width > 0, out=point), dtype=np.float64)

    def _ranged(self, shares: Floats) -> tuple[Rows, Floats, Floats, Floats]:
        rows = np.flatnonzero(~np.isnan(self.low))
        low, high = self.low[rows], self.high[rows]
        return rows, low, high, low + (high - low) * shares[:, None]

    def _noisy(self, errors: Floats) -> tuple[Rows, Floats, Floats, Floats]:
        rows = np.flatnonzero(self.sigma > 0)
        x, sigma = self.figures[rows], self.sigma[rows]
        return rows, x - FARTHEST * sigma, x + FARTHEST * sigma, x + sigma * errors[:, None]

    def _ends(self, low: Floats, high: Floats, turns: Floats) -> tuple[Floats, Floats]:
        """Lowest and highest value between two figures: at an end, or where the value function turns."""
        ends = np.stack([self.values(low), self.values(high)])
        a, b = ends.min(axis=0), ends.max(axis=0)
        for turn in turns:
            inside = (low < turn) & (turn < high)
            value = self.values(turn)
            a, b = np.where(inside, np.minimum(a, value), a), np.where(inside, np.maximum(b, value), b)
        return a, b


def _turns(function: values.ValueFunction) -> Floats:
    """Figures inside the scale where a value function may change direction."""
    return np.asarray(function.figures[1:-1] if isinstance(function, values.Piecewise) else (), dtype=np.float64)


def _hinges(function: values.ValueFunction) -> tuple[float, list[tuple[float, float]]] | None:
    """A piecewise function as first value + sum of bend x max(figure - at, 0): `(first, [(at, bend)])`."""
    if not isinstance(function, values.Piecewise):
        return None
    slopes = np.concatenate([[0.0], np.diff(function.values) / np.diff(function.figures), [0.0]])
    return function.values[0], list(zip(function.figures, np.diff(slopes).tolist(), strict=True))


def _slope(function: values.ValueFunction) -> float:
    """Steepest slope of a value function; infinite when it has none."""
    if isinstance(function, values.Piecewise):
        return float(np.max(np.abs(np.diff(function.values) / np.diff(function.figures))))
    if isinstance(function, values.Logarithmic):
        return float(1.0 / (function.low * np.log(function.high / function.low)))
    return float("inf")


def _columns(
    found: evaluation.Evaluation, doubts: Mapping[str, Doubt], kept: Rows, unknown_as_others: bool
) -> list[_Column]:
    positions = {c.id: j for j, c in enumerate(found.model.criteria)}
    exponent = evaluation.exponent_of(found.model)
    out = []
    for j, criterion in enumerate(found.criteria):
        figures = found.figures[:, positions[criterion.id]]
        fixed = aggregation.additive(found.values[kept, j], exponent)
        sigma, low, high = _noise(criterion, doubts.get(criterion.indicator), figures)
        deck = fixed[~np.isnan(fixed)] if unknown_as_others else np.empty(0)
        function = criterion.scale.function()
        out.append(_Column(function, exponent, figures[kept], fixed, sigma[kept], low[kept], high[kept], deck))
    return out


def _noise(criterion: Criterion, doubt: Doubt | None, figures: Floats) -> tuple[Floats, Floats, Floats]:
    """Standard errors (0 where there is none, or a range instead) and ranges (NaN where there is none)."""
    nowhere = np.full(figures.shape, np.nan)
    if doubt is None or criterion.scale.shape == "categories":
        return np.zeros(figures.shape), nowhere, nowhere
    low, high = doubt.range(figures)
    sigma = np.nan_to_num(doubt.errors(figures))
    return np.where(np.isnan(low), sigma, 0.0), low, high


class _Table:
    """The rows kept, `n` of them, their columns and moments; counts who is in the top `k` of each draw."""

    def __init__(self, columns: list[_Column], n: int, k: int) -> None:
        self.columns, self.n, self.k = columns, n, k
        moments = [column.moments() for column in columns]
        self.mean, self.wrong, self.variance = (np.column_stack(part) for part in zip(*moments, strict=True))
        known = [np.isnan(c.fixed) & np.isnan(c.low) & (c.deck.size == 0) for c in columns]
        self.known = (~np.column_stack(known)).astype(np.float64)

    def count(self, weights: Floats, draws: int, seed: list[int]) -> NDArray[np.int64]:
        """In how many draws each row is in the top: `(n,)`. `weights (draws, c)`, or `(1, c)` for all of them."""
        out = np.zeros(self.n, dtype=np.int64)
        step = min(_MOST_DRAWS_PER_TILE, max(1, _CELLS_PER_TILE // self.n))
        always = self._plausible(weights) if len(weights) == 1 else None
        for start in range(0, draws, step):
            size = min(step, draws - start)
            w = np.repeat(weights, size, axis=0) if always else weights[start : start + size]
            mean, highest = always or self._plausible(w)
            rng = np.random.default_rng([*seed, start])
            out += np.bincount(self._top(w, mean, highest, rng).ravel(), minlength=self.n)
        return out

    def _plausible(self, w: Floats) -> tuple[Floats, Floats]:
        """Mean score of each row under each weighting, and the highest plausible one: `(d, n)` both."""
        coverage = w @ self.known.T
        mean = w @ self.mean.T
        highest = mean + w @ self.wrong.T + _REACH * np.sqrt((w * w) @ self.variance.T)
        nothing = coverage <= 0
        coverage[nothing] = 1.0
        mean /= coverage
        highest /= coverage
        mean[nothing] = highest[nothing] = _NOTHING_KNOWN
        return mean, highest

    def _top(self, w: Floats, mean: Floats, highest: Floats, rng: np.random.Generator) -> NDArray[np.int32]:
        """Rows in the top of each draw: `(d, k)`. `mean` and `highest` have one line for all draws or one each."""
        size = min(self.n, max(_STRONGEST, 4 * self.k))
        strongest = np.sort(np.argpartition(mean, self.n - size, axis=1)[:, self.n - size :], axis=1)
        row = np.broadcast_to(strongest, (len(w), size)).ravel()
        owner = np.repeat(np.arange(len(w)), size)
        score = self._scores(w, owner, row, rng)
        reached = np.partition(score.reshape(len(w), size), size - self.k, axis=1)[:, [size - self.k]]
        others = np.array(highest)
        np.put_along_axis(others, strongest, -np.inf, axis=1)
        # Rounding must not leave out an alternative equal to the bound.
        late_owner, late_row = np.nonzero(others >= reached - 1e-9 * np.maximum(1.0, np.abs(reached)))
        late = self._scores(w, late_owner, late_row, rng)
        owner, row = np.concatenate([owner, late_owner]), np.concatenate([row, late_row])
        order = np.lexsort((row, owner))
        return robustness.first_of_each(owner[order], row[order], np.concatenate([score, late])[order], len(w), self.k)

    def _scores(self, w: Floats, owner: Rows, row: Rows, rng: np.random.Generator) -> Floats:
        """Score of each candidate on figures drawn for it, by slices so that memory stays bounded."""
        total, coverage = np.zeros(len(row)), np.zeros(len(row))
        for start in range(0, len(row), _SURVIVORS_PER_TILE):
            here = slice(start, start + _SURVIVORS_PER_TILE)
            for j, column in enumerate(self.columns):
                drawn = column.draw(row[here], rng)
                share = np.where(np.isnan(drawn), 0.0, w[owner[here], j])
                total[here] += share * np.nan_to_num(drawn)
                coverage[here] += share
        return np.divide(total, coverage, where=coverage > 0, out=np.full_like(total, _NOTHING_KNOWN))
