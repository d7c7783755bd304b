"""Long work of questionnaires."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from datetime import timedelta

import rules
from django.core.files import File
from django.http import QueryDict
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.accounts.actor import Actor
from kiif.jobs import progress
from kiif.jobs.tasks import job
from kiif.questionnaires.models import Collection
from kiif.ui.errors import Refused


def _may_read(actor: Actor, collection_id: int, *args: object) -> bool:
    collection = Collection.objects.visible_to(actor).filter(pk=collection_id).first()
    return collection is not None and bool(rules.test_rule("questionnaires.read_answers", actor, collection))


@job(
    "questionnaires.export",
    label=gettext_lazy("Export of answers"),
    retries=1,
    lease=timedelta(minutes=5),
    allowed=_may_read,
)
def export_answers(collection_id: int, kind: str, asked: str, language: str) -> dict[str, int]:
    """The file of the answers that an address selects (`f`, `c`); with the rights of whoever asked, as they are now."""
    from kiif.questionnaires.reading.book import book
    from kiif.questionnaires.reading.files import FORMATS
    from kiif.questionnaires.reading.plan import plan_of
    from kiif.questionnaires.reading.selection import select

    collection = Collection.objects.get(pk=collection_id)
    plan = plan_of(collection)
    if plan is None:
        raise Refused(_("This questionnaire was never published."))
    query = QueryDict(asked, mutable=True)
    query["langue"] = language
    selection = select(plan, collection, progress.actor(), query)
    name = f"{collection.slug}-{localdate():%Y-%m-%d}"
    made = book(plan, selection.exported, selection.responses, selection.language, name=name)
    _words, extension, _media, write = FORMATS[kind]
    with ExitStack() as closing:  # the job closes the file when it has kept it; what fails before, at once
        file = closing.enter_context(tempfile.TemporaryFile())
        write(made, file, lambda done: progress.report(min(done, made.count), made.count, _("Writing the rows")))
        file.seek(0)
        progress.attach(f"{name}.{extension}", File(file))
        closing.pop_all()
    return {"rows": made.count}
