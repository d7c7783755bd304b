"""Long work of the app: reading and publishing official files."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor
from kiif.jobs import progress
from kiif.jobs.tasks import job
from kiif.territories import rules
from kiif.territories.actions import imports
from kiif.territories.models import DataImport


def _may_import(actor: Actor, *args: Any) -> bool:
    return bool(rules.may_import(actor))


@job(
    "territories.check_file",
    label=_("Reading of an official file"),
    retries=1,
    lease=timedelta(minutes=10),
    allowed=_may_import,
)
def check_file(item_id: int) -> dict[str, str]:
    """The dry run of a file; safe to run twice."""
    item = imports.check(item=DataImport.objects.get(pk=item_id), by=progress.actor())
    return {"state": item.state}


@job(
    "territories.publish_file",
    label=_("Publication of an official file"),
    retries=1,
    lease=timedelta(minutes=10),
    allowed=_may_import,
)
def publish_file(item_id: int) -> dict[str, str]:
    """The publication of a checked file; safe to run twice."""
    item = imports.run_publication(item=DataImport.objects.get(pk=item_id), by=progress.actor())
    return {"state": item.state}
