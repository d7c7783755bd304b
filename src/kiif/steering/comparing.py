"""Calls side by side: an edition and its calls, a programme and its editions over the years."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kiif.accounts.actor import Actor
from kiif.cohorts.enums import PRESENT, PlacementState
from kiif.cohorts.models import Member, Placement
from kiif.programmes.models import Call, Edition
from kiif.steering.counting import Cell, by_call
from kiif.steering.queries import left_out
from kiif.ui.charts import Bars, Series


@dataclass(frozen=True)
class CallLine:
    """What became of a call. `hosted`: placements; `members`: those who still take part in its cohort."""

    call: Call
    cell: Cell
    hosted: int
    members: int

    @property
    def url(self) -> str:
        return reverse("steering:call", args=[self.call.public_id])

    @property
    def received(self) -> int:
        return self.cell.counts["sent"]

    @property
    def accepted(self) -> int:
        return self.cell.counts["accepted"]

    @property
    def running(self) -> int:
        return self.cell.counts["running"]


@dataclass(frozen=True)
class EditionLine:
    """An edition: the sum of its calls."""

    edition: Edition
    lines: Sequence[CallLine]

    @property
    def received(self) -> int:
        return sum(line.received for line in self.lines)

    @property
    def accepted(self) -> int:
        return sum(line.accepted for line in self.lines)

    @property
    def hosted(self) -> int:
        return sum(line.hosted for line in self.lines)

    @property
    def members(self) -> int:
        return sum(line.members for line in self.lines)

    @property
    def rate(self) -> float | None:
        """Accepted of a hundred received; None until the answers are all given."""
        running = sum(line.running for line in self.lines)
        return 100 * self.accepted / self.received if self.received and not running else None


def of_calls(actor: Actor, calls: Iterable[Call]) -> list[CallLine]:
    """Lines in the order of the calls, as this actor counts (`queries.left_out`). Four queries."""
    calls = list(calls)
    keys, without = [call.pk for call in calls], left_out(actor, calls)
    cells = by_call(keys, without)
    placements = Placement.objects.filter(application__call__in=keys, state=PlacementState.HOSTED).order_by()
    placements = placements.exclude(application__in=without) if without else placements
    hosted = dict(placements.values_list("application__call").annotate(n=Count("pk")))
    present = Member.objects.filter(cohort__call__in=keys, state__in=PRESENT).order_by()
    present = present.exclude(application__in=without) if without else present
    members = dict(present.values_list("cohort__call").annotate(n=Count("pk")))
    return [
        CallLine(call, cells.get(call.pk, Cell()), hosted.get(call.pk, 0), members.get(call.pk, 0)) for call in calls
    ]


def of_editions(actor: Actor, calls: Iterable[Call]) -> list[EditionLine]:
    """Editions of these calls, the newest first."""
    grouped: dict[int, list[CallLine]] = {}
    for line in of_calls(actor, calls):
        grouped.setdefault(line.call.edition_id, []).append(line)
    made = [EditionLine(lines[0].call.edition, lines) for lines in grouped.values()]
    return sorted(made, key=lambda one: (str(one.edition.starts_on or ""), one.edition.pk), reverse=True)


def chart(labels: Sequence[Any], lines: Sequence[EditionLine | CallLine], title: str) -> Bars:
    """Received, accepted and hosted, side by side."""
    return Bars(
        id="compared", title=title, categories=labels, decimals=0,
        series=[
            Series(_("applications received"), [line.received for line in lines]),
            Series(pgettext("steering", "accepted"), [line.accepted for line in lines]),
            Series(pgettext("steering", "hosted"), [line.hosted for line in lines]),
        ],
    )  # fmt: skip
