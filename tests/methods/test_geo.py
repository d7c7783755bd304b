"""Distances against known ones, and against the slow way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiif.methods import geo

POINT = st.tuples(st.floats(-89, 89), st.floats(-179, 179))
PARIS, MARSEILLE = (48.8566, 2.3522), (43.2965, 5.3698)


def test_paris_to_marseille() -> None:
    assert geo.haversine_km(*PARIS, *MARSEILLE) == pytest.approx(660.5, abs=1)
    km, index = geo.nearest_distance([PARIS], [MARSEILLE])
    assert km[0] == pytest.approx(660.5, abs=1)
    assert index[0] == 0


@given(st.lists(POINT, min_size=1, max_size=20), st.lists(POINT, min_size=1, max_size=20))
def test_the_nearest_is_that_of_an_exhaustive_search(
    points: list[tuple[float, float]], targets: list[tuple[float, float]]
) -> None:
    km, index = geo.nearest_distance(points, targets)
    p, t = np.array(points), np.array(targets)
    every = geo.haversine_km(p[:, None, 0], p[:, None, 1], t[None, :, 0], t[None, :, 1])
    assert km == pytest.approx(every.min(axis=1), abs=1e-3)
    assert every[np.arange(len(p)), index] == pytest.approx(km, abs=1e-3)


def test_without_target_nothing_is_near() -> None:
    km, index = geo.nearest_distance([PARIS], [])
    assert np.isnan(km).all()
    assert index.tolist() == [-1]


@given(st.lists(st.tuples(POINT, st.integers(0, 10_000)), min_size=1, max_size=25), st.floats(1, 5_000))
def test_sums_within_a_radius_are_those_of_an_exhaustive_search(
    rows: list[tuple[tuple[float, float], int]], km: float
) -> None:
    points, weights = np.array([r[0] for r in rows]), np.array([r[1] for r in rows], dtype=float)
    every = geo.haversine_km(points[:, None, 0], points[:, None, 1], points[None, :, 0], points[None, :, 1])
    if (np.abs(every - km) < 1e-3).any():
        return  # on the very edge, rounding decides
    inside = every <= km
    np.fill_diagonal(inside, val=True)
    assert geo.sum_within(points, weights, km) == pytest.approx(inside @ weights)


@given(POINT, POINT)
def test_distance_is_symmetric_and_at_most_half_the_globe(a: tuple[float, float], b: tuple[float, float]) -> None:
    there, back = geo.haversine_km(*a, *b), geo.haversine_km(*b, *a)
    assert there == pytest.approx(back)
    assert 0 <= there <= np.pi * geo.EARTH_RADIUS_KM + 1e-6


def test_shapes_are_checked() -> None:
    with pytest.raises(ValueError, match=r"\(n, 2\)"):
        geo.unit_vectors([1, 2, 3])
    with pytest.raises(ValueError, match="weights"):
        geo.sum_within([PARIS], [1, 2], 10)
