"""What happens below and changes a committee: a conflict, a dossier that goes, somebody who leaves the alliance."""

from __future__ import annotations

from typing import Any

from kiif.accounts.actor import Actor
from kiif.alliance.models import Membership
from kiif.committees.enums import RUNNING, SessionState
from kiif.committees.models import Member, Session
from kiif.committees.models.session import bump


def on_barred(sender: Any, conflict: Any, by: Actor, **_rest: Any) -> None:
    from kiif.committees.actions.voting import after_conflict

    after_conflict(application_id=conflict.application_id, person_id=conflict.person_id, by=by)


def on_unbarred(sender: Any, conflict: Any, **_rest: Any) -> None:
    _bump(conflict.application_id)


def on_state_changed(sender: Any, application: Any, **_rest: Any) -> None:
    _bump(application.pk)


def _bump(application_id: int) -> None:
    for session in Session.objects.filter(items__application_id=application_id, state__in=RUNNING):  # guarded: no actor
        bump(session)


def on_access_closed(sender: Any, membership: Any, by: Actor, **_rest: Any) -> None:
    """Whoever no longer belongs to the alliance loses their seats in its sessions to come and under way."""
    from kiif.accounts.actor import system
    from kiif.committees.actions.room import remove_member

    alliance = membership.alliance_id
    others = Membership.objects.current().filter(user=membership.user).exclude(pk=membership.pk)
    if any(row.alliance_id == alliance for row in others):
        return
    seats = Member.objects.sitting().filter(person=membership.user).exclude(session__state=SessionState.CLOSED)
    for seat in seats.select_related("session__call__edition__programme__owner"):
        if seat.session.call.edition.programme.owner.alliance_key == alliance:
            remove_member(member=seat, why=str(membership.where), by=system("committee"))
