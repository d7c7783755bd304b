"""Who may download the result of a job, asked at each download."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from kiif.jobs import registry

if TYPE_CHECKING:
    from kiif.accounts.actor import Actor
    from kiif.jobs.models import Run


def may_download(actor: Actor, run: Run) -> bool:
    """Its owner, with their own eyes, while the right to make it still holds. A job nobody knows gives nothing."""
    if not run.has_file or not rules.test_rule("jobs.download_run", actor, run):
        return False
    try:
        definition = registry.get(run.name)
    except LookupError:
        return False
    return definition.allowed is None or definition.allowed(actor, *run.args)
