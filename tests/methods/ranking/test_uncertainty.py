"""Who stays in the top when figures are drawn within what is said of them."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtr

from kiif.methods.ranking import evaluation, uncertainty
from kiif.methods.ranking.errors import RankingError
from kiif.methods.ranking.model import from_json
from kiif.methods.ranking.uncertainty import Doubt

WIDE = {"shape": "more", "low": -1000, "high": 1000}


def evaluated(columns, *, top=1, scales=None, kind="none", method="sum", margin=0.5):
    """Columns `(n, k)` as criteria a0, a1… of one pillar."""
    table = {f"a{j}": column for j, column in enumerate(np.asarray(columns, dtype=float).T)}
    scales = scales or [WIDE] * len(table)
    criteria = [
        {"id": name, "indicator": name, "pillar": "p", "scale": s} for name, s in zip(table, scales, strict=True)
    ]
    model = from_json(
        {
            "format": "kiif-ranking/1",
            "title": "t",
            "level": "epci",
            "method": method,
            "top": top,
            "pillars": [{"id": "p", "weight": 1}],
            "criteria": criteria,
            "uncertainty": {"kind": kind, "margin": margin, "draws": 1000, "seed": 7},
        }
    )
    return evaluation.evaluate(model, table)


def test_two_alternatives_with_normal_errors_follow_phi():
    """P(a > b) = Phi((a - b) / sqrt(sa2 + sb2)); here two criteria of weight one half."""
    found = evaluated([[3.0, 1.0], [1.0, 2.0]])
    doubts = {"a0": Doubt(error=[1.0, 2.0]), "a1": Doubt(error=0.5)}
    tolerance = uncertainty.how_tolerant(found, doubts, draws=40_000)
    expected = ndtr((4.0 - 3.0) / np.sqrt(1.0 + 4.0 + 2 * 0.25))
    assert tolerance.alone == pytest.approx([expected, 1 - expected], abs=0.01)
    assert tolerance.alone_low[0] <= expected <= tolerance.alone_high[0]
    assert tolerance.jointly == pytest.approx(tolerance.alone, abs=0.01)


def test_ranges_and_relative_errors_follow_their_law():
    """b in [0, 4] evenly against a = 3: a wins three times in four. Relative: sigma = 0.1 x 3."""
    ranged = uncertainty.how_tolerant(
        evaluated([[3.0], [2.0]]), {"a0": Doubt(low=[np.nan, 0.0], high=[np.nan, 4.0])}, draws=40_000
    )
    assert ranged.alone == pytest.approx([0.75, 0.25], abs=0.01)
    relative = uncertainty.how_tolerant(evaluated([[3.0], [2.7]]), {"a0": Doubt(relative=0.1)}, draws=40_000)
    assert relative.alone[0] == pytest.approx(ndtr(0.3 / np.hypot(0.3, 0.27)), abs=0.01)


def test_an_unknown_figure_is_drawn_among_the_others_or_left_out():
    """The last has 5 on the one criterion known; unknown, the other is 0, 2, 8 or 4 evenly. The first makes 6."""
    columns = [[0.0, 12.0], [2.0, 0.0], [8.0, 0.0], [4.0, 0.0], [np.nan, 5.0]]
    drawn = uncertainty.how_tolerant(evaluated(columns), {}, draws=20_000)
    assert drawn.alone == pytest.approx([0.75, 0, 0, 0, 0.25], abs=0.015)
    left_out = uncertainty.how_tolerant(evaluated(columns), {}, draws=50, unknown_as_others=False)
    assert left_out.alone.tolist() == [1, 0, 0, 0, 0]
    ranged = uncertainty.how_tolerant(
        evaluated(columns), {"a0": Doubt(low=[np.nan] * 4 + [7.1], high=[np.nan] * 4 + [9.0])}, draws=50
    )
    assert ranged.alone.tolist() == [0, 0, 0, 0, 1]


@pytest.mark.parametrize("method", ["sum", "geometric"])
def test_exact_figures_give_what_weights_alone_give(method):
    x = np.random.default_rng(3).uniform(0, 1, (300, 5))
    found = evaluated(x, top=10, scales=[{"shape": "more", "low": 0, "high": 1}] * 5, kind="margin", method=method)
    tolerance = uncertainty.how_tolerant(found, {}, draws=1000)
    assert np.array_equal(np.flatnonzero(tolerance.alone == 1.0), np.sort(found.order[:10]))
    assert tolerance.jointly == pytest.approx(evaluation.how_sure(found).acceptability)


def brute_force(found, sigma, draws, weights, rng):
    """Every figure of every row drawn, every row scored."""
    figures, counts = found.figures, np.zeros(len(found.figures))
    functions = [c.scale.function() for c in found.criteria]
    for s in range(draws):
        drawn = figures + sigma * rng.standard_normal(figures.shape)
        values = np.column_stack([f(column) for f, column in zip(functions, drawn.T, strict=True)])
        score = values @ weights[s % len(weights)]
        counts[np.lexsort((np.arange(len(score)), -score))[: found.model.top]] += 1
    return counts / draws


@pytest.mark.parametrize("kind", ["none", "any"])
def test_drawing_only_the_plausible_equals_drawing_all(kind):
    """Scales that bend, saturate and turn; 2,000 draws of each: shares agree within five standard deviations."""
    scales = [
        {"shape": "more", "low": 0.2, "high": 0.8},
        {"shape": "range", "a": 0, "b": 0.3, "c": 0.6, "d": 1},
        {"shape": "log", "low": 0.05, "high": 1},
        {"shape": "less", "low": 0, "high": 1},
    ]
    x = np.random.default_rng(3).uniform(0, 1, (1500, 4))
    found = evaluated(x, top=15, scales=scales, kind=kind)
    tolerance = uncertainty.how_tolerant(found, {f"a{j}": Doubt(error=0.05) for j in range(4)}, draws=2_000)
    rng = np.random.default_rng(11)
    weights = found.weights[None] if kind == "none" else rng.dirichlet(np.ones(4), 2_000)
    expected = brute_force(found, 0.05, 2_000, weights, rng)
    spread = np.sqrt(2 * np.maximum(expected * (1 - expected), 1e-3) / 2_000)
    assert np.all(np.abs(tolerance.jointly - expected) < 5 * spread)
    assert tolerance.jointly.sum() == pytest.approx(15)
    assert (tolerance.alone > 0).sum() > 15


def test_plausible_bounds_hold_for_every_kind_of_doubt():
    """Means are exact or within their error, and no draw goes beyond what is called plausible."""
    scales = [
        {"shape": "point", "low": 0, "point": 0.4, "high": 1},
        {"shape": "log", "low": 0.1, "high": 1},
        {"shape": "more", "low": 0.3, "high": 0.7},
    ]
    x = np.random.default_rng(5).uniform(0, 1, (40, 3))
    x[3, 2] = np.nan
    doubts = {"a0": Doubt(error=0.2), "a1": Doubt(relative=0.3), "a2": Doubt(low=x[:, 2] - 0.2, high=x[:, 2] + 0.1)}
    for method in ("sum", "geometric"):
        found = evaluated(x, scales=scales, method=method)
        columns = uncertainty._columns(found, doubts, np.arange(40), True)
        rng = np.random.default_rng(1)
        for column in columns:
            mean, wrong, variance = column.moments()
            drawn = np.stack([column.draw(np.arange(40), rng) for _ in range(8_000)])
            assert np.all(np.abs(drawn.mean(axis=0) - mean) < wrong + 5 * drawn.std(axis=0) / np.sqrt(8_000) + 1e-9)
            assert np.all(drawn.var(axis=0) <= variance * 1.06 + 1e-12)


def test_the_same_seed_gives_the_same_answer_and_another_does_not():
    found = evaluated(np.random.default_rng(3).uniform(0, 1, (60, 3)), top=5)
    doubts = {"a0": Doubt(error=0.3)}
    one, same, other = (uncertainty.how_tolerant(found, doubts, draws=300, seed=s) for s in (1, 1, 2))
    assert np.array_equal(one.jointly, same.jointly)
    assert not np.array_equal(one.jointly, other.jointly)


def test_the_excluded_stay_out_and_bands_are_said():
    found = evaluated([[1.0], [5.0], [3.0]])
    found = replace(
        found, order=np.array([1, 2]), excluded=np.array([True, False, False]), score=np.array([np.nan, 0.5, 0.4])
    )
    tolerance = uncertainty.how_tolerant(found, {"a0": Doubt(error=0.01)}, draws=100)
    assert tolerance.alone.tolist() == [0, 1, 0]
    assert tolerance.jointly_high[0] == 0
    assert [tolerance.band(row) for row in range(3)] == ["C", "A", "C"]


@pytest.mark.parametrize(
    "doubts", [{"a0": Doubt(error=-1)}, {"a0": Doubt(relative=-0.1)}, {"a0": Doubt(low=2, high=1)}, {"zz": Doubt()}]
)
def test_impossible_doubts_are_refused(doubts):
    with pytest.raises(RankingError):
        uncertainty.how_tolerant(evaluated([[1.0], [2.0]]), doubts)


def test_no_draw_and_other_methods_are_refused():
    with pytest.raises(RankingError, match="At least one draw"):
        uncertainty.how_tolerant(evaluated([[1.0], [2.0]]), {}, draws=0)
    with pytest.raises(RankingError, match="Certainty is computed"):
        uncertainty.how_tolerant(evaluated([[1.0], [2.0]], method="topsis"), {})
