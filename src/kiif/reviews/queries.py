"""QuerySets of reviews. What is read of applications always goes through `Application.objects.visible_to(actor)`.

A mark is seen by whom gave it; by who runs the call; by the other reviewers of the application once theirs is in, as
the round says. While a round reads, nobody who still has to mark an application sees what others gave, not even the
team.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, OuterRef, Q, QuerySet

from kiif.accounts.actor import Actor
from kiif.programmes.queries import hosted_by, run_by, sees
from kiif.programmes.rules import hosts, runs
from kiif.reviews.enums import HELD, WAITING, AssignmentState, Others, ReviewerState, RoundState, Source

if TYPE_CHECKING:
    from kiif.reviews.models import Assignment, Mark, Reviewer, Round, Score  # noqa: F401 -- names of type parameters

#: While a round is in these states, whoever still has to mark sees nothing of what others gave.
HIDING = (RoundState.DRAFT, RoundState.OPEN)


def _me(actor: Actor) -> int:
    """Key of the person; 0, which nobody has, without one."""
    return int(actor.user.pk) if actor.user is not None else 0


def _rounds_read(actor: Actor) -> QuerySet[Any]:
    """Keys of rounds in which the actor reads or is asked to."""
    from kiif.reviews.models import Reviewer

    mine = Reviewer.objects.filter(person_id=_me(actor), state__in=(ReviewerState.INVITED, ReviewerState.ACCEPTED))
    return mine.values("round_id")


def still_to_mark(actor: Actor, application: str = "application_id", round_: str = "round_id") -> Exists:
    """Whether the actor still has to mark this application, or abstained from it, in a round that reads: then what the
    others gave stays hidden (unless the round shows it at any time)."""
    from kiif.reviews.models import Assignment

    mine = Assignment.objects.filter(
        reviewer__person_id=_me(actor), application_id=OuterRef(application), round_id=OuterRef(round_)
    )
    hiding = mine.filter(round__state__in=HIDING).exclude(round__sees_others=Others.ALWAYS)
    return Exists(hiding.filter(state__in=WAITING))


def awaited(actor: Actor, applications: Collection[int], rounds: Any = None) -> set[int]:
    """Among these applications (keys), those whose scores `ScoreQuerySet.told` hides from this actor: pages then say
    why. `rounds`: only in these (keys, or a query)."""
    from kiif.reviews.models import Score

    rows = Score.objects.hidden_from(actor).filter(application_id__in=list(applications))
    if rounds is not None:
        rows = rows.filter(round_id__in=rounds)
    return set(rows.values_list("application_id", flat=True))


class RoundQuerySet(QuerySet["Round"]):
    def visible_to(self, actor: Actor) -> Self:
        """Who runs the call; the teams that host, once it opened; its reviewers."""
        if actor.is_system:
            return self
        runs = run_by(actor, "call__edition__programme__")
        real = Q(call__edition__rehearsal_of__isnull=True)
        hosts = hosted_by(actor, "call__") & real & ~Q(state=RoundState.DRAFT)
        return self.filter(runs | hosts | Q(pk__in=_rounds_read(actor)))

    def run_by(self, actor: Actor) -> Self:
        return self if actor.is_system else self.filter(run_by(actor, "call__edition__programme__"))

    def with_ties(self) -> Self:
        return self.select_related("call__edition__programme__owner", "call__collection")


class ReviewerQuerySet(QuerySet["Reviewer"]):
    def visible_to(self, actor: Actor) -> Self:
        """Oneself; all of a call for who runs it."""
        if actor.is_system:
            return self
        return self.filter(Q(person_id=_me(actor)) | run_by(actor, "round__call__edition__programme__"))

    def mine(self, actor: Actor) -> Self:
        return self.filter(person_id=_me(actor))

    def reading(self) -> Self:
        """Those to whom something may be entrusted."""
        return self.filter(state=ReviewerState.ACCEPTED)


class AssignmentQuerySet(QuerySet["Assignment"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own while nothing bars; those of applications that one sees, for who runs the call."""

        if actor.is_system:
            return self
        runs = run_by(actor, "round__call__edition__programme__")
        return self.filter(Q(reviewer__person_id=_me(actor)) | runs).filter(sees(actor))

    def mine(self, actor: Actor) -> Self:
        return self.filter(reviewer__person_id=_me(actor), reviewer__state=ReviewerState.ACCEPTED)

    def real(self) -> Self:
        """Without those of calibration."""
        return self.exclude(source=Source.CALIBRATION)

    def waiting(self) -> Self:
        return self.filter(state__in=WAITING)

    def held(self) -> Self:
        """What takes room in a reviewer's capacity: to do, begun or given."""
        return self.filter(state__in=HELD)

    def done(self) -> Self:
        return self.filter(state=AssignmentState.DONE)

    def with_ties(self) -> Self:
        return self.select_related(
            "round__call__edition__programme__owner",
            "reviewer__person",
            "application__project",
            "application__response",
        )


class MarkQuerySet(QuerySet["Mark"]):
    def counted(self) -> Self:
        """Those that make scores: given, not void, not of calibration, of a reviewer who was not recused."""
        rows = self.filter(submitted_at__isnull=False, voided_at__isnull=True, assignment__state=AssignmentState.DONE)
        return rows.exclude(assignment__source=Source.CALIBRATION)

    def visible_to(self, actor: Actor) -> Self:
        """One's own; those given to applications that one sees, for who runs the call and, as the round says, for the
        other reviewers once theirs is in. Never what others gave while one's own is awaited."""
        from kiif.reviews.models import Assignment

        if actor.is_system:
            return self
        rows = self.filter(sees(actor, "assignment__application_id"))
        mine = Assignment.objects.filter(
            reviewer__person_id=_me(actor),
            application_id=OuterRef("assignment__application_id"),
            round_id=OuterRef("assignment__round_id"),
        )
        shares = Q(assignment__round__sees_others=Others.ALWAYS) & Exists(mine.filter(state__in=HELD))
        after = Q(assignment__round__sees_others=Others.AFTER) & Exists(mine.filter(state=AssignmentState.DONE))
        waits = still_to_mark(actor, "assignment__application_id", "assignment__round_id")
        others = (run_by(actor, "assignment__round__call__edition__programme__") | shares | after) & Q(
            submitted_at__isnull=False
        )
        return rows.filter(Q(assignment__reviewer__person_id=_me(actor)) | (others & ~Q(waits)))

    def told(self, actor: Actor) -> Self:
        """One's own, and those of the others but where one's own is awaited: the rule of marks for who reads them by
        another way than `visible_to`."""
        if actor.is_system:
            return self
        waits = still_to_mark(actor, "assignment__application_id", "assignment__round_id")
        return self.filter(Q(assignment__reviewer__person_id=_me(actor)) | ~Q(waits))


class ScoreQuerySet(QuerySet["Score"]):
    def visible_to(self, actor: Actor, round_: Round | None = None) -> Self:
        """Of applications that one sees: who runs the call; the teams that host when the round says so; never while
        one's own mark is awaited. `round_`: of this one only, with the ties of its call, as for applications."""
        if round_ is not None:
            return self._of_round(actor, round_)
        if actor.is_system:
            return self
        runs = run_by(actor, "round__call__edition__programme__")
        hosts = Q(round__hosts_see=True) & hosted_by(actor, "round__call__")
        return self.filter(runs | hosts).filter(sees(actor)).told(actor)

    def _of_round(self, actor: Actor, round_: Round) -> Self:
        rows = self.filter(round=round_)
        if actor.is_system:
            return rows
        if not (runs(actor, round_.call) or (round_.hosts_see and hosts(actor, round_.call))):
            return self.none()
        rows = rows.filter(sees(actor, call=round_.call))
        return rows.told(actor) if round_.state in HIDING else rows

    def told(self, actor: Actor) -> Self:
        """Without those that others made while one's own mark is awaited: the one rule of every room that shows scores
        by another way than `visible_to` (committees, decisions, exports)."""
        return self if actor.is_system else self.exclude(still_to_mark(actor))

    def hidden_from(self, actor: Actor) -> Self:
        """What `told` leaves out."""
        return self.none() if actor.is_system else self.filter(still_to_mark(actor))

    def with_ties(self) -> Self:
        return self.select_related("application__project", "application__response", "round")
