"""Assigning by hand, from either side: who could read an application, what a reviewer could read; a list from a
spreadsheet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kiif.accounts.actor import of
from kiif.programmes.enums import State
from kiif.programmes.models import Application
from kiif.reviews import sheets_allocation, wording
from kiif.reviews.actions import allocation, twins
from kiif.reviews.enums import WAITING, RoundState
from kiif.reviews.forms_allocation import ImportForm
from kiif.reviews.models import Assignment, Reviewer, Round
from kiif.reviews.sharing import Candidate, Desk
from kiif.reviews.views.common import round_frame, run_round
from kiif.ui.errors import Refused


def _applications(request: HttpRequest, round_: Round) -> Any:
    rows = Application.objects.visible_to(of(request), round_.call)
    return rows.exclude(state=State.DRAFT).with_ties()


def application(request: HttpRequest, public_id: UUID, application_id: UUID) -> HttpResponse:
    """Who reads an application, and who could."""
    round_ = run_round(request, public_id)
    row = get_object_or_404(_applications(request, round_), public_id=application_id)
    desk, labels = Desk.of(round_), wording.theme_labels(round_.call)
    reads = Assignment.objects.real().filter(round=round_, application=row).select_related("reviewer__person")
    context = {
        "application": row,
        "reads": [{"read": read, "why": wording.reasons(read.reasons, labels), "waits": read.state in WAITING}
                  for read in reads.order_by("pk")],
        "candidates": [_said(one, labels) for one in desk.for_application(row)],
        "missing": desk.missing(row.pk),
        "reviewers": [one for one in desk.scene.reviewers.values() if one.reads],
        "inside": row.pk in desk.scene.applications,
        "may_change": round_.state != RoundState.CLOSED,
    }  # fmt: skip
    return render(request, "reviews/sharing/application.html", round_frame(request, round_, "board") | context)


def reviewer(request: HttpRequest, public_id: UUID, reviewer_id: UUID) -> HttpResponse:
    """What a reviewer holds, and what they could read."""
    round_ = run_round(request, public_id)
    # guarded: run_round
    row = get_object_or_404(Reviewer.objects.select_related("person", "body"), round=round_, public_id=reviewer_id)
    desk, labels = Desk.of(round_), wording.theme_labels(round_.call)
    seen = set(_applications(request, round_).values_list("pk", flat=True))
    reads = Assignment.objects.real().filter(round=round_, reviewer=row, application_id__in=seen)
    context = {
        "reviewer": row,
        "reads": [{"read": read, "why": wording.reasons(read.reasons, labels), "waits": read.state in WAITING}
                  for read in reads.select_related("application__project").order_by("pk")],
        "candidates": [_said(one, labels) for one in desk.for_reviewer(row, seen)],
        "load": desk.loads[row.pk],
        "themes": [labels.get(code, code) for code in row.themes],
        "departments": [wording.named("territory", code, labels) for code in row.territories],
        "may_change": round_.state != RoundState.CLOSED and row.reads,
    }  # fmt: skip
    return render(request, "reviews/sharing/reviewer.html", round_frame(request, round_, "board") | context)


def _said(one: Candidate, labels: dict[str, str]) -> dict[str, Any]:
    shared = [labels.get(code, code) for code in one.themes]
    shared += [wording.named("territory", code, labels) for code in one.departments]
    return {"row": one, "shared": shared}


@require_POST
def assign(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Entrusts one or several pairs: `pair` = identifiers of the application and of the reviewer, with a slash."""
    round_ = run_round(request, public_id)
    try:
        made = allocation.assign(round_=round_, pairs=_pairs(request, round_), by=of(request))
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, ngettext("%(n)s read was entrusted.", "%(n)s reads were entrusted.", len(made)) % {"n": len(made)}
        )
    return redirect(_next(request, round_))


def _pairs(request: HttpRequest, round_: Round) -> list[tuple[Application, Reviewer]]:
    """The pairs that a form sent, of applications that this person sees. Raises Refused without any."""
    texts = [text.partition("/")[::2] for text in request.POST.getlist("pair")[:500]]
    applications = {str(row.public_id): row for row in _applications(request, round_)
                    .filter(public_id__in=_known([a for a, _r in texts]))}  # fmt: skip
    # guarded: run_round
    people = Reviewer.objects.filter(round=round_).select_related("person")
    reviewers = {str(row.public_id): row for row in people}
    pairs = [(applications[a], reviewers[r]) for a, r in texts if a in applications and r in reviewers]
    if not pairs:
        raise Refused(_("Tick at least one line."))
    return pairs


def _known(texts: list[str]) -> list[UUID]:
    out = []
    for text in texts:
        try:
            out.append(UUID(text))
        except ValueError:
            continue
    return out


def _next(request: HttpRequest, round_: Round) -> str:
    """Back to the side from which one came."""
    side, key = request.POST.get("side", ""), _known([request.POST.get("from", "")])
    if side in {"application", "reviewer"} and key:
        return reverse(f"reviews:sharing-{side}", args=[round_.public_id, key[0]])
    return reverse("reviews:board", args=[round_.public_id])


@require_POST
def take_back(request: HttpRequest, public_id: UUID, read_id: UUID) -> HttpResponse:
    """Takes a read back, or gives it to somebody else (`to`)."""
    round_ = run_round(request, public_id)
    actor = of(request)
    read = get_object_or_404(
        Assignment.objects.visible_to(actor).real().filter(round=round_).with_ties(), public_id=read_id
    )
    keys = _known([request.POST.get("to", "")])
    try:
        if keys:
            to = get_object_or_404(Reviewer, round=round_, public_id=keys[0])
            allocation.move(assignment=read, to=to, by=actor)
            messages.success(request, _("The read was given to %(person)s.") % {"person": to})
        else:
            never = request.POST.get("never") == "1"
            allocation.take_back(assignment=read, by=actor, never_again=never)
            messages.success(request, _("The read was taken back."))
    except Refused as error:
        messages.error(request, str(error))
    return redirect(_next(request, round_))


@require_POST
def twin(request: HttpRequest, public_id: UUID, read_id: UUID) -> HttpResponse:
    """A read of a merged application counts for the one that goes on (`count=1`), or no longer does."""
    round_, actor = run_round(request, public_id), of(request)
    reads = Assignment.objects.visible_to(actor).real().filter(round=round_).with_ties()
    read = get_object_or_404(reads.select_related("application__merged_into"), public_id=read_id)
    back = read.application.merged_into or read.application
    try:
        if request.POST.get("count") == "1":
            twins.count(assignment=read, by=actor)
            messages.success(request, _("This read now counts: scores follow in a moment."))
        else:
            twins.uncount(assignment=read, by=actor)
            messages.success(request, _("This read no longer counts: scores follow in a moment."))
    except Refused as error:
        messages.error(request, str(error))
    return redirect(back.get_absolute_url())


@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A list of assignments from a spreadsheet: read and shown first, entrusted once confirmed."""
    round_ = run_round(request, public_id)
    context = round_frame(request, round_, "allocation")
    if request.method == "POST" and "list" in request.POST:
        return _confirm(request, round_)
    form = ImportForm(request.POST or None, request.FILES or None)
    lines: list[sheets_allocation.Line] = []
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                upload = form.cleaned_data["file"]
                lines = sheets_allocation.read(upload.read(sheets_allocation.MAX_BYTES + 1), round_, of(request))
                status = 200
            except Refused as error:
                form.add_error("file", str(error))
    good = [line for line in lines if line.pair]
    context |= {
        "form": form, "lines": lines, "good": len(good), "list": sheets_allocation.sealed(round_, good),
    }  # fmt: skip
    return render(request, "reviews/sharing/import.html", context, status=status)


def _confirm(request: HttpRequest, round_: Round) -> HttpResponse:
    try:
        pairs = sheets_allocation.opened(round_, request.POST["list"], of(request))
        made = allocation.assign(round_=round_, pairs=pairs, by=of(request))
    except Refused as error:
        messages.error(request, str(error))
        return redirect("reviews:allocation-import", round_.public_id)
    messages.success(
        request, ngettext("%(n)s read was entrusted.", "%(n)s reads were entrusted.", len(made)) % {"n": len(made)}
    )
    return redirect("reviews:board", round_.public_id)
