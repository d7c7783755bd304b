"""Drafts are reminded by themselves before the closing: three days before, then the day before, unless the team did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kiif.accounts.actor import Actor
from kiif.journal.actions import record
from kiif.programmes import application_mails as mails
from kiif.programmes.actions.applications_bulk import QUIET
from kiif.programmes.enums import CallState
from kiif.programmes.models import Application, Call, Reminder
from kiif.questionnaires.windows import moment

#: How long before the closing, the last one first: one word in each of these times, whoever writes it.
TIMES: Final = (dt.timedelta(days=1), dt.timedelta(days=3))


def closing_soon(now: dt.datetime | None = None) -> QuerySet[Call]:
    """Calls that close within the longest of these times. Guarded: asked by the system alone."""
    now = now or timezone.now()
    rows = Call.objects.public().with_ties().filter(state=CallState.PUBLISHED, opens_at__lte=now)
    return rows.filter(closes_at__gt=now, closes_at__lte=now + max(TIMES))


def awaiting(call: Call, now: dt.datetime | None = None) -> QuerySet[Application]:
    """Drafts of a call that nobody was written to about in the present time, nor a moment ago; none that was begun
    just now. Guarded: asked by the system alone."""
    now = now or timezone.now()
    left = call.closes_at - now if call.closes_at is not None else dt.timedelta()
    time = next((one for one in TIMES if dt.timedelta() < left <= one), None)
    if time is None or call.closes_at is None:
        return Application.objects.none()
    since = min(call.closes_at - time, now - QUIET)
    rows = Application.objects.begun().with_ties().filter(call=call, begun_at__lte=now - QUIET)
    return rows.exclude(reminders__at__gte=since).order_by("pk")


def remind_before_closing(*, call: Call, by: Actor) -> int:
    """Writes to the carriers of each, in a transaction of its own; gives how many drafts were reminded."""
    done = sum(_remind(row, by) for row in awaiting(call))
    if done:
        record(
            by=by,
            verb="programmes.drafts_reminded",
            obj=call,
            scope=call.edition.programme.owner.specific,
            data={"drafts": done},
        )
    return done


@transaction.atomic
def _remind(application: Application, by: Actor) -> bool:
    row = awaiting(application.call).select_for_update(of=("self",)).filter(pk=application.pk).first()
    if row is None:
        return False
    closes_at = row.call.closes_at
    assert closes_at is not None  # noqa: S101 -- `awaiting` gives none without it
    with override(row.language):
        words = _words(closes_at - timezone.now())
    reminder = Reminder.objects.create(application=row, words=words, by=by.user)
    mails.remind(reminder, moment(closes_at, row.language))
    return True


def _words(left: dt.timedelta) -> str:
    if left <= TIMES[0]:
        return _("The call closes in less than a day, and your application is not sent.")
    return _("A few days are left to finish your application and send it.")


def to_remind() -> Iterator[Call]:
    """Calls with somebody to write to."""
    return (call for call in closing_soon() if awaiting(call).exists())
