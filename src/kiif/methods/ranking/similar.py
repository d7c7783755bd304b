"""Territories that resemble those where a solution already works: exact weighted nearest neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kiif.methods.ranking.errors import RankingError

Floats = NDArray[np.float64]


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
    """Scaled features prepared once, queried often. `features (n, k)` all known; `weights (k,)`."""

    def __init__(self, features: ArrayLike, weights: ArrayLike) -> None:
        x, w = np.asarray(features, dtype=np.float64), np.asarray(weights, dtype=np.float64)
        if np.isnan(x).any():
            raise RankingError("Resemblance needs every figure: leave out what is unknown first.")
        self.weights = w
        self.features = x
        self._single = np.ascontiguousarray(x * np.sqrt(w), dtype=np.float32)
        self._norms = np.einsum("ij,ij->i", self._single, self._single)

    def nearest(self, seeds: ArrayLike, count: int, allowed: NDArray[np.bool_] | None = None) -> Neighbours:
        """The `count` rows nearest to the *set* of `seeds` (row numbers): distance to its nearest member.

        Seeds are left out; `allowed (n,)` restricts the answer (density class, another EPCI, beyond x km).
        """
        chosen = np.atleast_1d(np.asarray(seeds, dtype=np.intp))
        if chosen.size == 0:
            raise RankingError("Say where the solution already works.")
        squared = self._norms - 2.0 * (self._single @ self._single[chosen[0]]) + self._norms[chosen[0]]
        for seed in chosen[1:]:
            np.minimum(
                squared, self._norms - 2.0 * (self._single @ self._single[seed]) + self._norms[seed], out=squared
            )
        squared[chosen] = np.inf
        if allowed is not None:
            squared[~allowed] = np.inf
        # Single precision only chooses candidates; a margin is kept and the order settled in double precision.
        candidates = np.argpartition(squared, min(2 * count + 16, len(squared) - 1))[: 2 * count + 16]
        candidates = candidates[np.isfinite(squared[candidates])]
        return self._settle(candidates, chosen, count)

    def _settle(self, candidates: NDArray[np.intp], seeds: NDArray[np.intp], count: int) -> Neighbours:
        gaps = self.features[candidates][:, None, :] - self.features[seeds][None, :, :]
        exact = np.sqrt((self.weights * gaps**2).sum(axis=2).min(axis=1))
        order = np.lexsort((candidates, exact))[:count]
        return Neighbours(candidates[order], exact[order])

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
