"""How much each application of a round was read: kept in `Score`, so that lists sort by it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from kiif.reviews.enums import HELD, AssignmentState
from kiif.reviews.models import Assignment, Round, Score


def recount(round_: Round, applications: Iterable[int] | None = None) -> None:
    """Writes `reads_assigned` and `reads_done` of these applications (keys; all of the round by default) again: one
    statement."""
    rows = Score.objects.filter(round=round_)
    if applications is not None:
        rows = rows.filter(application_id__in=list(applications))
    reads = Assignment.objects.real().filter(round=round_, application_id=OuterRef("application_id"))
    given = reads.filter(state=AssignmentState.DONE, mark__voided_at__isnull=True)
    rows.update(reads_assigned=_number(reads.filter(state__in=HELD)), reads_done=_number(given))


def _number(rows: QuerySet[Assignment]) -> Coalesce:
    counted = rows.order_by().values("application_id").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
