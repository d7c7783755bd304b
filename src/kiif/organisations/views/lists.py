"""Importing a list: the model, the file, the preview line by line, all or nothing."""

from __future__ import annotations

import csv
from collections import Counter

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kiif.accounts.actor import of
from kiif.organisations.actions.imports import bring_list, discard_list, preview, start_import
from kiif.organisations.enums import MAX_LINES
from kiif.organisations.forms import ListForm
from kiif.organisations.models import Batch
from kiif.organisations.sheets import MODEL
from kiif.organisations.views.common import check, crumbs, show_refusal
from kiif.ui.errors import Refused


def _check(request: HttpRequest) -> None:
    check("organisations.import", request, None, _("Lists are imported by the teams of the alliance."))


@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    """A file is brought; nothing is written yet."""
    _check(request)
    actor = of(request)
    form = ListForm(request.POST or None, request.FILES or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            batch = bring_list(content=upload.read(), name=upload.name, steward=form.cleaned_data["steward"], by=actor)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return redirect(batch)
    rows = Batch.objects.visible_to(actor).select_related("made_by", "steward")
    context = {
        "form": form,
        "recent": list(rows[:10]),
        "most": MAX_LINES,
        "columns": MODEL,
        "crumbs_list": crumbs(request),
    }
    return render(request, "organisations/import_form.html", context, status=422 if form.errors else 200)


@require_safe
def model(request: HttpRequest) -> HttpResponse:
    """An empty list with the names of the columns."""
    _check(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="structures.csv"'
    response.write("\ufeff")
    csv.writer(response, delimiter=";").writerow(MODEL)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Each line with what will become of it; then all of them, or none."""
    _check(request)
    actor = of(request)
    batch = get_object_or_404(Batch.objects.visible_to(actor).select_related("steward", "alliance"), pk=pk)
    refusal = ""
    if request.method == "POST":
        try:
            return _decide(request, batch)
        except Refused as refused:
            refusal = str(refused)
    lines = preview(batch, actor)
    counts = Counter(line.what for line in lines)
    context = {
        "batch": batch,
        "lines": lines,
        "counts": {key: counts.get(key, 0) for key in ("create", "complete", "same", "refused")},
        "may_go": batch.state == "checked" and bool(counts["create"] + counts["complete"]),
        "refusal": refusal,
        "crumbs_list": crumbs(request),
    }
    return render(request, "organisations/import.html", context, status=422 if refusal else 200)


def _decide(request: HttpRequest, batch: Batch) -> HttpResponse:
    actor = of(request)
    if "ecarter" in request.POST:
        discard_list(batch=batch, by=actor)
        messages.success(request, _("The list is set aside; nothing was written."))
        return redirect("organisations:import-list")
    kept = {int(number) for number in request.POST.getlist("ligne") if number.isdecimal() and len(number) < 9}
    skip = frozenset(int(line["line"]) for line in batch.lines) - kept
    run = start_import(batch=batch, by=actor, skip=skip)
    if run is not None:
        return redirect("jobs:run", run.pk)
    messages.success(request, _("The list is imported."))
    return redirect("organisations:home")
