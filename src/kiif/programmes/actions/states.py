"""The only way of an application from one state to another; numbers of projects."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.models import Alliance
from kiif.journal.actions import record
from kiif.programmes import signals
from kiif.programmes.enums import DECIDED, TRANSITIONS, State
from kiif.programmes.models import Application, Number
from kiif.ui.errors import Refused

PREFIX = "KF"


@transaction.atomic
def move(*, application: Application, to: str, by: Actor, words: str = "", verb: str = "") -> Application:
    """Moves an application to a state, writes the journal and tells the rooms above. Asks no right: callers do.

    `words`: why, for its carriers. `verb`: of the journal (`programmes.moved` by default). Raises Refused for a move
    that the table does not have; the same state twice is nothing.
    """
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    before = locked.state
    if before == to:
        return locked
    if to not in TRANSITIONS[before]:
        raise Refused(
            _("From “%(before)s” this application cannot become “%(after)s”.")
            % {"before": State(before).label, "after": State(to).label}
        )
    now = timezone.now()
    locked.state, locked.state_at, locked.state_words = to, now, words.strip()[:2_000]
    if to in DECIDED:
        locked.decided_at = now
    locked.save(update_fields=["state", "state_at", "state_words", "decided_at"])
    application.state, application.state_words = locked.state, locked.state_words
    record(
        by=by,
        verb=verb or "programmes.moved",
        obj=locked,
        changes={"state": (before, to)},
        scope=locked.call.edition.programme.owner.specific,
    )
    signals.state_changed.send(Application, application=locked, before=before, by=by)
    return locked


def next_number(alliance: Alliance, year: int | None = None) -> str:
    """The next number of a dossier, `KF-2026-0421`. In a transaction; two at once wait for each other."""
    year = year or timezone.localdate().year
    # one sequence for the whole instance: a number names one project, whatever the alliance
    keeper = Alliance.objects.order_by("pk").first() or alliance
    Number.objects.get_or_create(alliance=keeper, year=year)
    row = Number.objects.select_for_update(of=("self",)).get(alliance=keeper, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{PREFIX}-{year}-{row.last:04}"
