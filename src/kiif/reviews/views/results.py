"""Scores of a round, raw beside corrected, and how each was found; reviewers compared, for who runs the call."""

from __future__ import annotations

from statistics import fmean
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiif.accounts.actor import Actor, of
from kiif.programmes.readers import Limits
from kiif.programmes.reading import title_for
from kiif.reviews import results, wording
from kiif.reviews.models import Mark, Reviewer, Round, Score
from kiif.reviews.tables_allocation import Scores
from kiif.reviews.views.common import round_frame, run_round, visible_round
from kiif.ui.charts import Bars, Series
from kiif.ui.tables import respond

#: Applications drawn on the chart.
DRAWN = 25


class ScoresSeen(Scores):
    """Titles as this actor reads them: names are masked for a blind reader."""

    def __init__(self, rows: Any, request: HttpRequest, *, runs: bool, round: Round, **context: Any) -> None:  # noqa: A002 -- the name in the table's templates
        super().__init__(rows, request, round=round, **context)
        self._runs, self._round = runs, round

    def _cell(self, column: Any, row: Any) -> Any:
        if "title_shown" not in row.__dict__:
            row.title_shown = _title(of(self.request), row, self._round, runs=self._runs)
        return super()._cell(column, row)

    def exported_rows(self) -> Any:
        columns = self.export_columns()
        for row in self.rows:
            row.title_shown = _title(of(self.request), row, self._round, runs=self._runs)
            yield [column.exported(row) for column in columns]


def _title(actor: Actor, row: Score, round_: Round, *, runs: bool) -> str:
    row.application.call = round_.call  # one object for all: its hosts are asked once
    return title_for(actor, row.application, Limits() if runs else None)


def _rows(actor: Actor, round_: Round, *, runs: bool) -> Any:
    """`runs`: whoever runs the call reads every name; for the others, what masks a title comes along."""
    rows = results.of_round(round_).visible_to(actor, round_).select_related("round", "application__project")
    if runs:
        return rows
    rows = rows.select_related("application__organisation", "application__response__owner")
    # one form for all: its definition is read once
    return rows.prefetch_related("application__wishes", "application__response__version")


def scores(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The list, ordered by what the round shows first; what to know before using it."""
    round_ = visible_round(request, public_id)
    frame = round_frame(request, round_, "results")
    rows = _rows(of(request), round_, runs=frame["runs"])
    table = ScoresSeen(rows, request, runs=frame["runs"], round=round_)
    drawn = [] if request.GET.get("format") else _first(rows)
    context = frame | {
        "findings": {"marks": 0, "dossiers": 0, "alpha": None, **round_.findings},
        "cautions": wording.cautions(round_.findings),
        "agreement": wording.agreement(round_.findings.get("alpha")) if round_.findings.get("marks") else "",
        "stale": results.is_stale(round_),
        "chart": _chart(round_, drawn, of(request), runs=frame["runs"]) if drawn else None,
        "disputed": rows.filter(disagreement__gte=results.LOOK_AGAIN).count(),
    }
    return respond(request, table, "reviews/sharing/results.html", context)


def _first(rows: Any) -> list[Score]:
    """The applications on the chart, by rank: their keys, then what their titles need."""
    ranked = rows.filter(rank__isnull=False).order_by("rank", "pk")
    return list(ranked.filter(pk__in=list(ranked.values_list("pk", flat=True)[:DRAWN])))


def _chart(round_: Round, rows: list[Score], actor: Actor, *, runs: bool) -> Bars:
    return Bars(
        id="notes",
        title=_("Raw and corrected scores of the first applications"),
        unit=_("points out of %(n)s") % {"n": round_.out_of},
        categories=[f"{row.rank}. {_title(actor, row, round_, runs=runs)[:40]}" for row in rows],
        series=[
            Series(_("raw"), [_short(row.raw) for row in rows]),
            Series(_("corrected"), [_short(row.corrected) for row in rows]),
        ],
        source=_("Marks of the round “%(round)s”") % {"round": round_.title},
    )


def _short(value: float | None) -> float | None:
    return round(value, 2) if value is not None else None


@require_POST
def compute(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Computes the scores again now."""
    round_ = run_round(request, public_id)
    results.compute(round_)
    messages.success(request, _("Scores are up to date."))
    return redirect("reviews:results", round_.public_id)


def score(request: HttpRequest, public_id: UUID, application_id: UUID) -> HttpResponse:
    """How a score was found, step by step, so that anybody can do it again by hand."""
    round_ = visible_round(request, public_id)
    actor = of(request)
    frame = round_frame(request, round_, "results")
    row = get_object_or_404(_rows(actor, round_, runs=frame["runs"]), application__public_id=application_id)
    marks = list(
        Mark.objects.visible_to(actor)
        .counted()
        .filter(assignment__round=round_, assignment__application=row.application)
        .select_related("assignment__reviewer__person")
        .order_by("pk")
    )
    steps = [_step(mark) for mark in marks] if frame["runs"] else []
    context = frame | {
        "score": row,
        "title": _title(actor, row, round_, runs=frame["runs"]),
        "steps": steps,
        "past": _past(steps, round_),
        "shift": row.corrected - row.raw if row.corrected is not None and row.raw is not None else None,
        "dispute": wording.dispute(row.disagreement),
        "ranks": (round_.findings.get("ranks") or {}).get(str(row.application_id)),
        "places": round_.findings.get("places"),
        "criteria": _criteria(round_, row),
    }
    return render(request, "reviews/sharing/result.html", context)


def _step(mark: Mark) -> dict[str, Any]:
    reviewer = mark.assignment.reviewer
    given = reviewer.severity
    average = (mark.total or 0.0) - given if given is not None else None
    return {"reviewer": reviewer, "total": mark.total, "severity": given, "average": average}


def _past(steps: list[dict[str, Any]], round_: Round) -> float | None:
    """What the steps give when it is past an end of the scale: the score shown is that end."""
    averages = [step["average"] for step in steps if step["average"] is not None]
    mean = fmean(averages) if averages else 0.0
    return None if 0 <= mean <= round_.out_of else mean


def _criteria(round_: Round, row: Score) -> list[dict[str, Any]]:
    said = row.by_criterion or {}
    return [
        {"label": one.label, "highest": one.highest, "mean": said[one.key][0], "low": said[one.key][1],
         "high": said[one.key][2]}
        for one in round_.criteria.all()
        if one.key in said
    ]  # fmt: skip


def severities(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How generous each reviewer is beside the others, for who runs the call only."""
    round_ = run_round(request, public_id)
    # guarded: run_round
    rows = list(Reviewer.objects.filter(round=round_, severity__isnull=False).select_related("person", "body"))
    rows.sort(key=lambda row: (-(row.severity or 0.0), str(row)))
    people = {row.pk: row for row in rows}
    context = round_frame(request, round_, "results") | {
        "lines": [_severity(row) for row in rows],
        "oppositions": _oppositions(round_, people),
        "findings": round_.findings,
        "agreement": wording.agreement(round_.findings.get("alpha")),
        "chart": _severity_chart(round_, rows) if rows else None,
    }
    return render(request, "reviews/sharing/severities.html", context)


def _severity(row: Reviewer) -> dict[str, Any]:
    value, error = row.severity or 0.0, row.severity_error or 0.0
    low, high = value - 1.96 * error, value + 1.96 * error
    words = _("more generous than the others") if low > 0 else _("more severe than the others") if high < 0 else ""
    return {"reviewer": row, "value": value, "low": low, "high": high, "words": words or _("like the others")}


def _severity_chart(round_: Round, rows: list[Reviewer]) -> Bars:
    return Bars(
        id="severite",
        title=_("Points given above or below an average reviewer"),
        unit=_("points out of %(n)s") % {"n": round_.out_of},
        categories=[str(row) for row in rows],
        series=[Series(_("gap"), [_short(row.severity) for row in rows])],
        source=_("Marks of the round “%(round)s”") % {"round": round_.title},
    )


def _oppositions(round_: Round, people: dict[int, Reviewer]) -> list[dict[str, Any]]:
    return [
        {"first": people[first], "second": people[second], "dossiers": dossiers, "mean": mean,
         "spread": number_format(spread or 0.0, 1)}
        for first, second, dossiers, mean, spread in round_.findings.get("oppositions", ())
        if first in people and second in people
    ]  # fmt: skip
