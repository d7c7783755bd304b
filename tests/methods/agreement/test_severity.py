import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiif.methods.agreement import reml
from kiif.methods.agreement.errors import AgreementError
from kiif.methods.agreement.ratings import ratings
from kiif.methods.agreement.reml import System, variances
from kiif.methods.agreement.severity import Caution, Corrected, Note, correct, correct_each
from tests.methods.agreement.factories import SPARSE, panel, shared

SCORES = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float)


def full(table):
    return [(f"d{i}", f"r{j}", float(x)) for i, row in enumerate(table) for j, x in enumerate(row)]


def test_a_full_table_has_the_variances_of_the_analysis_of_variance():
    """Two-way ANOVA of Shrout & Fleiss: error EMS, dossier (BMS - EMS) / k, judge (JMS - EMS) / n."""
    n, k = SCORES.shape
    rows, columns, grand = SCORES.mean(axis=1), SCORES.mean(axis=0), SCORES.mean()
    error = ((SCORES - rows[:, None] - columns + grand) ** 2).sum() / ((n - 1) * (k - 1))
    between = k * ((rows - grand) ** 2).sum() / (n - 1)
    judges = n * ((columns - grand) ** 2).sum() / (k - 1)
    found = correct(full(SCORES))
    v = found.variances
    assert (v.dossier, v.reviewer, v.error) == pytest.approx(
        ((between - error) / k, (judges - error) / n, error), rel=1e-5
    )
    assert (v.single, v.corrected) == pytest.approx((0.289764, 0.714841), abs=1e-5)
    shrink = n * v.reviewer / (n * v.reviewer + v.error)
    assert [r.severity for r in found.reviewers] == pytest.approx((grand - columns) * shrink, abs=1e-5)
    assert [d.corrected for d in found.dossiers] == pytest.approx(rows, abs=1e-6)
    assert [d.error for d in found.dossiers] == pytest.approx([np.sqrt((v.error + v.reviewer) / k)] * n, rel=1e-5)
    gap, spread = found.gap("d4", "d1")
    assert (gap, spread) == pytest.approx((rows[4] - rows[1], np.sqrt(2 * v.error / k)), rel=1e-5)


def test_a_sparse_design_equals_statsmodels():
    """statsmodels 0.15.0 (numpy 2.4.6): mixedlm("y ~ 1", groups=1, vc d and r), REML, crossed random effects."""
    found = correct(SPARSE)
    v = found.variances
    assert (v.dossier, v.reviewer, v.error) == pytest.approx((13.535015, 2.283799, 0.321210), rel=2e-5)
    assert -v.deviance / 2 == pytest.approx(-65.77683336, abs=1e-7)
    assert found.mean == pytest.approx(11.61550101, abs=1e-5)
    assert np.sqrt(found.covariance[0, 0]) == pytest.approx(1.26243174, rel=1e-5)
    severities = [0.168421, -1.374262, 1.844876, 0.983791, -1.622826]
    assert [r.severity for r in found.reviewers] == pytest.approx(severities, abs=3e-6)
    effects = [1.961632, -2.135121, 3.177498, 0.107427, -5.575825, 5.341276]
    effects += [-1.653161, -1.34554, 3.756728, -5.184048, 4.148505, -2.599371]
    assert [d.expected - found.mean for d in found.dossiers] == pytest.approx(effects, abs=3e-6)


def test_errors_are_those_of_the_whole_matrices():
    """Every error computed again without absorbing anything, from the covariance of all marks."""
    found = correct(SPARSE)
    marks, v = found.marks, found.variances
    zd = np.eye(len(marks.dossiers))[marks.dossier]
    zs = np.eye(len(marks.reviewers))[marks.reviewer]
    size = len(marks.score)
    one = np.ones((size, 1))
    total = v.dossier * zd @ zd.T + v.reviewer * zs @ zs.T + v.error * np.eye(size)
    inverse = np.linalg.inv(total)
    projection = inverse - inverse @ one @ one.T @ inverse / float((one.T @ inverse @ one).item())
    average = zd.T / marks.reads[:, None]
    operator = average @ (np.eye(size) - v.reviewer * zs @ zs.T @ projection)
    error = operator @ total @ operator.T + v.dossier * np.eye(len(zd.T))
    error -= v.dossier * (operator @ zd + (operator @ zd).T)
    assert [d.corrected for d in found.dossiers] == pytest.approx(operator @ marks.score)
    assert [d.error for d in found.dossiers] == pytest.approx(np.sqrt(np.diag(error)))
    gap, spread = found.gap("a1", "b3")
    contrast = np.zeros(len(marks.dossiers))
    contrast[0], contrast[-1] = 1, -1
    assert gap == pytest.approx(found.dossiers[0].corrected - found.dossiers[-1].corrected)
    assert spread == pytest.approx(np.sqrt(contrast @ error @ contrast))
    severity = v.reviewer * np.eye(len(zs.T)) - v.reviewer**2 * zs.T @ projection @ zs
    assert [r.error for r in found.reviewers] == pytest.approx(np.sqrt(np.diag(severity)))


def test_corrected_is_the_raw_mean_with_severities_given_back():
    found = correct(SPARSE)
    severities = {r.reviewer: r.severity for r in found.reviewers}
    for dossier in found.dossiers:
        marks = [(r, x) for d, r, x in SPARSE if d == dossier.dossier]
        assert dossier.raw == pytest.approx(np.mean([x for _, x in marks]))
        assert dossier.corrected == pytest.approx(np.mean([x + severities[r] for r, x in marks]))
        assert dossier.low < dossier.corrected < dossier.high


def test_the_deviance_found_is_the_least():
    marks = ratings(SPARSE)
    system, found = System(marks), variances(marks)
    rng = np.random.default_rng(5)
    around = [np.sqrt([found.dossier / found.error, found.reviewer / found.error]) * rng.uniform(0.2, 5, 2)]
    around += [rng.uniform(0, 20, 2) for _ in range(300)]
    assert min(system.deviance(theta) for theta in around) >= found.deviance - 1e-9


def test_corrected_marks_rank_better_than_raw_means_when_severities_vary():
    better, raw_error, corrected_error = 0, 0.0, 0.0
    for seed in range(30):
        truth, marks = panel(dossiers=60, reviewers=12, reads=3, severity=1.5, error=1.0, seed=seed)
        found = correct(marks)
        raw = spearman(truth, [d.raw for d in found.dossiers])
        corrected = spearman(truth, [d.corrected for d in found.dossiers])
        better += corrected > raw
        raw_error += float(np.var(np.array([d.raw for d in found.dossiers]) - truth))
        corrected_error += float(np.var(np.array([d.corrected for d in found.dossiers]) - truth))
    assert better >= 28
    assert corrected_error < 0.6 * raw_error


def spearman(a, b):
    return float(np.corrcoef(np.argsort(np.argsort(a)), np.argsort(np.argsort(b)))[0, 1])


def test_without_severity_the_correction_leaves_marks_almost_alone():
    truth, marks = panel(dossiers=60, reviewers=12, reads=3, severity=0.0, error=1.0, seed=2)
    found = correct(marks)
    assert max(abs(d.corrected - d.raw) for d in found.dossiers) < 0.35
    assert spearman(truth, [d.corrected for d in found.dossiers]) > 0.8


def test_intervals_hold_what_they_promise():
    """Of all dossiers and severities drawn, nineteen intervals out of twenty hold the truth."""
    inside, severities = [], []
    for seed in range(40):
        truth, marks = panel(dossiers=60, reviewers=12, reads=3, severity=1.2, error=1.0, seed=seed)
        found = correct(marks)
        inside += [d.low <= t <= d.high for d, t in zip(found.dossiers, truth, strict=True)]
        true = shared(seed, reviewers=12, severity=1.2)
        severities += [r.low <= t <= r.high for r, t in zip(found.reviewers, true, strict=True)]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.03)
    assert np.mean(severities) == pytest.approx(0.95, abs=0.04)


def test_marks_that_add_up_exactly_are_understood():
    dossiers, reviewers = np.arange(6) * 2.0, np.array([-1.0, 0.0, 1.0])
    marks = [(f"d{i}", f"r{j}", dossiers[i] - reviewers[j]) for i in range(6) for j in range(3) if (i + j) % 3]
    found = correct(marks)
    assert np.diff([d.corrected for d in found.dossiers]) == pytest.approx([2.0] * 5, abs=1e-3)
    assert np.diff([r.severity for r in found.reviewers]) == pytest.approx([1.0, 1.0], abs=1e-3)
    assert found.variances.corrected == pytest.approx(1.0, abs=1e-4)


def test_equal_marks_everywhere():
    found = correct([(f"d{i}", f"r{j}", 3.0) for i in range(4) for j in range(3)])
    assert [d.corrected for d in found.dossiers] == [3.0] * 4
    assert [d.error for d in found.dossiers] == [0.0] * 4
    assert {note.kind for note in found.notes} >= {Caution.NO_SEVERITY, Caution.NO_DIFFERENCE}
    assert found.variances.single == found.variances.corrected == 0.0


def test_groups_without_a_common_read_are_named():
    marks = [(f"a{i}", r, 3.0 + i + (r == "x") + 0.1 * i * (r == "z")) for i in range(5) for r in ("x", "y", "z")]
    marks += [(f"b{i}", r, 2.0 + i - (r == "u")) for i in range(3) for r in ("u", "v")]
    notes = correct(marks).notes
    assert Note(Caution.DISCONNECTED, ("b0", "b1", "b2")) in notes
    assert Note(Caution.FEW_MARKS, ("u", "v")) in notes
    assert Note(Caution.FEW_READS, ("b0", "b1", "b2")) in notes
    joined = correct([*marks, ("a0", "u", 3.0), ("b0", "x", 2.0)]).notes
    assert Caution.DISCONNECTED not in {note.kind for note in joined}


def test_a_reviewer_with_few_marks_is_hardly_corrected():
    _, marks = panel(dossiers=30, reviewers=6, reads=3, severity=0.8, error=1.0, seed=1)
    found = correct([*marks, ("d000", "new", 0.0)])
    new = next(r for r in found.reviewers if r.reviewer == "new")
    assert new.error > max(r.error for r in found.reviewers if r.reviewer != "new")


@settings(deadline=None, max_examples=25)
@given(st.permutations(SPARSE))
def test_the_order_of_marks_changes_nothing(marks):
    found, expected = correct(marks), correct(SPARSE)
    assert found.dossiers == expected.dossiers
    assert found.reviewers == expected.reviewers


@settings(deadline=None, max_examples=25)
@given(st.floats(-1e3, 1e3), st.floats(0.01, 100))
def test_another_scale_changes_only_the_unit(shift, unit):
    plain = correct(SPARSE)
    other = correct([(d, r, shift + unit * x) for d, r, x in SPARSE])
    tolerance = 1e-4 * unit
    assert [d.corrected for d in other.dossiers] == pytest.approx(
        [shift + unit * d.corrected for d in plain.dossiers], abs=tolerance
    )
    assert [r.error for r in other.reviewers] == pytest.approx([unit * r.error for r in plain.reviewers], rel=1e-3)


def test_a_large_design_is_solved_by_its_marks_alone_and_says_the_same(monkeypatch):
    _, marks = panel(dossiers=120, reviewers=20, reads=3, severity=1.0, error=1.0, seed=1)
    whole = correct(marks)
    monkeypatch.setattr(reml, "_DENSE", 0)
    assert [d.corrected for d in correct(marks).dossiers] == pytest.approx([d.corrected for d in whole.dossiers])
    assert [d.error for d in correct(marks).dossiers] == pytest.approx([d.error for d in whole.dossiers])


def test_each_criterion_has_its_own_severities():
    severe_on_two = [(d, r, x - 3 * (r == "r0")) for d, r, x in SPARSE]
    found = correct_each({"one": SPARSE, "two": severe_on_two})
    assert list(found) == ["one", "two"]
    assert found["one"].dossiers == correct(SPARSE).dossiers
    assert found["two"].reviewers[0].severity > found["one"].reviewers[0].severity + 1.5


def test_gap_of_a_dossier_with_itself_and_with_nobody():
    found = correct(SPARSE)
    assert found.gap("a1", "a1") == (0.0, 0.0)
    with pytest.raises(AgreementError, match="There is no mark on zz"):
        found.gap("a1", "zz")


@pytest.mark.parametrize(
    ("marks", "message"),
    [
        ([], "There is no mark yet."),
        ([("a", "x", 1.0), ("a", "x", 2.0)], "x marked a twice."),
        ([("a", "x", float("nan"))], "The mark of x on a is not a number."),
        ([("a", "x", 1.0), ("a", "y", 2.0)], "At least two dossiers and two reviewers are needed."),
        (
            [("a", "x", 1.0), ("b", "y", 2.0), ("c", "x", 2.0)],
            "Too few dossiers were read by several people to tell severity from the dossiers.",
        ),
    ],
)
def test_marks_that_are_not_enough_are_refused_in_words(marks, message):
    with pytest.raises(AgreementError) as error:
        correct(marks)
    assert str(error.value) == message


@pytest.mark.parametrize("bound", ["MAX_MARKS", "MAX_REVIEWERS", "MAX_CELLS"])
def test_too_many_marks_at_a_time_are_refused(bound, monkeypatch):
    assert ratings(SPARSE).score.shape == (36,)
    monkeypatch.setattr("kiif.methods.agreement.ratings." + bound, 4)
    with pytest.raises(AgreementError, match="at a time"):
        ratings(SPARSE)


@given(st.floats(-10, 30), st.floats(0, 8), st.floats(0, 20))
def test_in_its_scale_a_mark_is_never_further_from_the_truth(estimate, error, truth):
    one = Corrected("d", 3, 15.0, estimate - 15.0, estimate, error, 15.0, 1.0)
    kept = one.within(0, 20)
    assert 0 <= kept.low <= kept.corrected <= kept.high <= 20
    assert abs(kept.corrected - truth) <= abs(estimate - truth)
    assert kept.moved is (kept.corrected != estimate)
    if one.low <= truth <= one.high:
        assert kept.low <= truth <= kept.high


def test_a_good_dossier_of_severe_readers_reaches_the_end_of_the_scale_and_no_further():
    severe = [(f"d{n}", f"r{k}", 10.0 + n % 4 + (4 if k > 1 else 0)) for n in range(12) for k in range(4)]
    severe += [("best", "r0", 19.5), ("best", "r1", 19.0)]
    best = {one.dossier: one for one in correct(severe).dossiers}["best"]
    assert best.corrected > 20
    kept = best.within(0, 20)
    assert (kept.corrected, kept.high, kept.moved) == (20, 20, True)


def test_a_correction_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        correct(SPARSE).mean = 0.0
