import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiif.methods.ranking import values
from kiif.methods.ranking.errors import RankingError


@pytest.mark.parametrize(
    ("points", "checks"),
    [
        (((-0.15, 0.35), (0, 1)), {0.35: 1, -0.15: 0, 0.1: 0.5}),
        (((50, 100), (1, 0)), {50: 1, 75: 0.5, 100: 0}),
        (((-0.15, 0, 0.25, 0.35), (0, 0.1, 0.9, 1)), {0: 0.1, 0.25: 0.9, 0.1: 0.42}),
        (((50, 75, 90, 100), (1, 0.8, 0.5, 0)), {60: 0.92, 75: 0.8, 90: 0.5, 10: 1, 40: 1, 101: 0, 120: 0}),
    ],
)
def test_published_piecewise_values(points, checks):
    """Piecewise value functions of the reference (ranking.md, 9.5), clipped outside."""
    function = values.Piecewise(*points)
    assert function(list(checks)) == pytest.approx(list(checks.values()))


def test_published_piecewise_values_extrapolated():
    function = values.Piecewise((50, 75, 90, 100), (1, 0.8, 0.5, 0), extrapolate=True)
    assert function([10, 40, 101, 120]) == pytest.approx([1.32, 1.08, -0.05, -1])


def test_preferred_range_is_a_trapezoid():
    function = values.preferred_range(0, 10, 20, 40)
    assert function([-5, 0, 5, 10, 15, 20, 30, 40, 50]) == pytest.approx([0, 0, 0.5, 1, 1, 1, 0.5, 0, 0])


def test_preferred_point_peaks_there():
    assert values.preferred_point(0, 4, 6)([0, 2, 4, 5, 6]) == pytest.approx([0, 0.5, 1, 0.5, 0])


def test_logarithm_counts_ratios_and_survives_zero():
    function = values.Logarithmic(10, 1000)
    assert function([0, 10, 100, 1000, 5000]) == pytest.approx([0, 0, 0.5, 1, 1])
    assert values.Logarithmic(10, 1000, increasing=False)([100]) == pytest.approx([0.5])


def test_unknown_stays_unknown_everywhere():
    functions = [
        values.more_is_better(0, 1),
        values.Logarithmic(1, 2),
        values.Categories({1: 0.5}),
        values.percentile,
    ]
    assert all(np.isnan(f([np.nan, 1.0])[0]) for f in functions)


def test_category_without_value_is_unknown():
    result = values.Categories({5: 1.0, 6: 0.5})([5, 6, 7])
    assert result[:2].tolist() == [1.0, 0.5]
    assert np.isnan(result[2])


def test_percentile_shares_ties():
    assert values.percentile([1, 2, 2, 3]) == pytest.approx([0.125, 0.5, 0.5, 0.875])


@pytest.mark.parametrize("figures", [[np.nan, np.nan], [3.0, 3.0, 3.0]])
def test_bounds_refuse_what_cannot_order(figures):
    with pytest.raises(RankingError):
        values.bounds(figures)


def test_bounds_ignore_extremes():
    low, high = values.bounds([*range(101), 10_000])
    assert low == pytest.approx(2.02)
    assert high < 101


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.floats(-1e3, 1e3), st.floats(0.1, 1e3))
def test_more_and_less_mirror_each_other(figures, low, span):
    more = values.more_is_better(low, low + span)(figures)
    less = values.less_is_better(low, low + span)(figures)
    assert more + less == pytest.approx(np.ones(len(figures)))
    assert np.all((more >= 0) & (more <= 1))


def test_vetoes_say_who_and_why_and_never_guess():
    figures = [[500, 1], [3000, 2], [np.nan, 1], [9000, 3]]
    result = values.apply_vetoes(figures, [values.Veto(0, minimum=2000, maximum=8000), values.Veto(1, allowed=[1, 2])])
    assert result.excluded.tolist() == [True, False, False, True]
    assert result.to_check.tolist() == [False, False, True, False]
    assert [r.tolist() for r in result.reasons] == [[0, 3], [3]]


def test_a_criterion_with_too_many_unknowns_is_not_scored():
    figures = np.array([[1, np.nan], [2, np.nan], [3, 1.0], [np.nan, 2.0]])
    assert values.scored_criteria(figures).tolist() == [True, False]


@pytest.mark.parametrize("points", [((1,), (0,)), ((1, 1), (0, 1)), ((2, 1), (0, 1)), ((1, 2), (0,))])
def test_impossible_value_functions_are_refused(points):
    with pytest.raises(RankingError):
        values.Piecewise(*points)
