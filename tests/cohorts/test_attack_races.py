"""Two people at the same moment, in the rooms of a call: each gesture happens once, the other is told why not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from kiif.accounts.actor import Actor
from kiif.cohorts import actions
from kiif.cohorts.enums import PlacementState, Side
from kiif.cohorts.models import Member, Placement
from kiif.committees.actions import room, voting
from kiif.committees.enums import Choice
from kiif.committees.models import Ballot
from kiif.decisions import actions as decisions
from kiif.decisions.models import Decision, Publication
from kiif.mailbox.models import Mail
from kiif.programmes.actions import applications, calls
from kiif.programmes.actions.applications import Beginning
from kiif.programmes.enums import State
from kiif.programmes.models import AccessCode, Application
from kiif.ui.errors import Refused
from tests.cohorts.factories import Stage
from tests.committees.factories import make_scene
from tests.decisions.factories import coordinator_of, make_ready
from tests.factories import make_user
from tests.programmes import application_factories as forms
from tests.programmes.factories import make_application, make_call

#: several connections at once: SQLite has one writer, whose waiting is proved elsewhere
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


def together(*gestures: Callable[[], Any]) -> list[str]:
    """Does all of them at the same moment, each in its own connection; gives what became of each, sorted."""
    barrier, told = threading.Barrier(len(gestures)), []

    def work(gesture: Callable[[], Any]) -> None:
        from django.db import connection

        try:
            barrier.wait()
            gesture()
            told.append("done")
        except Refused:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(one,)) for one in gestures]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


def test_two_publications_of_the_same_answers_are_one():
    with transaction.atomic():
        call = make_call(contact_email="equipe@kiif.example", contact_name="L’équipe inventée")
        by, other = coordinator_of(call), coordinator_of(call)
        decision = make_ready(make_application(call, make_user(), State.REVIEW), "accepted", by)
    told = together(
        *(lambda who=who: decisions.publish(call=call, token=uuid4(), expected=1, by=who) for who in (by, other))
    )
    assert told == ["done", "refused"]
    assert Publication.objects.count() == 1
    assert Decision.objects.get().pk == decision.pk
    assert Mail.objects.filter(kind="decisions.letter").count() == 1


def test_both_sides_answer_at_once_and_the_project_is_hosted_once():
    with transaction.atomic():
        stage = Stage()
        actions.propose(application=stage.accepted(), host=stage.hosts[0], by=stage.by)

    def say(side: Side, by: Actor) -> Callable[[], Any]:
        return lambda: actions.answer(placement=Placement.objects.get(), side=side, accepts=True, by=by)

    told = together(say(Side.HOST, stage.advisors[0]), say(Side.CARRIER, stage.carrying))
    assert told == ["done", "done"]
    assert Placement.objects.get().state == PlacementState.HOSTED
    assert Member.objects.count() <= 1
    assert Mail.objects.filter(kind="cohorts.hosted", to=stage.carrier).count() == 1


def test_two_answers_of_the_same_side_are_one():
    with transaction.atomic():
        stage = Stage()
        actions.propose(application=stage.accepted(), host=stage.hosts[0], by=stage.by)

    def say(accepts: bool) -> Callable[[], Any]:
        return lambda: actions.answer(
            placement=Placement.objects.get(), side=Side.CARRIER, accepts=accepts, by=stage.carrying, words="Non."
        )

    assert together(say(True), say(False)) == ["done", "refused"]


def test_the_last_place_of_a_host_is_given_once():
    with transaction.atomic():
        stage = Stage()
        stage.hosts[0].places = 1
        stage.hosts[0].save()
        host, rows = stage.hosts[0], [stage.accepted(), stage.accepted(make_user())]
    told = together(*(lambda row=row: actions.propose(application=row, host=host, by=stage.by) for row in rows))
    assert told == ["done", "refused"]
    assert Placement.objects.count() == 1


def test_two_votes_of_one_member_are_one_and_the_closing_counts_what_it_says():
    with transaction.atomic():
        scene = make_scene(dossiers=1)
    item = room.call(item=scene.items[0], by=scene.actor())
    vote = voting.open_vote(item=item, by=scene.actor(), secret=False)
    voter = scene.actor(scene.members[1])
    for who in scene.members[2:]:
        voting.cast(vote=vote, choice=Choice.FOR, by=scene.actor(who))
    told = together(
        lambda: voting.cast(vote=vote, choice=Choice.FOR, by=voter),
        lambda: voting.cast(vote=vote, choice=Choice.AGAINST, by=voter),
        lambda: voting.close_vote(vote=vote, by=scene.actor()),
    )
    assert "done" in told
    vote.refresh_from_db()
    ballots = Ballot.objects.filter(round=vote)
    assert ballots.filter(member=scene.members[1]).count() <= 1
    assert vote.result["for"] + vote.result["against"] == ballots.count()


def test_a_code_for_one_person_lets_one_person_in():
    call = make_call(contact_email="equipe@kiif.example")
    AccessCode.objects.create(call=call, code="ABCD-EFGH", kind="early", why="Essai", most_uses=1)
    people = [Actor(user=make_user()) for _n in range(3)]
    begin = lambda who: applications.start(call=call, by=who, beginning=Beginning(code="ABCD-EFGH"))  # noqa: E731 -- short
    told = together(*(lambda who=who: begin(who) for who in people))
    assert told == ["done", "refused", "refused"]
    assert AccessCode.objects.get().uses == Application.objects.count() == 1


@pytest.mark.parametrize("gesture", ["send", "cancel", "prolong"])
def test_an_application_sent_at_the_last_second_is_received_once_or_refused(gesture: str):
    """By two of its people, or while the call is cancelled or given more time: never twice, never lost in between."""
    with transaction.atomic():
        call = make_call(None, forms.form(), facts=forms.FACTS)
        carrier, team = Actor(user=make_user()), coordinator_of(call)
        application = forms.fill(forms.begin(call, carrier), carrier, titre="Le vélo", accueil={"values": ["nord"]})
    other = {
        "send": lambda: forms.send(application, carrier),
        "cancel": lambda: calls.cancel(call=call, by=team, words="Faute de moyens."),
        "prolong": lambda: calls.prolong(call=call, until=call.closes_at + timedelta(days=1), by=team),
    }
    told = together(lambda: forms.send(application, carrier), other[gesture])
    application.refresh_from_db()
    received = application.state == State.SUBMITTED
    assert application.response.snapshots.count() == received
    assert told == ["done", "done"] if received and gesture != "send" else ["done", "refused"]
    if gesture == "send":
        assert received
        assert Mail.objects.filter(kind="questionnaires.sent").count() <= 1


def test_numbers_are_given_once():
    calls = [make_call() for _n in range(2)]
    told = together(
        *(lambda call=call: applications.start(call=call, by=Actor(user=make_user())) for call in calls * 3)
    )
    assert told == ["done"] * 6
    numbers = list(Application.objects.values_list("project__number", flat=True))
    assert len(set(numbers)) == len(numbers) == 6
