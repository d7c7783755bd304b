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


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1_000), st.integers(2, 12), st.integers(1, 5))
def test_central_weights_and_acceptabilities_make_the_mean_weight(seed, n, criteria):
    """Each draw has one winner, so the mean weight is the acceptability-weighted mean of the central weights."""
    rng = np.random.default_rng(seed)
    values, draws = rng.random((n, criteria)), weights.draw_uniform(200, criteria, rng)
    first = robustness.rank_acceptability(values, draws)[:, 0]
    central = robustness.first_rank_central_weights(values, draws)
    assert np.array_equal(np.isnan(central).any(axis=1), first == 0)
    assert first @ np.nan_to_num(central) == pytest.approx(draws.mean(axis=0))


def test_antidepressants_the_published_table_holds_together():
    """Tervonen et al. 2011 (ranking.md, 9.6). The measurements are not ours to ship: what its figures imply is checked.

    Rows and columns of acceptabilities are shares, and the central weights of the winners make the mean of weights
    that are flat: 1/6, give or take the sampling of 10,000 draws (sd 0.14 each).
    """
    acceptability = np.array(
        [
            [0.0244, 0.2601, 0.3195, 0.3216, 0.0744],
            [0.1450, 0.3298, 0.2559, 0.2207, 0.0486],
            [0.6002, 0.1156, 0.0980, 0.0616, 0.1246],
            [0.0768, 0.1304, 0.1895, 0.2254, 0.3779],
            [0.1536, 0.1641, 0.1371, 0.1707, 0.3745],
        ]
    )
    central = np.array(
        [
            [0.231973, 0.089900, 0.266024, 0.116080, 0.114233, 0.181790],
            [0.289205, 0.171527, 0.132394, 0.129489, 0.139518, 0.137867],
            [0.090408, 0.172090, 0.178677, 0.164794, 0.197041, 0.196990],
            [0.275913, 0.065929, 0.313595, 0.123308, 0.099668, 0.121586],
            [0.286731, 0.176491, 0.079044, 0.241935, 0.119742, 0.096057],
        ]
    )
    assert acceptability.sum(axis=0) == pytest.approx(np.ones(5), abs=2.6e-4)
    assert acceptability.sum(axis=1) == pytest.approx(np.ones(5), abs=2.6e-4)
    assert central.sum(axis=1) == pytest.approx(np.ones(5), abs=3e-6)
    assert acceptability[:, 0] @ central == pytest.approx(np.full(6, 1 / 6), abs=4 * 0.14 / np.sqrt(10_000))


def test_ten_thousand_draws_are_known_within_one_point():
    """Half-width 0.98 point at one half (ranking.md, 5)."""
    low, high = robustness.wilson_interval(5_000, 10_000)
    assert float(high - low) / 2 == pytest.approx(0.0098, abs=5e-5)


def test_wilson_interval_of_textbook():
    """10 successes in 20 trials: 0.299 to 0.701 (Wilson 1927 formula)."""
    low, high = robustness.wilson_interval(10, 20)
    assert (float(low), float(high)) == pytest.approx((0.2993, 0.7007), abs=1e-4)
    low, high = robustness.wilson_interval([0, 20], 20)
    assert low[0] == 0.0
    assert high[1] == 1.0


def test_bands():
    assert [robustness.band(a) for a in (0.95, 0.80, 0.79, 0.5, 0.2)] == ["A", "A", "B", "B", "C"]


def test_equal_alternatives_stay_in_the_order_of_their_codes():
    """All tied, in every draw: more survivors than usual, and the first rows win."""
    draws = weights.draw_uniform(600, 4, np.random.default_rng(7))
    found = robustness.top_sets(np.full((3_000, 4), 0.5), draws, 5).members
    assert np.array_equal(found, np.tile(np.arange(5), (600, 1)))


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


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.integers(3, 25), st.integers(2, 5), st.booleans())
def test_flip_intervals_equal_a_scan_of_every_weight(seed, n, criteria, repeated):
    """From the weight outwards, on 2,001 positions: in the top inside the interval, out just beyond it."""
    rng = np.random.default_rng(seed)
    values = rng.random((n, criteria))
    if repeated:
        values[n // 2] = values[0]
    w = rng.dirichlet(np.ones(criteria))
    k = int(rng.integers(1, n))
    row, criterion = int(rng.choice(top_k_at(values, w, 0, w[0], k))), int(rng.integers(criteria))
    interval = flips.flip_interval(values, w, row, criterion, k)
    grid = np.linspace(0, 1, 2_001)
    rest = (values @ w - w[criterion] * values[:, criterion]) / (1 - w[criterion])
    scores = rest[:, None] * (1 - grid) + values[:, [criterion]] * grid
    above = (scores > scores[row]) | ((values == values[row]).all(axis=1) & (np.arange(n) < row))[:, None]
    above[(values == values[row]).all(axis=1) & (np.arange(n) >= row)] = False
    inside = above.sum(axis=0) < k
    near = np.minimum(np.abs(grid - interval.low), np.abs(grid - interval.high)) < 1e-9
    within = (grid > interval.low) & (grid < interval.high) & ~near
    assert inside[within].all()
    if interval.high_row is not None and (beyond := np.flatnonzero(grid > interval.high + 1e-9)).size:
        just = (grid[beyond[0]] + interval.high) / 2
        assert row not in top_k_at(values, w, criterion, min(just, interval.high + 1e-8), k)
    if interval.low_row is not None and (beyond := np.flatnonzero(grid < interval.low - 1e-9)).size:
        assert row not in top_k_at(values, w, criterion, max(grid[beyond[-1]], interval.low - 1e-8), k)
    assert (interval.high_row is None) == (interval.high == 1.0)
    assert (interval.low_row is None) == (interval.low == 0.0)


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
