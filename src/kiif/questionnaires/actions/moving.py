"""Moving open drafts to a newer version of their questionnaire. Nothing typed is lost; people see what changed."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.journal.actions import record
from kiif.mailbox.actions import queue_mail
from kiif.questionnaires.actions.answer_common import allow, link, lock
from kiif.questionnaires.dossier import Dossier
from kiif.questionnaires.enums import ResponseState
from kiif.questionnaires.models import Response, Version
from kiif.questionnaires.whatchanged import in_words


def move_drafts(*, version: Version, by: Actor) -> int:
    """Moves the open drafts of its questionnaire to this version, one transaction each; gives how many.

    Answers point to questions by their identifier: those of questions that are gone stay held, and come back with
    them. What was sent, or reopened for corrections, stays on its own version. Safe to run twice.
    """
    drafts = Response.objects.filter(
        collection__questionnaire=version.questionnaire_id,
        state=ResponseState.DRAFT,
        version__number__lt=version.number,
    )
    return sum(_move(Response(pk=key), version, by) for key in drafts.values_list("pk", flat=True).iterator(500))


@transaction.atomic
def _move(response: Response, version: Version, by: Actor) -> int:
    locked = lock(response)
    if locked.state != ResponseState.DRAFT or locked.version.number >= version.number:
        return 0
    before = locked.version
    locked.moved_from = locked.moved_from or before
    locked.version, locked.updated_at = version, timezone.now()
    state = Dossier(locked).state
    locked.done, locked.expected = state.done, state.expected
    locked.save(update_fields=["version", "moved_from", "updated_at", "done", "expected"])
    changes = {"version": (before.number, version.number)}
    record(by=by, verb="questionnaires.moved", obj=locked, changes=changes, scope=locked.collection.owner.specific)
    lines = in_words(before, version, locked.language, held=set(Dossier(locked).held))
    if locked.owner is not None and lines:
        queue_mail(
            kind="questionnaires.moved",
            to=locked.owner,
            context={
                "title": locked.collection.title,
                "changes": "\n".join(f"- {line}" for line in lines[:20]),
                "link": link("answers:response", locked.public_id),
            },
            by=by,
            about=locked,
            key=f"questionnaires.moved:{locked.pk}:{version.pk}",
        )
    return 1


@transaction.atomic
def acknowledge(*, response: Response, by: Actor, links: Iterable[str] = ()) -> Response:
    """The people of an answer have seen what changed in its form: the notice goes."""
    locked = lock(response)
    allow("edit", by, locked, links)
    locked.moved_from = None
    locked.save(update_fields=["moved_from"])
    return locked
