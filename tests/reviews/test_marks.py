"""Marking: drafts, given, replaced, abstentions, what is frozen and when it is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.programmes.enums import ConflictState
from kiif.programmes.models import Conflict
from kiif.questionnaires.models import Response
from kiif.reviews.actions import marks
from kiif.reviews.enums import AssignmentState, RoundState, Sees
from kiif.reviews.models import Assignment, Mark, MarkVersion, Remark, Score
from kiif.reviews.scoring import total
from kiif.reviews.sheets import Sheet
from kiif.ui.errors import NotAllowed, Refused
from tests.alliance import factories as alliances
from tests.factories import make_user
from tests.programmes.factories import alliance_of, make_application
from tests.reviews.factories import enter, make_assignment, make_criterion, make_mark, make_reviewer, make_round

pytestmark = pytest.mark.django_db


def _read(**round_fields: Any) -> tuple[Assignment, Actor]:
    round_ = make_round(**round_fields)
    reviewer = make_reviewer(round_)
    return make_assignment(reviewer, make_application(round_.call)), Actor(user=reviewer.person)


FULL = Sheet({"c1": 5, "c2": 3}, {"c1": "Solide"}, "Bien", "Continuez", "yes")


def test_total_weighs_each_scale_from_its_own_ends() -> None:
    round_ = make_round(criteria=0)
    criteria = [
        make_criterion(round_, key="a", weight=3),
        make_criterion(round_, key="b", weight=1, lowest=0, highest=10),
        make_criterion(round_, key="c", in_total=False),
    ]
    assert total(criteria, {"a": 5, "b": 0, "c": 1}, 20) == 15
    assert total(criteria, {"a": 1, "b": 10}, 20) == 5
    assert total(criteria, {"a": 1}, 20) is None
    assert total([], {}, 20) is None


def test_total_leaves_out_optional_and_late_criteria_without_a_mark() -> None:
    round_ = make_round(criteria=0)
    criteria = [
        make_criterion(round_, key="a"),
        make_criterion(round_, key="b", required=False),
        make_criterion(round_, key="c", added_late=True),
    ]
    assert total(criteria, {"a": 3}, 20) == 10
    assert total(criteria, {"a": 3, "b": 5}, 20) == 15


def test_draft_is_kept_then_given() -> None:
    read, by = _read()
    mark = marks.save_draft(assignment=read, sheet=Sheet({"c1": 4}), by=by, revision=0)
    read.refresh_from_db()
    assert (read.state, mark.total, mark.submitted_at) == (AssignmentState.DRAFT, None, None)
    assert Score.objects.get().reads_done == 0
    given = marks.give(assignment=read, sheet=FULL, by=by, revision=mark.revision)
    read.refresh_from_db()
    assert (read.state, given.total, given.words_carriers) == (AssignmentState.DONE, 15.0, "Continuez")
    score = Score.objects.get()
    assert (score.reads_done, score.reads_assigned) == (1, 1)


def test_given_again_keeps_what_it_was() -> None:
    read, by = _read()
    first = marks.give(assignment=read, sheet=FULL, by=by)
    marks.give(assignment=read, sheet=Sheet({"c1": 1, "c2": 1}), by=by, revision=first.revision)
    assert Mark.objects.get().total == 0
    assert [version.content["total"] for version in MarkVersion.objects.all()] == [15.0]
    assert Score.objects.get().reads_done == 1


def test_draft_never_touches_what_was_given() -> None:
    read, by = _read()
    marks.give(assignment=read, sheet=FULL, by=by)
    with pytest.raises(Refused):
        marks.save_draft(assignment=read, sheet=Sheet({"c1": 1}), by=by)
    assert Mark.objects.get().total == 15


def test_missing_marks_are_named() -> None:
    read, by = _read()
    with pytest.raises(Refused) as refusal:
        marks.give(assignment=read, sheet=Sheet({"c1": 4}), by=by)
    assert refusal.value.field == "c-c2"
    marks.give(assignment=read, sheet=FULL, by=by)


def test_stale_page_is_refused_in_words() -> None:
    read, by = _read()
    marks.save_draft(assignment=read, sheet=Sheet({"c1": 4}), by=by, revision=0)
    with pytest.raises(marks.Stale):
        marks.give(assignment=read, sheet=FULL, by=by, revision=0)
    marks.give(assignment=read, sheet=FULL, by=by, revision=1)


def test_only_its_reviewer_marks() -> None:
    read, by = _read()
    other = make_reviewer(read.round)
    visit = Actor(user=by.user, impersonator=make_user())
    for actor in (Actor(user=other.person), visit, Actor()):
        with pytest.raises(NotAllowed):
            marks.give(assignment=read, sheet=FULL, by=actor)
    marks.give(assignment=read, sheet=FULL, by=by)


@pytest.mark.parametrize(
    "fields",
    [{"state": RoundState.DRAFT}, {"state": RoundState.CLOSED}, {"closes_at": timezone.now() - timedelta(minutes=1)}],
)
def test_marks_are_given_while_the_round_reads(fields: dict[str, Any]) -> None:
    read, by = _read(**fields)
    with pytest.raises((Refused, NotAllowed)):
        marks.give(assignment=read, sheet=FULL, by=by)
    assert Mark.objects.count() == 0


def test_a_question_of_conflict_is_answered_first() -> None:
    read, by = _read()
    asked = Conflict.objects.create(application=read.application, person=read.reviewer.person)
    with pytest.raises(Refused):
        marks.give(assignment=read, sheet=FULL, by=by)
    asked.state = ConflictState.DISMISSED
    asked.save()
    marks.give(assignment=read, sheet=FULL, by=by)


def test_confirmed_conflict_takes_the_sheet_away() -> None:
    read, by = _read()
    marks.save_draft(assignment=read, sheet=Sheet({"c1": 4}), by=by)
    Conflict.objects.create(application=read.application, person=read.reviewer.person, state=ConflictState.CONFIRMED)
    with pytest.raises(NotAllowed):
        marks.give(assignment=read, sheet=FULL, by=by)


def test_abstaining_says_why_and_counts_as_not_given() -> None:
    read, by = _read()
    marks.give(assignment=read, sheet=FULL, by=by)
    with pytest.raises(Refused):
        marks.abstain(assignment=read, words=" ", by=by)
    marks.abstain(assignment=read, words="Je ne connais pas le sujet", by=by)
    read.refresh_from_db()
    score = Score.objects.get()
    assert (read.state, score.reads_done, score.reads_assigned) == (AssignmentState.ABSTAINED, 0, 0)
    assert Mark.objects.counted().count() == 0
    marks.come_back(assignment=read, by=by)
    read.refresh_from_db()
    assert read.state == AssignmentState.DRAFT
    marks.give(assignment=read, sheet=FULL, by=by)
    assert Mark.objects.counted().count() == 1


def test_mark_points_at_the_dossier_that_was_read() -> None:
    read, by = _read()
    Response.objects.filter(pk=read.application.response_id).update(revision=7)
    assert marks.give(assignment=read, sheet=FULL, by=by).response_revision == 7


def test_taking_an_application_when_everybody_reads_all() -> None:
    round_ = make_round(sees=Sees.ALL)
    application = make_application(round_.call)
    enter(round_, application)
    reviewer = make_reviewer(round_)
    by = Actor(user=reviewer.person)
    made = marks.take(round_=round_, application=application, by=by)
    assert made == marks.take(round_=round_, application=application, by=by)
    with pytest.raises(NotAllowed):
        marks.take(round_=round_, application=application, by=Actor(user=make_user()))
    elsewhere = make_application(round_.call)
    with pytest.raises(Refused):
        marks.take(round_=round_, application=elsewhere, by=by)


def test_talking_comes_after_one_s_own_mark() -> None:
    read, by = _read()
    asked = {"round_": read.round, "application": read.application, "text": "Et le budget ?", "by": by}
    with pytest.raises(NotAllowed):
        marks.remark(**asked)
    marks.give(assignment=read, sheet=FULL, by=by)
    marks.remark(**asked)
    assert [one.text for one in Remark.objects.all()] == ["Et le budget ?"]


def test_the_team_talks_unless_it_still_has_to_mark() -> None:
    read, _by = _read()
    team = alliances.make_membership(alliance_of(read.round.call), "coordinator")
    by = alliances.acting(team)
    marks.remark(round_=read.round, application=read.application, text="Relu", by=by)
    make_assignment(make_reviewer(read.round, team.user), read.application)
    with pytest.raises(NotAllowed):
        marks.remark(round_=read.round, application=read.application, text="Encore", by=by)


def test_void_marks_count_nowhere() -> None:
    read, _by = _read()
    mark = make_mark(read, 5, 5)
    assert Mark.objects.counted().count() == 1
    Mark.objects.filter(pk=mark.pk).update(voided_at=timezone.now())
    assert Mark.objects.counted().count() == 0
