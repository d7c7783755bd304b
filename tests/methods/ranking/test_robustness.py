import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiif.methods.ranking import flips, robustness, weights
from kiif.methods.ranking.errors import RankingError


def brute_force(values, draws, k):
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)
    members = []
    for w in draws:
        coverage = np.einsum("ij,j->i", known.astype(float), w)
        scores = np.einsum("ij,ij->i", filled, np.broadcast_to(w, filled.shape))
        partial = ~known.all(axis=1)
        scores[partial] = np.where(
            coverage[partial] > 0, scores[partial] / np.maximum(coverage[partial], 1e-300), -1e300
        )
        members.append(np.lexsort((np.arange(len(values)), -scores))[:k])
    return np.asarray(members)


def correlated(n, k, seed=1):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 6)) @ (0.7 * rng.standard_normal((6, k))) + rng.standard_normal((n, k))
    return (x.argsort(axis=0).argsort(axis=0) + 1) / n


@pytest.mark.parametrize("threads", [1, 2])
def test_top_sets_equal_double_precision_brute_force(threads):
    values = correlated(12_000, 30)
    draws = weights.draw_uniform(300, 30, np.random.default_rng(7))
    found = robustness.top_sets(values, draws, 20, threads=threads)
    assert np.array_equal(found.members, brute_force(values, draws, 20))


def test_top_sets_with_unknown_values_equal_brute_force():
    values = correlated(5_000, 12)
    holes = np.random.default_rng(3).random(values.shape) < 0.05
    values[holes] = np.nan
    values[17] = np.nan
    draws = weights.draw_uniform(200, 12, np.random.default_rng(7))
    assert np.array_equal(robustness.top_sets(values, draws, 15).members, brute_force(values, draws, 15))


def test_values_of_any_scale_and_offset_are_exact():
    values = correlated(3_000, 8) * 1e-3 + 1e4
    draws = weights.draw_uniform(100, 8, np.random.default_rng(7))
    assert np.array_equal(robustness.top_sets(values, draws, 10).members, brute_force(values, draws, 10))


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 60), st.integers(1, 6), st.data())
def test_small_tables_with_ties_equal_brute_force(n, k, data):
    top = data.draw(st.integers(1, n))
    grid = st.sampled_from([0.0, 0.25, 0.5, 1.0, np.nan])
    values = np.array(data.draw(st.lists(st.lists(grid, min_size=k, max_size=k), min_size=n, max_size=n)))
    draws = weights.draw_uniform(20, k, np.random.default_rng(data.draw(st.integers(0, 99))))
    found = robustness.top_sets(values, draws, top).members
    assert np.array_equal(found, brute_force(values, draws, top))


def test_unit_vectors_share_the_first_rank():
    """k alternatives = unit vectors: acceptability 1/k; own central weight H_k / k (ranking.md, 9.6)."""
    k, draws = 5, weights.draw_uniform(40_000, 5, np.random.default_rng(7))
    top = robustness.top_sets(np.eye(k), draws, 1)
    assert top.acceptability() == pytest.approx(np.full(k, 1 / k), abs=0.01)
    harmonic = sum(1 / i for i in range(1, k + 1))
    assert np.diag(top.central_weights(draws)) == pytest.approx(np.full(k, harmonic / k), abs=0.01)


def test_two_criteria_in_closed_form():
    """a = (1, 0), b = (0.4, 0.4), c = (0, 1): b wins when w1 is between 0.4 and 0.6 -> 0.4 < w1 < ... by hand."""
    values = np.array([[1.0, 0.0], [0.4, 0.4], [0.0, 1.0]])
    draws = weights.draw_uniform(40_000, 2, np.random.default_rng(7))
    assert robustness.top_sets(values, draws, 1).acceptability() == pytest.approx([0.5, 0.0, 0.5], abs=0.01)
    raised = np.array([[1.0, 0.0], [0.6, 0.6], [0.0, 1.0]])
    assert robustness.top_sets(raised, draws, 1).acceptability() == pytest.approx([0.4, 0.2, 0.4], abs=0.01)


def test_a_dominated_alternative_has_no_central_weight():
    values = np.array([[0.9, 0.9], [0.1, 0.1]])
    draws = weights.draw_uniform(500, 2, np.random.default_rng(7))
    top = robustness.top_sets(values, draws, 1)
    central = top.central_weights(draws)
    assert top.acceptability().tolist() == [1.0, 0.0]
    assert np.isnan(central[1]).all()
    assert central[0] == pytest.approx(draws.mean(axis=0))
    confidence = robustness.confidence_factors(np.repeat(values[None], 10, axis=0), central)
    assert confidence[0] == 1.0
    assert np.isnan(confidence[1])


def test_pairwise_index_of_ten_draws_one_reversed():
    measurements = np.tile(np.array([[[1.0], [0.0]]]), (10, 1, 1))
    measurements[3] = [[0.0], [1.0]]
    index = robustness.pairwise_winning(measurements, np.ones((10, 1)))
    assert index.tolist() == [[0.0, 0.9], [0.1, 0.0]]


def test_tied_alternatives_share_the_better_rank():
    ranks = robustness.rank_acceptability([[1.0], [1.0], [0.0]], np.ones((4, 1)))
    assert ranks.tolist() == [[1, 0, 0], [1, 0, 0], [0, 0, 1]]


def test_first_rank_central_weights_match_the_top_one():
    values, draws = correlated(40, 4), weights.draw_uniform(2_000, 4, np.random.default_rng(7))
    np.testing.assert_allclose(
        robustness.first_rank_central_weights(values, draws),
        robustness.top_sets(values, draws, 1).central_weights(draws),
    )


def test_wilson_interval_of_textbook():
    """10 successes in 20 trials: 0.299 to 0.701 (Wilson 1927 formula)."""
    low, high = robustness.wilson_interval(10, 20)
    assert (float(low), float(high)) == pytest.approx((0.2993, 0.7007), abs=1e-4)
    low, high = robustness.wilson_interval([0, 20], 20)
    assert low[0] == 0.0
    assert high[1] == 1.0


def test_bands():
    assert [robustness.band(a) for a in (0.95, 0.80, 0.79, 0.5, 0.2)] == ["A", "A", "B", "B", "C"]


@pytest.mark.parametrize("k", [0, 4])
def test_an_impossible_top_is_refused(k):
    with pytest.raises(RankingError, match="top must hold"):
        robustness.top_sets(np.eye(3), np.full((2, 3), 1 / 3), k)


def top_k_at(values, w, criterion, t, k):
    moved = w * (1 - t) / (1 - w[criterion])
    moved[criterion] = t
    return np.lexsort((np.arange(len(values)), -(values @ moved)))[:k]


def test_flip_intervals_hold_inside_and_break_outside():
    values = correlated(400, 6)
    w = weights.normalise([5, 4, 3, 2, 1, 1])
    k, checked = 10, 0
    for row in top_k_at(values, w, 0, w[0], k):
        for criterion in range(6):
            interval = flips.flip_interval(values, w, int(row), criterion, k)
            assert interval.low <= w[criterion] <= interval.high
            for t in np.linspace(interval.low, interval.high, 7)[1:-1]:
                assert row in top_k_at(values, w, criterion, t, k)
            if interval.high_row is not None and interval.high + 1e-6 < 1:
                assert row not in top_k_at(values, w, criterion, interval.high + 1e-7, k)
                checked += 1
            if interval.low_row is not None and interval.low - 1e-6 > 0:
                assert row not in top_k_at(values, w, criterion, interval.low - 1e-7, k)
                checked += 1
    assert checked > 50


def test_flip_interval_by_hand():
    """a = (1, 0), b = (0, 1) at w = (0.7, 0.3): a is first while w1 > 0.5."""
    interval = flips.flip_interval([[1, 0], [0, 1]], [0.7, 0.3], 0, 0, 1)
    assert interval.low == pytest.approx(0.5)
    assert interval.low_row == 1
    assert (interval.high, interval.high_row) == (1.0, None)
    assert interval.smallest_move == pytest.approx(0.2)
    found = flips.flip_criterion([[1, 0], [0, 1]], [0.7, 0.3], 0, 1)
    assert found is not None
    assert found.criterion == 0


def test_flip_interval_of_one_outside_the_top_is_refused():
    with pytest.raises(RankingError, match="not among"):
        flips.flip_interval([[1, 0], [0, 1]], [0.7, 0.3], 1, 0, 1)
