"""An application as a reviewer reads it: its sections without what the round hides, what changed since the mark."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kiif.programmes import reading
from kiif.programmes.models import Application
from kiif.programmes.readers import Limits
from kiif.questionnaires.reviewing import Part, sections_of
from kiif.questionnaires.speaking import Speaker
from kiif.reviews.models import Assignment, Mark
from kiif.reviews.reading_limits import limits_in


@dataclass(frozen=True)
class Shown:
    """`parts`: sections; `title`, `names`: masked or empty in a blind round; `changed`: the dossier was changed after
    the mark was given."""

    title: str
    parts: list[Part]
    limits: Limits
    names: reading.Names = field(default_factory=reading.Names)
    changed: bool = False


def shown(assignment: Assignment, mark: Mark | None = None, language: str = "") -> Shown:
    """What this read shows: the round's own rules, whoever reads (somebody of the team reads blind in a blind round
    too)."""
    application = assignment.application
    limits = limits_in(assignment.round, application, outside=assignment.reviewer.external)
    dossier = reading.sent_dossier(application, language)
    parts = reading.shown(sections_of(dossier, Speaker(dossier)), application, limits, dossier)
    changed = mark is not None and mark.submitted_at is not None and _moved(application, mark)
    return Shown(title_of(application, limits), parts, limits, _names(application, limits), changed)


def title_of(application: Application, limits: Limits) -> str:
    """Its title, names masked in a blind round. Never empty."""
    from kiif.accounts.actor import VISITOR

    return reading.title_for(VISITOR, application, limits)


def _names(application: Application, limits: Limits) -> reading.Names:
    from kiif.accounts.actor import VISITOR

    return reading.names(VISITOR, application, limits)


def _moved(application: Any, mark: Mark) -> bool:
    """Whether what is read now is not what was marked. Corrections under way are not read yet."""
    from kiif.questionnaires.enums import ResponseState

    response = application.response
    return bool(response.state == ResponseState.SUBMITTED and response.revision != mark.response_revision)
