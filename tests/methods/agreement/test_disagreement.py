import numpy as np
import pytest

from kiif.methods.agreement.disagreement import disagreements, oppositions
from kiif.methods.agreement.severity import correct
from tests.methods.agreement.factories import SPARSE, panel


def test_the_disputed_dossier_comes_first_with_the_pair_that_differs_most():
    _, marks = panel(dossiers=40, reviewers=8, reads=3, severity=1.0, error=0.5, seed=3)
    readers = [r for d, r, _ in marks if d == "d007"]
    disputed = [(d, r, x + 6 * (d == "d007" and r == readers[0])) for d, r, x in marks]
    first, *others = disagreements(correct(disputed))
    assert first.dossier == "d007"
    assert first.index > 3
    assert first.chance < 1e-4
    assert readers[0] in (first.pairs[0].first, first.pairs[0].second)
    assert abs(first.pairs[0].standardised) > 3
    assert [found.chance for found in others] == sorted(found.chance for found in others)


def test_a_severe_reader_is_not_a_disagreement():
    """Two readers three points apart everywhere agree, once the severity is given back."""
    rng = np.random.default_rng(1)
    levels = rng.normal(10, 3, 30)
    marks = [(f"d{i:02d}", "mild", levels[i] + 3 + rng.normal(0, 0.1)) for i in range(30)]
    marks += [(f"d{i:02d}", "severe", levels[i] + rng.normal(0, 0.1)) for i in range(30)]
    found = disagreements(correct(marks))
    assert all(abs(pair.raw - 3) < 1 for dossier in found for pair in dossier.pairs)
    assert all(abs(pair.corrected) < 0.6 for dossier in found for pair in dossier.pairs)


def test_observed_and_expected_by_hand():
    correction = correct(SPARSE)
    severities = {r.reviewer: r.severity for r in correction.reviewers}
    found = next(one for one in disagreements(correction) if one.dossier == "a2")
    back = [x + severities[r] for d, r, x in SPARSE if d == "a2"]
    assert found.observed == pytest.approx(np.std(back, ddof=1))
    assert found.expected == pytest.approx(np.sqrt(correction.variances.error))
    assert found.index == pytest.approx(found.observed / found.expected)
    assert {(pair.first, pair.second, pair.raw) for pair in found.pairs} == {
        ("r0", "r2", 1.0),
        ("r0", "r4", -2.0),
        ("r2", "r4", -3.0),
    }


def test_disputes_are_as_frequent_as_the_model_says():
    chances = []
    for seed in range(20):
        _, marks = panel(dossiers=60, reviewers=12, reads=3, severity=1.0, error=1.0, seed=seed)
        chances += [found.chance for found in disagreements(correct(marks))]
    assert np.mean(np.array(chances) < 0.1) == pytest.approx(0.1, abs=0.04)


def test_perfect_agreement_is_no_disagreement():
    found = disagreements(correct([(f"d{i}", f"r{j}", 3.0) for i in range(4) for j in range(3)]))
    assert {(one.index, one.chance, one.observed) for one in found} == {(0.0, 1.0, 0.0)}


def test_dossiers_read_once_are_left_out():
    found = disagreements(correct([*SPARSE, ("z", "r0", 9.0)]))
    assert {one.dossier for one in found} == {d for d, _, _ in SPARSE}


def test_reviewers_who_differ_over_all_they_share():
    opposed = [(d, r, x + (4 if i % 2 else -4) * (r == "r3")) for i, (d, r, x) in enumerate(SPARSE)]
    found = oppositions(correct(opposed), least=3)
    assert "r3" in (found[0].first, found[0].second)
    assert all(pair.dossiers >= 3 and pair.spread >= abs(pair.mean) - 1e-12 for pair in found)
    assert oppositions(correct(opposed), least=99) == ()
