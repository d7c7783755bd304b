"""Fair scores: raw beside corrected, what counts, what does not, what is said of it."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kiif.alliance.enums import Role
from kiif.programmes.enums import State
from kiif.reviews import results, wording
from kiif.reviews.enums import AssignmentState, RoundState, Source
from kiif.reviews.models import Mark, Reviewer, Score
from tests.alliance import factories as alliances
from tests.factories import make_user, sign_in
from tests.programmes.factories import alliance_of, make_application, make_call
from tests.reviews.factories import enter, make_assignment, make_mark, make_reviewer, make_round

pytestmark = pytest.mark.django_db


def marked_round(call=None, dossiers=12, **fields):
    """A round where the first reader gives three points less than the others, on dossiers of growing worth."""
    round_ = make_round(call, criteria=1, out_of=20, **fields)
    round_.criteria.update(lowest=0, highest=20)
    applications = [
        make_application(round_.call, make_user(), State.REVIEW, title=f"Dossier {n}") for n in range(dossiers)
    ]
    enter(round_, *applications)
    readers = [make_reviewer(round_, make_user()) for _n in range(4)]
    rng = random.Random(7)  # noqa: S311 -- a test
    for place, application in enumerate(applications):
        for reader in rng.sample(readers, 3):
            worth = 5 + place * 10 // dossiers + rng.choice((-1, 0, 1)) - (3 if reader == readers[0] else 0)
            make_mark(make_assignment(reader, application), worth)
    return round_, applications, readers


def test_scores_are_raw_beside_corrected_and_the_severe_reader_is_found():
    round_, applications, readers = marked_round()
    results.compute(round_)
    round_.refresh_from_db()
    severe = Reviewer.objects.get(pk=readers[0].pk)
    assert severe.severity < -1.5
    assert all(Reviewer.objects.get(pk=one.pk).severity > 0 for one in readers[1:])
    for application in applications:
        row = Score.objects.get(application=application)
        totals = list(Mark.objects.filter(assignment__application=application).values_list("total", flat=True))
        assert row.raw == pytest.approx(sum(totals) / 3)
        assert row.spread == pytest.approx(max(totals) - min(totals))
        given_back = [
            total - Reviewer.objects.get(assignments__mark=mark).severity
            for mark, total in Mark.objects.filter(assignment__application=application).values_list("pk", "total")
        ]
        assert row.corrected == pytest.approx(sum(given_back) / 3)
        assert row.low < row.corrected < row.high
        assert 0 <= row.disagreement <= 1
        assert list(row.by_criterion) == ["c1"]
    assert round_.findings["marks"] == 36
    assert round_.findings["correction"] == "done"
    assert -1 <= round_.findings["alpha"] <= 1
    assert set(round_.findings["ranks"]) == {str(one.pk) for one in applications}


def test_a_corrected_score_stays_in_the_scale_and_its_page_says_so():
    round_, applications, readers = marked_round()
    best = make_application(round_.call, make_user(), State.REVIEW, title="La meilleure")
    make_mark(make_assignment(readers[0], best), 20)
    results.compute(round_)
    row = Score.objects.get(application=best)
    assert (row.raw, row.corrected, row.high) == (20.0, 20.0, 20.0)
    assert all(0 <= one.low <= one.corrected <= one.high <= 20 for one in Score.objects.filter(round=round_))
    lead = alliances.make_membership(alliance_of(round_.call), Role.COORDINATOR, make_user())
    client = sign_in(lead.user)
    said = [
        "ramenée à 20 sur 20" in client.get(reverse("reviews:result", args=[round_.public_id, one.public_id])).text
        for one in (best, applications[0])
    ]
    assert said == [True, False]


def test_ranks_follow_what_the_round_shows_and_equals_share():
    round_, _applications, _readers = marked_round()
    results.compute(round_)
    rows = list(Score.objects.filter(round=round_))
    assert sorted(row.rank for row in rows)[0] == 1
    by_rank = sorted(rows, key=lambda row: row.rank)
    assert [row.corrected for row in by_rank] == sorted((row.corrected for row in rows), reverse=True)
    round_.shown = "raw"
    round_.save()
    results.compute(round_)
    rows = list(Score.objects.filter(round=round_))
    assert [row.rank for row in rows] == [row.raw_rank for row in rows]
    assert results._ranked({1: 3.0, 2: 5.0, 3: 3.0, 4: 1.0}) == {2: 1, 1: 2, 3: 2, 4: 4}


def test_the_median_is_taken_when_the_round_says_so():
    round_ = make_round(criteria=1, out_of=20, aggregate="median")
    round_.criteria.update(lowest=0, highest=20)
    application = make_application(round_.call, make_user(), State.REVIEW)
    for value in (2, 10, 12):
        make_mark(make_assignment(make_reviewer(round_, make_user()), application), value)
    results.compute(round_)
    assert Score.objects.get().raw == 10


def test_what_does_not_count_is_left_out():
    round_, (one, *_rest), readers = marked_round()
    results.compute(round_)
    before = Score.objects.get(application=one)
    extra = make_reviewer(round_, make_user())
    make_mark(make_assignment(extra, one, source=Source.CALIBRATION), 20)
    other = make_reviewer(round_, make_user())
    make_mark(make_assignment(other, one), 20, submitted_at=None)
    third = make_assignment(make_reviewer(round_, make_user()), one)
    make_mark(third, 20)
    Mark.objects.filter(assignment=third).update(voided_at=round_.computed_at)
    results.compute(round_)
    assert Score.objects.get(application=one).raw == before.raw
    Mark.objects.filter(assignment=third).update(voided_at=None)
    results.compute(round_)
    assert Score.objects.get(application=one).raw > before.raw
    assert readers


def test_too_few_marks_give_raw_scores_and_say_so():
    round_ = make_round(criteria=1)
    application = make_application(round_.call, make_user(), State.REVIEW)
    make_mark(make_assignment(make_reviewer(round_, make_user()), application), 5)
    results.compute(round_)
    row = Score.objects.get()
    assert (row.raw, row.corrected, row.rank) == (20.0, None, 1)
    round_.refresh_from_db()
    assert wording.cautions(round_.findings) == wording.cautions({"correction": "impossible"})
    assert round_.findings["alpha"] is None if "alpha" in round_.findings else True


def test_no_mark_is_no_score():
    round_ = make_round()
    enter(round_, make_application(round_.call, make_user(), State.REVIEW))
    results.compute(round_)
    row = Score.objects.get()
    assert (row.raw, row.corrected, row.rank) == (None, None, None)
    assert not results.is_stale(round_)


def test_withdrawn_applications_leave_the_results():
    round_, (one, *_rest), _readers = marked_round()
    results.compute(round_)
    assert results.of_call(round_.call).count() == 12
    one.state = State.WITHDRAWN
    one.save()
    assert results.of_call(round_.call).count() == 11
    assert one.pk not in {mark[0] for mark in results.marks_of(round_)}


def test_scores_are_stale_until_computed():
    round_, _applications, _readers = marked_round()
    assert results.is_stale(round_)
    results.compute(round_)
    assert not results.is_stale(round_)


def test_of_two_computations_the_later_reading_stays():
    round_, (one, *_rest), _readers = marked_round()
    first = results.compute(round_).computed_at
    Mark.objects.filter(assignment__application=one).update(total=0)
    results.compute(round_, first - timedelta(seconds=5))
    assert Score.objects.get(application=one).raw > 0
    results.compute(round_)
    assert Score.objects.get(application=one).raw == 0


def test_the_round_that_counts_is_the_last_one_marked():
    call = make_call()
    assert results.latest(call) is None
    first, *_rest = marked_round(call)
    Score.objects.filter(round=first).update(reads_done=3)
    second = make_round(call)
    third = make_round(call, RoundState.DRAFT)
    assert results.latest(call) == first
    enter(second, make_application(call, make_user(), State.REVIEW))
    Score.objects.filter(round=second).update(reads_done=1)
    assert results.latest(call) == second
    assert third.number == 3


def test_who_sees_scores_and_who_sees_reviewers_compared():
    call = make_call()
    round_, (one, *_rest), readers = marked_round(call)
    results.compute(round_)
    coordinator = alliances.make_membership(alliance_of(call), Role.COORDINATOR, make_user()).user
    page = reverse("reviews:severities", args=[round_.public_id])
    assert str(readers[0].person) in sign_in(coordinator).get(page).content.decode()
    assert sign_in(readers[0].person).get(page).status_code == 404
    score = reverse("reviews:result", args=[round_.public_id, one.public_id])
    assert sign_in(coordinator).get(score).status_code == 200
    assert sign_in(readers[1].person).get(score).status_code == 404


def test_the_list_asks_as_much_with_one_row_as_with_three():
    call = make_call()
    coordinator = sign_in(alliances.make_membership(alliance_of(call), Role.COORDINATOR, make_user()).user)
    counts = []
    for dossiers in (1, 3):
        round_, _applications, _readers = marked_round(call, dossiers)
        results.compute(round_)
        coordinator.get(reverse("reviews:results", args=[round_.public_id]))
        with CaptureQueriesContext(connection) as asked:
            assert coordinator.get(reverse("reviews:results", args=[round_.public_id])).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 30


@pytest.mark.parametrize(
    ("name", "most"), [("board", 30), ("board-readers", 30), ("conflicts", 30), ("allocation", 30)]
)
def test_lists_ask_as_much_with_one_row_as_with_three(name, most):
    call = make_call()
    coordinator = sign_in(alliances.make_membership(alliance_of(call), Role.COORDINATOR, make_user()).user)
    counts = []
    round_ = make_round(call)
    for number in (1, 2):
        for _n in range(number):
            application = make_application(call, make_user(), State.REVIEW)
            make_assignment(make_reviewer(round_, make_user()), application, AssignmentState.TO_READ)
        coordinator.get(reverse(f"reviews:{name}", args=[round_.public_id]))
        with CaptureQueriesContext(connection) as asked:
            assert coordinator.get(reverse(f"reviews:{name}", args=[round_.public_id])).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 30
