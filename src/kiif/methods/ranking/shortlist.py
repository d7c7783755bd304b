"""A short list that is good *and* spread: distance between places, quotas by zone, forced and forbidden places."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from kiif.methods.geo import haversine_km
from kiif.methods.ranking.errors import RankingError

Floats = NDArray[np.float64]

#: The exact solver works on this many best candidates.
CANDIDATES = 400


@dataclass(frozen=True)
class Conditions:
    """`size` places, at least `min_km` apart, at most `quota` in a zone; `forced` and `forbidden` are row numbers."""

    size: int
    min_km: float = 0.0
    quota: int | None = None
    forced: Collection[int] = ()
    forbidden: Collection[int] = ()


def greedy(
    scores: ArrayLike, points: ArrayLike, conditions: Conditions, *, zones: ArrayLike | None = None
) -> NDArray[np.intp]:
    """Takes the best that fits, again and again. `scores (n,)`, `points (n, 2)` as (lat, lon), `zones (n,)`.

    Forced places come first, whatever the distance between them.
    """
    s, p = np.asarray(scores, dtype=np.float64), np.asarray(points, dtype=np.float64)
    zone = np.zeros(len(s), dtype=np.intp) if zones is None else np.unique(np.asarray(zones), return_inverse=True)[1]
    taken = list(dict.fromkeys(int(row) for row in conditions.forced))
    used = np.bincount(zone[taken], minlength=int(zone.max(initial=0)) + 1)
    for row in map(int, np.lexsort((np.arange(len(s)), -s))):
        if len(taken) >= conditions.size:
            break
        if row in taken or row in conditions.forbidden or not np.isfinite(s[row]):
            continue
        full = conditions.quota is not None and used[zone[row]] >= conditions.quota
        if not full and _far_enough(p, row, taken, conditions.min_km):
            taken.append(row)
            used[zone[row]] += 1
    return np.asarray(taken, dtype=np.intp)


def _far_enough(points: Floats, row: int, taken: list[int], min_km: float) -> bool:
    if not taken or min_km <= 0:
        return True
    others = points[taken]
    return bool(np.min(haversine_km(points[row, 0], points[row, 1], others[:, 0], others[:, 1])) >= min_km)


def exact(
    scores: ArrayLike, points: ArrayLike, conditions: Conditions, *, zones: ArrayLike | None = None
) -> NDArray[np.intp]:
    """As many places as fit (up to `size`), of best total score, by integer programming over the best candidates.

    Rows best first. Raises RankingError when no selection satisfies the conditions.
    """
    s, p = np.asarray(scores, dtype=np.float64), np.asarray(points, dtype=np.float64)
    ranked = [int(r) for r in np.lexsort((np.arange(len(s)), -s)) if np.isfinite(s[r])]
    allowed = [r for r in ranked if r not in conditions.forbidden][:CANDIDATES]
    candidates = np.asarray(list(dict.fromkeys([*conditions.forced, *allowed])), dtype=np.intp)
    if candidates.size == 0:
        raise RankingError("There is nothing to choose from.")
    constraints = [LinearConstraint(np.ones((1, candidates.size)), 0, conditions.size)]
    pairs = _conflicts(p[candidates], conditions.min_km)
    if len(pairs):
        rows = np.repeat(np.arange(len(pairs)), 2)
        matrix = coo_array((np.ones(rows.size), (rows, pairs.ravel())), shape=(len(pairs), candidates.size))
        constraints.append(LinearConstraint(matrix.tocsr(), 0, 1))
    if zones is not None and conditions.quota is not None:
        there = np.asarray(zones)[candidates]
        constraints.append(LinearConstraint(there[None, :] == np.unique(there)[:, None], 0, conditions.quota))
    # Every place is worth more than all the differences between scores: the list is first long, then good.
    span = float(np.ptp(s[candidates])) or 1.0
    gain = (s[candidates] - s[candidates].min()) / span + conditions.size + 1.0
    lower = np.isin(candidates, list(conditions.forced)).astype(np.float64)
    solution = milp(-gain, constraints=constraints, integrality=1, bounds=Bounds(lower, 1.0))
    if solution.x is None:
        raise RankingError("No selection satisfies all these conditions: loosen the distance, the quota or the list.")
    chosen = candidates[np.asarray(solution.x) > 0.5]
    return chosen[np.lexsort((chosen, -s[chosen]))]


def _conflicts(points: Floats, min_km: float) -> NDArray[np.intp]:
    """Pairs of rows closer than `min_km`: `(m, 2)`."""
    if min_km <= 0:
        return np.empty((0, 2), dtype=np.intp)
    a, b = np.triu_indices(len(points), 1)
    close = haversine_km(points[a, 0], points[a, 1], points[b, 0], points[b, 1]) < min_km
    return np.column_stack([a[close], b[close]])
