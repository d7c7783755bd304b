"""Who sees what: nobody the marks of the others before their own; recused people nothing; hosts and the team."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.programmes import reading
from kiif.programmes.enums import ConflictState
from kiif.programmes.models import Application, Conflict
from kiif.reviews import dossiers, reading_limits
from kiif.reviews.enums import AssignmentState, Others, RoundState, Sees
from kiif.reviews.models import Assignment, Mark, RedactedAnswer, Round, Score
from tests.alliance import factories as alliances
from tests.programmes.factories import alliance_of, make_application, make_call, make_host
from tests.reviews.factories import enter, make_assignment, make_mark, make_reviewer, make_round

pytestmark = pytest.mark.django_db
STATES = ("todo", "draft", "done", "abstained", "recused")


def scores_seen(actor: Actor, round_: Round) -> set[int]:
    """Applications whose scores this actor reads, the same whether all is asked for or within the round."""
    found = set(Score.objects.visible_to(actor).filter(round=round_).values_list("application_id", flat=True))
    fresh = Round.objects.with_ties().get(pk=round_.pk)
    assert set(Score.objects.visible_to(actor, fresh).values_list("application_id", flat=True)) == found
    return found


@pytest.mark.parametrize("sees_others", [Others.NEVER, Others.AFTER])
@pytest.mark.parametrize("seed", range(5))
def test_nobody_sees_others_marks_before_their_own(seed: int, sees_others: str) -> None:
    rng = random.Random(seed)  # noqa: S311 -- reproducible, not secret
    round_ = make_round(sees_others=sees_others)
    coordinator = alliances.make_membership(alliance_of(round_.call), "coordinator")
    readers = [make_reviewer(round_) for _ in range(3)] + [make_reviewer(round_, coordinator.user)]
    for application in [make_application(round_.call) for _ in range(3)]:
        for reader in readers:
            state = rng.choice(STATES)
            read = make_assignment(reader, application, state=state)
            if state == "done":
                make_mark(read, rng.randint(1, 5), rng.randint(1, 5))
            if state == "recused":
                Conflict.objects.create(application=application, person=reader.person, state=ConflictState.CONFIRMED)
    for reader in readers:
        actor = Actor(user=reader.person)
        if reader.person == coordinator.user:
            actor = alliances.acting(coordinator)
        mine = {row.application_id: row.state for row in Assignment.objects.filter(reviewer=reader)}
        seen = Mark.objects.visible_to(actor).exclude(assignment__reviewer=reader).select_related("assignment")
        for mark in seen:
            assert mine[mark.assignment.application_id] not in {"todo", "draft", "recused"}
        scored = scores_seen(actor, round_)
        assert not {key for key in scored if mine[key] in {"todo", "draft", "recused"}}


def test_marks_of_others_come_with_one_s_own() -> None:
    round_ = make_round()
    application = make_application(round_.call)
    first, second = make_reviewer(round_), make_reviewer(round_)
    theirs = make_mark(make_assignment(first, application), 5, 5)
    mine = make_assignment(second, application)
    actor = Actor(user=second.person)
    assert list(Mark.objects.visible_to(actor)) == []
    own = make_mark(mine, 1, 1)
    assert set(Mark.objects.visible_to(actor)) == {theirs, own}


def test_drafts_are_seen_by_who_writes_them_only() -> None:
    round_ = make_round(sees_others=Others.ALWAYS)
    application = make_application(round_.call)
    first, second = make_reviewer(round_), make_reviewer(round_)
    draft = make_mark(make_assignment(first, application), 5, 5, submitted_at=None)
    make_assignment(second, application)
    team = alliances.acting(alliances.make_membership(alliance_of(round_.call), "coordinator"))
    assert list(Mark.objects.visible_to(Actor(user=second.person))) == []
    assert list(Mark.objects.visible_to(team)) == []
    assert list(Mark.objects.visible_to(Actor(user=first.person))) == [draft]


def test_reviewers_read_what_is_entrusted_while_the_round_reads() -> None:
    round_ = make_round()
    mine, other = make_application(round_.call), make_application(round_.call)
    reviewer = make_reviewer(round_)
    make_assignment(reviewer, mine)
    enter(round_, other)
    actor = Actor(user=reviewer.person)
    assert set(Application.objects.visible_to(actor)) == {mine}
    round_.sees = Sees.ALL
    round_.save()
    assert set(Application.objects.visible_to(actor)) == {mine, other}
    round_.state = RoundState.DRAFT
    round_.save()
    assert set(Application.objects.visible_to(actor)) == set()


def test_closed_round_shows_again_what_one_marked_for_a_month() -> None:
    round_ = make_round(state=RoundState.CLOSED, closed_at=timezone.now())
    given, waiting = make_application(round_.call), make_application(round_.call)
    reviewer = make_reviewer(round_)
    make_mark(make_assignment(reviewer, given), 3, 3)
    make_assignment(reviewer, waiting)
    actor = Actor(user=reviewer.person)
    assert set(Application.objects.visible_to(actor)) == {given}
    round_.closed_at = timezone.now() - reading_limits.KEPT - timedelta(days=1)
    round_.save()
    assert set(Application.objects.visible_to(actor)) == set()


@pytest.mark.parametrize("state", ["invited", "declined", "left"])
def test_who_did_not_accept_reads_nothing(state: str) -> None:
    round_ = make_round()
    reviewer = make_reviewer(round_)
    make_assignment(reviewer, make_application(round_.call))
    actor = Actor(user=reviewer.person)
    assert Application.objects.visible_to(actor).count() == 1
    reviewer.state = state
    reviewer.save()
    assert Application.objects.visible_to(actor).count() == 0


def test_recused_people_see_nothing() -> None:
    round_ = make_round()
    application = make_application(round_.call)
    reviewer, other = make_reviewer(round_), make_reviewer(round_)
    read = make_assignment(reviewer, application)
    make_mark(make_assignment(other, application), 4, 4)
    actor = Actor(user=reviewer.person)
    assert Assignment.objects.visible_to(actor).count() == 1
    Conflict.objects.create(application=application, person=reviewer.person, state=ConflictState.CONFIRMED)
    Assignment.objects.filter(pk=read.pk).update(state=AssignmentState.RECUSED)
    assert Application.objects.visible_to(actor).count() == 0
    assert Assignment.objects.visible_to(actor).count() == 0
    assert Mark.objects.visible_to(actor).count() == 0


def test_anchor_dossiers_are_read_before_the_round_opens() -> None:
    round_ = make_round(state=RoundState.DRAFT, calibration_at=timezone.now())
    anchor = make_application(make_call(round_.call.edition))
    reviewer = make_reviewer(round_)
    make_assignment(reviewer, anchor, source="calibration")
    actor = Actor(user=reviewer.person)
    assert set(Application.objects.visible_to(actor)) == {anchor}
    round_.state = RoundState.OPEN
    round_.save()
    assert set(Application.objects.visible_to(actor)) == set()


def test_hosts_see_scores_of_what_concerns_them_and_no_mark() -> None:
    call = make_call()
    host = make_host(call)
    round_ = make_round(call)
    wished, elsewhere = make_application(call, None, "review", host), make_application(call, host_open=False)
    for application in (wished, elsewhere):
        make_mark(make_assignment(make_reviewer(round_), application), 4, 4)
    actor = alliances.acting(alliances.make_membership(host.incubator, "advisor"))
    assert scores_seen(actor, round_) == {wished.pk}
    assert Mark.objects.visible_to(actor).count() == 0
    round_.hosts_see = False
    round_.save()
    assert scores_seen(actor, round_) == set()


def test_blind_round_hides_names_from_the_team_s_own_reviewers_too() -> None:
    round_ = make_round(blind=True, hidden_fields=["q_x"], without_files=True)
    application = make_application(round_.call, organisation_name="La Remise fertile", title="La Remise fertile à vélo")
    reviewer = make_reviewer(round_)
    read = make_assignment(reviewer, application)
    limits = reading.limits_of(Actor(user=reviewer.person), application)
    assert (limits.blind, limits.without_files, limits.hidden) == (True, True, frozenset({"q_x"}))
    shown = dossiers.shown(Assignment.objects.with_ties().get(pk=read.pk))
    assert "Remise" not in shown.title
    assert (shown.names.organisation, shown.names.people) == ("", ())
    team = alliances.acting(alliances.make_membership(alliance_of(round_.call), "coordinator"))
    assert reading.limits_of(team, application).blind is False


def test_redacted_copy_is_read_in_place_of_the_answer() -> None:
    round_ = make_round()
    application = make_application(round_.call)
    reviewer = make_reviewer(round_)
    make_assignment(reviewer, application)
    RedactedAnswer.objects.create(round=round_, application=application, question="q_1", text="Un lieu du Sud-Ouest")
    actor = Actor(user=reviewer.person)
    assert reading.limits_of(actor, application).replaced == {"q_1": "Un lieu du Sud-Ouest"}
    open_round = make_round(round_.call)
    make_assignment(make_reviewer(open_round, reviewer.person), application)
    assert reading.limits_of(actor, application).replaced == {}


def test_lists_of_blind_titles_ask_the_names_once(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]  # fixture
    round_ = make_round(blind=True)
    for _ in range(3):
        make_application(round_.call)
    rows = list(Application.objects.select_related("organisation", "response__owner", "project"))
    with django_assert_num_queries(1):
        reading_limits.prepare_masks(rows)
        for row in rows:
            dossiers.title_of(row, reading_limits.limits_of_list(round_, outside=False))
