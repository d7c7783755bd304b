"""What this room does when an application changes state: in the same transaction, whoever did it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.cohorts.actions.members import join, make_turn
from kiif.cohorts.actions.placements import close
from kiif.cohorts.enums import LeaveReason, MemberState, PlacementState
from kiif.cohorts.models import Member, Placement, PlanLine
from kiif.programmes.enums import State
from kiif.programmes.models import Application


def follow(*, application: Application, before: str, by: Actor) -> None:
    """An accepted application joins the cohort; one that is no longer accepted leaves it: its placement closes, both
    sides are told, its place is free."""
    if application.state == State.ACCEPTED:
        _comes(application, by)
    elif before == State.ACCEPTED:
        _goes(application, by)


def _comes(application: Application, by: Actor) -> None:
    member = join(application, by)
    if member is not None and member.state == MemberState.DROPPED:
        row = Member.objects.select_for_update(of=("self",)).with_ties().get(pk=member.pk)
        make_turn(row, MemberState.ACTIVE, by, words=_("The application is accepted again."))


def _goes(application: Application, by: Actor) -> None:
    withdrew = application.state == State.WITHDRAWN
    reason = _("The project withdrew.") if withdrew else _("The decision about this application changed.")
    PlanLine.objects.filter(application=application).delete()
    running = Placement.objects.select_for_update(of=("self",)).running().filter(application=application).with_ties()
    for placement in running.select_related("application__response"):
        close(placement, PlacementState.WITHDRAWN, reason, by, verb="cohorts.withdrawn")
    present = Member.objects.filter(application=application).exclude(state=MemberState.DROPPED)
    for member in present.select_for_update(of=("self",)).with_ties():
        why = LeaveReason.WITHDREW if withdrew else LeaveReason.DECISION
        make_turn(member, MemberState.DROPPED, by, reason=why, words=reason)
