"""Stochastic multicriteria acceptability (SMAA): which alternatives are in the top k, and under which weightings.

The exact answer for 35,000 alternatives x 60 criteria x 10,000 weightings, without ever holding all scores:

1. a *pool* of strong alternatives gives, for each draw, a valid lower bound of the k-th best score;
2. single-precision products, by tiles that stay in cache, keep the few alternatives above that bound;
3. those survivors are scored again in double precision and sorted by (score, position): ties go to the first row, so
   give rows in the order of their official code and the set is unique.

Sources: Lahdelma & Salminen 2001 (SMAA-2); Tervonen & Lahdelma 2007 (implementation); bounds are ours.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg.blas import sgemm

from kiif.methods.ranking.errors import RankingError

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

_POOL = 768
_SPREAD_DRAWS = 64
_DRAWS_PER_TILE = 512
_ROWS_PER_TILE = 512


@dataclass(frozen=True)
class TopSets:
    """`members (draws, k)`: rows in the top k of each draw, best first; `alternatives`: n."""

    members: NDArray[np.int32]
    alternatives: int

    def counts(self) -> NDArray[np.int64]:
        """In how many draws each alternative is in the top k: `(n,)`."""
        return np.bincount(self.members.ravel(), minlength=self.alternatives)

    def acceptability(self) -> Floats:
        """Share of draws where each alternative is in the top k: `(n,)`."""
        return np.asarray(self.counts() / len(self.members), dtype=np.float64)

    def central_weights(self, weights: ArrayLike) -> Floats:
        """Mean of the weightings that put each alternative in the top k: `(n, criteria)`, NaN where there is none."""
        w = np.asarray(weights, dtype=np.float64)
        flat = self.members.ravel()
        totals = np.empty((self.alternatives, w.shape[1]))
        for j in range(w.shape[1]):
            repeated = np.repeat(w[:, j], self.members.shape[1])
            totals[:, j] = np.bincount(flat, weights=repeated, minlength=self.alternatives)
        counts = self.counts().astype(np.float64)[:, None]
        return np.divide(totals, counts, where=counts > 0, out=np.full_like(totals, np.nan))


def wilson_interval(successes: ArrayLike, trials: int, z: float = 1.959963984540054) -> tuple[Floats, Floats]:
    """95 % interval of a share seen in `trials` draws. Source: Wilson 1927."""
    if trials < 1:
        raise RankingError("At least one draw is needed.")
    share = np.asarray(successes, dtype=np.float64) / trials
    centre = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * np.sqrt(share * (1 - share) / trials + z * z / (4 * trials**2))
    # Rounding must not push an end past the share itself (at 0 and 1 they are equal).
    return np.clip(centre - half, 0.0, share), np.clip(centre + half, share, 1.0)


def band(acceptability: float) -> str:
    """A from 80 %, B from 50 %, else C: said instead of a position that the weights do not support."""
    return "A" if acceptability >= 0.80 else "B" if acceptability >= 0.50 else "C"


def top_sets(values: ArrayLike, weights: ArrayLike, k: int, threads: int = 1) -> TopSets:
    """Exact top `k` of the additive score for every weighting.

    `values (n, c)`: any scale (transform first for other means); `weights (draws, c)`, each of sum 1. An alternative
    with unknown values (NaN) is scored on what is known, as `aggregation.weighted_sum` does; with nothing known it
    comes last. Equal to sorting double-precision scores, ties to the lowest row. Use one BLAS thread.

    Raises RankingError on wrong shapes or k outside [1, n].
    """
    v = np.ascontiguousarray(values, dtype=np.float64)
    w = np.ascontiguousarray(weights, dtype=np.float64)
    if v.ndim != 2 or w.ndim != 2 or v.shape[1] != w.shape[1] or len(w) == 0:
        raise RankingError("Values and weights must have the same criteria.")
    if not 1 <= k <= len(v):
        raise RankingError("The top must hold between 1 and %(n)s alternatives.", n=len(v))
    kernel = _Kernel(v, w, k)
    starts = range(0, len(w), _DRAWS_PER_TILE)
    members = np.empty((len(w), k), dtype=np.int32)

    def solve(mine: range) -> None:
        room = _Room(min(_DRAWS_PER_TILE, len(w)))
        for start in mine:
            members[start : start + _DRAWS_PER_TILE] = kernel.solve(w[start : start + _DRAWS_PER_TILE], room)

    if threads > 1:
        with ThreadPoolExecutor(threads) as executor:
            list(executor.map(solve, [starts[first::threads] for first in range(threads)]))
    else:
        solve(starts)
    return TopSets(members, len(v))


class _Room:
    """Scratch memory of one thread: asking for it again at each tile would cost as much as the products."""

    def __init__(self, draws: int) -> None:
        self._scores = np.empty(draws * _ROWS_PER_TILE, dtype=np.float32)
        self._above = np.empty(draws * _ROWS_PER_TILE, dtype=np.bool_)

    def scores(self, draws: int, rows: int) -> Singles:
        return self._scores[: draws * rows].reshape(draws, rows)

    def above(self, draws: int, rows: int) -> NDArray[np.bool_]:
        return self._above[: draws * rows].reshape(draws, rows)


class _Kernel:
    """Values prepared once: centred, in single precision, laid out for the product; and the pool of the strong ones.

    Rows with unknown values are scored apart, in double precision, as ratios of two products.
    """

    def __init__(self, values: Floats, weights: Floats, k: int) -> None:
        self.k = k
        unknown = np.isnan(values)
        partial = unknown.any(axis=1)
        self.complete = np.flatnonzero(~partial)
        self.partial = np.flatnonzero(partial)
        self.filled = np.where(unknown, 0.0, values) if self.partial.size else values
        self.known = (~unknown[self.partial]).astype(np.float64)
        self.is_partial = partial
        whole = values[self.complete] if self.partial.size else values
        # Centring does not change an order and keeps single-precision errors proportional to the differences.
        self.centre = whole.mean(axis=0) if len(whole) else np.zeros(values.shape[1])
        centred = whole - self.centre
        self.single: Singles = np.ascontiguousarray(centred, dtype=np.float32)
        # |fl32(w.x) - w.x| <= (c + 3) u max|x| sum|w|: one bound for all pairs, doubled for the two sides compared.
        unit = float(np.finfo(np.float32).eps) / 2
        largest = float(np.abs(centred).max(initial=0.0)) or 1.0
        self.tolerance = 2.0 * (values.shape[1] + 4) * unit * largest * float(np.abs(weights).sum(axis=1).max())
        self.pool = self._choose_pool(weights)
        self.strong_partial = self._choose_partial(weights)

    def _choose_pool(self, weights: Floats) -> Singles:
        n = len(self.single)
        size = min(n, max(_POOL, 4 * self.k))
        if size == n:
            return self.single
        spread = weights[:: max(1, len(weights) // _SPREAD_DRAWS)][:_SPREAD_DRAWS]
        chosen = np.zeros(n, dtype=bool)
        for draw in spread:
            scores = self.single @ draw.astype(np.float32)
            chosen[np.argpartition(scores, n - self.k)[n - self.k :]] = True
        missing = size - int(chosen.sum())
        if missing > 0:
            scores = self.single @ weights.mean(axis=0).astype(np.float32)
            scores[chosen] = -np.inf
            chosen[np.argpartition(scores, n - missing)[n - missing :]] = True
        return np.ascontiguousarray(self.single[chosen])

    def _choose_partial(self, weights: Floats) -> NDArray[np.intp]:
        """Places in `partial` of the strongest ones under the mean weights: they hold the bound up where rows lack."""
        size = min(self.partial.size, max(_POOL, 4 * self.k))
        if size == self.partial.size:
            return np.arange(size)
        scores = self._partial_scores(weights.mean(axis=0)[None, :], np.arange(self.partial.size))[0]
        return np.argpartition(scores, -size)[-size:]

    def solve(self, weights: Floats, room: _Room) -> NDArray[np.int32]:
        """Top k of each of a tile of draws `(d, c)`: `(d, k)`."""
        draws = weights.astype(np.float32)
        column = self._bound(weights, draws)[:, None]
        # Compared in single precision, so rounded downwards: nothing that passes the bound is lost.
        lowest = float(np.finfo(np.float32).min) / 2
        single = np.nextafter(np.maximum(column, lowest).astype(np.float32), np.float32(-np.inf))
        owners: list[NDArray[np.intp]] = []
        rows: list[NDArray[np.intp]] = []
        for start in range(0, len(self.single), _ROWS_PER_TILE):
            tile = self.single[start : start + _ROWS_PER_TILE]
            scores = _product(tile, draws, room.scores(len(draws), len(tile)))
            above = np.greater_equal(scores, single, out=room.above(len(draws), len(tile)))
            owner, row = np.divmod(np.flatnonzero(above), len(tile))
            owners.append(owner)
            rows.append(self.complete[row + start])
        shift = (weights @ self.centre)[:, None]
        for start in range(0, self.partial.size, _ROWS_PER_TILE):
            ratios = self._partial_scores(weights, np.arange(start, min(start + _ROWS_PER_TILE, self.partial.size)))
            owner, row = np.nonzero(ratios - shift >= column)
            owners.append(owner)
            rows.append(self.partial[row + start])
        return self._settle(weights, np.concatenate(owners), np.concatenate(rows))

    def _bound(self, weights: Floats, draws: Singles) -> Floats:
        """A lower bound of the k-th best centred score of each draw: the k-th best of the pool, less the rounding."""
        pooled = _product(self.pool, draws).astype(np.float64)
        if self.strong_partial.size:
            ratios = self._partial_scores(weights, self.strong_partial) - (weights @ self.centre)[:, None]
            pooled = np.concatenate([pooled, ratios], axis=1)
        position = pooled.shape[1] - self.k
        bound: Floats = np.partition(pooled, position, axis=1)[:, position] - self.tolerance
        return bound

    def _partial_scores(self, weights: Floats, places: NDArray[np.intp]) -> Floats:
        """Scores of these rows of `partial` on what is known of them: `(d, places)`."""
        coverage = weights @ self.known[places].T
        total = weights @ self.filled[self.partial[places]].T
        # -1e300 and not -inf: an alternative of which nothing is known still has a place, the last.
        scores: Floats = np.divide(total, coverage, where=coverage > 0, out=np.full_like(total, -1e300))
        return scores

    def _settle(self, weights: Floats, owner: NDArray[np.intp], row: NDArray[np.intp]) -> NDArray[np.int32]:
        exact = np.einsum("ij,ij->i", self.filled[row], weights[owner])
        if self.partial.size:
            where = np.flatnonzero(np.take(self.is_partial, row))
            at = np.searchsorted(self.partial, row[where])
            coverage = np.einsum("ij,ij->i", self.known[at], weights[owner[where]])
            exact[where] = np.divide(exact[where], coverage, where=coverage > 0, out=np.full(len(where), -1e300))
        if self.partial.size:
            order = np.lexsort((row, owner))
            owner, row, exact = owner[order], row[order], exact[order]
        return first_of_each(owner, row, exact, len(weights), self.k)


def first_of_each(
    owner: NDArray[np.intp], row: NDArray[np.intp], score: Floats, draws: int, k: int
) -> NDArray[np.int32]:
    """The `k` best rows of each draw, best first, ties to the lowest row: `(draws, k)`.

    Candidate c is `row[c]` with `score[c]` in draw `owner[c]` (below 32,768); the rows of one draw come in order, and
    each draw has `k` of them at least.
    """
    order = np.argsort(owner.astype(np.int16), kind="stable")
    owner, row, score = owner[order], row[order], score[order]
    many = np.bincount(owner, minlength=draws)
    first = np.cumsum(many) - many
    # One line per draw: a stable sort then gives ties to the first row.
    lines = np.full((draws, int(many.max())), np.inf)
    lines[owner, np.arange(len(owner)) - first[owner]] = -score
    best = np.argsort(lines, axis=1, kind="stable")[:, :k]
    return np.asarray(row[first[:, None] + best], dtype=np.int32)


def _product(rows: Singles, draws: Singles, out: Singles | None = None) -> Singles:
    """`draws @ rows.T`, shape `(d, r)`, C order, without copying either operand; written in `out` when it is given."""
    # BLAS is column-major: (rows)(draws^T) computed as its transpose leaves C-ordered (d, r) behind.
    if out is None:
        scores: Singles = sgemm(1.0, rows.T, draws.T, trans_a=1)
    else:
        scores = sgemm(1.0, rows.T, draws.T, trans_a=1, c=out.T, overwrite_c=1)
    return scores.T


def rank_acceptability(values: ArrayLike, weights: ArrayLike) -> Floats:
    """Share of draws where alternative i has rank r: `(n, n)`, for short lists (n <= 500).

    A rank is one plus the number strictly better, so tied alternatives share the better rank. `values` is `(n, c)`, or
    `(draws, n, c)` when figures are uncertain and each draw has its own.
    """
    scores = _scores(values, weights)
    draws, n = scores.shape
    if n > 500:
        raise RankingError("Full rank acceptability is for short lists, of 500 alternatives at most.")
    out = np.empty((n, n))
    for i in range(n):
        out[i] = np.bincount((scores > scores[:, [i]]).sum(axis=1), minlength=n) / draws
    return out


def pairwise_winning(values: ArrayLike, weights: ArrayLike) -> Floats:
    """Share of draws where i is strictly above j: `(n, n)`, short lists only."""
    scores = _scores(values, weights)
    return np.array([(scores[:, [i]] > scores).mean(axis=0) for i in range(scores.shape[1])], dtype=np.float64)


def first_rank_central_weights(values: ArrayLike, weights: ArrayLike) -> Floats:
    """Mean of the weightings under which each alternative is first: `(n, c)`, NaN where it never is."""
    scores, w = _scores(values, weights), np.asarray(weights, dtype=np.float64)
    best = np.equal(scores, scores.max(axis=1, keepdims=True)).astype(np.float64)
    counts = best.sum(axis=0)[:, None]
    central = np.full((scores.shape[1], w.shape[1]), np.nan)
    np.divide(best.T @ w, counts, where=counts > 0, out=central)
    return central


def confidence_factors(measurements: ArrayLike, central: ArrayLike) -> Floats:
    """Share of `measurements (draws, n, c)` where each alternative is first under its own central weights: `(n,)`."""
    m, c = np.asarray(measurements, dtype=np.float64), np.asarray(central, dtype=np.float64)
    out = np.full(len(c), np.nan)
    for i, w in enumerate(c):
        if not np.isnan(w).any():
            scores = m @ w
            out[i] = float(np.mean(scores[:, i] >= scores.max(axis=1)))
    return out


def _scores(values: ArrayLike, weights: ArrayLike) -> Floats:
    v, w = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    scores: Floats = np.einsum("snc,sc->sn", v, w) if v.ndim == 3 else w @ v.T
    return scores
