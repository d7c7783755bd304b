"""What follows in the rounds when somebody is barred from an application, or no longer is.

The dossier goes at once from lists and pages (`Application.objects.visible_to`); here the read is recused, its mark no
longer counts, scores are computed again.
"""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.programmes.models import Conflict
from kiif.reviews.actions.common import note
from kiif.reviews.counting import recount
from kiif.reviews.enums import AssignmentState
from kiif.reviews.models import Assignment, Mark
from kiif.reviews.tasks import ask_for_scores

#: States of a read that a conflict ends.
_ENDED: Final = (AssignmentState.TO_READ, AssignmentState.DRAFT, AssignmentState.DONE, AssignmentState.ABSTAINED)


def on_barred(sender: Any, conflict: Conflict, by: Any, **rest: Any) -> None:
    """Recuses the reads of this person; a mark given is kept, void."""
    reads = _reads(conflict).filter(state__in=_ENDED)
    for read in reads:
        before = read.state
        read.state, read.state_at = AssignmentState.RECUSED, timezone.now()
        read.save(update_fields=["state", "state_at"])
        Mark.objects.filter(assignment=read, voided_at__isnull=True).update(
            voided_at=timezone.now(), void_words=_("A conflict of interest was found.")
        )
        _follow(read, by, "read_recused", {"state": (before, AssignmentState.RECUSED)})


def on_unbarred(sender: Any, conflict: Conflict, by: Any, **rest: Any) -> None:
    """Gives the reads back as they were; the mark that had been given counts again."""
    for read in _reads(conflict).filter(state=AssignmentState.RECUSED):
        mark = Mark.objects.filter(assignment=read).first()
        if mark is not None:
            mark.voided_at, mark.void_words, mark.saved_at = None, "", timezone.now()
            mark.save(update_fields=["voided_at", "void_words", "saved_at"])
        read.state, read.state_at = _state_before(read, mark), timezone.now()
        read.save(update_fields=["state", "state_at"])
        _follow(read, by, "read_given_back", {"state": (AssignmentState.RECUSED, read.state)})


def _state_before(read: Assignment, mark: Mark | None) -> str:
    if mark is None:
        return AssignmentState.TO_READ
    return AssignmentState.DONE if mark.submitted_at is not None and read.done_at is not None else AssignmentState.DRAFT


def _reads(conflict: Conflict) -> Any:
    rows = Assignment.objects.select_for_update(of=("self",)).with_ties()
    return rows.filter(application_id=conflict.application_id, reviewer__person_id=conflict.person_id)


def _follow(read: Assignment, by: Any, verb: str, changes: dict[str, Any]) -> None:
    recount(read.round, [read.application_id])
    note(by, verb, read.application, read.round, changes=changes, data={"person": read.reviewer.person})
    ask_for_scores(read.round)
