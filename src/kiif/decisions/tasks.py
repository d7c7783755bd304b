"""Regular work of the room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kiif.accounts import actor as actors
from kiif.decisions.actions import reminders
from kiif.jobs.tasks import job


@job("decisions.remind", label=_("Remind of the places that wait for a reply"), retries=2)
def remind() -> dict[str, int]:
    """Each row in its own transaction; run again, it writes nothing more."""
    by = actors.system("decisions")
    return {"sent": sum(reminders.remind(decision=row, by=by) for row in reminders.awaiting())}


def something_waits() -> bool:
    return reminders.awaiting().exists()
