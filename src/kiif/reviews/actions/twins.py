"""Reads of a merged twin: counted for the application that goes on, or not any more, when somebody says so."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.programmes.conflicts import barred_people
from kiif.programmes.enums import State
from kiif.programmes.models import Application
from kiif.reviews.actions.common import check_not_closed, locked, note
from kiif.reviews.counting import recount
from kiif.reviews.enums import AssignmentState
from kiif.reviews.models import Assignment, Score
from kiif.reviews.tasks import ask_for_scores
from kiif.ui.errors import Refused


@transaction.atomic
def count(*, assignment: Assignment, by: Actor) -> Assignment:
    """The read of a merged application counts for the one it was merged into. Raises NotAllowed, Refused (round
    closed, nothing given, this person reads the other one too or is kept from it by a conflict)."""
    round_ = locked(assignment.round, by)
    check_not_closed(round_)
    read = _locked(assignment)
    gone, kept = read.application, read.application.merged_into
    if gone.state != State.MERGED or kept is None:
        raise Refused(_("This application was not merged: its reads are its own."))
    if read.is_calibration or read.state != AssignmentState.DONE:
        raise Refused(_("Only a read that was given can count for the application that goes on."))
    if Assignment.objects.real().filter(application=kept, reviewer_id=read.reviewer_id).exists():
        raise Refused(
            _("%(person)s reads %(number)s too: that read is the one that counts.")
            % {"person": read.reviewer, "number": kept.number}
        )
    if read.reviewer.person_id in barred_people(kept):
        raise Refused(_("A conflict of interest keeps %(person)s from it.") % {"person": read.reviewer})
    Score.objects.get_or_create(round=round_, application=kept, defaults={"reads_wanted": round_.reads_wanted})
    read.application, read.moved_from = kept, gone
    read.save(update_fields=["application", "moved_from"])
    recount(round_, [kept.pk, gone.pk])
    note(by, "twin_counted", kept, round_, data={"person": read.reviewer.person, "gone": gone.number})
    ask_for_scores(round_)
    return read


@transaction.atomic
def uncount(*, assignment: Assignment, by: Actor) -> Assignment:
    """Takes back such a decision: the read is again that of the merged application. Raises NotAllowed, Refused."""
    round_ = locked(assignment.round, by)
    check_not_closed(round_)
    read = _locked(assignment)
    if read.moved_from is None:
        raise Refused(_("This read was given to this application: it counts."))
    _back(read, by)
    return read


def give_back(gone: Application, by: Actor) -> None:
    """The merge is undone: all the reads that had been counted for the other one, whatever the state of their round."""
    rows = Assignment.objects.select_for_update(of=("self",)).with_ties().filter(moved_from=gone)
    for read in rows.select_related("moved_from__project"):
        _back(read, by)


def _locked(assignment: Assignment) -> Assignment:
    rows = Assignment.objects.select_for_update(of=("self",)).with_ties()
    return rows.select_related("moved_from__project", "application__merged_into__project").get(pk=assignment.pk)


def _back(read: Assignment, by: Actor) -> None:
    kept, gone = read.application, read.moved_from
    if gone is None:
        return
    read.application, read.moved_from = gone, None
    read.save(update_fields=["application", "moved_from"])
    recount(read.round, [kept.pk, gone.pk])
    note(by, "twin_uncounted", kept, read.round, data={"person": read.reviewer.person, "gone": gone.number})
    ask_for_scores(read.round)
