"""What people do here: ask for an export, publish the open summary of an edition, withdraw it."""

from __future__ import annotations

import rules
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.models import Body
from kiif.jobs.actions import enqueue
from kiif.journal.actions import record
from kiif.programmes.models import Call, Edition
from kiif.steering import protecting
from kiif.steering.exporting.choices import Choices
from kiif.steering.models import Export, ExportChoice, OpenData
from kiif.ui.errors import NotAllowed, Refused


@transaction.atomic
def ask_export(*, call: Call, choices: Choices, query: str, by: Actor) -> Export:
    """Keeps what is chosen for the next time and puts the export in the queue. Two clicks are one export.

    Raises NotAllowed; Refused when nothing is chosen.
    """
    if not rules.test_rule("steering.export_call", by, call) or by.user is None:
        raise NotAllowed(_("Only the team that runs this call exports it."))
    if not choices.parts:
        raise Refused(_("Choose at least one part to export."), field="parts")
    document = choices.document()
    ExportChoice.objects.update_or_create(person=by.user, call=call, defaults={"choices": document})
    same = Export.objects.select_for_update(of=("self",)).filter(
        call=call, asked_by=by.user, query=query, choices=document, finished_at__isnull=True
    )
    waiting = same.filter(run__state__in=("waiting", "running")).first()
    if waiting is not None:
        return waiting
    export = Export.objects.create(call=call, asked_by=by.user, query=query, choices=document)
    from kiif.steering.tasks import export_call

    export.run = enqueue(export_call, export.pk, by=by, key=f"export-{export.pk}", title=_title(call))
    export.save(update_fields=["run"])
    scope = call.edition.programme.owner.specific
    record(
        by=by, verb="steering.export_asked", obj=call, data={"filters": query, "parts": document["parts"]}, scope=scope
    )
    return export


def _title(call: Call) -> str:
    return _("Export of %(call)s") % {"call": call.title}


@transaction.atomic
def note_export(*, export: Export, count: int, by: Actor) -> None:
    """Writes in the journal that dossiers left the platform."""
    scope = export.call.edition.programme.owner.specific
    record(by=by, verb="steering.exported", obj=export.call, data={"count": count}, scope=scope)


@transaction.atomic
def publish(*, edition: Edition, by: Actor) -> OpenData:
    """Publishes the summary of an edition, or publishes it again.

    Raises NotAllowed; Refused while answers are missing, when too few applied, or when the new figures lie so near the
    published ones that their difference would tell of a few dossiers.
    """
    if not rules.test_rule("steering.publish_open_data", by, edition):
        raise NotAllowed(_("Only the team that runs this programme publishes its open summary."))
    before = OpenData.objects.select_for_update(of=("self",)).filter(edition=edition).first()
    if refusal := protecting.why_not_publish(edition):
        raise Refused(refusal)
    content = protecting.summary(edition)
    if before is not None and (refusal := protecting.too_near(before.content, content)):
        raise Refused(refusal)
    made, _created = OpenData.objects.update_or_create(
        edition=edition,
        defaults={
            "content": content,
            "digest": protecting.digest_of(content),
            "number": before.number + 1 if before is not None else 1,
            "published_at": timezone.now(),
            "published_by": by.user,
            "withdrawn_at": None,
        },
    )
    record(by=by, verb="steering.published", obj=edition, data={"number": made.number}, scope=_owner(edition))
    return made


@transaction.atomic
def withdraw(*, edition: Edition, by: Actor) -> None:
    """Takes the summary off the public pages. What was downloaded stays with those who have it.

    Raises NotAllowed, Refused when nothing is published.
    """
    if not rules.test_rule("steering.publish_open_data", by, edition):
        raise NotAllowed(_("Only the team that runs this programme withdraws its open summary."))
    row = OpenData.objects.select_for_update(of=("self",)).filter(edition=edition, withdrawn_at=None).first()
    if row is None:
        raise Refused(_("No summary of this edition is published."))
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    record(by=by, verb="steering.withdrawn", obj=edition, data={}, scope=_owner(edition))


def _owner(edition: Edition) -> Body:
    return edition.programme.owner.specific
