"""Fair scores: what rooms above read (`of_call`, `latest`), and how they are computed from the marks that count.

The model is `methods.agreement`: score = mean + dossier − severity of the reader + error. The corrected score stands
beside the raw one, with its interval; nothing here decides for people.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any, Final

import numpy as np
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from kiif.methods.agreement import coefficients, disagreement, ranks, severity
from kiif.methods.agreement.errors import AgreementError
from kiif.methods.agreement.ratings import MAX_MARKS
from kiif.programmes.enums import State
from kiif.programmes.models import Application, Call
from kiif.reviews.enums import Aggregate, RoundState, Shown
from kiif.reviews.models import Mark, MarkLine, Reviewer, Round, Score
from kiif.reviews.queries import ScoreQuerySet

#: Draws that say how often a dossier is among the first ones.
DRAWS: Final = 1_000
#: Share of ordinary dossiers whose readers differ less, from which one looks again.
LOOK_AGAIN: Final = 0.95
#: Two scores closer than this share a rank.
SAME: Final = 9
_GONE: Final = (State.WITHDRAWN, State.MERGED)

Marks = list[tuple[int, int, float]]


def of_call(call: Call) -> ScoreQuerySet:
    """Scores of a call, round by round, without the applications that were withdrawn or merged.

    For rooms that already checked who reads; pages filter with `visible_to(actor)`.
    """
    return Score.objects.filter(round__call=call).exclude(application__state__in=_GONE)


def latest(call: Call) -> Round | None:
    """The round that counts: the last one in which marks were given, else the last that opened; None without one."""
    opened = Round.objects.filter(call=call).exclude(state=RoundState.DRAFT).order_by("-number")
    read = opened.filter(Exists(Score.objects.filter(round=OuterRef("pk"), reads_done__gt=0)))
    return read.first() or opened.first()


def of_round(round_: Round) -> ScoreQuerySet:
    return Score.objects.filter(round=round_).exclude(application__state__in=_GONE)


@dataclass
class Found:
    """What was computed of a round. `scores`: by application; `severities`: reviewer -> (generosity, its error)."""

    scores: dict[int, dict[str, Any]] = field(default_factory=dict)
    severities: dict[int, tuple[float, float]] = field(default_factory=dict)
    findings: dict[str, Any] = field(default_factory=dict)


def is_stale(round_: Round) -> bool:
    """Whether marks came, changed or were set aside since scores were computed."""
    if round_.computed_at is None:
        return Mark.objects.counted().filter(assignment__round=round_).exists()
    since = Q(saved_at__gt=round_.computed_at) | Q(voided_at__gt=round_.computed_at)
    return Mark.objects.filter(since, assignment__round=round_).exists()


def compute(round_: Round, at: dt.datetime | None = None) -> Round:
    """Computes the scores of a round again and keeps them. Safe to run twice; of two at once, the later reading stays.

    Marks are read and corrected outside of any transaction; only keeping the scores is one.
    """
    at = at or timezone.now()
    row = Round.objects.select_related("call").get(pk=round_.pk)
    found = _found(row)
    with transaction.atomic():
        row = Round.objects.select_for_update(of=("self",)).select_related("call").get(pk=round_.pk)
        if row.computed_at is None or row.computed_at <= at:
            _keep_scores(row, found, at)
            _keep_severities(row, found)
            row.findings, row.computed_at = found.findings, at
            row.save(update_fields=["findings", "computed_at"])
    round_.findings, round_.computed_at = row.findings, row.computed_at
    return row


def marks_of(round_: Round) -> Marks:
    """(application, reviewer, total) of the marks that count, of applications still in the call."""
    rows = Mark.objects.counted().filter(assignment__round=round_, total__isnull=False)
    rows = rows.exclude(assignment__application__state__in=_GONE).order_by("pk")
    found = rows.values_list("assignment__application_id", "assignment__reviewer_id", "total")
    return [(application, reviewer, total) for application, reviewer, total in found if total is not None]


def _found(round_: Round) -> Found:
    marks = marks_of(round_)
    found = Found()
    totals: dict[int, list[float]] = defaultdict(list)
    for application, _reviewer, total in marks:
        totals[application].append(total)
    merge = median if round_.aggregate == Aggregate.MEDIAN else fmean
    for application, given in totals.items():
        found.scores[application] = {"raw": float(merge(given)), "spread": max(given) - min(given)}
    _add_criteria(round_, found)
    found.findings = {"marks": len(marks), "dossiers": len(totals), "reviewers": len({mark[1] for mark in marks})}
    _add_correction(round_, marks, found)
    _add_ranks(round_, found)
    return found


def _add_criteria(round_: Round, found: Found) -> None:
    """Mean of each criterion, in its own scale, by application: `{key: [mean, lowest, highest given]}`."""
    lines = MarkLine.objects.filter(
        mark__in=Mark.objects.counted().filter(assignment__round=round_), value__isnull=False
    )
    values: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for application, key, value in lines.values_list("mark__assignment__application_id", "criterion__key", "value"):
        values[application][key].append(value or 0)
    for application, by_key in values.items():
        if application in found.scores:
            found.scores[application]["by_criterion"] = {
                key: [round(fmean(given), 3), min(given), max(given)] for key, given in sorted(by_key.items())
            }


def _add_correction(round_: Round, marks: Marks, found: Found) -> None:
    """Corrected scores, severities, what to beware of. Without enough marks, says so and leaves raw scores alone."""
    if len(marks) > MAX_MARKS or not marks:
        found.findings["correction"] = "none"
        return
    try:
        correction = severity.correct((str(a), str(r), total) for a, r, total in marks)
    except AgreementError as error:
        found.findings |= {"correction": "impossible", "why": [error.message, error.params]}
        return
    for one in correction.dossiers:
        kept = one.within(0, round_.out_of)
        found.scores[int(one.dossier)] |= {
            "corrected": kept.corrected, "error": one.error, "low": kept.low, "high": kept.high,
        }  # fmt: skip
    for other in correction.reviewers:
        found.severities[int(other.reviewer)] = (0.0 - other.severity, other.error)
    for dispute in disagreement.disagreements(correction):
        found.scores[int(dispute.dossier)]["disagreement"] = 1.0 - dispute.chance
    found.findings |= _of_round(round_, correction, marks)


def _of_round(round_: Round, correction: severity.Correction, marks: Marks) -> dict[str, Any]:
    variances = correction.variances
    said = {
        "correction": "done",
        "mean": _finite(correction.mean),
        "variances": {key: _finite(getattr(variances, key)) for key in ("dossier", "reviewer", "error")},
        "single": _finite(variances.single),
        "alpha": _alpha(marks),
        "notes": [[note.kind.value, [int(key) for key in note.keys]] for note in correction.notes],
        "oppositions": [
            [int(pair.first), int(pair.second), pair.dossiers, _finite(pair.mean), _finite(pair.spread)]
            for pair in disagreement.oppositions(correction)[:12]
        ],
    }
    return {**said, **_tops(round_, correction)}


def _tops(round_: Round, correction: severity.Correction) -> dict[str, Any]:
    """Ranks within which each application lies, and how often it is among the first places of the call."""
    size = round_.call.places or 0
    total = len(correction.dossiers)
    if total < 2 or total > 2_000:
        return {}
    top = min(max(size, 1), total)
    drawn = ranks.ranks(correction, top, draws=DRAWS, seed=round_.pk)
    return {
        "places": size,
        "ranks": {one.dossier: [one.low, one.high, round(one.in_top, 3) if size else None] for one in drawn},
    }


def _alpha(marks: Marks) -> float | None:
    """Krippendorff's alpha of the totals; None when it is not defined."""
    dossiers = {key: place for place, key in enumerate(sorted({mark[0] for mark in marks}))}
    reviewers = {key: place for place, key in enumerate(sorted({mark[1] for mark in marks}))}
    table = np.full((len(reviewers), len(dossiers)), np.nan)
    for application, reviewer, total in marks:
        table[reviewers[reviewer], dossiers[application]] = total
    try:
        return _finite(coefficients.krippendorff_alpha(table))
    except AgreementError:
        return None


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _add_ranks(round_: Round, found: Found) -> None:
    """Equal scores share their rank: 1, 2, 2, 4."""
    raw = {key: score["raw"] for key, score in found.scores.items()}
    for key, rank in _ranked(raw).items():
        found.scores[key]["raw_rank"] = rank
    shown = {key: score.get("corrected", score["raw"]) for key, score in found.scores.items()}
    for key, rank in _ranked(raw if round_.shown == Shown.RAW else shown).items():
        found.scores[key]["rank"] = rank


def _ranked(scores: Mapping[int, float]) -> dict[int, int]:
    ordered = sorted(scores.items(), key=lambda item: -item[1])
    out: dict[int, int] = {}
    last, place = None, 0
    for index, (key, score) in enumerate(ordered, start=1):
        if last is None or round(score, SAME) != last:
            last, place = round(score, SAME), index
        out[key] = place
    return out


_COLUMNS: Final = (
    "raw", "corrected", "error", "low", "high", "spread", "disagreement", "rank", "raw_rank",
)  # fmt: skip


def _keep_scores(round_: Round, found: Found, at: dt.datetime) -> None:
    rows = list(Score.objects.filter(round=round_))
    for row in rows:
        said = found.scores.get(row.application_id, {})
        for name in _COLUMNS:
            setattr(row, name, said.get(name))
        row.by_criterion, row.computed_at = said.get("by_criterion", {}), at
    Score.objects.bulk_update(rows, [*_COLUMNS, "by_criterion", "computed_at"], batch_size=200)


def _keep_severities(round_: Round, found: Found) -> None:
    rows = list(Reviewer.objects.filter(round=round_))
    for row in rows:
        row.severity, row.severity_error = found.severities.get(row.pk, (None, None))
    Reviewer.objects.bulk_update(rows, ["severity", "severity_error"], batch_size=200)


def gap(round_: Round, one: Application, other: Application) -> tuple[float, float] | None:
    """Difference of two corrected scores and its standard error; None when they cannot be compared."""
    try:
        correction = severity.correct((str(a), str(r), total) for a, r, total in marks_of(round_))
        return correction.gap(str(one.pk), str(other.pk))
    except AgreementError:
        return None


def to_look_at(rows: Iterable[Score]) -> list[Score]:
    """Those whose readers differ more than readers usually do."""
    return [row for row in rows if row.disagreement is not None and row.disagreement >= LOOK_AGAIN]
