"""Regular work for who asked to be told when a programme opens again."""

from __future__ import annotations

from datetime import time, timedelta

from django.utils.translation import gettext_lazy

from kiif.jobs import schedule
from kiif.jobs.tasks import job


@job(
    "programmes.tell_openings",
    label=gettext_lazy("Telling that a call is open to who asked for it"),
    retries=2,
    lease=timedelta(minutes=10),
)
def tell_openings() -> dict[str, int]:
    """Each person in a transaction of their own; run again, nobody is written to twice."""
    from kiif.programmes.actions import watching

    rows = watching.to_tell().select_related("programme", "user")
    return {"told": sum(watching.tell(watch=row) for row in list(rows))}


@job(
    "programmes.forget_watches",
    label=gettext_lazy("Forget who waits for a programme that does not come back"),
    retries=2,
    lease=timedelta(minutes=5),
)
def forget_watches() -> int:
    from kiif.programmes.actions import watching

    return watching.forget()


def something_opened() -> bool:
    from kiif.programmes.actions import watching

    return watching.to_tell().exists()


def register() -> None:
    schedule.register("programmes.tell_openings", tell_openings, every=timedelta(minutes=15), when=something_opened)
    schedule.register("programmes.forget_watches", forget_watches, every=timedelta(days=1), at=time(3, 50))
