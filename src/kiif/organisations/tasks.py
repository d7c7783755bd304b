"""Long work of the app: writing the lines of a list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor
from kiif.jobs import progress
from kiif.jobs.tasks import job
from kiif.organisations.actions import imports
from kiif.organisations.enums import ImportState
from kiif.organisations.models import Batch


def _may_import(actor: Actor, *args: Any) -> bool:
    return bool(rules.test_rule("organisations.import", actor, None))


@job(
    "organisations.import_list",
    label=_("Import of a list of organisations"),
    retries=1,
    lease=timedelta(minutes=10),
    allowed=_may_import,
)
def import_lines(batch_id: int, skip: list[int]) -> dict[str, int]:
    """All the lines of a list, or none; run again after it succeeded, it does nothing."""
    batch = Batch.objects.get(pk=batch_id)
    if batch.state == ImportState.DONE:
        return {}
    return imports.import_list(batch=batch, by=progress.actor(), skip=frozenset(skip), tell=progress.report)
