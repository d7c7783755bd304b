"""Distances and neighbourhoods on the sphere.

Points are arrays of shape ``(n, 2)``: latitude and longitude in degrees. Distances are in kilometres on a sphere of
mean radius 6,371.0088 km (IUGG), within 0.5 % of the ellipsoid: fit for "how far is the nearest town", not for a
survey.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

EARTH_RADIUS_KM: Final = 6371.0088

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


def unit_vectors(points: npt.ArrayLike) -> Floats:
    """Latitude and longitude in degrees, shape (n, 2), to unit vectors, shape (n, 3)."""
    array = np.asarray(points, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"points must have the shape (n, 2), not {array.shape}")
    latitude, longitude = np.radians(array[:, 0]), np.radians(array[:, 1])
    cosine = np.cos(latitude)
    return np.stack([cosine * np.cos(longitude), cosine * np.sin(longitude), np.sin(latitude)], axis=1)


def chord(km: float) -> float:
    """Length of the chord, on the unit sphere, under an arc of ``km`` kilometres."""
    return float(2 * np.sin(min(km / EARTH_RADIUS_KM, np.pi) / 2))


def arc_km(chords: npt.ArrayLike) -> Floats:
    """Arcs in kilometres from chords of the unit sphere."""
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.clip(np.asarray(chords) / 2, 0, 1)), dtype=np.float64)


def haversine_km(lat1: npt.ArrayLike, lon1: npt.ArrayLike, lat2: npt.ArrayLike, lon2: npt.ArrayLike) -> Floats:
    """Great-circle distance in kilometres between points given in degrees (arrays broadcast)."""
    a1, o1, a2, o2 = (np.radians(np.asarray(x, dtype=np.float64)) for x in (lat1, lon1, lat2, lon2))
    h = np.sin((a2 - a1) / 2) ** 2 + np.cos(a1) * np.cos(a2) * np.sin((o2 - o1) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(h, 0, 1))), dtype=np.float64)


def nearest_distance(points: npt.ArrayLike, targets: npt.ArrayLike) -> tuple[Floats, Ints]:
    """Distance in kilometres from each point to the nearest target, and the index of that target.

    ``points`` (n, 2), ``targets`` (m, 2) in degrees. Without any target: distances are NaN and indices -1.
    A KD-tree on the unit sphere, O((n + m) log m).
    """
    vectors = unit_vectors(points)
    goal = np.asarray(targets, dtype=np.float64).reshape(-1, 2)
    if len(goal) == 0:
        return np.full(len(vectors), np.nan), np.full(len(vectors), -1, dtype=np.intp)
    chords, index = cKDTree(unit_vectors(goal)).query(vectors)
    return arc_km(chords), np.asarray(index, dtype=np.intp)


def sum_within(points: npt.ArrayLike, weights: npt.ArrayLike, km: float) -> Floats:
    """For each point, the sum of the weights of all points within ``km`` kilometres, itself included. Shape (n,)."""
    vectors = unit_vectors(points)
    values = np.asarray(weights, dtype=np.float64)
    if values.shape != (len(vectors),):
        raise ValueError(f"{len(vectors)} points but weights of shape {values.shape}")
    pairs = cKDTree(vectors).query_pairs(chord(km), output_type="ndarray")
    total = values.copy()
    total += np.bincount(pairs[:, 0], values[pairs[:, 1]], len(values))
    total += np.bincount(pairs[:, 1], values[pairs[:, 0]], len(values))
    return total


def population_within(points: npt.ArrayLike, population: npt.ArrayLike, km: float) -> Floats:
    """Inhabitants of the communes whose point is within ``km`` kilometres of each point (its own included)."""
    return sum_within(points, population, km)
