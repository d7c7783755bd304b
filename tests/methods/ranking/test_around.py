"""Pareto sets, resemblance, short lists."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiif.methods.geo import haversine_km
from kiif.methods.ranking import pareto, shortlist, similar
from kiif.methods.ranking.errors import RankingError
from kiif.methods.ranking.shortlist import Conditions


@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3), min_size=1, max_size=40))
def test_non_dominated_equals_the_definition(rows):
    x = np.asarray(rows, dtype=float)
    expected = [not any(np.all(y >= r) and np.any(y > r) for y in x) for r in x]
    assert pareto.non_dominated(x).tolist() == expected


def test_unknown_rows_are_not_called_efficient():
    assert pareto.non_dominated([[np.nan, 9], [1, 1]]).tolist() == [False, True]


def test_too_many_pillars_say_nothing():
    with pytest.raises(RankingError):
        pareto.non_dominated(np.ones((3, 7)))


def test_nearest_equal_brute_force_over_a_set_of_sites():
    rng = np.random.default_rng(1)
    x, w = rng.standard_normal((3_000, 12)), rng.random(12)
    seeds = [5, 900, 2_000]
    gaps = np.sqrt((w * (x[:, None, :] - x[seeds][None]) ** 2).sum(axis=2)).min(axis=1)
    gaps[seeds] = np.inf
    expected = np.lexsort((np.arange(len(x)), gaps))[:20]
    found = similar.Similarity(x, w).nearest(seeds, 20)
    assert found.rows.tolist() == expected.tolist()
    assert found.distances == pytest.approx(gaps[expected])


def nearest_by_brute_force(x, w, row, count, allowed=None):
    squared = np.einsum("ij,j->i", (x - x[row]) ** 2, w)
    squared[row] = np.inf
    if allowed is not None:
        squared[~allowed] = np.inf
    return np.lexsort((np.arange(len(x)), squared))[:count]


def related(n, k, seed):
    """Correlated features, with outliers, equal rows and a constant column."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 5)) @ rng.standard_normal((5, k)) + rng.standard_normal((n, k))
    x[:20] *= 40
    x[100:140] = x[60:100]
    x[:, 3] = 7.0
    return x + 1e3


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("share", [1.0, 0.5, 0.01])
def test_the_index_and_the_look_everywhere_equal_brute_force(seed, share):
    x, rng = related(6_000, 40, seed), np.random.default_rng(seed)
    w = rng.dirichlet(np.ones(40)) * rng.integers(0, 2, 40) if seed else np.ones(40)
    allowed = rng.random(6_000) < share if share < 1 else None
    plain = similar.Similarity(x, np.ones(40)).reweighted(w)
    indexed = plain.prepared()
    for row in [0, 60, 100, *rng.integers(0, 6_000, 25)]:
        expected = nearest_by_brute_force(x, w, row, 15, allowed)
        for model in (plain, indexed):
            found = model.nearest(int(row), 15, allowed)
            assert found.rows.tolist() == expected.tolist()
            assert found.distances == pytest.approx(np.sqrt(((x[expected] - x[row]) ** 2) @ w))


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_resemblance_of_small_tables_with_ties_equals_brute_force(data):
    n, k = data.draw(st.integers(2, 30)), data.draw(st.integers(1, 4))
    line = st.lists(st.integers(-2, 2).map(float), min_size=k, max_size=k)
    x = np.array(data.draw(st.lists(line, min_size=n, max_size=n)))
    row, count = data.draw(st.integers(0, n - 1)), data.draw(st.integers(1, n - 1))
    model = similar.Similarity(x, np.ones(k)).prepared()
    assert model.nearest(row, count).rows.tolist() == nearest_by_brute_force(x, np.ones(k), row, count).tolist()


def test_only_allowed_rows_are_given_even_when_few():
    x = np.arange(10.0)[:, None]
    allowed = np.isin(np.arange(10), [8, 9])
    assert similar.Similarity(x, [1.0]).nearest(0, 5, allowed).rows.tolist() == [8, 9]


def test_reasons_name_what_is_close_and_what_is_far():
    model = similar.Similarity([[0, 0, 0, 7], [0, 1, 5, 0]], [1, 1, 1, 0])
    assert model.explain(0, 1, closest=1, farthest=1) == ([0], [2])


def test_sites_that_work_find_each_other_or_not():
    x = np.array([[0.0], [0.1], [9.0], [0.2], [5.0], [6.0]])
    assert similar.find_each_other(similar.Similarity(x, [1.0]), [0, 1, 2], 2).tolist() == [1, 1, 0]


def test_robust_scale_survives_outliers_and_constants():
    scaled = similar.robust_scale([[1, 5], [2, 5], [3, 5], [1000, 5]])
    assert scaled[:3, 0] == pytest.approx([-1.5 / 1.4826, -0.5 / 1.4826, 0.5 / 1.4826])
    assert scaled[:, 1].tolist() == [0, 0, 0, 0]


def places(n, seed=1):
    rng = np.random.default_rng(seed)
    return rng.random(n), np.column_stack([rng.uniform(44, 49, n), rng.uniform(0, 6, n)]), rng.integers(0, 4, n)


def test_short_lists_respect_distance_quota_forced_and_forbidden():
    scores, points, zones = places(120)
    conditions = Conditions(size=6, min_km=80, quota=2, forced=(7,), forbidden=(int(np.argmax(scores)),))
    for choose in (shortlist.greedy, shortlist.exact):
        chosen = choose(scores, points, conditions, zones=zones)
        assert len(chosen) == 6
        assert 7 in chosen
        assert int(np.argmax(scores)) not in chosen
        assert np.bincount(zones[chosen]).max() <= 2
        for a, b in itertools.combinations(chosen, 2):
            assert haversine_km(*points[a], *points[b]) >= 80


def test_exact_is_best_of_all_and_never_worse_than_greedy():
    scores, points, _ = places(14, seed=5)
    conditions = Conditions(size=4, min_km=150)
    best = max(
        (
            subset
            for subset in itertools.combinations(range(14), 4)
            if all(haversine_km(*points[a], *points[b]) >= 150 for a, b in itertools.combinations(subset, 2))
        ),
        key=lambda subset: scores[list(subset)].sum(),
    )
    exact = shortlist.exact(scores, points, conditions)
    assert sorted(exact.tolist()) == sorted(best)
    assert scores[exact].sum() >= scores[shortlist.greedy(scores, points, conditions)].sum()


def best_by_enumeration(scores, points, zones, conditions):
    """The longest, then best, selection that satisfies the conditions; None when there is none."""
    far = haversine_km(points[:, None, 0], points[:, None, 1], points[None, :, 0], points[None, :, 1])
    for size in range(conditions.size, -1, -1):
        fitting = [
            chosen
            for chosen in itertools.combinations(sorted(set(range(len(scores))) - set(conditions.forbidden)), size)
            if set(conditions.forced) <= set(chosen)
            and all(far[a, b] >= conditions.min_km for a, b in itertools.combinations(chosen, 2))
            and np.bincount(zones[list(chosen)], minlength=1).max(initial=0) <= conditions.quota
        ]
        if fitting:
            return max(fitting, key=lambda chosen: scores[list(chosen)].sum())
    return None


@settings(deadline=None, max_examples=50)
@given(
    st.integers(0, 10_000), st.integers(1, 5), st.sampled_from([0.0, 100.0, 200.0, 350.0]), st.integers(1, 3), st.data()
)
def test_the_exact_short_list_is_the_best_of_all_selections(seed, size, min_km, quota, data):
    scores, points, zones = places(10, seed)
    forced = data.draw(st.sets(st.integers(0, 9), max_size=2))
    forbidden = data.draw(st.sets(st.integers(0, 9), max_size=3)) - forced
    conditions = Conditions(size, min_km, quota, tuple(forced), tuple(forbidden))
    expected = best_by_enumeration(scores, points, zones, conditions)
    if expected is None:
        with pytest.raises(RankingError, match="No selection"):
            shortlist.exact(scores, points, conditions, zones=zones)
        return
    found = shortlist.exact(scores, points, conditions, zones=zones)
    assert sorted(found.tolist()) == sorted(expected)
    assert list(scores[found]) == sorted(scores[found], reverse=True)


def test_contradictory_conditions_are_refused_with_a_sentence():
    scores, points, _ = places(5)
    with pytest.raises(RankingError, match="No selection"):
        shortlist.exact(scores, points, Conditions(size=3, min_km=5_000, forced=(0, 1)))
