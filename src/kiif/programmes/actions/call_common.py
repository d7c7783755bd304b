"""What the actions on calls share: the right to change one, its row locked, the hours of its form."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import require
from kiif.journal.actions import record
from kiif.programmes.models import Call
from kiif.questionnaires.models import Collection
from kiif.ui.errors import Refused

DATES: Final = ("opens_at", "closes_at", "late_until", "grace", "answers_by")


def require_run(by: Actor, call: Call) -> None:
    """Raises NotAllowed unless this actor manages the call."""
    require("programmes.change_call", by, call, _("Only the team that runs this programme changes its calls."))


def locked(call: Call, by: Actor, revision: int | None = None) -> Call:
    """The row of the call, locked, for who manages it. `revision`: that of the page; Refused when it is an old one."""
    rows = Call.objects.select_related("edition__programme__owner", "collection__questionnaire")
    # not its key: whoever sends an application meanwhile holds the form, and only names the call
    row = rows.select_for_update(of=("self",), no_key=True).get(pk=call.pk)
    require_run(by, row)
    if revision is not None and revision != row.revision:
        raise Refused(_("Somebody changed this call meanwhile. Copy what you typed, then open the page again."))
    return row


def grow(call: Call) -> None:
    """Makes pages open elsewhere old ones."""
    call.revision += 1
    call.save(update_fields=["revision"])


def note(by: Actor, verb: str, obj: Any, call: Call, **more: Any) -> None:
    """A line of the journal, in the name of the house that owns the programme."""
    record(by=by, verb=f"programmes.{verb}", obj=obj, scope=call.edition.programme.owner.specific, **more)


def check_dates(call: Call) -> None:
    """Raises Refused when the dates of the call are in disorder."""
    if call.opens_at and call.closes_at and call.closes_at <= call.opens_at:
        raise Refused(_("It closes before it opens: check both moments."), field="closes_at")
    if call.late_until and (call.closes_at is None or call.late_until < call.closes_at):
        raise Refused(_("Late applications are received after the closing, not before."), field="late_until")
    if call.closes_at and call.answers_by and call.answers_by < call.closes_at.date():
        raise Refused(_("Answers are promised for after the closing: check the day."), field="answers_by")


def follow(call: Call) -> None:
    """The form of the call follows its hours: they are shown to who writes, and say until when one may begin."""
    if call.collection_id is not None:
        # guarded: the collection of this very call, whose manager was checked
        Collection.objects.filter(pk=call.collection_id).update(
            opens_at=call.opens_at, closes_at=call.ends_at, grace=call.grace
        )
