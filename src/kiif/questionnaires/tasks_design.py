"""Work of a publication that may be long: moving the open drafts of answers to the new version."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor, system
from kiif.jobs.actions import enqueue
from kiif.jobs.tasks import job
from kiif.questionnaires.enums import ResponseState
from kiif.questionnaires.models import Questionnaire, Response, Version

#: Drafts moved inside the publication itself; beyond, a job does it.
AT_ONCE: Final = 20


def drafts_of(questionnaire: Questionnaire) -> int:
    """How many answers are in progress: they follow the next version."""
    return Response.objects.filter(version__questionnaire=questionnaire, state=ResponseState.DRAFT).count()


def move(version: Version, by: Actor) -> None:
    """Moves the drafts at once when they are few; otherwise asks for a job."""
    count = drafts_of(version.questionnaire)
    if not count:
        return
    if count <= AT_ONCE:
        _move(version, by)
    else:
        enqueue(move_drafts, version.pk, by=by, key=f"questionnaires.move:{version.pk}")


@job("questionnaires.move_drafts", label=_("Moving drafts of answers to a new version"), retries=3)
def move_drafts(version: int) -> None:
    """Moves every open draft to this version, unless a newer one came meanwhile."""
    row = Version.objects.select_related("questionnaire").get(pk=version)
    newest = row.questionnaire.versions.order_by("-number").first()
    if newest is None or newest.pk != row.pk:
        return
    _move(row, system("publication"))


def _move(version: Version, by: Actor) -> None:
    from kiif.questionnaires.actions import moving

    moving.move_drafts(version=version, by=by)
