"""Regular work round the drafts of calls that close soon."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy

from kiif.accounts.actor import system
from kiif.jobs import schedule
from kiif.jobs.tasks import job


@job(
    "programmes.remind_drafts",
    label=gettext_lazy("Reminding of the drafts that are not sent"),
    retries=2,
    lease=timedelta(minutes=10),
)
def remind_drafts() -> dict[str, int]:
    """Run again, nobody is written to twice."""
    from kiif.programmes.actions import drafts_reminding

    by = system("programmes")
    return {"reminded": sum(drafts_reminding.remind_before_closing(call=call, by=by)
                            for call in drafts_reminding.to_remind())}  # fmt: skip


def something_waits() -> bool:
    from kiif.programmes.actions import drafts_reminding

    return drafts_reminding.closing_soon().exists()


def register() -> None:
    schedule.register("programmes.remind_drafts", remind_drafts, every=timedelta(hours=1), when=something_waits)
