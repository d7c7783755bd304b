"""Worked examples of the literature, to their printed digits (ranking.md, 9.1 and 9.4)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kiif.methods.ranking import aggregation
from kiif.methods.ranking.errors import RankingError


def test_topsis_three_cars_hodgett():
    cars = [[5490, 51.4, 8.5, 285], [6500, 70.6, 7.0, 288], [6489, 54.3, 7.5, 290]]
    closeness = aggregation.topsis(cars, [0.35, 0.25, 0.25, 0.15], [False, True, True, True])
    assert closeness == pytest.approx([0.4816852902, 0.5182076659, 0.1779553619], abs=1e-9)


def test_topsis_tzeng_huang_2011():
    closeness = aggregation.topsis([[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]], [0.3, 0.4, 0.3], [True] * 3)
    assert closeness == pytest.approx([0.5037, 0.6581, 0.7482, 0.3340], abs=5.1e-5)
    assert (1 + np.argsort(np.argsort(-closeness))).tolist() == [3, 2, 1, 4]


def test_topsis_depends_on_its_normalisation_opricovic_tzeng_2004():
    figures, w, more = [[1, 3000], [2, 3750], [5, 4500]], [0.5, 0.5], [False, True]
    assert aggregation.topsis(figures, w, more, "minmax") == pytest.approx([0.5, 0.617, 0.5], abs=5e-4)
    assert aggregation.topsis(figures, w, more, "vector") == pytest.approx([0.762, 0.722, 0.238], abs=5e-4)


def test_vikor_opricovic_tzeng_2004():
    _, _, q = aggregation.vikor([[1, 3000], [2, 3750], [5, 4500]], [0.5, 0.5], [False, True])
    assert q == pytest.approx([1, 0, 1])


def test_spotis_dezert_2020():
    figures = [
        [15000, 4.3, 99, 42, 737],
        [15290, 5.0, 116, 42, 892],
        [15350, 5.0, 114, 45, 952],
        [15490, 5.3, 123, 45, 1120],
    ]
    distance = aggregation.spotis(
        figures,
        [0.2941, 0.2353, 0.2353, 0.0588, 0.1765],
        [14000, 3, 80, 35, 650],
        [16000, 8, 140, 60, 1300],
        [15300, 4, 115, 50, 900],
    )
    assert distance == pytest.approx([0.1841, 0.0734, 0.0842, 0.1920], abs=5.1e-5)


def test_missing_values_are_left_out_and_the_coverage_is_told():
    scores = aggregation.weighted_sum([[0.2, 0.8], [np.nan, 0.8], [np.nan, np.nan]], [0.25, 0.75])
    assert scores.score[:2] == pytest.approx([0.65, 0.8])
    assert np.isnan(scores.score[2])
    assert scores.coverage == pytest.approx([1.0, 0.75, 0.0])


def test_geometric_mean_does_not_buy_back_a_weakness():
    values = [[0.5, 0.5], [1.0, 0.0]]
    even = aggregation.geometric(values, [0.5, 0.5]).score
    assert even == pytest.approx([0.5, 0.1])
    assert aggregation.power_mean(values, [0.5, 0.5], 1).score == pytest.approx([0.5, 0.5])
    assert aggregation.power_mean([[0.5, 0.25]], [0.5, 0.5], -1).score == pytest.approx([1 / 3])


@given(
    hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=8), elements=st.floats(0, 1))
)
def test_contributions_add_up_to_the_score(values):
    w = np.full(values.shape[1], 1 / values.shape[1])
    scores = aggregation.weighted_sum(values, w).score
    assert aggregation.contributions(values, w).sum(axis=1) == pytest.approx(scores - scores.mean(), abs=1e-9)


def test_nothing_to_rank_and_wrong_weights_are_refused():
    with pytest.raises(RankingError, match="nothing to rank"):
        aggregation.weighted_sum(np.empty((0, 2)), [0.5, 0.5])
    with pytest.raises(RankingError, match="one weight per criterion"):
        aggregation.weighted_sum([[1, 2]], [1.0])
    with pytest.raises(RankingError, match="same value everywhere"):
        aggregation.topsis([[1, 2], [1, 3]], [0.5, 0.5], [True, True], "minmax")
