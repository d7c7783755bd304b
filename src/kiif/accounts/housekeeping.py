"""What must happen every day. Jobs live on a higher floor: it runs `daily()` on its schedule (see `jobs.apps`)."""

from __future__ import annotations

from kiif.accounts import actions
from kiif.accounts.actor import Actor, system
from kiif.accounts.models import SupportVisit
from kiif.accounts.queries import forgotten_visits


def daily(by: Actor | None = None) -> dict[str, int]:
    """Erasures whose day has come, warnings, erasures of the inactive, visits left open. May run twice.

    Gives how many of each.
    """
    by = by or system("accounts.daily")
    return {
        "erased": len(actions.run_due_erasures(by=by)),
        "warned": len(actions.warn_inactive(by=by)),
        "anonymised": len(actions.anonymise_inactive(by=by)),
        "visits_ended": sum(1 for visit in forgotten_visits() if _end(visit, by)),
    }


def _end(visit: SupportVisit, by: Actor) -> bool:
    return actions.end_visit(visit=visit, by=by).ended_at is not None
