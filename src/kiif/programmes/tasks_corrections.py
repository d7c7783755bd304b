"""Regular work round the corrections that are waited for."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy

from kiif.accounts.actor import system
from kiif.jobs.tasks import job
from kiif.programmes.actions import applications_reminding as reminding


@job(
    "programmes.remind_corrections",
    label=gettext_lazy("Reminding of the corrections that are waited for"),
    retries=2,
    lease=timedelta(minutes=5),
)
def remind_corrections() -> dict[str, int]:
    """Each request in its own transaction; run again, it writes nothing more."""
    by = system("programmes")
    return {"reminded": sum(reminding.remind(asked=row, by=by) for row in reminding.awaiting())}


def something_waits() -> bool:
    return reminding.awaiting().exists()
