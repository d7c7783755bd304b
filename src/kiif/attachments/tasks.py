"""Jobs of attachments, and the nightly work of the floors that stand below the jobs or beside them."""

from __future__ import annotations

from datetime import timedelta

from django.core.management import call_command
from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import system
from kiif.jobs.tasks import job


@job("attachments.scan", label=_("Check an attached file"), retries=5)
def scan(attachment_id: int) -> dict[str, str]:
    from kiif.attachments import actions

    return {"state": actions.scan(attachment_id=attachment_id)}


@job("attachments.purge", label=_("Remove files that belong to nothing any more"), retries=1)
def purge() -> dict[str, int]:
    from kiif.attachments import actions

    return actions.purge(by=system("attachments.purge"))


@job("journal.seal", label=_("Seal the journal"), retries=1)
def seal_journal() -> dict[str, int]:
    """The journal is a lower floor: it says how, this floor does it."""
    from kiif.journal import chain

    made = chain.seal()
    return {"entries": made.entries if made else 0}


@job("search.rebuild", label=_("Rebuild the search index"), retries=1, lease=timedelta(minutes=30))
def rebuild_search() -> dict[str, int]:
    """The search stands beside the jobs: this floor, which sees both, does it."""
    call_command("rebuild_modelsearch_index", verbosity=0)
    return {}
