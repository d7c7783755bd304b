"""Who may look after jobs: people their own, the coordination all of them."""

from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from kiif.accounts.models import User
from kiif.jobs import registry
from kiif.jobs.enums import State
from kiif.jobs.models import PeriodicTask, Run
from kiif.jobs.registry import Definition
from tests.factories import World
from tests.permissions.matrix import LOGIN, SIGNED_IN, row


def _nothing() -> None:
    """The job of the matrix; nothing runs it."""


def _run(user: User, **fields: Any) -> Run:
    registry.add(Definition("tests.matrix", _nothing, "Export of the matrix"))
    return Run.objects.create(name="tests.matrix", created_by=user, finished_at=timezone.now(), **fields)


def done(world: World) -> dict[str, Any]:
    """A job of the advisor, with its file."""
    run = _run(world.people["advisor"], state=State.DONE, file_name="a.csv")
    run.file.save("a.csv", ContentFile(b"a"))
    return {"pk": run.pk}


def failed(world: World) -> dict[str, Any]:
    return {"pk": _run(world.people["advisor"], state=State.FAILED, error="x").pk}


def paused(world: World) -> dict[str, Any]:
    return {"pk": PeriodicTask.objects.get_or_create(name="tests.x", defaults={"next_at": timezone.now()})[0].pk}


_OWN = {"visitor": LOGIN, "advisor": 200, "coordinator": 200}

ROWS = {
    "jobs:mine": SIGNED_IN,
    "jobs:all": row(default=403, visitor=LOGIN, coordinator=200),
    "jobs:regular": row(default=403, visitor=LOGIN, coordinator=200),
    "jobs:pause": row(
        default=403, visitor=LOGIN, coordinator=302, method="post", kwargs=paused, data=lambda world: {"paused": "1"}
    ),
    "jobs:run": row(default=404, **_OWN, kwargs=done),
    "jobs:run#failed": row(default=404, **_OWN, kwargs=failed),
    "jobs:status": row(default=404, **_OWN, kwargs=done),
    "jobs:result": row(default=404, visitor=LOGIN, advisor=200, kwargs=done),
    "jobs:run-again": row(
        default=404, visitor=LOGIN, advisor=403, coordinator=302, impersonating=403, method="post", kwargs=failed
    ),
    "jobs:dismiss": row(
        default=404, visitor=LOGIN, advisor=403, coordinator=302, impersonating=403, method="post", kwargs=failed
    ),
}
