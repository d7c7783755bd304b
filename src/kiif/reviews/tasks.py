"""Long or regular work of reviews: scores after marks, sharing out a large round, conflicts to look for, reminders."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import rules
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor, system
from kiif.jobs import progress
from kiif.jobs.actions import enqueue
from kiif.jobs.tasks import job
from kiif.reviews.models import Plan, Round

#: Marks that come within so many seconds are computed together.
TOGETHER: Final = 10


def ask_for_scores(round_: Round) -> None:
    """Has the scores of a round computed soon, once for all the marks of the same ten seconds.

    The job starts after these seconds are over, so that it never misses one of their marks.
    """
    now = timezone.now()
    slice_ = int(now.timestamp()) // TOGETHER
    due = dt.datetime.fromtimestamp((slice_ + 1) * TOGETHER + 1, tz=dt.UTC)
    enqueue(compute_scores, round_.pk, by=system("reviews"), key=f"{round_.pk}:{slice_}", not_before=due)


def on_marked(sender: Any, assignment: Any, **rest: Any) -> None:
    """A sheet was given, changed or taken back."""
    if not assignment.is_calibration:
        ask_for_scores(assignment.round)


@job("reviews.scores", label=_("Compute the scores of a round"), retries=2)
def compute_scores(round_id: int) -> dict[str, int]:
    """Scores, intervals and disagreements of a round; run again it gives the same."""
    from kiif.reviews import results

    round_ = Round.objects.filter(pk=round_id).first()
    if round_ is None:
        return {}
    row = results.compute(round_)
    return {"marks": int(row.findings.get("marks", 0))}


def _may_plan(actor: Actor, plan_id: int, *rest: Any) -> bool:
    plan = Plan.objects.filter(pk=plan_id).select_related("round__call__edition__programme__owner").first()
    return plan is not None and bool(rules.test_rule("reviews.change_round", actor, plan.round))


@job(
    "reviews.plan",
    label=_("Share out the applications of a round"),
    retries=1,
    lease=dt.timedelta(minutes=5),
    allowed=_may_plan,
)
def compute_plan(plan_id: int) -> dict[str, int]:
    """Finds who reads what for a plan that was asked for; a plan that is found already stays as it is."""
    from kiif.reviews.actions import allocation

    plan = Plan.objects.select_related("round").get(pk=plan_id)
    progress.report(0, 1, _("Looking for the best sharing out"))
    allocation.find(plan)
    progress.report(1, 1)
    return {"reads": len(plan.result.get("pairs", []))}


@job("reviews.conflicts", label=_("Look for conflicts of interest in the rounds being read"), retries=1)
def look_for_conflicts() -> dict[str, int]:
    """Every night, for the people and the applications of rounds that are prepared or read."""
    from kiif.reviews.actions import allocation

    found = 0
    for round_ in Round.objects.with_ties().exclude(state="closed"):
        found += len(allocation.propose_conflicts(round_=round_, by=system("reviews")))
    return {"found": found}


@job("reviews.remind", label=_("Remind reviewers of what they still have to read"), retries=1)
def remind_before_closing() -> dict[str, int]:
    """Every morning: whoever still has something to read in a round that closes soon. Stops as soon as all is given."""
    from kiif.reviews.actions import reminders

    return {"sent": reminders.remind_all_due()}
