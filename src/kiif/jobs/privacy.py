"""What the jobs hold about a person: that they asked for them, and the files made for them."""

from collections.abc import Iterable
from typing import IO, Any

from django.db.models import Exists
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.accounts import privacy
from kiif.accounts.models import User
from kiif.jobs.models import Run

PERSONAL_FIELDS: dict[str, set[str]] = {
    "Run": {"created_by", "acting_as", "title", "args", "key", "note", "result", "file", "file_name", "error", "trace"}
}
NOT_PERSONAL: dict[str, set[str]] = {
    "Run": {"name", "system", "worker"},
    "PeriodicTask": {"name"},
    "WorkerBeat": {"worker", "host"},
}


def export(user: User) -> dict[str, Any]:
    """The jobs that the person asked for."""
    runs = Run.objects.filter(created_by=user)
    return {
        "jobs": [
            {
                "job": str(run),
                "asked_on": run.created_at.isoformat(),
                "state": run.state,
                "finished_on": run.finished_at.isoformat() if run.finished_at else None,
                "file": run.file_name,
            }
            for run in runs
        ]
    }


def files(user: User) -> Iterable[tuple[str, IO[bytes]]]:
    """The files made for the person that are still kept."""
    for run in Run.objects.filter(created_by=user, expires_at__gt=timezone.now()).exclude(file=""):
        yield f"{run.pk}-{run.file_name}", run.file.open("rb")


def erase(user: User) -> None:
    """Files go; the row stays without a name, for the figures of the instance."""
    for run in Run.objects.filter(created_by=user):
        if run.file:
            run.file.delete(save=False)
        Run.objects.filter(pk=run.pk).update(
            created_by=None,
            acting_as="",
            title="",
            key=f"erased:{run.pk}",
            note="",
            result=None,
            file="",
            file_name="",
            error="",
            trace="",
        )


def holds(user: User) -> Exists:
    return Exists(Run.objects.filter(created_by=user))


def seen_by(user: User) -> list[str]:
    return [_("Whoever looks after this instance sees which exports and imports you asked for, not their content.")]


def declare() -> None:
    privacy.register(
        privacy.Holder(
            "jobs",
            gettext_lazy("Exports and imports"),
            export=export,
            erase=erase,
            seen_by=seen_by,
            files=files,
            holds=holds,
        )
    )
