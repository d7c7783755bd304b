"""Publishing: the draft becomes a version that never changes; open drafts of answers move to it; old ones come back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.journal.actions import record
from kiif.questionnaires import audit
from kiif.questionnaires.actions.design_draft import change, check_may_change, locked
from kiif.questionnaires.definition import read
from kiif.questionnaires.drafting.elements import ROOT, flatten
from kiif.questionnaires.models import Field, Questionnaire, Version
from kiif.ui.errors import Refused


def digest(document: Mapping[str, Any]) -> str:
    """The SHA-256 of a definition, in its one writing."""
    written = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


@transaction.atomic
def publish(*, questionnaire: Questionnaire, by: Actor, note: str = "", revision: int | None = None) -> Version:
    """Makes the next version of the draft. Refused with what the check list holds against it, when nothing changed
    since the last one, or when the draft is no longer the one that was looked at (`revision`)."""
    row = locked(questionnaire)
    check_may_change(by, row)
    if revision is not None and row.draft_revision != revision:
        raise Refused(_("The draft changed while you were looking at the list. Look at it again, then publish."))
    definition = read(row.draft)
    if not audit.look(definition).publishable:
        raise Refused(_("The list below still holds points that prevent publication: mend them first."))
    document = definition.document()
    last = row.versions.order_by("-number").first()
    sha256 = digest(document)
    if last is not None and last.sha256 == sha256:
        raise Refused(_("Nothing changed since version %(number)s.") % {"number": last.number})
    words = note.replace("\x00", "").strip()
    if len(words) > 2_000:
        raise Refused(_("Tell it in 2,000 characters at most."), field="note")
    version = Version.objects.create(
        questionnaire=row,
        number=last.number + 1 if last else 1,
        definition=document,
        sha256=sha256,
        note=words,
        published_by=by.user,
    )
    Field.objects.bulk_create(
        [Field(questionnaire=row, key=question.id) for question in definition.walk()], ignore_conflicts=True
    )
    record(
        by=by, verb="questionnaires.published", obj=version, scope=row.owner,
        data={"number": version.number, "questions": len(definition.by_id)},
    )  # fmt: skip
    _move_drafts(version, by)
    return version


def _move_drafts(version: Version, by: Actor) -> None:
    """Open drafts of answers follow: at once when they are few, as a job beyond."""
    from kiif.questionnaires import tasks_design

    tasks_design.move(version, by)


@transaction.atomic
def restore(*, version: Version, by: Actor) -> Questionnaire:
    """Puts an old version back in the draft; what the draft held is one undo away."""
    wanted = flatten(version.definition)
    return change(
        version.questionnaire,
        by,
        "restore",
        ROOT,
        lambda _flat: wanted,
        words=_("version %(number)s") % {"number": version.number},
    )


@transaction.atomic
def replace_draft(
    *, questionnaire: Questionnaire, by: Actor, document: Mapping[str, Any], source: str
) -> Questionnaire:
    """Puts the definition of a file in the draft; what the draft held is one undo away."""
    return change(questionnaire, by, "import", ROOT, lambda _flat: flatten(dict(document)), words=source[:120])
