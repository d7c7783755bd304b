"""Jobs of the alliance."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import system
from kiif.alliance.actions.delegations import close_finished_delegations
from kiif.alliance.actions.reviews import open_due_reviews, remind_reviews
from kiif.jobs.tasks import job


@job("alliance.review_access", label=_("Access reviews: open those of the quarter, remind the others"))
def review_access() -> dict[str, int]:
    """Opens the reviews of a new quarter, reminds those that are due in a week. Safe to run every day."""
    by = system("alliance.review_access")
    opened = open_due_reviews(by=by)
    return {"opened": len(opened), "reminded": remind_reviews(by=by)}


@job("alliance.close_delegations", label=_("Delegations: tell those that have ended"))
def close_delegations() -> int:
    """Records and tells the delegations whose day of return has come (their rights were gone already)."""
    return close_finished_delegations(by=system("alliance.close_delegations"))
