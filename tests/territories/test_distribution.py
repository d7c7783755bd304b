"""Ranks, quartiles and strips read from an ordered list are those of the methods."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiif.methods import position
from kiif.territories.distribution import STRIP_MOST, distribution_of

numbers = st.lists(st.one_of(st.integers(-20, 20).map(float), st.just(math.nan)), min_size=1, max_size=60)


@given(values=numbers, pick=st.integers(0, 59))
def test_a_place_is_that_of_the_methods(values: list[float], pick: int) -> None:
    value = values[pick % len(values)]
    found, expected = distribution_of(values).place(value), position.place(values, value)
    assert (found.rank, found.known, found.total) == (expected.rank, expected.known, expected.total)
    assert found.median == pytest.approx(expected.median) if expected.median is not None else found.median is None
    if expected.percentile is not None:
        assert found.percentile == pytest.approx(expected.percentile)


def test_one_that_is_not_counted_is_added() -> None:
    found = distribution_of([1.0, 2.0, 3.0]).place(2.5, counted=False)
    expected = position.place([1.0, 2.0, 3.0, 2.5], 2.5)
    assert (found.rank, found.known, found.percentile) == (expected.rank, expected.known, expected.percentile)


def test_a_strip_of_many_keeps_their_quartiles() -> None:
    values = np.random.default_rng(1).lognormal(size=5_000)
    found = distribution_of(values)
    assert len(found.drawn(1.0)) == STRIP_MOST
    assert np.quantile(found.drawn(1.0), 0.5) == pytest.approx(np.median(values), rel=0.02)
    assert found.drawn(1_000.0).max() < 1_000 < found.drawn(1_000.0).max() + 1_000


def test_nothing_known_has_no_place() -> None:
    found = distribution_of([math.nan, math.nan])
    assert found.place(1.0) == position.Place(None, 0, 2, None, None)
    assert len(found.drawn(1.0)) == 0
