"""Redacted copies: what reviewers of a round read in place of an answer that would say who applies."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.programmes.models import Application
from kiif.questionnaires.loaded import definition_of
from kiif.reviews.actions.common import check_not_closed, locked, note
from kiif.reviews.models import RedactedAnswer, Round
from kiif.ui.errors import NotAllowed, Refused


@transaction.atomic
def redact(*, round_: Round, application: Application, question: str, text: str, by: Actor) -> RedactedAnswer | None:
    """Writes the redacted copy of an answer; an empty text takes it away. Raises NotAllowed, Refused."""
    row = locked(round_, by)
    check_not_closed(row)
    if not Application.objects.visible_to(by).filter(pk=application.pk).exists():
        raise NotAllowed(_("This application is not one that you may read."))
    if question not in definition_of(application.response.version).by_id:
        raise Refused(_("This question is not in the form."))
    known = RedactedAnswer.objects.filter(round=row, application=application, question=question)
    if not text.strip():
        known.delete()
        return None
    made, _fresh = RedactedAnswer.objects.update_or_create(
        round=row,
        application=application,
        question=question,
        defaults={
            "text": text.strip()[:20_000],
            "by": by.user,
            "at": timezone.now(),
            "response_revision": application.response.revision,
        },
    )
    note(by, "redacted", application, row)
    return made
