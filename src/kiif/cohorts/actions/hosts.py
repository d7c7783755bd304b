"""A host withdraws from a call: nobody is forgotten."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import require
from kiif.cohorts import mails
from kiif.cohorts.actions.common import scope_of
from kiif.cohorts.actions.placements import close
from kiif.cohorts.enums import PlacementState
from kiif.cohorts.models import Placement, PlanLine
from kiif.journal.actions import record
from kiif.programmes import signals
from kiif.programmes.models import Host
from kiif.ui.errors import Refused


@transaction.atomic
def host_leaves(*, host: Host, words: str, by: Actor) -> int:
    """The host no longer hosts in this call: its proposals and placements close, its projects return to the matching,
    the projects, the host and the team are told. Gives how many return.

    Raises NotAllowed; Refused when it withdrew already, or without a reason.
    """
    who = _("Who runs the call, or the manager of this incubator, records that it withdraws.")
    require("cohorts.withdraw_host", by, host, who)
    row = Host.objects.select_for_update(of=("self",)).select_related("incubator", "branch", "call").get(pk=host.pk)
    if row.left_at is not None:
        raise Refused(_("%(host)s already withdrew from this call.") % {"host": row})
    if not words.strip():
        raise Refused(_("Say why in a few words: the projects will read it."), field="words")
    row.left_at = timezone.now()
    row.save(update_fields=["left_at"])
    reason = _("%(host)s can no longer host in this call: %(words)s") % {"host": row, "words": words.strip()}
    count = placements_return(host=row, reason=reason, by=by)
    record(
        by=by, verb="cohorts.host_left", obj=row.call, data={"host": str(row), "words": words.strip(),
        "count": count}, scope=scope_of(row.call),
    )  # fmt: skip
    signals.host_left.send(Host, host=row, by=by)
    host.left_at = row.left_at
    return count


def placements_return(*, host: Host, reason: str, by: Actor) -> int:
    """Closes what runs with a host that withdrew, whoever recorded it; gives how many. Asks no right: callers do."""
    PlanLine.objects.filter(host=host).update(host=None, score=None, reasons=[], by_hand=False, words="")
    running = Placement.objects.select_for_update(of=("self",)).running().filter(host=host).with_ties()
    placements = list(running.select_related("application__response"))
    for placement in placements:
        close(placement, PlacementState.WITHDRAWN, reason, by, verb="cohorts.withdrawn")
        mails.tell_to_place(placement, reason, by)
    return len(placements)


def follow_host(*, host: Host, by: Actor) -> None:
    """A host withdrew on its page of the call."""
    reason = _("%(host)s no longer hosts in this call.") % {"host": host}
    placements_return(host=host, reason=reason, by=by)
