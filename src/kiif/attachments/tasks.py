"""Jobs of attachments."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import system
from kiif.attachments import actions
from kiif.jobs.tasks import job


@job("attachments.scan", label=_("Check an attached file"), retries=5)
def scan(attachment_id: int) -> dict[str, str]:
    return {"state": actions.scan(attachment_id=attachment_id)}


@job("attachments.purge", label=_("Remove files that belong to nothing any more"), retries=1)
def purge() -> dict[str, int]:
    return actions.purge(by=system("attachments.purge"))
