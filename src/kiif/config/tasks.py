"""Regular work of floors that stand below the jobs or beside them: they say how; this floor, which sees all, when."""

from __future__ import annotations

from datetime import timedelta

from django.core.management import call_command
from django.utils.translation import gettext_lazy as _

from kiif.jobs.tasks import job
from kiif.journal import chain
from kiif.search import purge


@job("journal.seal", label=_("Seal the journal"), retries=1)
def seal_journal() -> dict[str, int]:
    """Seals what no seal covers yet; gives how many entries."""
    made = chain.seal()
    return {"entries": made.entries if made else 0}


@job("search.rebuild", label=_("Rebuild the search index"), retries=1, lease=timedelta(minutes=30))
def rebuild_search() -> dict[str, int]:
    """Indexes everything anew: for what changed without being saved one by one, and to lose the words erased."""
    call_command("rebuild_modelsearch_index", verbosity=0)
    purge.forget_erased_words()
    return {}
