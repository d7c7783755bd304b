"""Rounds, reviewers, reads and marks as rows, without the actions. All invented."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from kiif.accounts.models import User
from kiif.programmes.models import Application, Call
from kiif.reviews.enums import AssignmentState, ReviewerState, RoundState
from kiif.reviews.models import Assignment, Criterion, Mark, MarkLine, Reviewer, Round, Score
from tests.factories import make_user
from tests.programmes.factories import make_call

_number = count(1)


def make_round(call: Call | None = None, state: str = RoundState.OPEN, criteria: int = 2, **fields: Any) -> Round:
    """An open round, closing in ten days, with criteria `c1`, `c2`… marked from 1 to 5."""
    call = call or make_call()
    now = timezone.now()
    asked = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=10), **fields}
    number = asked.pop("number", call.rounds.count() + 1)
    row = Round.objects.create(call=call, number=number, state=state, **{"title": f"Lecture {number}", **asked})
    for order in range(1, criteria + 1):
        make_criterion(row, key=f"c{order}", order=order)
    return row


def make_criterion(round_: Round, **fields: Any) -> Criterion:
    number = next(_number)
    asked = {"key": f"c-{number}", "label": f"Critère inventé {number}", **fields}
    return Criterion.objects.create(round=round_, **asked)


def make_reviewer(round_: Round, person: User | None = None, **fields: Any) -> Reviewer:
    asked = {"state": ReviewerState.ACCEPTED, "answered_at": timezone.now(), **fields}
    return Reviewer.objects.create(round=round_, person=person or make_user(), **asked)


def enter(round_: Round, *applications: Application) -> list[Score]:
    """Puts applications in a round."""
    return [
        Score.objects.create(round=round_, application=one, reads_wanted=round_.reads_wanted) for one in applications
    ]


def make_assignment(reviewer: Reviewer, application: Application, state: str = "todo", **fields: Any) -> Assignment:
    """A read entrusted; the application enters the round if it was not in it."""
    if fields.get("source") != "calibration":
        Score.objects.get_or_create(
            round=reviewer.round, application=application, defaults={"reads_wanted": reviewer.round.reads_wanted}
        )
    done = {"done_at": timezone.now()} if state == AssignmentState.DONE else {}
    return Assignment.objects.create(
        round=reviewer.round, reviewer=reviewer, application=application, state=state, **{**done, **fields}
    )


def make_mark(assignment: Assignment, *values: int, **fields: Any) -> Mark:
    """A sheet that was given, with these marks in the order of the criteria; its total is their plain mean out of the
    round's `out_of`."""
    criteria = list(assignment.round.criteria.all())
    parts = [(value - one.lowest) / (one.highest - one.lowest) for one, value in zip(criteria, values, strict=True)]
    now = timezone.now()
    total = assignment.round.out_of * sum(parts) / len(parts) if parts else None
    mark = Mark.objects.create(assignment=assignment, **{"total": total, "submitted_at": now, **fields})
    MarkLine.objects.bulk_create(
        MarkLine(mark=mark, criterion=one, value=value) for one, value in zip(criteria, values, strict=True)
    )
    if mark.submitted_at:
        Assignment.objects.filter(pk=assignment.pk).update(state=AssignmentState.DONE, done_at=now)
        assignment.refresh_from_db()
    return mark
