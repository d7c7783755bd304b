"""Putting a dossier to the vote, voting, closing the vote, voting again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor, system
from kiif.committees.actions.common import (
    lock_item,
    member_of,
    now,
    refuse_unless_open,
    require_decides,
    require_desk,
    tell,
)
from kiif.committees.actions.room import missing_sentence
from kiif.committees.attendance import Room, barred_from, quorum_of, room_of, rule_of
from kiif.committees.enums import Choice, Decision, ItemState, Mode, Void
from kiif.committees.models import Ballot, Item, Member, Round, Session
from kiif.committees.models.session import bump
from kiif.methods.committee import voting
from kiif.ui.errors import NotAllowed, Refused


@transaction.atomic
def open_vote(
    *, item: Item, by: Actor, proposal: str = Decision.ACCEPT, mode: str = "", secret: bool | None = None, why: str = ""
) -> Round:
    """Puts the dossier to the vote (or asks whether anybody objects). A second time asks for a reason.

    Raises Refused when the dossier is not shown, is decided, is being voted on, or without the quorum.
    """
    session, fresh = lock_item(item)
    require_decides(by, fresh)
    refuse_unless_open(session)
    _refuse_unshown(session, fresh)
    if proposal not in Decision.values or proposal == Decision.BACK:
        raise Refused(_("Say what is put to the vote: accept, reserve list or refuse."), field="proposal")
    if mode and mode not in Mode.values:
        raise Refused(_("Choose a vote or a consensus."), field="mode")
    rounds = list(fresh.rounds.all())
    if any(one.is_open for one in rounds):
        raise Refused(_("The vote is already open."))
    if any(one.stands for one in rounds) and not why.strip():
        raise Refused(_("This dossier was already voted on: say why it is voted on again."), field="why")
    count = room_of(session).count(_barred(fresh))
    if not count.is_reached:
        raise Refused(missing_sentence(count.missing))
    for one in rounds:
        if one.stands:
            _annul(one, why.strip())
    made = Round.objects.create(
        item=fresh,
        number=len(rounds) + 1,
        proposal=proposal,
        mode=mode or fresh.decides_by,
        secret=fresh.is_secret if secret is None else secret,
        why=why.strip()[:300],
        opened_by=by.user,
    )
    Item.objects.filter(pk=fresh.pk).update(recall="")
    bump(session)
    tell(by, "vote_opened", fresh, round=made.number, proposal=proposal)
    return made


def _refuse_unshown(session: Session, item: Item) -> None:
    if session.current_id != item.pk:
        raise Refused(_("Another dossier is before the committee: the page was out of date."))
    if item.shown_at is None:
        raise Refused(_("Members who must leave are still there: show the dossier once they have left."))
    if item.state == ItemState.DECIDED:
        raise Refused(_("This dossier is decided: reopen it first."))


def _barred(item: Item) -> set[int]:
    return barred_from([item.application_id])[item.application_id]


@transaction.atomic
def cast(*, vote: Round, choice: str, by: Actor) -> Ballot:
    """Votes, or changes one's vote, until the vote closes. In a consensus, against is an objection.

    Raises NotAllowed for somebody without a voice or whom a conflict bars; Refused for somebody who is not there, a
    vote that is closed, an unknown choice.
    """
    session, item = lock_item(vote.item)
    if by.impersonator is not None:
        raise NotAllowed(_("You are looking with somebody else’s eyes: nobody votes for another."))
    member = member_of(session, by)
    if member is None or not member.votes:
        raise NotAllowed(_("Only members with a voice vote."))
    if choice not in Choice.values:
        raise Refused(_("Choose for, against or abstention."))
    fresh = Round.objects.select_for_update(of=("self",)).get(pk=vote.pk)
    if not fresh.is_open:
        raise Refused(_("The vote is closed: your vote came after, it is not counted."))
    if member.person_id in _barred(item):
        raise NotAllowed(_("You left the room for this dossier: you do not vote on it."))
    if not member.presences.filter(left_at__isnull=True).exists():
        raise Refused(_("You are not noted as present: say that you are there, then vote."))
    ballot, _made = Ballot.objects.update_or_create(
        round=fresh, member=member, defaults={"choice": choice, "at": now(), "void": ""}
    )
    bump(session)
    return ballot


def void_ballots(session: Session, member: Member, why: str) -> None:
    """The ballots of this member in open votes no longer count. The caller holds the session and bumps it."""
    rows = Ballot.objects.filter(member=member, round__item__session=session, round__closed_at__isnull=True, void="")
    rows.update(void=why)


@transaction.atomic
def close_vote(*, vote: Round, by: Actor) -> Round:
    """Counts: quorum, majority, tie rule. Of a secret vote the ballots are destroyed: only the counts stay."""
    session, item = lock_item(vote.item)
    require_decides(by, item)
    fresh = Round.objects.select_for_update(of=("self",)).get(pk=vote.pk)
    if not fresh.is_open:
        return fresh
    room, barred = room_of(session), _barred(item)
    ballots = {ballot.member.key: ballot for ballot in fresh.ballots.filter(void="").select_related("member")}
    result = count(fresh, room, barred, {key: ballot.choice for key, ballot in ballots.items()})
    names = {member.key: member.name for member in room.members}
    result |= {
        "there": sorted(names[key] for key in room.before(barred).voters),
        "left": sorted(member.name for member in room.leaving(barred)),
    }
    if not fresh.secret:
        result["named"] = {ballot.member.name: ballot.choice for ballot in ballots.values()}
    fresh.result, fresh.voters = result, sorted(ballot.member_id for ballot in ballots.values())
    fresh.closed_at, fresh.closed_by = now(), by.user
    fresh.save(update_fields=["result", "voters", "closed_at", "closed_by"])
    if fresh.secret:
        fresh.ballots.all().delete()
    bump(session)
    tell(by, "vote_closed", item, round=fresh.number, outcome=result["outcome"])
    return fresh


def count(vote: Round, room: Room, barred: set[int], ballots: dict[str, str]) -> dict[str, Any]:
    """The result of a round, ready to be kept: outcome, counts, quorum, whether the chair settled a tie.

    In a secret round the chair settles none, whatever the rule: its vote would be known. `chair_withheld` says so."""
    attendance = room.before(barred)
    votes = {key: voting.Ballot(choice) for key, choice in ballots.items()}
    if vote.mode == Mode.CONSENSUS:
        objecting = [key for key, said in votes.items() if said is voting.Ballot.AGAINST]
        found = voting.consensus(attendance, objecting, quorum_of(room.session))
        return {
            "outcome": str(found.outcome),
            "objecting": len(objecting),
            "quorum": _quorum(found.quorum),
        }
    rule = rule_of(room.session)
    withheld = vote.secret and rule.tie is voting.Tie.CHAIR
    if withheld:
        # the outcome of a casting vote would tell what the chair voted
        rule = replace(rule, tie=voting.Tie.OPEN)
    tally = voting.tally(attendance, votes, rule)
    return {
        "outcome": str(tally.outcome),
        "for": tally.favourable,
        "against": tally.against,
        "abstained": tally.abstained,
        "silent": len(tally.silent),
        "by_chair": tally.by_chair,
        "chair_withheld": withheld and tally.outcome is voting.Outcome.TIED,
        "tie": tally.expressed > 0 and tally.favourable == tally.against,
        "quorum": _quorum(tally.quorum),
    }


def _quorum(count: voting.Count) -> dict[str, int]:
    return {"entitled": count.entitled, "there": count.there, "needed": max(count.needed, 1)}


@transaction.atomic
def annul(*, vote: Round, why: str, by: Actor) -> None:
    """A vote that no longer stands, with the reason; it stays in the minutes."""
    session, item = lock_item(vote.item)
    require_desk(by, session)
    refuse_unless_open(session)
    if not why.strip():
        raise Refused(_("Say why: the minutes keep it."), field="why")
    fresh = Round.objects.select_for_update(of=("self",)).get(pk=vote.pk)
    if fresh.is_open:
        raise Refused(_("A vote is open: close it first."))
    if fresh.stands:
        _annul(fresh, why.strip())
        bump(session)
        tell(by, "vote_annulled", item, round=fresh.number)


#: What stays of the result of a secret vote that is annulled: nothing that was counted.
_KEPT_OF_SECRET = frozenset({"quorum", "there", "left"})


def _annul(vote: Round, why: str) -> None:
    """Of a secret vote the figures go too: beside those of the next vote, they would tell who voted what."""
    vote.annulled_at, vote.annulled_why = now(), why[:300]
    if vote.secret:
        vote.result = {key: value for key, value in vote.result.items() if key in _KEPT_OF_SECRET}
    vote.save(update_fields=["annulled_at", "annulled_why", "result"])


def after_conflict(*, application_id: int, person_id: int, by: Actor) -> None:
    """A conflict is confirmed: in sessions that run, the member leaves at once. Their ballot in an open vote is void;
    a vote already closed in which they voted no longer stands, and the dossier is to be voted on again."""
    seats = Member.objects.sitting().filter(person_id=person_id, session__items__application_id=application_id)
    for member in seats.select_related("session"):
        if member.session.is_running:
            _recuse(member, application_id, by)
        bump(member.session)


def _recuse(member: Member, application_id: int, by: Actor) -> None:
    from kiif.committees.models import Recusal

    item = Item.objects.with_ties().get(session=member.session, application_id=application_id)
    session, item = lock_item(item)
    ballots = Ballot.objects.filter(member=member, round__item=item, round__closed_at__isnull=True, void="")
    ballots.update(void=Void.CONFLICT)
    if session.current_id == item.pk and member.presences.filter(left_at__isnull=True).exists():
        Recusal.objects.get_or_create(item=item, member=member, defaults={"in_session": True})
    why = _("%(name)s voted, then declared a conflict of interest.") % {"name": member.name}
    for vote in item.rounds.filter(closed_at__isnull=False, annulled_at__isnull=True):
        if member.pk in vote.voters:
            _annul(vote, why)
            _recall(item, why)
            tell(by, "vote_annulled", item, round=vote.number)


def _recall(item: Item, why: str) -> None:
    """The decision taken with that vote goes with it, and what was prepared of it."""
    from kiif.committees.actions.deciding import hand_over

    state = ItemState.NOW if item.session.current_id == item.pk else ItemState.ADJOURNED
    if item.state == ItemState.DECIDED:
        item.state, item.decision, item.rank, item.decided_at = state, "", None, None
    item.recall = why[:300]
    item.save(update_fields=["state", "decision", "rank", "decided_at", "recall"])
    hand_over(item, system("committee"))
