"""The room while it runs: open, suspend, close; who comes and goes; which dossier is before the committee."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.accounts.actor import Actor
from kiif.committees.actions.common import (
    lock,
    lock_item,
    member_of,
    now,
    refuse_closed,
    refuse_unless_open,
    require_desk,
    stop_timer,
    tell,
)
from kiif.committees.attendance import barred_from, room_of
from kiif.committees.enums import ItemState, SessionState, TieRule
from kiif.committees.models import Item, Member, Presence, Recusal, Round, Session
from kiif.committees.models.session import bump
from kiif.ui.errors import NotAllowed, Refused


@transaction.atomic
def open_session(*, session: Session, by: Actor) -> Session:
    """Opens it: its rules no longer change. Raises Refused without members who vote, without an agenda, or without the
    chair that its tie rule needs."""
    locked = lock(session)
    require_desk(by, locked)
    if locked.state != SessionState.PLANNED:
        raise Refused(_("This session was already opened."))
    room = room_of(locked)
    if not room.voters:
        raise Refused(_("Nobody in this committee votes: add its members first."))
    if locked.tie == TieRule.CHAIR and (room.chair is None or not room.chair.votes):
        raise Refused(_("Equal votes are settled by the chair, and nobody chairs: name a chair, or change the rule."))
    if not locked.items.exists():
        raise Refused(_("The agenda is empty: build it first."))
    bump(locked, state=SessionState.OPEN, opened_at=now())
    tell(by, "opened", locked)
    return locked


@transaction.atomic
def suspend(*, session: Session, by: Actor) -> Session:
    """A break: votes wait, clocks stop. Raises Refused while a vote is open."""
    locked = lock(session)
    require_desk(by, locked)
    refuse_unless_open(locked)
    refuse_open_vote(locked)
    if locked.current is not None:
        _pause(locked.current)
    bump(locked, state=SessionState.SUSPENDED)
    tell(by, "suspended", locked)
    return locked


@transaction.atomic
def resume(*, session: Session, by: Actor) -> Session:
    locked = lock(session)
    require_desk(by, locked)
    if locked.state != SessionState.SUSPENDED:
        raise Refused(_("This session is not suspended."))
    if locked.current is not None and locked.current.is_now and locked.current.shown_at:
        Item.objects.filter(pk=locked.current.pk).update(timer_from=now())
    bump(locked, state=SessionState.OPEN)
    tell(by, "resumed", locked)
    return locked


def refuse_open_vote(session: Session) -> None:
    if Round.objects.filter(item__session=session, closed_at__isnull=True).exists():
        raise Refused(_("A vote is open: close it first."))


# --- Presence ---


@transaction.atomic
def arrive(*, member: Member, by: Actor, remote: bool = False) -> None:
    """The member is there from now on: said by the desk, or by themselves. Twice is once."""
    session, fresh = _presence_of(member, by)
    if session.state == SessionState.PLANNED:
        raise Refused(_("The session is not open yet: presence is noted once it is."))
    if Presence.objects.filter(member=fresh, left_at__isnull=True).exists():
        return
    Presence.objects.create(member=fresh, remote=remote)
    current = session.current
    if current is not None and fresh.person_id in barred_from([current.application_id])[current.application_id]:
        Recusal.objects.get_or_create(item=current, member=fresh)
    bump(session)
    tell(by, "came", session, person=fresh.person)


@transaction.atomic
def leave(*, member: Member, by: Actor) -> None:
    """The member is no longer there: their ballot in an open vote no longer counts, the quorum is counted again."""
    from kiif.committees.actions.voting import void_ballots
    from kiif.committees.enums import Void

    session, fresh = _presence_of(member, by)
    open_one = Presence.objects.filter(member=fresh, left_at__isnull=True)
    if not open_one.update(left_at=now()):
        return
    void_ballots(session, fresh, Void.LEFT)
    bump(session)
    tell(by, "left", session, person=fresh.person)


def _presence_of(member: Member, by: Actor) -> tuple[Session, Member]:
    session = lock(member.session)
    fresh = Member.objects.get(pk=member.pk, session=session)
    refuse_closed(session)
    own = member_of(session, by)
    if own is None or own.pk != fresh.pk or by.impersonator is not None:
        require_desk(by, session)
    if fresh.removed_at is not None:
        raise Refused(_("%(name)s no longer belongs to this committee.") % {"name": fresh.name})
    return session, fresh


# --- The dossier before the committee ---


@transaction.atomic
def call(*, item: Item, by: Actor) -> Item:
    """Brings a dossier before the committee. Members whom a conflict bars leave first: until `show`, the screens only
    say who. Raises Refused while a vote is open, or for a session that is not."""
    session, fresh = lock_item(item)
    require_desk(by, session)
    refuse_unless_open(session)
    refuse_open_vote(session)
    if session.current_id == fresh.pk:
        return fresh
    put_down(session)
    room, barred = room_of(session), barred_from([fresh.application_id])[fresh.application_id]
    leaving = room.leaving(barred)
    moment = now()
    for member in leaving:
        Recusal.objects.update_or_create(item=fresh, member=member, defaults={"left_at": moment, "back_at": None})
    fresh.called_at = moment
    fresh.shown_at = None if leaving else moment
    if fresh.state != ItemState.DECIDED:
        fresh.state = ItemState.NOW
        fresh.timer_from = fresh.shown_at
    fresh.save(update_fields=["called_at", "shown_at", "state", "timer_from"])
    bump(session, current=fresh)
    tell(by, "called", fresh, leaving=[member.person for member in leaving if member.person])
    return fresh


@transaction.atomic
def show(*, item: Item, by: Actor) -> Item:
    """Those who had to leave have left: the dossier is shown to the others."""
    session, fresh = lock_item(item)
    require_desk(by, session)
    refuse_unless_open(session)
    if session.current_id != fresh.pk:
        raise Refused(_("Another dossier is before the committee: the page was out of date."))
    if fresh.shown_at is None:
        fresh.shown_at = now()
        if fresh.state == ItemState.NOW:
            fresh.timer_from = fresh.shown_at
        fresh.save(update_fields=["shown_at", "timer_from"])
        bump(session)
        tell(by, "shown", fresh)
    return fresh


@transaction.atomic
def adjourn(*, item: Item, by: Actor) -> Item:
    """Puts a dossier off: it stays on the agenda, after the others."""
    session, fresh = lock_item(item)
    require_desk(by, session)
    refuse_unless_open(session)
    if fresh.state == ItemState.DECIDED:
        raise Refused(_("This dossier is decided: reopen it first."))
    if session.current_id == fresh.pk:
        refuse_open_vote(session)
        put_down(session)
        fresh.refresh_from_db()
    last = session.items.order_by("-order").values_list("order", flat=True).first() or 0
    Item.objects.filter(pk=fresh.pk).update(state=ItemState.ADJOURNED, order=last + 1)
    bump(session, current=session.current)
    tell(by, "adjourned", fresh)
    fresh.refresh_from_db()
    return fresh


def put_down(session: Session) -> None:
    """The dossier before the committee no longer is; those who left for it come back. The caller bumps the session."""
    current = session.current
    if current is None:
        return
    _pause(current)
    Item.objects.filter(pk=current.pk, state=ItemState.NOW).update(state=ItemState.WAITING)
    Item.objects.filter(pk=current.pk).update(shown_at=None)
    Recusal.objects.filter(item=current, back_at__isnull=True).update(back_at=now())
    session.current = None


def _pause(item: Item) -> None:
    stop_timer(item)
    Item.objects.filter(pk=item.pk).update(seconds=item.seconds, timer_from=None)


@transaction.atomic
def set_timer(*, item: Item, running: bool, by: Actor) -> None:
    """Stops the clock of the dossier, or starts it again."""
    session, fresh = lock_item(item)
    require_desk(by, session)
    refuse_unless_open(session)
    if session.current_id != fresh.pk:
        raise Refused(_("Another dossier is before the committee: the page was out of date."))
    if running and fresh.timer_from is None:
        fresh.timer_from = now()
    elif not running:
        stop_timer(fresh)
    fresh.save(update_fields=["seconds", "timer_from"])
    bump(session)


# --- A member goes in the middle ---


@transaction.atomic
def remove_member(*, member: Member, why: str, by: Actor) -> None:
    """Somebody leaves the committee for good. Their screen closes at once; their ballot in an open vote is void; votes
    that are closed stand, and the minutes say so. Raises Refused without a reason once the session is open."""
    from kiif.committees.actions.voting import void_ballots
    from kiif.committees.enums import Void

    session = lock(member.session)
    if session.is_planned:
        from kiif.committees.actions.common import require_prepares

        require_prepares(by, session)
    else:
        require_desk(by, session)
    refuse_closed(session)
    fresh = Member.objects.select_for_update(of=("self",)).get(pk=member.pk, session=session)
    if fresh.removed_at is not None:
        return
    if by.user is not None and fresh.person_id == by.user.pk and session.is_running:
        raise NotAllowed(_("Somebody else at the desk takes you off the committee: nobody removes oneself."))
    if session.is_running and not why.strip():
        raise Refused(_("Say why: the minutes keep it."), field="why")
    moment = now()
    void_ballots(session, fresh, Void.REMOVED)
    Presence.objects.filter(member=fresh, left_at__isnull=True).update(left_at=moment)
    Recusal.objects.filter(member=fresh, back_at__isnull=True).update(back_at=moment)
    fresh.removed_at, fresh.removed_why = moment, why.strip()[:300]
    fresh.save(update_fields=["removed_at", "removed_why"])
    bump(session)
    tell(by, "member_removed", session, person=fresh.person)


def missing_sentence(missing: int) -> str:
    return ngettext(
        "The quorum is not reached for this dossier: %(n)s person is missing.",
        "The quorum is not reached for this dossier: %(n)s people are missing.",
        missing,
    ) % {"n": missing}
