"""Rounds from preparation to closing, rubrics, who reads, copies of a call."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kiif.accounts.actor import Actor, system
from kiif.accounts.models import User
from kiif.alliance.actions.memberships import end_membership
from kiif.alliance.models import Membership
from kiif.mailbox.models import Mail
from kiif.programmes.enums import State
from kiif.programmes.models import Application
from kiif.questionnaires.links import digest
from kiif.reviews import calibration, copying, entering, feedback, links
from kiif.reviews.actions import experts, marks, redaction, rounds, rubric
from kiif.reviews.enums import AssignmentState, ReviewerState, RoundState, Source
from kiif.reviews.models import Assignment, Criterion, Mark, RedactedAnswer, Reviewer, Round, Score
from kiif.reviews.sheets import Sheet
from kiif.ui.errors import NotAllowed, Refused
from tests.alliance import factories as alliances
from tests.factories import make_user, sign_in
from tests.programmes.factories import alliance_of, make_application, make_call
from tests.reviews.factories import enter, make_assignment, make_mark, make_reviewer, make_round

pytestmark = pytest.mark.django_db


def team(call: Any) -> tuple[Actor, Membership]:
    """Who runs a call of the alliance."""
    member = alliances.make_membership(alliance_of(call), "coordinator")
    return alliances.acting(member), member


def _soon(days: int = 5) -> Any:
    return timezone.now() + timedelta(days=days)


def _ready() -> tuple[Round, Actor, Reviewer]:
    """A round that may open: a rubric, somebody who reads, an application received."""
    call = make_call()
    by, _member = team(call)
    round_ = rounds.create_round(call=call, by=by, title="Première", closes_at=_soon())
    rubric.add_criterion(round_=round_, by=by, label="Impact", lowest=1, highest=5, anchors={"1": "Rien"})
    make_application(call)
    return round_, by, make_reviewer(round_)


def test_round_opens_with_its_applications() -> None:
    round_, by, _reviewer = _ready()
    draft = make_application(round_.call, state=State.DRAFT)
    opened = rounds.open_round(round_=round_, by=by)
    assert (opened.state, opened.is_open, opened.number) == (RoundState.OPEN, True, 1)
    assert Score.objects.filter(round=round_).count() == 1
    assert {one.state for one in Application.objects.exclude(pk=draft.pk)} == {State.REVIEW}
    assert Mail.objects.filter(kind="reviews.opened").count() == 1
    with pytest.raises(Refused):
        rounds.open_round(round_=round_, by=by)


def test_round_says_what_it_lacks() -> None:
    call = make_call()
    by, _member = team(call)
    round_ = rounds.create_round(call=call, by=by)
    assert len(rounds.lacks(round_)) == 4
    with pytest.raises(Refused):
        rounds.open_round(round_=round_, by=by)
    ready, _by, _reviewer = _ready()
    assert rounds.lacks(ready) == []


def test_only_who_runs_the_call_prepares_its_reading() -> None:
    call = make_call()
    other = alliances.acting(alliances.make_membership(alliances.make_alliance(), "coordinator"))
    advisor = alliances.acting(alliances.make_membership(alliances.make_incubator(alliance_of(call)), "advisor"))
    for actor in (other, advisor, Actor(user=make_user())):
        with pytest.raises(NotAllowed):
            rounds.create_round(call=call, by=actor)
    by, _member = team(call)
    assert rounds.create_round(call=call, by=by).number == 1


def test_closed_round_takes_no_mark_until_it_opens_again() -> None:
    round_, by, reviewer = _ready()
    rounds.open_round(round_=round_, by=by)
    read = make_assignment(reviewer, Application.objects.get())
    rounds.close_round(round_=round_, by=by)
    sheet, mine = Sheet({"impact": 4}), Actor(user=reviewer.person)
    with pytest.raises((Refused, NotAllowed)):
        marks.give(assignment=read, sheet=sheet, by=mine)
    with pytest.raises(Refused):
        rounds.reopen_round(round_=round_, by=by, closes_at=timezone.now() - timedelta(hours=1))
    rounds.reopen_round(round_=round_, by=by, closes_at=_soon())
    assert marks.give(assignment=read, sheet=sheet, by=mine).total == 15


def test_stale_settings_are_refused() -> None:
    round_, by, _reviewer = _ready()
    revision = Round.objects.get().revision
    rounds.change_round(round_=round_, by=by, revision=revision, blind=True)
    with pytest.raises(Refused):
        rounds.change_round(round_=round_, by=by, revision=revision, blind=False)
    assert Round.objects.get().blind is True


def test_next_round_takes_the_best_of_the_former_one() -> None:
    first = make_round(state=RoundState.CLOSED)
    applications = [make_application(first.call, state=State.REVIEW) for _ in range(4)]
    for rank, score in enumerate(enter(first, *applications), start=1):
        score.rank, score.raw, score.corrected = rank, 20 - rank, 20 - rank
        score.save()
    by, _member = team(first.call)
    second = rounds.create_round(call=first.call, by=by, previous=first, filter={"best": 2})
    assert set(entering.candidates(second)) == set(applications[:2])
    third = rounds.create_round(call=first.call, by=by, previous=first, filter={"least": 17})
    assert set(entering.candidates(third)) == set(applications[:3])
    whole = rounds.create_round(call=first.call, by=by)
    assert set(entering.candidates(whole)) == set(applications)
    assert (second.number, third.number, whole.number) == (2, 3, 4)


def test_rubric_freezes_once_marks_exist() -> None:
    read = make_assignment(make_reviewer(make_round()), make_application())
    round_ = read.round
    by, _member = team(round_.call)
    criterion = Criterion.objects.get(round=round_, key="c1")
    rubric.change_criterion(criterion=criterion, by=by, weight=4)
    make_mark(read, 3, 3)
    with pytest.raises(Refused) as refusal:
        rubric.change_criterion(criterion=criterion, by=by, weight=5)
    assert refusal.value.field == "weight"
    with pytest.raises(Refused):
        rubric.remove_criterion(criterion=criterion, by=by)
    rubric.change_criterion(criterion=criterion, by=by, help="Autrement dit")
    added = rubric.add_criterion(round_=round_, by=by, label="Sobriété")
    assert (added.added_late, Criterion.objects.get(pk=criterion.pk).weight) == (True, 4)
    assert Mail.objects.filter(kind="reviews.criterion").count() == 1


@pytest.mark.parametrize(
    "fields", [{"lowest": 5, "highest": 1}, {"highest": 20}, {"anchors": {"9": "hors échelle"}}, {"weight": 0}]
)
def test_impossible_scales_are_refused(fields: dict[str, Any]) -> None:
    round_ = make_round(state=RoundState.DRAFT)
    by, _member = team(round_.call)
    with pytest.raises(Refused):
        rubric.add_criterion(round_=round_, by=by, **{"label": "Impact", **fields})
    rubric.add_criterion(round_=round_, by=by, label="Impact", anchors={"5": "Oui"})


def test_rubric_is_copied_from_a_past_call_and_moved() -> None:
    past = make_round()
    by, _member = team(past.call)
    target = make_round(make_call(past.call.edition), state=RoundState.DRAFT, criteria=0)
    assert rubric.copy_rubric(source=past, target=target, by=by) == 2
    with pytest.raises(Refused):
        rubric.copy_rubric(source=past, target=target, by=by)
    rubric.move_criterion(criterion=target.criteria.all()[1], up=True, by=by)
    assert [one.key for one in target.criteria.all()] == ["c2", "c1"]


def test_invited_reviewer_says_what_they_can_read() -> None:
    round_ = make_round(state=RoundState.DRAFT)
    by, member = team(round_.call)
    person = alliances.make_membership(member.where, "reviewer").user
    row = experts.invite_reviewer(round_=round_, person=person, by=by, capacity=12)
    assert (row.state, row.body, Mail.objects.get(kind="reviews.invitation").to) == ("invited", None, person)
    with pytest.raises(Refused):
        experts.invite_reviewer(round_=round_, person=person, by=by)
    with pytest.raises(NotAllowed):
        experts.answer_invitation(reviewer=row, accept=True, by=by)
    mine = Actor(user=person)
    with pytest.raises(Refused):
        experts.answer_invitation(reviewer=row, accept=False, by=mine)
    experts.answer_invitation(reviewer=row, accept=True, by=mine, capacity=7, themes=["food"])
    row.refresh_from_db()
    assert (row.state, row.capacity, row.themes) == (ReviewerState.ACCEPTED, 7, ["food"])


def test_somebody_without_a_role_is_invited_as_an_expert() -> None:
    round_ = make_round(state=RoundState.DRAFT)
    by, _member = team(round_.call)
    stranger = make_user()
    with pytest.raises(Refused):
        experts.invite_reviewer(round_=round_, person=stranger, by=by)
    row = experts.invite_expert(round_=round_, email=stranger.email.upper(), full_name="", by=by)
    assert (row.person, row.external, row.link_is_valid) == (stranger, True, True)


def test_personal_link_is_dated_renewed_revoked() -> None:
    round_ = make_round()
    by, _member = team(round_.call)
    row = experts.invite_expert(round_=round_, email="blandine@exemple.test", full_name="Blandine Souche", by=by)
    token = links.token_of(row)
    assert digest(token) == row.token_hash
    assert links.find(token) == row
    renewed = experts.renew_link(reviewer=row, by=by)
    fresh = links.token_of(renewed)
    assert (links.find(token), links.find(fresh)) == (None, row)
    experts.revoke_link(reviewer=row, by=by)
    assert links.find(fresh) is None
    late = experts.renew_link(reviewer=row, by=by)
    Reviewer.objects.filter(pk=row.pk).update(token_until=timezone.now() - timedelta(seconds=1))
    assert links.find(links.make(late)) is None
    assert User.objects.get(email="blandine@exemple.test").has_usable_password() is False


def test_who_leaves_gives_back_what_waits_and_keeps_what_was_given() -> None:
    round_ = make_round()
    by, _member = team(round_.call)
    reviewer = make_reviewer(round_)
    make_mark(make_assignment(reviewer, make_application(round_.call)), 4, 4)
    make_assignment(reviewer, make_application(round_.call))
    assert experts.remove_reviewer(reviewer=reviewer, by=by) == 1
    assert [one.state for one in Assignment.objects.all()] == [AssignmentState.DONE]
    assert Reviewer.objects.get(pk=reviewer.pk).state == ReviewerState.LEFT


@pytest.mark.parametrize("state", [RoundState.OPEN, RoundState.CLOSED])
def test_who_leaves_the_alliance_reads_no_more(state: str) -> None:
    round_ = make_round(state=state, closed_at=timezone.now() if state == RoundState.CLOSED else None)
    alliance = alliance_of(round_.call)
    leaving, staying, expert = (alliances.make_membership(alliance, "reviewer", make_user()) for _n in range(3))
    alliances.make_membership(alliances.make_incubator(alliance), "advisor", staying.user)
    people = (leaving, staying, expert)
    reads = [
        make_assignment(make_reviewer(round_, who.user, external=who == expert), make_application(round_.call))
        for who in people
    ]
    for read in reads:
        make_mark(read, 4, 5)
    seen = lambda: [Application.objects.visible_to(Actor(user=who.user)).count() for who in people]  # noqa: E731 -- short
    assert seen() == [1, 1, 1]
    for membership in people:
        end_membership(membership=membership, by=system("test"))
    assert seen() == [0, 1, 1]
    pages = [(who.user, read.get_absolute_url()) for who, read in zip(people, reads, strict=True)]
    assert [sign_in(user).get(page).status_code for user, page in pages] == [404, 200, 200]
    assert Mark.objects.counted().count() == 3


def test_calibration_shows_the_gaps_before_opening() -> None:
    round_, by, first = _ready()
    second, anchor = make_reviewer(round_), Application.objects.get()
    with pytest.raises(Refused):
        rounds.open_calibration(round_=round_, by=by)
    rounds.set_anchors(round_=round_, applications=[anchor], by=by)
    assert rounds.open_calibration(round_=round_, by=by) == 2
    assert rounds.open_calibration(round_=round_, by=by) == 0
    rounds.expect(anchor=round_.anchors.get(), expected={"impact": 3}, words="Moyen", by=by)
    for reviewer, value in ((first, 1), (second, 4)):
        read = Assignment.objects.get(reviewer=reviewer, source=Source.CALIBRATION)
        marks.give(assignment=read, sheet=Sheet({"impact": value}), by=Actor(user=reviewer.person))
    board = calibration.board(round_)
    cell = board.rows[0].cells[0]
    assert (cell.values, cell.expected, cell.talk, board.complete) == ([1, 4], 3, True, True)
    assert {one.reviewer: one.gap for one in board.readers} == {first: -2.0, second: 1.0}
    assert [calibration.Reader(first, 1, 1, gap).tells for gap in (-0.5, 0.4, 0.5, None)] == [True, False, True, False]
    assert not Score.objects.filter(reads_done__gt=0).exists()


def test_feedback_gives_words_without_names() -> None:
    round_ = make_round()
    application = make_application(round_.call)
    for words in ("Continuez", ""):
        make_mark(make_assignment(make_reviewer(round_), application), 3, 3, words_carriers=words)
    draft = make_assignment(make_reviewer(round_), application)
    make_mark(draft, 3, 3, words_carriers="Brouillon", submitted_at=None)
    assert [(one.text, one.round) for one in feedback.of(application)] == [("Continuez", round_.title)]


def test_copy_of_a_call_takes_rounds_and_rubrics_not_people() -> None:
    first = make_round(blind=True)
    make_reviewer(first)
    second = make_round(first.call, previous=first, filter={"best": 5})
    target, year = make_call(first.call.edition), timedelta(days=365)
    copying.copy(first.call, target, year, Actor(user=make_user()))
    one, two = target.rounds.order_by("number")
    assert (one.blind, one.state, one.closes_at) == (True, RoundState.DRAFT, first.closes_at + year)
    assert (two.previous, two.filter, two.closes_at) == (one, {"best": 5}, second.closes_at + year)
    assert (one.criteria.count(), one.reviewers.count()) == (2, 0)
    copying.move(target, -year)
    assert target.rounds.get(number=1).closes_at == first.closes_at


def test_redacted_copy_is_written_and_taken_away_by_the_team() -> None:
    round_ = make_round()
    application = make_application(round_.call)
    by, _member = team(round_.call)
    question = next(iter(_questions(application)))
    asked = {"round_": round_, "application": application, "question": question}
    with pytest.raises(NotAllowed):
        redaction.redact(**asked, text="x", by=Actor(user=make_user()))
    with pytest.raises(Refused):
        redaction.redact(**{**asked, "question": "q_unknown"}, text="x", by=by)
    redaction.redact(**asked, text="Un lieu du Sud-Ouest", by=by)
    assert RedactedAnswer.objects.get().text == "Un lieu du Sud-Ouest"
    redaction.redact(**asked, text="", by=by)
    assert RedactedAnswer.objects.count() == 0


def _questions(application: Application) -> Any:
    from kiif.questionnaires.loaded import definition_of

    return definition_of(application.response.version).by_id
