import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiif.methods.ranking import weights
from kiif.methods.ranking.errors import RankingError

DRAWS = 20_000


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_rank_order_centroid_of_thirty_criteria():
    """First three of the rank-order centroid for k = 30 (ranking.md, 9.6)."""
    assert weights.from_order(30)[:3] == pytest.approx([0.13316624, 0.09983290, 0.08316624], abs=5e-9)


def test_ordinal_draws_have_the_centroid_as_mean(rng):
    drawn = weights.draw_ordinal(DRAWS, [2, 0, 1], rng)
    assert drawn.mean(axis=0)[[2, 0, 1]] == pytest.approx(weights.from_order(3), abs=0.005)
    assert np.all((drawn[:, 2] >= drawn[:, 0]) & (drawn[:, 0] >= drawn[:, 1]))


def test_ten_thousand_ordinal_draws_of_thirty_criteria_are_near_the_centroid(rng):
    """0.1329, 0.1000, 0.0832 for 10,000 draws in the reference: the centroid within four standard errors."""
    drawn = weights.draw_ordinal(10_000, range(30), rng)
    error = drawn.std(axis=0) / np.sqrt(10_000)
    assert np.all(np.abs(drawn.mean(axis=0) - weights.from_order(30)) < 4 * error)


def moments_of_dirichlet(alpha):
    total = alpha.sum()
    mean = alpha / total
    return mean, (np.diag(mean) - np.outer(mean, mean)) / (total + 1)


@pytest.mark.parametrize(
    ("draw", "alpha"),
    [
        (lambda rng: weights.draw_uniform(DRAWS, 6, rng), np.ones(6)),
        (lambda rng: weights.draw_around(DRAWS, [5, 3, 2], 200, rng), np.array([100.0, 60.0, 40.0])),
        (lambda rng: weights.draw_around(DRAWS, [5, 3, 2], 3, rng), np.array([1.5, 0.9, 0.6])),
    ],
)
def test_moments_of_the_samplers_are_those_of_their_law(rng, draw, alpha):
    """Mean, variances and covariances of the Dirichlet law."""
    drawn, (mean, covariance) = draw(rng), moments_of_dirichlet(alpha)
    assert np.all(np.abs(drawn.mean(axis=0) - mean) < 4.5 * np.sqrt(np.diag(covariance) / DRAWS))
    np.testing.assert_allclose(np.cov(drawn.T), covariance, atol=0.04 * covariance.max())


def test_moments_by_pillar_are_a_product_of_two_laws(rng):
    """Between two pillars and within three criteria: E w = 1/2 x 1/3, E w2 = 1/3 x 1/6."""
    drawn = weights.draw_by_pillar(DRAWS, [0, 0, 0, 1], rng)
    assert drawn.mean(axis=0) == pytest.approx([1 / 6] * 3 + [1 / 2], abs=0.005)
    assert (drawn**2).mean(axis=0) == pytest.approx([1 / 18] * 3 + [1 / 3], abs=0.005)


def test_normalised_uniforms_would_be_too_sure(rng):
    """The shortcut that nothing here takes: deviation 0.0192 for 30 criteria instead of 0.0322."""
    shortcut = rng.random((DRAWS, 30))
    shortcut /= shortcut.sum(axis=1, keepdims=True)
    assert shortcut.std(axis=0).mean() == pytest.approx(0.0192, abs=0.0002)


def test_uniform_draws_have_the_dispersion_of_the_simplex(rng):
    """sd = sqrt((k-1)/(k^2 (k+1))) = 0.0322 for 30 criteria; normalised uniforms would give 0.0192."""
    drawn = weights.draw_uniform(DRAWS, 30, rng)
    assert drawn.std(axis=0).mean() == pytest.approx(0.0322, abs=0.0003)
    assert drawn.sum(axis=1) == pytest.approx(np.ones(DRAWS))


def test_plus_minus_draws_respect_every_bound_and_spread_over_them(rng):
    centre = weights.normalise(np.arange(1, 31))
    drawn = weights.draw_plus_minus(5_000, centre, 0.5, rng)
    assert drawn.sum(axis=1) == pytest.approx(np.ones(5_000))
    assert np.all(drawn >= centre * 0.5 - 1e-12)
    assert np.all(drawn <= centre * 1.5 + 1e-12)
    # A single small weight is nearly free of the sum: uniform over its interval, of deviation width / sqrt(12).
    assert drawn[:, 0].std() == pytest.approx(centre[0] / np.sqrt(12), rel=0.05)


def test_bounded_draws_agree_with_rejection(rng):
    low, high = np.array([0.1, 0.2, 0.0]), np.array([0.6, 0.7, 0.5])
    plain = weights.draw_uniform(200_000, 3, rng)
    accepted = plain[np.all((plain >= low) & (plain <= high), axis=1)]
    gibbs = weights.draw_within(DRAWS, low, high, rng)
    assert gibbs.mean(axis=0) == pytest.approx(accepted.mean(axis=0), abs=0.005)
    assert gibbs.std(axis=0) == pytest.approx(accepted.std(axis=0), abs=0.005)


def test_pillar_draws_do_not_favour_the_crowded_pillar(rng):
    pillars = [0] * 12 + [1] * 2
    drawn = weights.draw_by_pillar(DRAWS, pillars, rng)
    assert drawn[:, :12].sum(axis=1).mean() == pytest.approx(0.5, abs=0.01)


def test_draws_around_keep_the_centre_and_its_zeros(rng):
    drawn = weights.draw_around(DRAWS, [5, 3, 2, 0], 200, rng)
    assert drawn.mean(axis=0) == pytest.approx([0.5, 0.3, 0.2, 0.0], abs=0.002)
    assert np.all(drawn[:, 3] == 0)


def test_hierarchy_multiplies_pillar_and_share():
    assert weights.hierarchical([3, 1], [1, 1, 2], [0, 0, 1]) == pytest.approx([0.375, 0.375, 0.25])


def test_saaty_consistency_of_perfect_and_contradictory_answers():
    perfect = np.array([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]])
    w, ratio = weights.from_pairs(perfect)
    assert w == pytest.approx([4 / 7, 2 / 7, 1 / 7])
    assert ratio == pytest.approx(0, abs=1e-9)
    circle = np.array([[1, 3, 1 / 3], [1 / 3, 1, 3], [3, 1 / 3, 1]])
    w, ratio = weights.from_pairs(circle)
    assert w == pytest.approx([1 / 3, 1 / 3, 1 / 3])
    assert ratio > 0.10


def test_incomplete_answers_give_weights_and_no_consistency():
    ratios = np.full((3, 3), np.nan)
    ratios[0, 1], ratios[1, 2] = 2, 3
    w, ratio = weights.from_pairs(ratios)
    assert w == pytest.approx(np.array([6, 3, 1]) / 10)
    assert np.isnan(ratio)


def test_answers_that_do_not_connect_are_refused():
    ratios = np.full((4, 4), np.nan)
    ratios[0, 1], ratios[2, 3] = 2, 3
    with pytest.raises(RankingError, match="never compared"):
        weights.from_pairs(ratios)


@pytest.mark.parametrize("bad", [[], [0, 0], [1, -1], [np.nan, 1]])
def test_impossible_weights_are_refused_with_a_sentence(bad):
    with pytest.raises(RankingError):
        weights.normalise(bad)


def test_bounds_that_hold_no_weighting_are_refused(rng):
    with pytest.raises(RankingError, match="No weighting"):
        weights.draw_within(10, [0.6, 0.6], [1, 1], rng)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40).filter(lambda w: sum(w) > 1e-3))
def test_normalised_weights_sum_to_one(raw):
    assert weights.normalise(raw).sum() == pytest.approx(1.0)
