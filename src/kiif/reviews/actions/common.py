"""What the actions of reviews share: rights, locked rows, the journal, the thread of a stale page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import require
from kiif.journal.actions import record
from kiif.reviews.enums import RoundState
from kiif.reviews.models import MarkLine, Round
from kiif.ui.errors import Refused


def require_run(by: Actor, obj: Any) -> None:
    """Raises NotAllowed unless this actor runs the call of a round, or of what hangs on one."""
    require("reviews.change_round", by, obj, _("Only the team that runs this call looks after its reading."))


def locked(round_: Round, by: Actor, revision: int | None = None) -> Round:
    """The row of the round, locked, for who runs the call. `revision`: that of the page; Refused when it is old."""
    row = Round.objects.with_ties().select_for_update(of=("self",)).get(pk=round_.pk)
    require_run(by, row)
    if revision is not None and revision != row.revision:
        raise Refused(_("Somebody changed this round while you were writing. Open the page again: theirs is kept."))
    return row


def grow(round_: Round) -> None:
    """Makes pages open elsewhere old ones."""
    round_.revision += 1
    round_.save(update_fields=["revision"])


def note(by: Actor, verb: str, obj: Any, round_: Round, **more: Any) -> None:
    """A line of the journal, in the name of the house that owns the programme."""
    record(by=by, verb=f"reviews.{verb}", obj=obj, scope=round_.call.edition.programme.owner.specific, **more)


def has_marks(round_: Round) -> bool:
    """Whether somebody marked something in this round, anchor dossiers included."""
    return MarkLine.objects.filter(mark__assignment__round=round_, value__isnull=False).exists()


def check_not_closed(round_: Round) -> None:
    if round_.state == RoundState.CLOSED:
        raise Refused(_("This round is closed: open it again first."))
