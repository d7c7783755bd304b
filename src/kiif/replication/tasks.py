"""Regular work: trials that nobody kept are forgotten."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from kiif.accounts import actor
from kiif.jobs.tasks import job
from kiif.replication import actions


@job("replication.forget_visitors", label=_("Forgetting of trials without an account"), lease=timedelta(minutes=5))
def forget_visitors() -> dict[str, int]:
    """Searches made without an account and not kept after a week are destroyed; safe to run twice."""
    return {"forgotten": actions.forget_visitors(by=actor.system("forget_visitors"))}
