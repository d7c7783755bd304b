"""Reminders of places that wait for a reply, some days before the last one. By themselves, every morning.

Five days before, then the day before; each one once for a given day: more days that were given begin again. Nobody is
reminded of what they were just written about.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import day_for
from kiif.decisions.enums import Outcome, Reply
from kiif.decisions.letters.values import link_of
from kiif.decisions.models import Decision
from kiif.decisions.queries import DecisionQuerySet
from kiif.journal.actions import record
from kiif.mailbox.actions import queue_mail
from kiif.mailbox.models import Mail
from kiif.programmes.application_mails import carriers

KIND: Final = "decisions.reply_due"
#: Days before the last one, the nearest first.
STAGES: Final = (1, 5)
#: Days after the letter during which nobody is reminded.
QUIET: Final = 2


def awaiting(today: dt.date | None = None) -> DecisionQuerySet:
    """Places that carriers may still take, whose last day is near. Rehearsals write to nobody."""
    today = today or timezone.localdate()
    rows = Decision.objects.published().filter(outcome=Outcome.ACCEPTED, reply=Reply.NONE)
    rows = rows.filter(reply_by__gte=today, reply_by__lte=today + dt.timedelta(days=max(STAGES)))
    return rows.exclude(application__call__edition__rehearsal_of__isnull=False)


@transaction.atomic
def remind(*, decision: Decision, by: Actor, today: dt.date | None = None) -> int:
    """Writes to who carries it, once by stage; gives how many mails are queued. Nothing once somebody replied."""
    today = today or timezone.localdate()
    rows = awaiting(today).with_ties().select_for_update(of=("self",)).select_related("application__response__owner")
    row = rows.filter(pk=decision.pk).first()
    if row is None or row.reply_by is None or row.published_at is None:
        return 0
    if (today - timezone.localdate(row.published_at)).days < QUIET:
        return 0
    stage = next(days for days in STAGES if (row.reply_by - today).days <= days)
    sent = 0
    for person in carriers(row.application):
        key = f"{KIND}:{row.public_id}:{row.reply_by:%Y%m%d}:{stage}:{person.pk}"
        if Mail.objects.filter(key=key).exists():
            continue
        facts = {
            "call": row.application.call.title,
            "project": row.application.title or row.application.number,
            "date": day_for(row.reply_by, person.language),
            "link": link_of(row.application),
        }
        queue_mail(kind=KIND, to=person, context=facts, by=by, about=row, key=key)
        sent += 1
    if sent:
        record(by=by, verb="decisions.reminded", obj=row, scope=row.application.call.edition.programme.owner.specific)
    return sent
