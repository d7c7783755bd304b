"""Reminders of what is left to read: by the team to whom it chooses, and by themselves before a round closes.

Never two within three days, never to whom has nothing left, never about an application: the page of the reviewer says
which ones, so that nobody is told of a dossier that a conflict takes away.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from kiif.accounts.actor import Actor, system
from kiif.alliance.actions.common import link
from kiif.mailbox.actions import queue_mail
from kiif.questionnaires.windows import moment
from kiif.reviews import links
from kiif.reviews.actions.common import locked, note
from kiif.reviews.enums import WAITING, ReviewerState, RoundState, Source
from kiif.reviews.models import Reviewer, Round
from kiif.ui.errors import Refused

#: A person hears of a round at most once in so long.
PAUSE: Final = dt.timedelta(days=3)
#: Automatic reminders begin so long before the end, and come again a day before it.
BEFORE: Final = dt.timedelta(days=5)
MOST_WORDS: Final = 600


def waiting(round_: Round) -> QuerySet[Reviewer]:
    """Reviewers of a round who still have something to read, with `left`, how many. What a conflict took away is
    recused, and no longer waits."""
    todo = Q(assignments__state__in=WAITING) & ~Q(assignments__source=Source.CALIBRATION)
    rows = Reviewer.objects.filter(round=round_, state=ReviewerState.ACCEPTED)
    return rows.annotate(left=Count("assignments", filter=todo)).filter(left__gt=0).select_related("person")


def due(round_: Round, now: dt.datetime | None = None) -> QuerySet[Reviewer]:
    """Those of them who heard of nothing for three days."""
    since = (now or timezone.now()) - PAUSE
    return waiting(round_).filter(Q(reminded_at__isnull=True) | Q(reminded_at__lte=since))


@transaction.atomic
def remind(*, round_: Round, reviewers: Iterable[int], by: Actor, words: str = "") -> list[Reviewer]:
    """Reminds these reviewers (keys) of what they have left; the others of the list are passed over: nothing left, or
    reminded less than three days ago. Gives those who are written to. Raises NotAllowed, Refused."""
    row = locked(round_, by)
    if row.state != RoundState.OPEN or row.is_over:
        raise Refused(_("This round is not being read: there is nothing to remind of."))
    words = words.strip()
    if len(words) > MOST_WORDS:
        raise Refused(_("Keep your words under %(n)s characters.") % {"n": MOST_WORDS}, field="words")
    found = list(due(row).filter(pk__in=list(reviewers)))
    if not found:
        raise Refused(_("Nobody to write to: all is given, or they were reminded less than three days ago."))
    for one in found:
        _send(one, row, by, words)
    note(by, "reminded", row, row, data={"count": len(found)})
    return found


def remind_all_due(now: dt.datetime | None = None) -> int:
    """Reminds by itself whoever is late in rounds that close within five days. Gives how many mails were queued."""
    now = now or timezone.now()
    sent = 0
    soon = Round.objects.with_ties().filter(state=RoundState.OPEN, closes_at__gt=now, closes_at__lte=now + BEFORE)
    for round_ in soon.exclude(call__edition__rehearsal_of__isnull=False):
        sent += _remind_round(round_, now)
    return sent


@transaction.atomic
def _remind_round(round_: Round, now: dt.datetime) -> int:
    rows = list(due(round_, now))
    for one in rows:
        _send(one, round_, system("reviews"), "")
    if rows:
        note(system("reviews"), "reminded", round_, round_, data={"count": len(rows)})
    return len(rows)


def preview(language: str, left: int) -> str:
    """What is left, in the words of the mail."""
    with override(language):
        return ngettext("%(n)s application to read", "%(n)s applications to read", left) % {"n": left}


def _send(reviewer: Reviewer, round_: Round, by: Actor, words: str) -> None:
    """One mail, once for each moment at which the last one had left."""
    before = reviewer.reminded_at
    changed = Reviewer.objects.filter(pk=reviewer.pk, reminded_at=before).update(
        reminded_at=timezone.now(), reminders=F("reminders") + 1
    )
    if not changed:
        return
    queue_mail(
        kind="reviews.reminder",
        to=reviewer.person,
        context={
            "round": round_.title,
            "call": round_.call.title,
            "number": preview(reviewer.person.language, reviewer.left),  # type: ignore[attr-defined]  # counted
            "until": moment(round_.closes_at) if round_.closes_at else "–",
            "words": words,
            "link": links.address_of(reviewer) if reviewer.external else link("reviews:mine"),
        },
        by=by,
        about=reviewer,
        key=f"reviews.reminder:{reviewer.pk}:{before.timestamp() if before else 0}",
    )
