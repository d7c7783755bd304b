"""A cohort: opened with those who were accepted, presented, shown to everybody, closed."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import clean, require
from kiif.cohorts.actions.common import scope_of, who_runs
from kiif.cohorts.actions.members import join, make_turn, place_member
from kiif.cohorts.enums import MemberState
from kiif.cohorts.models import Cohort, Member, Placement
from kiif.journal.actions import record
from kiif.journal.diff import difference, snapshot
from kiif.programmes.enums import State
from kiif.programmes.models import Application, Call
from kiif.ui.errors import Refused

_FIELDS = ("name", "words", "starts_on", "ends_on")


@transaction.atomic
def open_cohort(
    *,
    call: Call,
    name: str,
    by: Actor,
    words: str = "",
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> Cohort:
    """Opens the cohort of a call with every accepted application; those accepted later join by themselves.

    Raises NotAllowed; Refused when there is one already, or for an end before the start.
    """
    require("cohorts.run", by, call, who_runs())
    Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if Cohort.objects.filter(call=call).exists():
        raise Refused(_("This call already has its cohort."))
    cohort = Cohort(call=call, name=name.strip(), words=words.strip(), starts_on=starts_on, ends_on=ends_on)
    cohort.created_by = by.user
    clean(cohort)
    cohort.save()
    record(by=by, verb="cohorts.opened", obj=cohort, scope=scope_of(call))
    for application in Application.objects.filter(call=call, state=State.ACCEPTED).with_ties():
        join(application, by)
    for placement in Placement.objects.hosted().filter(application__call=call):
        place_member(placement)
    return cohort


@transaction.atomic
def change_cohort(
    *, cohort: Cohort, name: str, words: str, starts_on: dt.date | None, ends_on: dt.date | None, by: Actor
) -> Cohort:
    """Changes its name, its words, its days. Raises NotAllowed, Refused."""
    require("cohorts.run", by, cohort, who_runs())
    row = _locked(cohort)
    before = snapshot(row, _FIELDS)
    row.name, row.words, row.starts_on, row.ends_on = name.strip(), words.strip(), starts_on, ends_on
    clean(row)
    row.save(update_fields=_FIELDS)
    if changes := difference(before, row):
        record(by=by, verb="cohorts.changed", obj=row, changes=changes, scope=scope_of(row.call))
    return row


def _locked(cohort: Cohort) -> Cohort:
    rows = Cohort.objects.select_for_update(of=("self",)).select_related("call__edition__programme__owner")
    return rows.get(pk=cohort.pk)


@transaction.atomic
def show_publicly(*, cohort: Cohort, shown: bool, by: Actor) -> Cohort:
    """Opens or closes the public page; only members who agreed are on it. Raises NotAllowed, Refused."""
    require("cohorts.run", by, cohort, who_runs())
    row = _locked(cohort)
    if shown and row.call.published_at is None:
        raise Refused(_("Publish the call first: its public page leads to the cohort."))
    if (row.public_at is not None) == shown:
        return row
    row.public_at = timezone.now() if shown else None
    row.save(update_fields=["public_at"])
    verb = "cohorts.shown_publicly" if shown else "cohorts.hidden"
    record(by=by, verb=verb, obj=row, scope=scope_of(row.call))
    return row


@transaction.atomic
def close_cohort(*, cohort: Cohort, by: Actor) -> int:
    """The programme ends: who takes part finishes, who agreed to stay in touch becomes an alumni; gives how many
    finish. Raises NotAllowed; Refused when it is closed already."""
    require("cohorts.run", by, cohort, who_runs())
    row = _locked(cohort)
    if row.closed_at is not None:
        raise Refused(_("This cohort is already closed."))
    row.closed_at = timezone.now()
    row.save(update_fields=["closed_at"])
    present = (MemberState.ACTIVE, MemberState.PAUSED, MemberState.FINISHED)
    members = Member.objects.select_for_update(of=("self",)).with_ties().filter(cohort=row, state__in=present)
    count = 0
    for member in members:
        count += 1
        if member.state != MemberState.FINISHED:
            make_turn(member, MemberState.FINISHED, by)
        if member.consent_alumni_at is not None:
            make_turn(member, MemberState.ALUMNI, by)
    record(by=by, verb="cohorts.closed", obj=row, data={"count": count}, scope=scope_of(row.call))
    return count
