"""What somebody has to read: their rounds, what is left in each, the least-read application first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from kiif.accounts.actor import Actor
from kiif.programmes.models import Application
from kiif.reviews import reading_limits
from kiif.reviews.dossiers import title_of
from kiif.reviews.enums import WAITING, AssignmentState, ReviewerState, Sees
from kiif.reviews.models import Assignment, Reviewer, Round, Score

#: Applications offered besides one's own, by round.
MOST_OTHERS: Final = 300


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


@dataclass(frozen=True)
class Others:
    """Applications of a round that one may take to read, with their titles as the round shows them."""

    round: Round
    lines: list[tuple[Application, str]]


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
        limits = reading_limits.limits_of_list(one.round, outside=one.reviewer.external)
        stack.lines.append(Line(one, title_of(one.application, limits)))
    return sorted(found.values(), key=_urgency)


def others_of(actor: Actor, asked: list[Reviewer]) -> list[Others]:
    """Applications that one may read besides one's own, in the open rounds where everybody reads everything."""
    reading = [one for one in asked if one.state == ReviewerState.ACCEPTED and one.round.is_open]
    return [found for one in reading if one.round.sees == Sees.ALL and (found := _others(actor, one)).lines]


def _others(actor: Actor, reviewer: Reviewer) -> Others:
    round_ = reviewer.round
    mine = Assignment.objects.real().filter(round=round_, reviewer__person=actor.user).values("application_id")
    rows = Application.objects.visible_to(actor).filter(scores__round=round_).exclude(pk__in=mine)
    ties = ("project", "organisation", "response__owner")
    held = list(rows.select_related(*ties).order_by("project__number")[:MOST_OTHERS])
    if round_.blind:
        reading_limits.prepare_masks(held)
    limits = reading_limits.limits_of_list(round_, outside=reviewer.external)
    return Others(round_, [(one, title_of(one, limits)) for one in held])


def _urgency(stack: Stack) -> tuple[bool, bool, Any]:
    end = stack.round.closes_at
    return (not stack.open, end is None, end)


def next_of(reads: QuerySet[Assignment], after: Assignment) -> Assignment | None:
    """The next one to read in the same round: the least read of mine; None when nothing waits."""
    rows = reads.filter(round_id=after.round_id, state__in=WAITING).exclude(pk=after.pk)
    return least_read_first(rows).first()
