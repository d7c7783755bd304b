"""Carriers are told once that the day by which corrections are waited for comes near."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.programmes import application_mails as mails
from kiif.programmes.actions.applications_team import CORRECTABLE, note_in_journal
from kiif.programmes.models import CorrectionRequest

#: How long before the end.
BEFORE: Final = dt.timedelta(days=2)
#: Nobody is reminded of what they were asked less than this before.
QUIET: Final = dt.timedelta(days=1)


def awaiting(now: dt.datetime | None = None) -> QuerySet[CorrectionRequest]:
    """Requests that end soon, not answered, of which nobody was reminded. One asked for a short time gets no reminder.

    Guarded: asked by the system alone.
    """
    now = now or timezone.now()
    rows = CorrectionRequest.objects.open().filter(reminded_at__isnull=True, application__state__in=CORRECTABLE)
    rows = rows.filter(until__gt=now, until__lte=now + BEFORE, asked_at__lte=now - QUIET)
    return rows.filter(asked_at__lte=F("until") - BEFORE - QUIET)


@transaction.atomic
def remind(*, asked: CorrectionRequest, by: Actor) -> bool:
    """Writes to the carriers, once; False when it is answered, given up or said already."""
    row = awaiting().select_for_update(of=("self",)).filter(pk=asked.pk).first()
    if row is None:
        return False
    row.reminded_at = timezone.now()
    row.save(update_fields=["reminded_at"])
    mails.remind_of_request(row)
    note_in_journal(row.application, "programmes.corrections_reminded", by)
    return True
