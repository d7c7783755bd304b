from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import rules
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.jobs import actions, schedule
from kiif.jobs.downloads import may_download
from kiif.jobs.models import PeriodicTask, Run
from kiif.jobs.queries import living_workers
from kiif.jobs.tables import All, Mine
from kiif.ui.errors import NotAllowed, Refused
from kiif.ui.tables import respond


@require_safe
def mine(request: HttpRequest) -> HttpResponseBase:
    """The exports and imports that this person asked for."""
    actor = of(request)
    runs = Run.objects.visible_to(actor).filter(created_by=actor.user).defer("trace", "result")
    return respond(request, Mine(runs, request), "jobs/mine.html")


def _operator(request: HttpRequest) -> None:
    if not rules.test_rule("jobs.operate", of(request)):
        raise NotAllowed(_("Looking after jobs is up to the coordination of the alliance."))


@require_safe
def everything(request: HttpRequest) -> HttpResponseBase:
    """All jobs, those that failed first in mind."""
    _operator(request)
    runs = Run.objects.visible_to(of(request)).select_related("created_by").defer("trace", "result")
    context = {"dead": Run.objects.dead().count(), "workers": living_workers().count()}
    return respond(request, All(runs, request), "jobs/all.html", context)


@require_safe
def regular(request: HttpRequest) -> HttpResponse:
    """The regular jobs: when they ran last, when they run next."""
    _operator(request)
    rows = {row.name: row for row in PeriodicTask.objects.all()}  # guarded: operators only
    lines = [
        {"name": name, "label": rhythm.job.label, "row": rows.get(name)} for name, rhythm in schedule.rhythms().items()
    ]
    return render(request, "jobs/regular.html", {"lines": lines})


@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Stops or resumes a regular job."""
    _operator(request)
    row = get_object_or_404(PeriodicTask, pk=pk)
    paused = request.POST.get("paused") == "1"
    actions.pause(periodic=row, paused=paused, by=of(request))
    messages.success(request, _("The regular job is paused.") if paused else _("The regular job goes on."))
    return redirect("jobs:regular")


def _find(request: HttpRequest, pk: UUID) -> Run:
    run: Run = get_object_or_404(Run.objects.visible_to(of(request)).select_related("created_by"), pk=pk)
    return run


def _context(request: HttpRequest, run: Run) -> dict[str, Any]:
    actor = of(request)
    return {
        "run": run,
        "download": may_download(actor, run),
        "operator": rules.test_rule("jobs.operate", actor),
        "own": rules.test_rule("jobs.view_run", actor, run) and run.created_by == actor.user,
    }


@require_safe
def run(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One job: how far it is, its result. One may leave this page and come back."""
    return render(request, "jobs/run.html", _context(request, _find(request, pk)))


@require_safe
def status(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The moving part of the page, asked for every two seconds until the job is finished."""
    return render(request, "jobs/_status.html", _context(request, _find(request, pk)))


@require_safe
def result(request: HttpRequest, pk: UUID) -> FileResponse:
    """The file made by a job. The right is asked at each download; what is past its date is gone."""
    found = _find(request, pk)
    if not may_download(of(request), found):
        raise Http404
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.file_name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store, private"
    return response


def _gesture(action: Callable[..., Any], sentence: Callable[[], str]) -> Callable[[HttpRequest, UUID], HttpResponse]:
    @require_POST
    def view(request: HttpRequest, pk: UUID) -> HttpResponse:
        found = _find(request, pk)
        try:
            action(run=found, by=of(request))
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, sentence())
        return redirect("jobs:run", pk=pk)

    return view


run_again = _gesture(actions.run_again, lambda: _("The job starts again."))
dismiss = _gesture(actions.dismiss, lambda: _("The job was set aside."))
