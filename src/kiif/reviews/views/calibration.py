"""Anchor dossiers before the round opens, and redacted copies, for the team."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kiif.accounts.actor import of
from kiif.programmes import reading
from kiif.programmes.models import Application
from kiif.reviews.actions import redaction, rounds
from kiif.reviews.calibration import board
from kiif.reviews.models import Anchor, RedactedAnswer, Round
from kiif.reviews.views.common import round_frame, run_round
from kiif.ui.errors import Refused

#: Applications that the choice of anchors shows.
MOST_SHOWN = 300


def show(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The anchor dossiers, the gaps, and the choice while the round is prepared."""
    round_ = run_round(request, public_id)
    if request.method == "POST":
        return _chosen(request, round_)
    found = board(round_)
    chosen = {row.anchor.application_id for row in found.rows}
    context = {
        **round_frame(request, round_, "calibration"),
        "board": found,
        "criteria": list(round_.criteria.all()),
        "choice": _choice(request, round_, chosen) if round_.state == "draft" else [],
        "ready": round_.criteria.exists() and round_.reviewers.filter(state="accepted").exists() and bool(chosen),
    }
    return render(request, "reviews/rounds/calibration.html", context)


def _choice(request: HttpRequest, round_: Round, chosen: set[int]) -> list[tuple[Application, bool]]:
    """Applications that may be anchors: of this call and of the past ones of its programme."""
    rows = _anchorable(request, round_).select_related("project", "call").order_by("call_id", "title", "pk")
    return [(one, one.pk in chosen) for one in rows[:MOST_SHOWN]]


def _anchorable(request: HttpRequest, round_: Round) -> QuerySet[Application]:
    rows = Application.objects.visible_to(of(request)).sent()
    return rows.filter(call__edition__programme=round_.call.edition.programme_id)


def _chosen(request: HttpRequest, round_: Round) -> HttpResponse:
    wanted = request.POST.getlist("application")[:20]
    keys = [one for one in wanted if one.isdecimal() and len(one) < 12]
    found = list(_anchorable(request, round_).filter(pk__in=keys))
    try:
        rounds.set_anchors(round_=round_, applications=found, by=of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The anchor dossiers are chosen."))
    return redirect("reviews:calibration", round_.public_id)


@require_POST
def start(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Entrusts the anchor dossiers to the reviewers."""
    round_ = run_round(request, public_id)
    try:
        made = rounds.open_calibration(round_=round_, by=of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        sentence = ngettext("%(n)s read is entrusted.", "%(n)s reads are entrusted.", made) % {"n": made}
        messages.success(request, sentence if made else _("Everybody has the anchor dossiers already."))
    return redirect("reviews:calibration", round_.public_id)


def expect(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """The marks that the team expects for an anchor dossier."""
    round_ = run_round(request, public_id)
    visible = Application.objects.visible_to(of(request)).values("pk")
    anchor = get_object_or_404(
        # guarded: run_round
        Anchor.objects.filter(round=round_, application_id__in=visible).select_related("application__project", "round"),
        pk=pk,
    )
    criteria = list(round_.criteria.all())
    refusal = None
    if request.method == "POST":
        asked = {one.key: _mark(request.POST.get(f"c-{one.key}", "")) for one in criteria}
        try:
            rounds.expect(anchor=anchor, expected=asked, words=request.POST.get("words", ""), by=of(request))
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("What is expected is written down."))
            return redirect("reviews:calibration", round_.public_id)
    context = {
        **round_frame(request, round_, "calibration"),
        "anchor": anchor,
        "lines": [{"criterion": one, "value": anchor.expected.get(one.key)} for one in criteria],
        "refusal": refusal,
    }
    return render(request, "reviews/rounds/expect.html", context, status=422 if refusal else 200)


def _mark(text: str) -> int | None:
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 5 else None


def redact(request: HttpRequest, public_id: UUID, application_id: UUID) -> HttpResponse:
    """Words that reviewers read in place of an answer."""
    round_ = run_round(request, public_id)
    rows = Application.objects.visible_to(of(request)).with_ties()
    application = get_object_or_404(rows, public_id=application_id)
    if request.method == "POST":
        question = request.POST.get("question", "")[:40]
        try:
            redaction.redact(
                round_=round_, application=application, question=question, text=request.POST.get("text", ""),
                by=of(request),
            )  # fmt: skip
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Reviewers now read these words."))
        return redirect(f"{request.path}#{question}")
    context = {
        **round_frame(request, round_, "round"),
        "application": application,
        "parts": _parts(request, round_, application),
    }
    return render(request, "reviews/rounds/redact.html", context)


def _parts(request: HttpRequest, round_: Round, application: Application) -> list[dict[str, Any]]:
    """Texts of the application, with the redacted copy when there is one, and whether the answer changed since."""
    # guarded: run_round
    known = {row.question: row for row in RedactedAnswer.objects.filter(round=round_, application=application)}
    parts = reading.read(of(request), application).parts
    return [
        {
            "title": part.title,
            "lines": [
                {
                    "line": line,
                    "copy": known.get(line.id),
                    "moved": line.id in known and known[line.id].response_revision != application.response.revision,
                }
                for line in part.lines
                if line.lines or line.html
            ],
        }
        for part in parts
    ]
