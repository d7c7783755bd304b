"""Marking: a draft that is kept while one types, given, changed until the round closes; abstaining; talking after."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import require
from kiif.programmes.enums import ConflictState
from kiif.programmes.models import Application, Conflict
from kiif.reviews import scoring, sheets, signals
from kiif.reviews.actions.common import note
from kiif.reviews.counting import recount
from kiif.reviews.enums import AssignmentState, Others, ReviewerState, RoundState, Sees, Source
from kiif.reviews.models import Assignment, Mark, MarkLine, MarkVersion, Remark, Reviewer, Round, Score
from kiif.reviews.sheets import Sheet
from kiif.ui.errors import NotAllowed, Refused


class Stale(Refused):
    """The sheet was changed in another window since this page was opened."""


def _lock(assignment: Assignment, by: Actor) -> Assignment:
    """The read, locked, for its reviewer, while one may mark."""
    rows = Assignment.objects.with_ties().select_for_update(of=("self",))
    row = rows.get(pk=assignment.pk)
    require("reviews.mark_assignment", by, row, _("Only the reviewer to whom this application is entrusted marks it."))
    check_open(row)
    return row


def check_open(assignment: Assignment) -> None:
    """Raises Refused unless marks are given now for this read."""
    round_ = assignment.round
    if assignment.state == AssignmentState.RECUSED:
        raise Refused(_("You are recused from this application: nothing is marked here any more."))
    if assignment.is_calibration:
        if not round_.is_calibrating:
            raise Refused(_("Calibration is over: the reading has begun."))
    elif round_.state == RoundState.DRAFT:
        raise Refused(_("This round is not open yet."))
    elif not round_.is_open:
        raise Refused(_("This round is closed: marks no longer change. Write to the team if something is missing."))


def _check_settled(row: Assignment, by: Actor) -> None:
    """A conflict that facts propose is answered before one gives a mark."""
    if by.user is None:
        return
    asked = Conflict.objects.filter(
        application_id=row.application_id, person=row.reviewer.person, state=ConflictState.PROPOSED
    )
    if asked.exists():
        raise Refused(_("Answer first the question about a possible conflict of interest, above the sheet."))


@transaction.atomic
def save_draft(*, assignment: Assignment, sheet: Sheet, by: Actor, revision: int | None = None) -> Mark:
    """Keeps what is typed so far. A sheet that was given is not touched: `give` replaces it.

    Raises NotAllowed, Refused (closed, recused, given already), Stale (changed in another window).
    """
    row = _lock(assignment, by)
    if row.state == AssignmentState.ABSTAINED:
        raise Refused(_("You abstained: take it back before marking."))
    mark = _mark_of(row, revision)
    if mark.submitted_at is not None:
        raise Refused(_("This sheet is given already: “Replace my mark” changes it."))
    _write(mark, row, sheet)
    if row.state == AssignmentState.TO_READ:
        _to(row, AssignmentState.DRAFT)
    return mark


def _mark_of(row: Assignment, revision: int | None) -> Mark:
    mark, made = Mark.objects.select_for_update(of=("self",)).get_or_create(
        assignment=row, defaults={"response_revision": row.application.response.revision}
    )
    if revision is not None and not made and revision != mark.revision:
        raise Stale(_("This sheet was changed in another window. Open it again: what you typed is below, to copy."))
    return mark


def _write(mark: Mark, row: Assignment, sheet: Sheet) -> None:
    criteria = list(row.round.criteria.all())
    mark.total = scoring.total(criteria, sheet.values, row.round.out_of)
    mark.words_team, mark.words_carriers, mark.advice = sheet.words_team, sheet.words_carriers, sheet.advice
    mark.saved_at, mark.revision = timezone.now(), mark.revision + 1
    mark.save()
    Reviewer.objects.filter(pk=row.reviewer_id).update(last_seen_at=mark.saved_at)
    Assignment.objects.filter(pk=row.pk, opened_at=None).update(opened_at=mark.saved_at)
    lines = [
        MarkLine(mark=mark, criterion=one, value=sheet.values.get(one.key), words=sheet.words.get(one.key, ""))
        for one in criteria
    ]
    MarkLine.objects.bulk_create(
        lines, update_conflicts=True, unique_fields=["mark", "criterion"], update_fields=["value", "words"]
    )


def _to(row: Assignment, state: str) -> None:
    row.state, row.state_at = state, timezone.now()
    row.done_at = row.state_at if state == AssignmentState.DONE else None
    row.save(update_fields=["state", "state_at", "done_at"])


@transaction.atomic
def give(*, assignment: Assignment, sheet: Sheet, by: Actor, revision: int | None = None) -> Mark:
    """Gives the sheet: it counts from now on. Given again, it replaces the former one, which is kept.

    Raises NotAllowed, Refused (marks missing, a question of conflict not answered, closed, recused), Stale.
    """
    row = _lock(assignment, by)
    _check_settled(row, by)
    criteria = list(row.round.criteria.all())
    if missing := sheet.missing(criteria):
        sentence = ngettext("One mark stays to give: %(names)s.", "%(n)s marks stay to give: %(names)s.", len(missing))
        names = ", ".join(one.label for one in missing)
        raise Refused(sentence % {"n": len(missing), "names": names}, field=f"c-{missing[0].key}")
    mark = _mark_of(row, revision)
    again = mark.submitted_at is not None
    if again:
        _keep(mark)
    mark.submitted_at, mark.voided_at, mark.void_words = timezone.now(), None, ""
    mark.response_revision = row.application.response.revision
    _write(mark, row, sheet)
    _to(row, AssignmentState.DONE)
    recount(row.round, [row.application_id])
    if not row.is_calibration:
        note(by, "mark_changed" if again else "mark_given", row.application, row.round)
    signals.marked.send(Assignment, assignment=row, by=by)
    return mark


def _keep(mark: Mark) -> None:
    MarkVersion.objects.create(mark=mark, content=sheets.content(sheets.of_mark(mark), mark.total), at=mark.saved_at)


@transaction.atomic
def abstain(*, assignment: Assignment, words: str, by: Actor) -> Assignment:
    """I cannot judge this one: the read counts as not given, and somebody else may be asked. Raises NotAllowed,
    Refused."""
    row = _lock(assignment, by)
    if not words.strip():
        raise Refused(_("Say in a few words why you cannot judge it: the team finds somebody else."), field="words")
    if row.is_calibration:
        raise Refused(_("Anchor dossiers are read by everybody: mark it as well as you can."))
    row.words = words.strip()[:1_000]
    row.save(update_fields=["words"])
    mark = Mark.objects.filter(assignment=row, submitted_at__isnull=False).first()
    if mark is not None:
        _keep(mark)
        Mark.objects.filter(pk=mark.pk).update(submitted_at=None, revision=mark.revision + 1)
    _to(row, AssignmentState.ABSTAINED)
    recount(row.round, [row.application_id])
    note(by, "abstained", row.application, row.round, data={"words": row.words})
    signals.marked.send(Assignment, assignment=row, by=by)
    return row


@transaction.atomic
def come_back(*, assignment: Assignment, by: Actor) -> Assignment:
    """Takes an abstention back. Raises NotAllowed, Refused."""
    row = _lock(assignment, by)
    if row.state != AssignmentState.ABSTAINED:
        raise Refused(_("You did not abstain from this application."))
    begun = Mark.objects.filter(assignment=row).exists()
    _to(row, AssignmentState.DRAFT if begun else AssignmentState.TO_READ)
    recount(row.round, [row.application_id])
    return row


@transaction.atomic
def take(*, round_: Round, application: Application, by: Actor) -> Assignment:
    """A reviewer takes an application that was not entrusted to them, when the round lets everybody read all. Raises
    NotAllowed, Refused."""
    reviewer = Reviewer.objects.reading().filter(round=round_, person=by.user).first() if by.user else None
    if reviewer is None or by.impersonator is not None:
        raise NotAllowed(_("Only the reviewers of this round take an application to read."))
    row = Round.objects.with_ties().get(pk=round_.pk)
    if row.sees != Sees.ALL or not row.is_open:
        raise Refused(_("In this round, applications are shared out by the team."))
    seen = Application.objects.visible_to(by).filter(pk=application.pk)
    if not seen.exists() or not Score.objects.filter(round=row, application=application).exists():
        raise Refused(_("This application is not one that you may read in this round."))
    made, fresh = Assignment.objects.exclude(source=Source.CALIBRATION).get_or_create(
        round=row, application=application, reviewer=reviewer, defaults={"source": Source.SELF}
    )
    if fresh:
        recount(row, [application.pk])
        note(by, "taken", application, row)
    return made


@transaction.atomic
def remark(*, round_: Round, application: Application, text: str, by: Actor) -> Remark:
    """Says something to the other reviewers of an application, once one's own mark is in; or as who runs the call.
    Raises NotAllowed, Refused."""
    if not text.strip():
        raise Refused(_("Write something first."), field="text")
    if not may_talk(round_, application, by):
        raise NotAllowed(_("You talk with the other reviewers once your own mark is in."))
    made = Remark.objects.create(round=round_, application=application, author=by.user, text=text.strip()[:2_000])
    note(by, "remarked", application, round_)
    return made


def may_talk(round_: Round, application: Application, by: Actor) -> bool:
    """Whether this actor reads and writes the thread of an application: like marks, after one's own."""
    if by.user is None or not by.can_write or not Application.objects.visible_to(by).filter(pk=application.pk).exists():
        return False
    mine = Assignment.objects.real().filter(round=round_, application=application, reviewer__person=by.user).first()
    if mine is not None and mine.reviewer.state == ReviewerState.ACCEPTED:
        return round_.sees_others == Others.ALWAYS or (
            round_.sees_others == Others.AFTER and mine.state == AssignmentState.DONE
        )
    return bool(Round.objects.run_by(by).filter(pk=round_.pk).exists())
