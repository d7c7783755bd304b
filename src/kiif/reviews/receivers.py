"""What happens below and ends a read: somebody who leaves the alliance."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from kiif.accounts.actor import Actor, system
from kiif.alliance.models import Membership
from kiif.reviews.enums import ReviewerState, RoundState
from kiif.reviews.models import Reviewer


def on_access_closed(sender: Any, membership: Any, by: Actor, **_rest: Any) -> None:
    """Whoever no longer belongs to the alliance reads no more in its rounds: what they had not given goes back to be
    shared out, their marks stay. Experts read by their link, whatever roles they have."""
    from kiif.reviews.actions.experts import remove_reviewer

    alliance = membership.alliance_id
    others = Membership.objects.current().filter(user=membership.user).exclude(pk=membership.pk)
    if any(row.alliance_id == alliance for row in others):
        return
    rows = Reviewer.objects.filter(person=membership.user, external=False).exclude(state=ReviewerState.LEFT)
    for reviewer in rows.select_related("round__call__edition__programme__owner"):
        if reviewer.round.call.edition.programme.owner.alliance_key != alliance:
            continue
        if reviewer.round.state == RoundState.CLOSED:  # its list stays; what they marked is not read again
            Reviewer.objects.filter(pk=reviewer.pk).update(state=ReviewerState.LEFT, left_at=timezone.now())
        else:
            remove_reviewer(reviewer=reviewer, by=system("reviews"))
