"""The room: presence and quorum dossier by dossier, recusals, votes, what happens when somebody goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kiif.accounts.actor import Actor
from kiif.committees import screens
from kiif.committees.actions import deciding, room, voting
from kiif.committees.attendance import barred_from, room_of
from kiif.committees.enums import Choice, Decision, ItemState, Mode, SessionState, TieRule
from kiif.committees.models import Ballot, Item, Member, Recusal, Round
from kiif.decisions.models import Decision as Prepared
from kiif.programmes.actions import conflicts
from kiif.ui.errors import NotAllowed, Refused
from tests.committees.factories import Scene, bar, make_item, make_member, make_scene, make_session

pytestmark = pytest.mark.django_db


def refused(do: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as caught:
        do()
    return str(caught.value)


def brought(scene: Scene, number: int = 0) -> Item:
    """A dossier called and shown."""
    item = room.call(item=scene.items[number], by=scene.actor())
    return room.show(item=item, by=scene.actor())


def votes(scene: Scene, vote: Round, *choices: str) -> None:
    for member, choice in zip(scene.members, choices, strict=False):
        if choice:
            voting.cast(vote=vote, choice=choice, by=scene.actor(member))


def closed(scene: Scene, *choices: str, **asked: Any) -> Round:
    """The first dossier voted on."""
    item = brought(scene)
    vote = voting.open_vote(item=item, by=scene.actor(), **asked)
    votes(scene, vote, *choices)
    return voting.close_vote(vote=vote, by=scene.actor())


def test_a_session_opens_with_members_a_chair_and_an_agenda() -> None:
    scene = make_scene(members=0, dossiers=0, state=SessionState.PLANNED)
    do = lambda: room.open_session(session=scene.session, by=scene.actor())  # noqa: E731 -- asked thrice
    assert "vote" in refused(do)
    member = make_member(scene.session)
    refused(do)
    Member.objects.filter(pk=member.pk).update(role="chair")
    refused(do)
    make_item(scene.session)
    assert do().state == SessionState.OPEN
    refused(do)


def test_recused_members_leave_before_the_dossier_is_shown() -> None:
    scene = make_scene()
    item, away = scene.items[0], scene.members[2]
    bar(item.application, away.person)
    called = room.call(item=item, by=scene.actor())
    assert called.shown_at is None
    assert [row.member for row in Recusal.objects.filter(item=item)] == [away]
    assert "left" in refused(lambda: voting.open_vote(item=called, by=scene.actor())) or called.shown_at is None
    shown = room.show(item=called, by=scene.actor())
    assert shown.shown_at is not None
    room.call(item=scene.items[1], by=scene.actor())
    assert Recusal.objects.get(item=item).back_at is not None


def test_a_dossier_for_which_nobody_leaves_is_shown_at_once() -> None:
    scene = make_scene()
    assert room.call(item=scene.items[0], by=scene.actor()).shown_at is not None


def test_the_quorum_is_counted_without_who_leaves() -> None:
    scene = make_scene(members=4)
    item = scene.items[0]
    before = room_of(scene.session).count(barred_from([item.application_id])[item.application_id])
    bar(item.application, scene.members[3].person)
    after = room_of(scene.session).count(barred_from([item.application_id])[item.application_id])
    assert ((before.entitled, before.there), (after.entitled, after.there)) == ((4, 4), (3, 3))


def test_no_vote_opens_without_the_quorum() -> None:
    scene = make_scene(members=4, quorum="all")
    item = brought(scene)
    room.leave(member=scene.members[3], by=scene.actor())
    assert "1" in refused(lambda: voting.open_vote(item=item, by=scene.actor()))
    room.arrive(member=scene.members[3], by=scene.actor())
    assert voting.open_vote(item=item, by=scene.actor()).is_open


def test_the_majority_of_the_votes_expressed_decides() -> None:
    vote = closed(make_scene(), Choice.FOR, Choice.FOR, Choice.AGAINST, Choice.ABSTAIN)
    kept = {key: vote.result[key] for key in ("outcome", "for", "against", "abstained", "silent")}
    assert kept == {"outcome": "accepted", "for": 2, "against": 1, "abstained": 1, "silent": 0}


@pytest.mark.parametrize(
    ("tie", "outcome", "by_chair"),
    [(TieRule.CHAIR, "accepted", True), (TieRule.REFUSED, "refused", False), (TieRule.OPEN, "tied", False)],
)
def test_equal_votes_follow_the_rule_said_beforehand(tie: str, outcome: str, by_chair: bool) -> None:
    vote = closed(make_scene(tie=tie), Choice.FOR, Choice.FOR, Choice.AGAINST, Choice.AGAINST)
    assert (vote.result["outcome"], vote.result["by_chair"], vote.result["tie"]) == (outcome, by_chair, True)


def test_the_chair_settles_no_secret_vote() -> None:
    votes = (Choice.FOR, Choice.FOR, Choice.AGAINST, Choice.AGAINST)
    secret = closed(make_scene(tie=TieRule.CHAIR, secret=True), *votes)
    kept = {key: secret.result[key] for key in ("outcome", "by_chair", "chair_withheld")}
    assert kept == {"outcome": "tied", "by_chair": False, "chair_withheld": True}
    assert "secret" in screens.verdict(secret)
    named = closed(make_scene(tie=TieRule.CHAIR), *votes)
    assert (named.result["outcome"], named.result["chair_withheld"]) == ("accepted", False)
    refused_ = closed(make_scene(tie=TieRule.REFUSED, secret=True), *votes)
    assert (refused_.result["outcome"], refused_.result["chair_withheld"]) == ("refused", False)
    clear = closed(make_scene(tie=TieRule.CHAIR, secret=True), *votes[:3])
    assert (clear.result["outcome"], clear.result["chair_withheld"]) == ("accepted", False)


def test_a_consensus_is_reached_when_nobody_objects() -> None:
    assert closed(make_scene(mode=Mode.CONSENSUS)).result["outcome"] == "reached"
    vote = closed(make_scene(mode=Mode.CONSENSUS), "", Choice.AGAINST)
    assert (vote.result["outcome"], vote.result["objecting"]) == ("objected", 1)


def test_a_secret_vote_leaves_counts_and_nothing_else() -> None:
    scene = make_scene(secret=True)
    vote = closed(scene, Choice.FOR, Choice.AGAINST, Choice.FOR)
    assert not Ballot.objects.filter(round=vote).exists()
    assert "named" not in vote.result
    assert vote.voters == sorted(member.pk for member in scene.members[:3])
    named = closed(make_scene(), Choice.FOR)
    assert list(named.result["named"].values()) == ["for"]


def test_who_may_not_vote_does_not() -> None:
    scene = make_scene()
    item = scene.items[0]
    bar(item.application, scene.members[1].person)
    vote = voting.open_vote(item=brought(scene), by=scene.actor())
    observer = make_member(scene.session, there=True, role="observer", voice=False)
    stranger = make_member(make_session(scene.call)).person
    for who in (scene.members[1], observer, stranger):
        with pytest.raises(NotAllowed):
            voting.cast(vote=vote, choice=Choice.FOR, by=scene.actor(who))
    room.leave(member=scene.members[2], by=scene.actor())
    refused(lambda: voting.cast(vote=vote, choice=Choice.FOR, by=scene.actor(scene.members[2])))
    refused(lambda: voting.cast(vote=vote, choice="peut-être", by=scene.actor(scene.members[3])))
    voting.cast(vote=vote, choice=Choice.FOR, by=scene.actor(scene.members[3]))
    assert Ballot.objects.count() == 1


def test_a_vote_may_be_changed_until_it_closes() -> None:
    scene = make_scene()
    vote = voting.open_vote(item=brought(scene), by=scene.actor())
    for choice in (Choice.FOR, Choice.AGAINST):
        voting.cast(vote=vote, choice=choice, by=scene.actor(scene.members[1]))
    assert [ballot.choice for ballot in Ballot.objects.all()] == [Choice.AGAINST]
    closed_vote = voting.close_vote(vote=vote, by=scene.actor())
    refused(lambda: voting.cast(vote=closed_vote, choice=Choice.FOR, by=scene.actor(scene.members[1])))
    assert closed_vote.result["against"] == 1


def test_a_decision_follows_a_vote_and_is_prepared() -> None:
    scene = make_scene()
    item = brought(scene)
    refused(lambda: deciding.decide(item=item, decision=Decision.ACCEPT, by=scene.actor()))
    closed(scene, Choice.FOR, Choice.FOR)
    decided = deciding.decide(item=item, decision=Decision.ACCEPT, by=scene.actor(), reasons="Solide.", version=0)
    assert (decided.state, decided.decision, decided.reasons) == (ItemState.DECIDED, Decision.ACCEPT, "Solide.")
    prepared = Prepared.objects.get(application=item.application)
    assert (prepared.outcome, prepared.state, prepared.source, prepared.words) == (
        "accepted", "pending", "committee", "Solide.",
    )  # fmt: skip


def test_a_decision_that_is_not_what_the_vote_says_needs_reasons() -> None:
    scene = make_scene()
    closed(scene, Choice.FOR, Choice.FOR)
    do = lambda reasons: deciding.decide(  # noqa: E731 -- asked twice
        item=scene.items[0], decision=Decision.RESERVE, by=scene.actor(), reasons=reasons, version=0
    )
    refused(lambda: do(""))
    assert do("À revoir si une place se libère.").decision == Decision.RESERVE


def test_a_chair_who_does_not_run_the_call_prepares_in_the_name_of_the_committee() -> None:
    scene = make_scene()
    closed(scene, Choice.FOR, Choice.FOR)
    deciding.decide(item=scene.items[0], decision=Decision.ACCEPT, by=scene.actor(scene.members[0]))
    assert Prepared.objects.get().prepared_by is None


def test_a_dossier_comes_back_later_without_a_vote() -> None:
    scene = make_scene()
    back = deciding.decide(item=brought(scene), decision=Decision.BACK, by=scene.actor())
    assert (back.state, Prepared.objects.count()) == (ItemState.ADJOURNED, 0)


def test_voting_again_is_said_and_the_first_vote_stays() -> None:
    scene = make_scene()
    first = closed(scene, Choice.FOR, Choice.AGAINST, Choice.AGAINST)
    refused(lambda: voting.open_vote(item=scene.items[0], by=scene.actor()))
    again = voting.open_vote(item=scene.items[0], by=scene.actor(), why="Un chiffre était faux.")
    first.refresh_from_db()
    assert (again.number, again.why, first.annulled_why) == (2, "Un chiffre était faux.", "Un chiffre était faux.")


def test_a_decided_dossier_is_looked_at_again() -> None:
    scene = make_scene()
    closed(scene, Choice.FOR, Choice.FOR)
    deciding.decide(item=scene.items[0], decision=Decision.ACCEPT, by=scene.actor())
    refused(lambda: deciding.reopen(item=scene.items[0], why="", by=scene.actor()))
    item = deciding.reopen(item=scene.items[0], why="Pièce reçue en séance.", by=scene.actor())
    assert (item.state, item.decision, Prepared.objects.count()) == (ItemState.NOW, "", 0)


def test_two_people_write_the_reasons_at_once() -> None:
    scene = make_scene()
    item = brought(scene)
    chair = scene.actor(scene.members[0])
    deciding.write_reasons(item=item, reasons="Le modèle tient.", version=0, by=chair)
    with pytest.raises(deciding.Overtaken) as caught:
        deciding.write_reasons(item=item, reasons="L’équipe manque.", version=0, by=scene.actor())
    assert (caught.value.item.reasons, str(scene.members[0]) in str(caught.value)) == ("Le modèle tient.", True)
    kept = deciding.write_reasons(item=item, reasons="Les deux.", version=1, by=scene.actor())
    assert (kept.reasons, kept.reasons_version) == ("Les deux.", 2)


def test_a_member_removed_during_a_vote() -> None:
    """Bad day: their ballot in the open vote is void, votes closed before stand, their screen closes."""
    scene = make_scene()
    past = closed(scene, Choice.FOR, Choice.FOR, Choice.FOR)
    item = brought(scene, 1)
    vote = voting.open_vote(item=item, by=scene.actor())
    gone = scene.members[1]
    voting.cast(vote=vote, choice=Choice.AGAINST, by=scene.actor(gone))
    refused(lambda: room.remove_member(member=gone, why="", by=scene.actor()))
    room.remove_member(member=gone, why="Appelé ailleurs.", by=scene.actor())
    past.refresh_from_db()
    assert (past.result["for"], past.annulled_at) == (3, None)
    assert Ballot.objects.get(round=vote).void == "removed"
    with pytest.raises(NotAllowed):
        voting.cast(vote=vote, choice=Choice.FOR, by=scene.actor(gone))
    assert not type(scene.session).objects.visible_to(scene.actor(gone)).exists()
    assert type(scene.session).objects.visible_to(scene.actor(scene.members[2])).exists()
    assert room_of(scene.session).count().entitled == 3


def test_a_conflict_declared_during_a_vote_voids_the_ballot() -> None:
    scene = make_scene()
    item = brought(scene)
    vote = voting.open_vote(item=item, by=scene.actor())
    member = scene.members[2]
    voting.cast(vote=vote, choice=Choice.FOR, by=scene.actor(member))
    voting.cast(vote=vote, choice=Choice.FOR, by=scene.actor(scene.members[1]))
    conflicts.declare(application=item.application, by=scene.actor(member), words="Je siège à son conseil.")
    assert Ballot.objects.get(member=member).void == "conflict"
    assert Recusal.objects.get(member=member).in_session is True
    assert voting.close_vote(vote=vote, by=scene.actor()).result["for"] == 1


def test_a_conflict_declared_after_the_vote_annuls_it_and_the_decision() -> None:
    """Bad day: who voted discovers a conflict: the vote no longer stands, the dossier is to be decided again."""
    scene = make_scene()
    vote = closed(scene, Choice.FOR, Choice.FOR, Choice.FOR)
    item = deciding.decide(item=scene.items[0], decision=Decision.ACCEPT, by=scene.actor())
    assert Prepared.objects.count() == 1
    conflicts.declare(application=item.application, by=scene.actor(scene.members[1]), words="Un ami y travaille.")
    vote.refresh_from_db()
    item.refresh_from_db()
    assert (vote.stands, item.state, item.decision) == (False, ItemState.NOW, "")
    assert item.recall
    assert Prepared.objects.count() == 0


def test_somebody_at_the_desk_who_is_kept_away_decides_nothing() -> None:
    scene = make_scene()
    bar(scene.items[0].application, scene.members[0].person)
    chair = scene.actor(scene.members[0])
    item = room.show(item=room.call(item=scene.items[0], by=chair), by=chair)
    with pytest.raises(NotAllowed):
        voting.open_vote(item=item, by=chair)
    assert voting.open_vote(item=item, by=scene.actor()).is_open


def test_only_the_desk_runs_the_room() -> None:
    scene = make_scene()
    member = scene.actor(scene.members[1])
    for do in (
        lambda: room.call(item=scene.items[0], by=member),
        lambda: room.suspend(session=scene.session, by=member),
        lambda: room.leave(member=scene.members[2], by=member),
        lambda: room.call(item=scene.items[0], by=Actor()),
    ):
        with pytest.raises(NotAllowed):
            do()
    room.leave(member=scene.members[1], by=member)
    assert room.call(item=scene.items[0], by=scene.actor(scene.members[0])).is_now


def test_the_batch_is_decided_together_without_those_who_ask_to_discuss() -> None:
    scene = make_scene(dossiers=4)
    Item.objects.filter(session=scene.session).update(batch=True, proposal=Decision.REFUSE)
    deciding.discuss(item=scene.items[0], by=scene.actor(scene.members[1]))
    bar(scene.items[1].application, scene.members[2].person)
    keys = [item.pk for item in scene.items]
    assert deciding.decide_batch(session=scene.session, items=keys, by=scene.actor()) == 2
    states = list(scene.session.items.order_by("pk").values_list("state", flat=True))
    assert states == ["waiting", "waiting", "decided", "decided"]
    assert {row.outcome for row in Prepared.objects.all()} == {"refused"}


def test_a_suspended_session_waits() -> None:
    scene = make_scene()
    item = brought(scene)
    vote = voting.open_vote(item=item, by=scene.actor())
    refused(lambda: room.suspend(session=scene.session, by=scene.actor()))
    voting.close_vote(vote=vote, by=scene.actor())
    room.suspend(session=scene.session, by=scene.actor())
    refused(lambda: voting.open_vote(item=item, by=scene.actor(), why="encore"))
    room.resume(session=scene.session, by=scene.actor())
    assert voting.open_vote(item=item, by=scene.actor(), why="encore").is_open


def test_a_dossier_put_off_goes_to_the_end() -> None:
    scene = make_scene()
    item = room.adjourn(item=brought(scene), by=scene.actor())
    scene.session.refresh_from_db()
    assert (item.state, scene.session.current, item.order) == (ItemState.ADJOURNED, None, 4)
