"""The two faces of an assign screen: who could read an application, what a reviewer could read, and what stands in the
way. Applications that the actor may not see are in neither."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Max, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Least
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.programmes.models import Application
from kiif.reviews.allocation import Scene
from kiif.reviews.enums import HELD, WAITING, AssignmentState, ReviewerState, Source
from kiif.reviews.models import Assignment, Reviewer, Round, Score


@dataclass(frozen=True)
class Candidate:
    """An application and a reviewer, seen from either. `shared`: themes, then departments in common; `why_not`: what
    stands in the way, in words; `barred`: nobody can entrust it; `load` of `capacity` of the reviewer."""

    application: Application
    reviewer: Reviewer
    themes: tuple[str, ...]
    departments: tuple[str, ...]
    why_not: tuple[str, ...]
    barred: bool
    load: int
    capacity: int
    forbidden: bool = False
    missing: int = 0

    @property
    def fit(self) -> float:
        return 0.6 * min(len(self.themes), 2) / 2 + (0.4 if self.departments else 0.0)


@dataclass
class Desk:
    """A round seen for assigning by hand: loads, what is entrusted, what could be."""

    scene: Scene
    loads: Counter[int] = field(default_factory=Counter)
    readers: dict[int, list[Assignment]] = field(default_factory=dict)

    @classmethod
    def of(cls, round_: Round) -> Desk:
        desk = cls(Scene.of(round_))
        for (application, reviewer), read in desk.scene.states.items():
            if read.state in HELD:
                desk.loads[reviewer] += 1
                desk.readers.setdefault(application, []).append(read)
        return desk

    def for_application(self, application: Application) -> list[Candidate]:
        """Who could read it, the best first; whoever holds it already is not there."""
        row = self.scene.applications.get(application.pk)
        if row is None:
            return []
        rows = [self._candidate(row, one) for one in self.scene.reviewers.values()
                if one.reads and not self._holds(row.pk, one.pk)]  # fmt: skip
        return sorted(rows, key=_for_application)

    def for_reviewer(self, reviewer: Reviewer, seen: set[int]) -> list[Candidate]:
        """What they could read among `seen` (keys), what lacks readers most first."""
        one = self.scene.reviewers.get(reviewer.pk)
        if one is None:
            return []
        rows = [self._candidate(row, one) for key, row in self.scene.applications.items()
                if key in seen and not self._holds(key, one.pk)]  # fmt: skip
        return sorted(rows, key=_for_reviewer)

    def _holds(self, application: int, reviewer: int) -> bool:
        read = self.scene.states.get((application, reviewer))
        return read is not None and read.state in HELD

    def missing(self, application: int) -> int:
        wanted = self.scene.wanted.get(application, self.scene.round.reads_wanted)
        return max(wanted - len(self.readers.get(application, [])), 0)

    def _candidate(self, row: Application, one: Reviewer) -> Candidate:
        pair = (row.pk, one.pk)
        departments = self.scene.departments.get(row.pk, set()) & set(one.territories)
        return Candidate(
            application=row,
            reviewer=one,
            themes=tuple(code for code in [*row.themes, *row.challenges] if code in one.themes),
            departments=tuple(sorted(departments)),
            why_not=tuple(self._why_not(row, one)),
            barred=pair in self.scene.barred or self._refused(pair),
            load=self.loads[one.pk],
            capacity=one.capacity,
            forbidden=pair in self.scene.decisions.forbidden,
            missing=self.missing(row.pk),
        )

    def _refused(self, pair: tuple[int, int]) -> bool:
        read = self.scene.states.get(pair)
        return read is not None and read.state in (AssignmentState.ABSTAINED, AssignmentState.RECUSED)

    def _why_not(self, row: Application, one: Reviewer) -> list[str]:
        pair = (row.pk, one.pk)
        read = self.scene.states.get(pair)
        found = [
            (pair in self.scene.barred, _("conflict of interest")),
            (pair in self.scene.asked, _("a possible conflict waits for their answer")),
            (read is not None and read.state == AssignmentState.ABSTAINED, _("abstained")),
            (pair in self.scene.decisions.forbidden, _("somebody decided against it")),
            (bool(one.languages) and row.language not in one.languages, _("does not read its language")),
            (self._same_house(row, one), _("somebody of the same house reads it")),
            (self.loads[one.pk] >= one.capacity, _("has no room left")),
        ]
        return [words for holds, words in found if holds]

    def _same_house(self, row: Application, one: Reviewer) -> bool:
        if one.body_id is None:
            return False
        others = (self.scene.reviewers.get(read.reviewer_id) for read in self.readers.get(row.pk, []))
        return any(other is not None and other.body_id == one.body_id for other in others)


def _for_application(one: Candidate) -> tuple[Any, ...]:
    return one.barred, bool(one.why_not), -one.fit, one.load / max(one.capacity, 1), str(one.reviewer)


def _for_reviewer(one: Candidate) -> tuple[Any, ...]:
    return one.barred, bool(one.why_not), -one.missing, -one.fit, one.application.number


def dossiers(actor: Actor, round_: Round) -> QuerySet[Score]:
    """Applications of a round that this actor may see, with their readers."""
    seen = Application.objects.visible_to(actor, round_.call).values("pk")
    reads = Assignment.objects.real().exclude(state=AssignmentState.RECUSED).select_related("reviewer__person")
    rows = Score.objects.filter(round=round_, application_id__in=seen)
    rows = rows.select_related(
        "round", "application__project", "application__organisation", "application__response__owner"
    )
    return rows.prefetch_related(
        Prefetch("application__assignments", reads.filter(round=round_).order_by("pk"), to_attr="reads_here")
    )


def readers(round_: Round) -> QuerySet[Reviewer]:
    """Reviewers of a round with what they hold: `todo`, `given`, `refused`, `touched` (last mark saved)."""
    real = ~Q(assignments__source=Source.CALIBRATION)
    rows = Reviewer.objects.filter(round=round_).exclude(state=ReviewerState.DECLINED)
    return rows.select_related("round", "person", "body").annotate(
        todo=Count("assignments", filter=real & Q(assignments__state__in=WAITING)),
        given=Count("assignments", filter=real & Q(assignments__state=AssignmentState.DONE)),
        refused=Count("assignments", filter=real & Q(assignments__state=AssignmentState.ABSTAINED)),
        touched=Max("assignments__mark__saved_at"),
    )


@dataclass(frozen=True)
class Progress:
    """A round in figures: applications, reads given and wanted, applications with fewer than `least` reads given."""

    applications: int
    wanted: int
    entrusted: int
    given: int
    short: int
    unassigned: int


def progress(rows: QuerySet[Score]) -> Progress:
    """Of the applications of these rows. One query."""
    figures = rows.order_by().aggregate(
        applications=Count("pk"),
        wanted=Sum("reads_wanted"),
        entrusted=Sum("reads_assigned"),
        given=Sum(Least("reads_done", "reads_wanted")),
        short=Count("pk", filter=Q(reads_done__lt=F("reads_wanted"))),
        unassigned=Count("pk", filter=Q(reads_assigned__lt=F("reads_wanted"))),
    )
    return Progress(**{name: value or 0 for name, value in figures.items()})
