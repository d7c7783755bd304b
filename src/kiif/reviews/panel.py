"""The reading of an application on its page, for the team: reads and scores as each may see them."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from kiif.accounts.actor import Actor
from kiif.programmes.rules import runs
from kiif.reviews.enums import AssignmentState
from kiif.reviews.models import Assignment, Mark, MarkLine, Score
from kiif.reviews.twins import reads_of


def context(actor: Actor, application: Any) -> dict[str, Any] | None:
    """Rounds that this application is in, with its score, the marks and the reads that this actor may see."""
    scores = list(Score.objects.visible_to(actor).filter(application=application).select_related("round"))
    reads = _reads(actor, application)
    # the page of an application knows whether it was ever compared with another one: most never were
    twins = reads_of(actor, application) if getattr(application, "has_pairs", True) else []
    rounds = {one.round_id: one.round for one in scores} | {one.round_id: one.round for one in reads}
    rounds |= {one.mark.assignment.round_id: one.mark.assignment.round for one in twins}
    if not rounds:
        return None
    marks = _marks(actor, application)
    by_score = {one.round_id: one for one in scores}
    return {
        "runs": bool(runs(actor, application.call)),
        "shown": [
            {
                "round": round_,
                "score": by_score.get(key),
                "marks": [mark for mark in marks if mark.assignment.round_id == key],
                "twins": [one for one in twins if one.mark.assignment.round_id == key and not one.counts],
                "awaited": [read for read in reads if read.round_id == key and read.state != AssignmentState.DONE],
            }
            for key, round_ in sorted(rounds.items(), key=lambda pair: pair[1].number)
        ],
    }


def _marks(actor: Actor, application: Any) -> list[Mark]:
    rows = Mark.objects.visible_to(actor).filter(assignment__application=application, submitted_at__isnull=False)
    rows = rows.exclude(assignment__source="calibration")
    ties = rows.select_related("assignment__reviewer__person", "assignment__round")
    lines = MarkLine.objects.select_related("criterion")  # guarded: of marks that this actor sees
    return list(ties.prefetch_related(Prefetch("lines", lines)).order_by("submitted_at"))


def _reads(actor: Actor, application: Any) -> list[Assignment]:
    rows = Assignment.objects.visible_to(actor).real().filter(application=application)
    return list(rows.select_related("reviewer__person", "round"))
