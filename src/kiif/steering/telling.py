"""What is told of a call to a partner, and when: nothing that moves dossier by dossier.

While a call is open, a figure that changes each day would tell of each dossier: only its total is told, from five on.
The tables come once it is closed, without the answers until all of them are published.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from kiif.methods.disclosure import K
from kiif.programmes.enums import RUNNING, SENT, State
from kiif.programmes.models import Application, Call


@dataclass(frozen=True)
class Told:
    """`received`, `accepted`: None when they are not told."""

    closed: bool
    answered: bool
    received: int | None
    accepted: int | None


def of_call(call: Call) -> Told:
    """One query."""
    counts = Application.objects.filter(call=call).aggregate(
        received=Count("pk", filter=Q(state__in=SENT)),
        running=Count("pk", filter=Q(state__in=RUNNING)),
        accepted=Count("pk", filter=Q(state=State.ACCEPTED)),
    )
    closed = call.ends_at is not None and call.ends_at <= timezone.now()
    answered = closed and not counts["running"] and counts["received"] > 0
    # both totals together tell the rest: it is not small either
    others = counts["received"] - counts["accepted"]
    told = answered and counts["accepted"] >= K and (others >= K or not others)
    return Told(
        closed=closed,
        answered=bool(answered),
        received=counts["received"] if counts["received"] >= K else None,
        accepted=counts["accepted"] if told else None,
    )
