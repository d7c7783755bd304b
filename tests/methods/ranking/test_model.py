import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiif.methods.ranking import evaluation
from kiif.methods.ranking.errors import RankingError
from kiif.methods.ranking.model import from_json

POVERTY = {"shape": "more", "low": 5, "high": 25}
TOWN = {"shape": "range", "a": 0, "b": 5, "c": 25, "d": 50}
PROFILE = {
    "format": "kiif-ranking/1",
    "title": "Garage solidaire",
    "level": "epci",
    "top": 2,
    "pillars": [{"id": "need", "weight": 3}, {"id": "access", "weight": 1}],
    "criteria": [
        {"id": "poverty", "indicator": "poverty", "pillar": "need", "weight": 2, "scale": POVERTY},
        {"id": "no-car", "indicator": "no_car", "pillar": "need", "scale": {"shape": "more", "low": 0, "high": 20}},
        {"id": "town", "indicator": "town_km", "pillar": "access", "scale": TOWN},
        {"id": "size", "indicator": "population", "pillar": "access", "informative": True, "condition": {"min": 5000}},
    ],
    "uncertainty": {"kind": "margin", "margin": 0.5, "draws": 2000, "seed": 7},
}
TABLE = {
    "poverty": [15, 25, 5, 20, np.nan],
    "no_car": [10, 5, 20, 20, 10],
    "town_km": [10, 60, 10, 30, 10],
    "population": [6000, 90000, 8000, 900, np.nan],
}


@pytest.fixture
def answer():
    return evaluation.evaluate(from_json(PROFILE), TABLE)


def test_weights_multiply_pillars_and_shares(answer):
    assert answer.weights == pytest.approx([0.5, 0.25, 0.25])


def test_scores_by_hand(answer):
    """Row 0: 0.5 x 0.5 + 0.25 x 0.5 + 0.25 x 1 = 0.625; row 4 on what is known: (0.125 + 0.25) / 0.5 = 0.75."""
    assert answer.score == pytest.approx([0.625, 0.5625, 0.5, np.nan, 0.75], nan_ok=True)
    assert answer.coverage == pytest.approx([1, 1, 1, 1, 0.5])
    assert answer.order.tolist() == [4, 0, 1, 2]
    assert answer.rank.tolist() == [2, 3, 4, 0, 1]


def test_a_veto_has_its_reason_and_an_unknown_one_is_to_check(answer):
    (reason,) = answer.exclusions(3)
    assert (reason.criterion.id, reason.figure) == ("size", 900)
    assert answer.exclusions(0) == []
    assert answer.to_check.tolist() == [False, False, False, False, True]


def test_contributions_add_up_to_the_gap_with_the_mean(answer):
    mean = np.nanmean(answer.values[answer.order], axis=0) @ answer.weights
    assert answer.contributions(0).sum() == pytest.approx(answer.score[0] - mean)


def test_pillar_scores_by_hand(answer):
    pillars = answer.pillar_scores()
    assert pillars["need"][0] == pytest.approx(0.5)
    assert pillars["access"][1] == pytest.approx(0.0)


def test_certainty_is_repeatable_and_leaves_out_the_excluded(answer):
    first, second = evaluation.how_sure(answer), evaluation.how_sure(answer)
    assert first.acceptability.tolist() == second.acceptability.tolist()
    assert first.acceptability.sum() == pytest.approx(2)
    assert first.acceptability[3] == 0
    assert np.all((first.low <= first.acceptability) & (first.acceptability <= first.high))
    assert first.band(4) in "ABC"


@pytest.mark.parametrize("kind", ["none", "any", "order", "margin", "around", "pillars"])
@pytest.mark.parametrize("method", ["sum", "geometric", "power"])
def test_every_doubt_and_mean_agrees_with_scoring_each_draw(kind, method):
    doubt = {"kind": kind, "draws": 50, "seed": 3}
    model = from_json(PROFILE | {"uncertainty": doubt, "method": method, "exponent": -1, "top": 2})
    answer = evaluation.evaluate(model, TABLE)
    draws = evaluation.draw_weights(answer)
    counts = np.zeros(5)
    for w in draws:
        scored = np.array(
            [mean_of(answer.values[row], w, {"sum": 1, "geometric": 0, "power": -1}[method]) for row in range(5)]
        )
        scored[answer.excluded] = -np.inf
        counts[np.lexsort((np.arange(5), -scored))[:2]] += 1
    assert evaluation.how_sure(answer).acceptability == pytest.approx(counts / len(draws))


def mean_of(row, w, exponent):
    known = ~np.isnan(row)
    v, w = row[known], w[known] / w[known].sum()
    if exponent == 1:
        return v @ w
    v = np.maximum(v, 0.01)
    return np.exp(np.log(v) @ w) if exponent == 0 else (v**exponent @ w) ** (1 / exponent)


def test_the_neighbours_in_the_ranking_are_told_apart(answer):
    (above, why_above), (below, _) = evaluation.separating(answer, 0)
    assert (above, below) == (4, 1)
    assert why_above.id in {"no-car", "town", "poverty"}


def test_json_there_and_back_is_the_same_model(answer):
    model = from_json(PROFILE)
    again = from_json(json.loads(json.dumps(model.to_json())))
    assert again == model
    assert again.hash == model.hash


def test_the_hash_follows_what_changes_the_answer_and_not_the_title():
    model = from_json(PROFILE)
    assert from_json(PROFILE | {"title": "Autre"}).hash == model.hash
    assert from_json(PROFILE | {"top": 3}).hash != model.hash


def test_goalposts_read_on_the_data_are_kept_so_that_nothing_reverses():
    free = PROFILE | {"criteria": [{"indicator": "poverty", "scale": {"shape": "more"}}], "pillars": None}
    frozen = evaluation.evaluate(from_json(free), TABLE).model
    assert all(c.scale.is_frozen for c in frozen.criteria)
    larger = {"poverty": [15, 25, 5, 20, np.nan, 1000]}
    before = evaluation.evaluate(frozen, TABLE).score[:4]
    assert evaluation.evaluate(frozen, larger).score[:4] == pytest.approx(before)


def test_a_poorly_known_criterion_is_shown_and_not_scored():
    table = TABLE | {"no_car": [10, np.nan, np.nan, np.nan, 10]}
    answer = evaluation.evaluate(from_json(PROFILE), table)
    assert [c.id for c in answer.set_aside] == ["no-car"]
    assert [c.id for c in answer.criteria] == ["poverty", "town"]
    assert answer.weights == pytest.approx([0.75, 0.25])


@pytest.mark.parametrize("method", ["topsis", "promethee"])
def test_comparing_methods_rank_complete_rows_and_refuse_certainty(method):
    answer = evaluation.evaluate(from_json(PROFILE | {"method": method}), TABLE)
    assert np.isnan(answer.score[[3, 4]]).all()
    assert answer.order[-1] == 4
    with pytest.raises(RankingError, match="not for this method"):
        evaluation.how_sure(answer)


#: More digits than Python turns into a number.
TOO_LONG = "9" * 5_000


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": "other"}, "another format"),
        ({"criteria": []}, "at least one criterion"),
        ({"criteria": [{"indicator": "a"}] * 61}, "At most 60"),
        ({"criteria": [{"indicator": "a"}, {"indicator": "a"}]}, "twice"),
        ({"criteria": [{"weight": 1}]}, "names no indicator"),
        ({"criteria": [{"indicator": "a", "weight": -1}]}, "outside what is possible"),
        ({"criteria": [{"indicator": "a", "weight": "much"}]}, "a number is expected"),
        ({"criteria": [{"indicator": "a", "scale": {"shape": "spiral"}}]}, "is not one of"),
        ({"criteria": [{"indicator": "a", "scale": {"shape": "more", "low": 2, "high": 1}}]}, "increasing order"),
        ({"pillars": []}, "used and not given"),
        ({"method": "magic"}, "is not one of"),
        ({"top": 0}, "outside what is possible"),
        ({"top": 10**400}, "a number is expected, not …"),
        ({"exponent": 1e6}, "outside what is possible"),
        ({"criteria": [{"indicator": "a", "weight": 10**400}]}, "a number is expected"),
        ({"criteria": [{"indicator": "a", "scale": {"shape": "more", "low": -(10**400)}}]}, "a number is expected"),
        ({"criteria": [{"indicator": "a", "condition": {"in": [1e300]}}]}, "outside what is possible"),
        ({"criteria": [{"indicator": "a", "scale": {"shape": "categories", "values": {"--5": 1}}}]}, "category code"),
        (
            {"criteria": [{"indicator": "a", "scale": {"shape": "categories", "values": {"9" * 5000: 1}}}]},
            "category code",
        ),
        ({"uncertainty": {"draws": 10**9}}, "outside what is possible"),
    ],
)
def test_a_wrong_profile_is_refused_with_a_sentence(change, sentence):
    with pytest.raises(RankingError, match=sentence):
        from_json(PROFILE | {"pillars": None} | change)


def test_all_vetoed_all_zero_constant_and_absent_are_refused_with_a_sentence():
    criteria = PROFILE["criteria"]
    with pytest.raises(RankingError, match="exclude everything"):
        evaluation.evaluate(from_json(PROFILE), TABLE | {"population": [1, 2, 3, 4, 5]})
    zero = [criterion | {"weight": 0} for criterion in criteria]
    with pytest.raises(RankingError, match="All weights are zero"):
        evaluation.evaluate(from_json(PROFILE | {"criteria": zero}), TABLE)
    constant = {"criteria": [{"indicator": "poverty"}], "pillars": None}
    with pytest.raises(RankingError, match="same value everywhere"):
        evaluation.evaluate(from_json(PROFILE | constant), {"poverty": [3, 3, 3]})
    with pytest.raises(RankingError, match="no figures for poverty"):
        evaluation.evaluate(from_json(PROFILE), {})


KEYS = [
    "--5",
    "9" * 5000,
    "points",
    "values",
    "in",
    "low",
    "high",
    "min",
    "max",
    "shape",
    "1",
    "id",
    "indicator",
    "weight",
    "kind",
]
SHAPES = ["more", "range", "piecewise", "categories"]
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.sampled_from([*SHAPES, "a", ""])
    | st.integers(-3, 3)
    | st.just(10**400),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=10,
)
CRITERION = st.fixed_dictionaries(
    {"indicator": st.just("a")}, optional={"scale": JUNK, "condition": JUNK, "weight": JUNK}
)


@settings(deadline=None, max_examples=300)
@given(
    st.fixed_dictionaries(
        {"criteria": st.lists(CRITERION | JUNK, max_size=3)},
        optional={"pillars": JUNK, "uncertainty": JUNK, "method": JUNK, "top": JUNK, "exponent": JUNK},
    )
)
def test_a_profile_is_read_or_refused_and_never_breaks_the_reader(content):
    try:
        model = from_json(content)
    except RankingError:
        return
    assert from_json(model.to_json()) == model
