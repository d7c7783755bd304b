"""What follows a call that is copied, rehearsed or moved: settings and texts, never people."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F

from kiif.accounts.actor import Actor
from kiif.cohorts.models import Cohort, CohortEvent, Commitment, Matching, Member, Placement
from kiif.programmes.copying import Copier


def copy(source: Any, target: Any, shift: dt.timedelta, by: Actor) -> None:
    """What counts in the matching and the days to answer. The cohort of the next edition is opened by its people."""
    matching = Matching.objects.filter(call=source).first()
    if matching is not None:
        Matching.objects.update_or_create(
            call=target,
            defaults={"weights": matching.weights, "days": matching.days, "reminder": matching.reminder},
        )


def move(call: Any, shift: dt.timedelta) -> None:
    """Every day that this room keeps of a call."""
    days = dt.timedelta(days=shift.days)
    Placement.objects.filter(application__call=call).update(
        deadline=F("deadline") + shift, proposed_at=F("proposed_at") + shift
    )
    CohortEvent.objects.filter(cohort__call=call).update(starts_at=F("starts_at") + shift, ends_at=F("ends_at") + shift)
    for cohort in Cohort.objects.filter(call=call):
        _move_days(cohort, ("starts_on", "ends_on"), days)
        for commitment in Commitment.objects.filter(cohort=cohort):
            _move_days(commitment, ("due_on",), days)
        for member in Member.objects.filter(cohort=cohort):
            _move_days(member, ("joined_on", "state_on"), days)


def _move_days(row: Any, fields: tuple[str, ...], days: dt.timedelta) -> None:
    for name in fields:
        if (day := getattr(row, name)) is not None:
            setattr(row, name, day + days)
    row.save(update_fields=list(fields))


COPIER = Copier("cohorts", copy=copy, move=move)
