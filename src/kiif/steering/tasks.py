"""Long work of the room."""

from __future__ import annotations

from datetime import timedelta

import rules
from django.utils.translation import gettext_lazy

from kiif.accounts.actor import Actor
from kiif.jobs import progress
from kiif.jobs.tasks import job
from kiif.steering.models import Export
from kiif.steering.queries import barred_since


def _may_export(actor: Actor, export_id: int, *args: object) -> bool:
    export = Export.objects.visible_to(actor).select_related("call__edition__programme__owner").filter(pk=export_id)
    found = export.first()
    if found is None or not rules.test_rule("steering.export_call", actor, found.call):
        return False
    return found.finished_at is None or not barred_since(actor, found.call, found.finished_at)


@job(
    "steering.export_call",
    label=gettext_lazy("Export of a call"),
    retries=2,
    lease=timedelta(minutes=10),
    allowed=_may_export,
    keep=timedelta(days=7),
)
def export_call(export_id: int) -> dict[str, int]:
    """The archive of a call, with the rights of whoever asked, as they are now."""
    from kiif.steering.actions import note_export
    from kiif.steering.exporting.making import make

    export = Export.objects.select_related("call__edition__programme__owner", "call__collection").get(pk=export_id)
    actor = progress.actor()
    made = make(export, actor)
    note_export(export=export, count=made["dossiers"], by=actor)
    return made


@job(
    "steering.freeze_summaries",
    label=gettext_lazy("Summaries for partners: keep the figures of closed calls"),
    retries=1,
)
def freeze_summaries() -> int:
    """Each closed call twice: as it closed, then once every answer is published."""
    from kiif.steering.telling import freeze_all

    return freeze_all()


@job("steering.forget_remains", label=gettext_lazy("Exports: delete archives that no job finished"), retries=1)
def forget_remains() -> int:
    """What a broken machine left behind goes after two days."""
    from kiif.steering.exporting.making import forget_remains as forget

    return forget(timedelta(days=2).total_seconds())
