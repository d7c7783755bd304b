"""What the committee decides of a dossier, its reasons, the batch that nobody discusses, the reserve list."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import rules
from django.db import transaction
from django.utils.translation import gettext as _

from kiif.accounts import actor as actors
from kiif.accounts.actor import Actor
from kiif.committees.actions.common import (
    lock,
    lock_item,
    now,
    refuse_closed,
    refuse_unless_open,
    require_decides,
    require_desk,
    stop_timer,
    tell,
)
from kiif.committees.attendance import barred_from, room_of
from kiif.committees.enums import Decision, ItemState, Mode
from kiif.committees.models import Item, Round, Session
from kiif.committees.models.session import bump
from kiif.committees.ranking import awaited_of
from kiif.decisions.actions import drop, prepare
from kiif.decisions.enums import Outcome, Source
from kiif.decisions.models import Decision as Prepared
from kiif.methods.committee.voting import Agreement
from kiif.methods.committee.voting import Outcome as Voted
from kiif.ui.errors import Refused

#: What `decisions` calls what a committee says.
OUTCOMES: Final[dict[str, str]] = {
    Decision.ACCEPT: Outcome.ACCEPTED,
    Decision.RESERVE: Outcome.RESERVE,
    Decision.REFUSE: Outcome.REFUSED,
}
#: Results of a vote in favour of what was put to it.
FAVOURABLE: Final = frozenset({Voted.ACCEPTED, Agreement.REACHED})
#: Results that decide nothing.
NOTHING: Final = frozenset({Voted.NO_QUORUM, Voted.NOTHING_EXPRESSED, Voted.TIED, Agreement.OBJECTED})


class Overtaken(Refused):
    """Somebody else wrote the same reasons meanwhile: `item` holds theirs."""

    def __init__(self, sentence: str, item: Item) -> None:
        super().__init__(sentence, field="reasons")
        self.item = item


@transaction.atomic
def decide(*, item: Item, decision: str, by: Actor, reasons: str | None = None, version: int | None = None) -> Item:
    """Writes what the committee decides of the dossier before it, and prepares the decision; nothing is published.

    A vote (or a consensus) that stands comes first, unless the dossier comes back later. A decision that is not what
    the vote says asks for reasons. Raises Refused, `Overtaken` when `version` is not that of the reasons any more.
    """
    session, fresh = lock_item(item)
    require_decides(by, fresh)
    refuse_unless_open(session)
    if decision not in Decision.values:
        raise Refused(_("Choose accept, reserve list, refuse or come back later."), field="decision")
    if session.current_id != fresh.pk or fresh.shown_at is None:
        raise Refused(_("Another dossier is before the committee: the page was out of date."))
    if fresh.rounds.filter(closed_at__isnull=True).exists():
        raise Refused(_("A vote is open: close it first."))
    if reasons is not None:
        _write(fresh, reasons, version, by)
    _check_vote(fresh, decision)
    stop_timer(fresh)
    fresh.state = ItemState.ADJOURNED if decision == Decision.BACK else ItemState.DECIDED
    fresh.decision, fresh.rank, fresh.recall = decision, None, ""
    fresh.decided_at, fresh.decided_by = now(), by.user
    fresh.save()
    hand_over(fresh, by)
    bump(session)
    tell(by, "decided", fresh)
    return fresh


def _check_vote(item: Item, decision: str) -> None:
    if decision == Decision.BACK:
        return
    vote = last_standing(item)
    if vote is None:
        raise Refused(_("The committee has not voted on this dossier, nor agreed: open a vote or ask for a consensus."))
    if vote.result["outcome"] in NOTHING:
        raise Refused(
            _("The last vote decides nothing: vote again, change the proposal, or let the dossier come back later.")
        )
    if differs(vote, decision) and not item.reasons.strip():
        raise Refused(_("This is not what the vote says: write the reasons, the minutes keep them."), field="reasons")


def last_standing(item: Item) -> Round | None:
    rows = item.rounds.filter(closed_at__isnull=False, annulled_at__isnull=True)
    return rows.order_by("-number").first()


def differs(vote: Round, decision: str) -> bool:
    """Whether a decision is something else than what a vote says."""
    favourable = vote.result.get("outcome") in FAVOURABLE
    return decision != vote.proposal if favourable else decision == vote.proposal


def hand_over(item: Item, by: Actor) -> None:
    """The pending decision, in the name of the person when they run the call, else of the committee."""
    runs = by.is_system or rules.test_rule("programmes.change_application", by, item.application)
    hand = by if runs else actors.system("committee")
    if item.decision not in OUTCOMES:
        for row in Prepared.objects.filter(application=item.application, source=Source.COMMITTEE).pending():
            drop(decision=row, by=hand)
        return
    prepare(
        application=item.application,
        outcome=OUTCOMES[item.decision],
        words=item.reasons[:4_000],
        by=hand,
        rank=item.rank,
        source=Source.COMMITTEE,
    )


@transaction.atomic
def write_reasons(*, item: Item, reasons: str, version: int, by: Actor) -> Item:
    """The reasons, typed while the committee talks. `version`: of the reasons the page showed; raises `Overtaken` when
    somebody wrote others since."""
    session, fresh = lock_item(item)
    require_decides(by, fresh)
    refuse_closed(session)
    if _write(fresh, reasons, version, by):
        fresh.save(update_fields=["reasons", "reasons_version", "reasons_by", "reasons_at"])
        if fresh.state == ItemState.DECIDED:
            hand_over(fresh, by)
        bump(session)
    return fresh


def _write(item: Item, reasons: str, version: int | None, by: Actor) -> bool:
    words = reasons.replace("\r\n", "\n").strip()
    if words == item.reasons:
        return False
    if version is not None and version != item.reasons_version:
        sentence = _(
            "%(name)s wrote these reasons meanwhile. Nothing is lost: both texts are below, keep what is right."
        )
        raise Overtaken(sentence % {"name": item.reasons_by or _("Somebody")}, item)
    if len(words) > 4_000:
        raise Refused(_("Keep the reasons under 4,000 signs."), field="reasons")
    item.reasons, item.reasons_version = words, item.reasons_version + 1
    item.reasons_by, item.reasons_at = by.user, now()
    return True


@transaction.atomic
def reopen(*, item: Item, why: str, by: Actor) -> Item:
    """A decided dossier is looked at again: its vote no longer stands, its prepared decision is set aside."""
    session, fresh = lock_item(item)
    require_decides(by, fresh)
    refuse_unless_open(session)
    if fresh.state != ItemState.DECIDED:
        raise Refused(_("This dossier is not decided."))
    if not why.strip():
        raise Refused(_("Say why: the minutes keep it."), field="why")
    for vote in fresh.rounds.filter(closed_at__isnull=False, annulled_at__isnull=True):
        vote.annulled_at, vote.annulled_why = now(), why.strip()[:300]
        vote.save(update_fields=["annulled_at", "annulled_why"])
    fresh.state = ItemState.NOW if session.current_id == fresh.pk else ItemState.ADJOURNED
    fresh.decision, fresh.rank, fresh.decided_at, fresh.recall = "", None, None, why.strip()[:300]
    fresh.batch = False
    fresh.save(update_fields=["state", "decision", "rank", "decided_at", "recall", "batch"])
    hand_over(fresh, by)
    bump(session)
    tell(by, "reopened", fresh)
    return fresh


# --- What nobody discusses ---


def batch_of(session: Session) -> list[Item]:
    """Dossiers taken without discussion: proposed as such, not decided, and for which nobody there must leave."""
    items = list(session.items.filter(batch=True).exclude(state=ItemState.DECIDED).exclude(proposal="").with_ties())
    barred, room = barred_from([item.application_id for item in items]), room_of(session)
    return [item for item in items if not room.leaving(barred[item.application_id])]


@transaction.atomic
def decide_batch(*, session: Session, items: Collection[int], by: Actor) -> int:
    """Decides together, by consensus, the dossiers of the batch that the page showed (keys). How many were.

    Those that somebody asked to discuss meanwhile, for which somebody must leave, or whose proposal is kept from who
    acts (their own mark is awaited) are left for the agenda.
    """
    locked = lock(session)
    require_desk(by, locked)
    refuse_unless_open(locked)
    if Round.objects.filter(item__session=locked, closed_at__isnull=True).exists():
        raise Refused(_("A vote is open: close it first."))
    room = room_of(locked)
    found = [item for item in batch_of(locked) if item.pk in items]
    kept = awaited_of(locked.call, [item.application_id for item in found], by)
    found = [item for item in found if item.application_id not in kept]
    barred = barred_from([item.application_id for item in found])
    for item in found:
        item.session = locked
        _take(item, room, barred[item.application_id], by)
    bump(locked, current=locked.current)
    return len(found)


def _take(item: Item, room: object, barred: set[int], by: Actor) -> None:
    from kiif.committees.actions.voting import count
    from kiif.committees.attendance import Room

    assert isinstance(room, Room)  # noqa: S101 -- narrows the type
    require_decides(by, item)
    moment = now()
    vote = Round(item=item, number=item.rounds.count() + 1, proposal=item.proposal, mode=Mode.CONSENSUS)
    vote.result = count(vote, room, barred, {}) | {
        "batch": True,
        "there": sorted(member.name for member in room.voters if member.pk in room.there),
        "left": [],
    }
    if vote.result["outcome"] != Agreement.REACHED:
        raise Refused(_("The quorum is not reached: the batch waits."))
    vote.opened_at = vote.closed_at = moment
    vote.opened_by = vote.closed_by = by.user
    vote.save()
    item.state, item.decision, item.rank = ItemState.DECIDED, item.proposal, None
    item.decided_at, item.decided_by, item.recall = moment, by.user, ""
    item.save()
    if item.session.current_id == item.pk:
        item.session.current = None
    hand_over(item, by)
    tell(by, "decided", item)


@transaction.atomic
def discuss(*, item: Item, by: Actor) -> Item:
    """Any member takes a dossier out of the batch: it is discussed in its turn."""
    from kiif.committees.actions.common import member_of

    session, fresh = lock_item(item)
    if member_of(session, by) is None or by.impersonator is not None:
        require_desk(by, session)
    refuse_closed(session)
    if fresh.batch and fresh.state != ItemState.DECIDED:
        Item.objects.filter(pk=fresh.pk).update(batch=False)
        bump(session)
        tell(by, "discussed", fresh)
    return fresh
