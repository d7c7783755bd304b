"""Regular work of the room: reminders and expiry of the placements that nobody answered."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kiif.accounts import actor as actors
from kiif.cohorts.actions import placements as actions
from kiif.cohorts.models import Placement
from kiif.jobs.tasks import job


@job("cohorts.watch_placements", label=_("Reminders and ends of proposed placements"), retries=2)
def watch_placements() -> dict[str, int]:
    """Each row in its own transaction: one that was answered meanwhile stays as it is."""
    by = actors.system("cohorts")
    ended = reminded = 0
    for placement in Placement.objects.open().filter(actions.waiting()):
        ended += actions.expire(placement=placement, by=by)
        reminded += actions.remind(placement=placement, by=by)
    return {"expired": ended, "reminded": reminded}


def something_waits() -> bool:
    return Placement.objects.open().filter(actions.waiting()).exists()
