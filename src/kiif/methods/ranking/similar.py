"""Territories that resemble those where a solution already works: exact weighted nearest neighbours."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kiif.methods.ranking.errors import RankingError
from kiif.methods.ranking.nearest import NARROWEST, SMALLEST, Index

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]


def robust_scale(figures: ArrayLike) -> Floats:
    """Columns centred on their median, in units of 1.4826 x median absolute deviation (else deviation)."""
    x = np.asarray(figures, dtype=np.float64)
    centred = x - np.nanmedian(x, axis=0)
    spread = 1.4826 * np.nanmedian(np.abs(centred), axis=0)
    spread = np.where(spread > 0, spread, np.nanstd(x, axis=0))
    return np.asarray(centred / np.where(spread > 0, spread, 1.0), dtype=np.float64)


@dataclass(frozen=True)
class Neighbours:
    """Rows nearest first, and their distances (same unit as the scaled features)."""

    rows: NDArray[np.intp]
    distances: Floats


class Similarity:
    """Scaled features made ready once, queried often. `features (n, k)` all known; `weights (k,)`.

    A query looks everywhere; weights may change at each one (`reweighted`) without anything to make again. `prepared`
    builds an index for these weights, worth its tenth of a second from some hundreds of queries.
    """

    def __init__(self, features: ArrayLike, weights: ArrayLike) -> None:
        x = np.asarray(features, dtype=np.float64)
        if np.isnan(x).any():
            raise RankingError("Resemblance needs every figure: leave out what is unknown first.")
        self.features = x
        self.weights = np.asarray(weights, dtype=np.float64)
        centred = (x - x.mean(axis=0)).astype(np.float32)
        # Side by side, so that squared distances under any weights are one product, read in one pass.
        self._single = np.concatenate([centred, centred * centred], axis=1)
        # Of a squared distance made in single precision, as a share of the two squared norms.
        self._rounding = 4.0 * (x.shape[1] + 8) * float(np.finfo(np.float32).eps)
        self._index: Index | None = None

    def reweighted(self, weights: ArrayLike) -> Similarity:
        """The same features with other weights; shares everything, costs nothing."""
        other = copy(self)
        other.weights, other._index = np.asarray(weights, dtype=np.float64), None
        return other

    def prepared(self) -> Similarity:
        """The same, with an index for queries from one row; on a small table it would not help and is not built."""
        n, k = self.features.shape
        other = copy(self)
        if n >= SMALLEST and k >= NARROWEST:
            other._index = Index(self.features * np.sqrt(self.weights))
        return other

    def nearest(self, seeds: ArrayLike, count: int, allowed: NDArray[np.bool_] | None = None) -> Neighbours:
        """The `count` rows nearest to the *set* of `seeds` (row numbers): distance to its nearest member.

        Seeds are left out; `allowed (n,)` restricts the answer (density class, another EPCI, beyond x km). Equal to a
        double-precision look at every row, ties to the lowest one.
        """
        chosen = np.asarray(seeds, dtype=np.intp).ravel()
        if chosen.size == 0:
            raise RankingError("Say where the solution already works.")
        candidates = None
        if self._index is not None and chosen.size == 1:
            candidates = self._index.candidates(int(chosen[0]), count + 1, allowed)
        if candidates is None:
            candidates = self._everywhere(chosen, count, allowed)
        rows, squared = self._settle(candidates, chosen)
        return Neighbours(rows[:count], np.sqrt(squared[:count]))

    def _everywhere(self, seeds: NDArray[np.intp], count: int, allowed: NDArray[np.bool_] | None) -> NDArray[np.intp]:
        """Rows among which are the nearest: those whose lowest possible distance is within the `count`-th one."""
        w, k = self.weights.astype(np.float32), len(self.weights)
        own = self._single[seeds]
        least = np.float32(1.0 - self._rounding)
        towards = np.concatenate([-2.0 * w * own[:, :k], np.broadcast_to(w * least, (len(seeds), k))], axis=1)
        norms = np.dot(own[:, k:], w) * least
        if len(seeds) == 1:
            lowest: Singles = np.dot(self._single, towards[0])
            lowest += norms[0]
        else:
            lowest = (np.dot(self._single, towards.T) + norms).min(axis=1)
        lowest[seeds] = np.inf
        if allowed is not None:
            lowest[~allowed] = np.inf
        size = min(count, len(lowest))
        first = np.argpartition(lowest, size - 1)[:size]
        first = first[np.isfinite(lowest[first])]
        if first.size < size:
            return first
        farthest = np.float32(self._settle(first, seeds)[1][-1])
        within: NDArray[np.intp] = np.flatnonzero(lowest <= np.nextafter(farthest, np.float32(np.inf)))
        return within

    def _settle(self, candidates: NDArray[np.intp], seeds: NDArray[np.intp]) -> tuple[NDArray[np.intp], Floats]:
        """Candidates, nearest first, and their exact squared distances."""
        candidates = np.sort(candidates)
        found = self.features.take(candidates, axis=0)
        squared = self._squared(found, seeds[0])
        for seed in seeds[1:]:
            np.minimum(squared, self._squared(found, seed), out=squared)
        order = squared.argsort(kind="stable")  # ties to the lowest row
        return candidates.take(order), squared.take(order)

    def _squared(self, found: Floats, seed: int) -> Floats:
        gaps = found - self.features[seed]
        gaps *= gaps
        # Not a matrix product: equal rows must have equal distances, wherever they are.
        out: Floats = np.einsum("ij,j->i", gaps, self.weights)
        return out

    def explain(self, a: int, b: int, closest: int = 5, farthest: int = 3) -> tuple[list[int], list[int]]:
        """Features that bring two rows together, and those that separate them most (column numbers)."""
        gaps = self.weights * (self.features[a] - self.features[b]) ** 2
        counted = np.flatnonzero(self.weights > 0)
        order = counted[np.argsort(gaps[counted], kind="stable")]
        return [int(j) for j in order[:closest]], [int(j) for j in order[::-1][:farthest]]


def find_each_other(similarity: Similarity, sites: ArrayLike, count: int) -> Floats:
    """Leave-one-out check: for each known site, is it among the `count` nearest to the others? `(sites,)`, 0 or 1."""
    rows = np.asarray(sites, dtype=np.intp)
    if rows.size < 2:
        raise RankingError("At least two sites are needed to check that they find each other.")
    found = [float(site in similarity.nearest(np.delete(rows, i), count).rows) for i, site in enumerate(rows)]
    return np.asarray(found, dtype=np.float64)
