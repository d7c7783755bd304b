import numpy as np
import pytest

from kiif.methods.agreement.errors import AgreementError
from kiif.methods.agreement.ranks import ranks
from kiif.methods.agreement.severity import correct
from tests.methods.agreement.factories import SPARSE, panel


def test_ranks_follow_corrected_marks_and_hold_the_truth():
    truth, marks = panel(dossiers=40, reviewers=8, reads=4, severity=1.0, error=0.7, seed=3)
    found = ranks(correct(marks), 10, seed=1)
    corrected = [d.corrected for d in correct(marks).dossiers]
    assert [r.rank for r in found] == (np.argsort(np.argsort(-np.array(corrected))) + 1).tolist()
    true = np.argsort(np.argsort(-truth)) + 1
    inside = [r.low <= t <= r.high for r, t in zip(found, true, strict=True)]
    assert np.mean(inside) >= 0.8
    assert sum(r.in_top for r in found) == pytest.approx(10)
    assert all(1 <= r.low <= r.typical <= r.high <= 40 for r in found)


def test_better_marks_stay_more_often_among_the_first():
    found = {r.dossier: r for r in ranks(correct(SPARSE), 3)}
    assert found["a6"].in_top > 0.95
    assert found["a5"].in_top == 0.0
    assert found["a6"].low == 1


def test_the_same_seed_gives_the_same_ranks():
    correction = correct(SPARSE)
    assert ranks(correction, 3, seed=4) == ranks(correction, 3, seed=4)


def test_when_nothing_tells_dossiers_apart_every_rank_is_possible():
    found = ranks(correct([(f"d{i}", f"r{j}", 3.0) for i in range(5) for j in range(3)]), 1)
    assert {(r.rank, r.low, r.high) for r in found} == {(1, 1, 5)}
    assert [r.in_top for r in found] == pytest.approx([0.2] * 5, abs=0.03)


@pytest.mark.parametrize(("top", "draws"), [(0, 1000), (13, 1000), (3, 10), (3, 10_000_000)])
def test_questions_out_of_bounds_are_refused(top, draws):
    correction = correct(SPARSE)
    assert len(ranks(correction, 12, draws=100)) == 12
    with pytest.raises(AgreementError):
        ranks(correction, top, draws=draws)
