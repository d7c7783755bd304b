"""What somebody has to read: their rounds, what is left in each, the least-read application first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from kiif.reviews import reading_limits
from kiif.reviews.dossiers import title_of
from kiif.reviews.enums import WAITING, AssignmentState
from kiif.reviews.models import Assignment, Reviewer, Round, Score


@dataclass
class Line:
    """A read in the list: `title` as the round shows it."""

    read: Assignment
    title: str


@dataclass
class Stack:
    """Reads of one round. `given`, `wanted`: how far one is, those from which one abstained apart."""

    round: Round
    reviewer: Reviewer
    lines: list[Line] = field(default_factory=list)

    def _in(self, *states: str) -> list[Line]:
        return [line for line in self.lines if line.read.state in states]

    @property
    def waiting(self) -> list[Line]:
        return self._in(*WAITING)

    @property
    def given(self) -> list[Line]:
        return self._in(AssignmentState.DONE)

    @property
    def abstained(self) -> list[Line]:
        return self._in(AssignmentState.ABSTAINED)

    @property
    def wanted(self) -> int:
        return len(self.waiting) + len(self.given)

    @property
    def open(self) -> bool:
        return self.round.is_open or self.round.is_calibrating


def least_read_first(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Begun ones first, then those that the fewest have read; the same order for everybody at the same moment is
    avoided by the key of the read, which is drawn at random."""
    done = Score.objects.filter(round_id=OuterRef("round_id"), application_id=OuterRef("application_id"))
    counted = rows.annotate(times_read=Coalesce(Subquery(done.values("reads_done")[:1]), Value(0)))
    return counted.order_by("state", "times_read", "public_id")


def stacks(reads: QuerySet[Assignment]) -> list[Stack]:
    """One's reads by round, the round that ends first at the top; a fixed number of queries."""
    rows = least_read_first(reads).select_related(
        "round__call",
        "reviewer__person",
        "application__project",
        "application__organisation",
        "application__response__owner",
    )
    found: dict[Any, Stack] = {}
    held = list(rows)
    blind = [one.application for one in held if one.round.blind]
    if blind:
        reading_limits.prepare_masks(blind)
    for one in held:
        stack = found.setdefault(one.round_id, Stack(one.round, one.reviewer))
        stack.lines.append(Line(one, title_of(one.application, reading_limits.limits_of_list(one.round))))
    return sorted(found.values(), key=_urgency)


def _urgency(stack: Stack) -> tuple[bool, bool, Any]:
    end = stack.round.closes_at
    return (not stack.open, end is None, end)


def next_of(reads: QuerySet[Assignment], after: Assignment) -> Assignment | None:
    """The next one to read in the same round: the least read of mine; None when nothing waits."""
    rows = reads.filter(round_id=after.round_id, state__in=WAITING).exclude(pk=after.pk)
    return least_read_first(rows).first()
