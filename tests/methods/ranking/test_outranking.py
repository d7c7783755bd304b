import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiif.methods.ranking import outranking
from kiif.methods.ranking.errors import RankingError
from kiif.methods.ranking.outranking import Preference, Thresholds

ARAGON = [[6, 5, 28, 5, 5], [4, 2, 25, 10, 9], [5, 7, 35, 9, 6], [6, 1, 27, 6, 7], [6, 8, 30, 7, 9], [5, 6, 26, 4, 8]]
ARAGON_WEIGHTS = [0.25, 0.25, 0.1, 0.2, 0.2]
ARAGON_DIRECTIONS = [True, True, False, True, True]
X = np.nan


def test_promethee_zhao_2013():
    flows = outranking.promethee([[4, 3, 2], [3, 2, 4], [5, 1, 3]], [0.5, 0.3, 0.2], [True] * 3)
    assert flows.net == pytest.approx([0.1, -0.3, 0.2], abs=5e-3)


def test_promethee_transport_meyer():
    shapes = [Preference("gaussian", s=4), Preference("level", q=11, p=15), Preference("linear", q=1, p=3)]
    flows = outranking.promethee(
        [[1, 10, 1], [4, 20, 2], [2, 20, 0], [6, 40, 0], [30, 30, 3]], [0.2, 0.3, 0.5], [False, False, True], shapes
    )
    assert flows.positive == pytest.approx([0.24090469, 0.25587515, 0.15054862, 0.05, 0.3125], abs=1e-8)
    assert flows.negative == pytest.approx([0.0625, 0.01813317, 0.18903834, 0.46515695, 0.275], abs=1e-8)
    assert flows.net == pytest.approx([0.17840469, 0.23774198, -0.03848972, -0.41515695, 0.0375], abs=1e-8)
    names = np.array(["RER", "METRO1", "METRO2", "BUS", "TAXI"])
    assert names[np.argsort(-flows.net)].tolist() == ["METRO1", "RER", "TAXI", "METRO2", "BUS"]


def brute_force(x, preference):
    d = x[:, None] - x[None, :]
    q, p = preference.q, preference.p
    match preference.shape:
        case "usual":
            out = (d > 0).astype(float)
        case "u":
            out = (d > q).astype(float)
        case "level":
            out = ((d > q) / 2.0) + ((d > p) / 2.0)
        case "v":
            out = np.clip(d / p, 0, 1)
        case "linear":
            out = (d > q).astype(float) if p == q else np.clip((d - q) / (p - q), 0, 1)
    return out.sum(axis=1)


@settings(deadline=None)
@given(
    st.lists(st.integers(-50, 50), min_size=2, max_size=40),
    st.sampled_from(["usual", "u", "v", "level", "linear"]),
    st.integers(0, 10),
    st.integers(0, 10),
)
def test_flows_without_the_pairwise_table_equal_the_table(column, shape, q, extra):
    preference = Preference(shape, q=q, p=q + extra + (1 if shape == "v" else 0))
    x = np.asarray(column, dtype=float)
    flows = outranking.promethee(x[:, None], [1.0], [True], [preference])
    assert flows.positive * (len(x) - 1) == pytest.approx(brute_force(x, preference), abs=1e-9)
    assert flows.negative * (len(x) - 1) == pytest.approx(brute_force(-x, preference), abs=1e-9)
    assert flows.net.sum() == pytest.approx(0, abs=1e-9)


def test_electre_one_aragon_concordance():
    """Business location in Aragon (Cebrián & Porcar 2009; ranking.md, 9.3)."""
    expected = [
        [X, 0.5, 0.35, 0.5, 0.35, 0.45],
        [0.5, X, 0.5, 0.75, 0.5, 0.5],
        [0.65, 0.5, X, 0.45, 0.2, 0.7],
        [0.75, 0.25, 0.55, X, 0.35, 0.45],
        [0.9, 0.7, 0.8, 0.9, X, 0.9],
        [0.55, 0.5, 0.55, 0.55, 0.1, X],
    ]
    found = outranking.electre_concordance(ARAGON, ARAGON_WEIGHTS, ARAGON_DIRECTIONS)
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_electre_one_aragon_discordance_and_kernel():
    expected = [
        [X, 0.5052, 0.4042, 0.1883, 0.4286, 0.2825],
        [0.4286, X, 0.7143, 0.2589, 0.8571, 0.5714],
        [0.1696, 0.2825, X, 0.1938, 0.2825, 0.2180],
        [0.5714, 0.4042, 0.8571, X, 1, 0.7143],
        [0.0485, 0.3031, 0.2021, 0.0727, X, 0.0969],
        [0.1295, 0.6063, 0.5052, 0.2021, 0.3031, X],
    ]
    shares = np.asarray(ARAGON) / np.sum(ARAGON, axis=0)
    discordance = outranking.electre_discordance(shares, ARAGON_DIRECTIONS)
    np.testing.assert_allclose(discordance, expected, atol=1e-3)
    concordance = outranking.electre_concordance(shares, ARAGON_WEIGHTS, ARAGON_DIRECTIONS)
    assert outranking.electre_kernel((concordance >= 0.65) & (discordance <= 0.35)).tolist() == [4]


def test_electre_two_aragon_ranks():
    """ELECTRE II on the same table: 6, 3, 2, 5, 1, 4 (ranking.md, 9.3)."""
    shares = np.asarray(ARAGON) / np.sum(ARAGON, axis=0)
    concordance = outranking.electre_concordance(shares, ARAGON_WEIGHTS, ARAGON_DIRECTIONS)
    discordance = outranking.electre_discordance(shares, ARAGON_DIRECTIONS)
    advantage = outranking.electre_advantage(shares, ARAGON_WEIGHTS, ARAGON_DIRECTIONS)
    assert outranking.electre_ii_ranks(concordance, discordance, advantage).tolist() == [6, 3, 2, 5, 1, 4]


def test_electre_two_puts_the_dominating_first_and_lets_the_equal_share():
    figures, w, more = [[9, 9], [1, 1], [5, 5], [5, 5]], [0.5, 0.5], [True, True]
    relations = (
        outranking.electre_concordance(figures, w, more),
        outranking.electre_discordance(figures, more),
        outranking.electre_advantage(figures, w, more),
    )
    assert outranking.electre_ii_ranks(*relations).tolist() == [1, 3, 2, 2]


def test_electre_iii_dominance_veto_and_ranks():
    figures = [[10, 10], [8, 8], [2, 2]]
    thresholds = [Thresholds(0.5, 1, 5), Thresholds(0.5, 1, 5)]
    credibility = outranking.electre_iii_credibility(figures, [0.5, 0.5], [True, True], thresholds)
    assert credibility[0].tolist() == [1, 1, 1]
    assert credibility[2, 0] == 0
    assert np.diag(credibility).tolist() == [1, 1, 1]
    descending, ascending = outranking.electre_iii_ranks(credibility)
    assert descending.tolist() == [1, 2, 3]
    assert ascending.tolist() == [1, 2, 3]


def test_electre_iii_partial_concordance_by_hand():
    """One criterion, difference 3 between indifference 1 and preference 5: half believable."""
    credibility = outranking.electre_iii_credibility([[10], [7]], [1.0], [True], [Thresholds(1, 5)])
    assert credibility[1, 0] == pytest.approx(0.5)


def test_a_veto_weakens_what_the_others_support():
    """Concordance 0.75; discordance of the last criterion (9 - 5) / (9.5 - 5) = 0.8889 > 0.75: x (1 - d) / (1 - c)."""
    figures = [[5, 5, 5, 1], [5, 5, 5, 10]]
    thresholds = [Thresholds(1, 2)] * 3 + [Thresholds(1, 5, 9.5)]
    credibility = outranking.electre_iii_credibility(figures, [0.25] * 4, [True] * 4, thresholds)
    assert credibility[0, 1] == pytest.approx(0.75 * (1 - 4 / 4.5) / 0.25)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Preference("v", p=0),
        lambda: Preference("linear", q=2, p=1),
        lambda: Preference("gaussian", s=0),
        lambda: Thresholds(2, 1),
        lambda: outranking.promethee([[1.0]], [1.0], [True]),
        lambda: outranking.promethee([[1.0], [np.nan]], [1.0], [True]),
        lambda: outranking.promethee(np.zeros((3001, 1)), [1.0], [True], [Preference("gaussian")]),
    ],
)
def test_impossible_questions_are_refused(build):
    with pytest.raises(RankingError):
        build()
