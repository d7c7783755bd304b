"""Ranks, percentiles and neighbours in figures, with unknown values everywhere."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiif.methods import position

VALUES = st.lists(st.one_of(st.floats(-1e6, 1e6), st.just(math.nan)), min_size=1, max_size=40)


def test_ranks_share_ties_and_skip_unknowns() -> None:
    ranks = position.rank([3, 1, math.nan, 3, 2])
    assert ranks[[0, 1, 3, 4]].tolist() == [1, 4, 1, 3]
    assert math.isnan(ranks[2])
    assert position.rank([3, 1, 2], higher_first=False).tolist() == [3, 1, 2]


def test_a_place_counts_only_what_is_known() -> None:
    found = position.place([10, 20, math.nan, 30], 20)
    assert found == position.Place(rank=2, known=3, total=4, percentile=50.0, median=20.0)
    unknown = position.place([10, 20], math.nan)
    assert (unknown.rank, unknown.percentile, unknown.median) == (None, None, 15.0)
    assert position.place([math.nan], math.nan).median is None


@given(VALUES)
def test_the_first_rank_is_the_highest_value(values: list[float]) -> None:
    ranks = position.rank(values)
    known = [(r, v) for r, v in zip(ranks, values, strict=True) if not math.isnan(v)]
    assert np.isnan(ranks).sum() == sum(math.isnan(v) for v in values)
    for r, v in known:
        assert r == 1 + sum(other > v for _r, other in known)


@given(VALUES, st.floats(-1e6, 1e6))
def test_a_percentile_lies_between_0_and_100(values: list[float], value: float) -> None:
    found = position.percentile(values, value)
    if all(math.isnan(v) for v in values):
        assert math.isnan(found)
    else:
        assert 0 <= found <= 100


def test_quantiles_ignore_unknowns() -> None:
    assert position.quantiles([1, math.nan, 2, 3, 4, 5], [0.25, 0.5]).tolist() == [2, 3]
    assert np.isnan(position.quantiles([math.nan], [0.5])).all()


def test_similarity_is_zero_with_oneself_and_grows_with_the_gap() -> None:
    matrix = [[1, 10, 5], [2, 20, 5], [3, 30, 5], [9, 90, 5], [math.nan, math.nan, 5]]
    gaps = position.similarity(matrix, 0)
    assert gaps[0] == 0
    assert gaps[1] < gaps[2] < gaps[3]
    assert math.isnan(gaps[4])
    assert np.isnan(position.similarity([[1], [1]], 0)).all()


def test_similarity_does_not_depend_on_units() -> None:
    matrix = np.array([[1.0, 10], [2, 25], [3, 30], [9, 90]])
    assert position.similarity(matrix * [1000, 0.1], 1) == pytest.approx(position.similarity(matrix, 1))
