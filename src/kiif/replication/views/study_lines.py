"""Lines of a feasibility study: add, change, remove. Two people on the same line both keep what they typed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from kiif.accounts.actor import of
from kiif.replication import actions
from kiif.replication.actions.common import Conflict, check
from kiif.replication.actions.studies import FIELDS
from kiif.replication.enums import Kind
from kiif.replication.forms_study import EntryForm
from kiif.replication.guides import WORDS
from kiif.replication.models import Entry, FeasibilityStudy
from kiif.replication.views.study import frame, visible_study
from kiif.ui.errors import Refused


def line_create(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    study = visible_study(request, pk)
    if kind not in Kind.values:
        raise Http404
    check("replication.change", of(request), study)
    form = EntryForm(request.POST or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_entry(study=study, by=of(request), kind=kind, values=form.values())
        except Refused as refusal:
            _say(form, refusal)
        else:
            messages.success(request, _("The line is added."))
            return redirect(f"{study.get_absolute_url()}#{kind}")
    return _page(request, study, kind, form, title=WORDS[kind][1])


def line_change(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    study = visible_study(request, pk)
    found = Entry.objects.select_related("study__search__solution")  # guarded: the study is visible
    entry = get_object_or_404(found, study=study, pk=line)
    check("replication.change", of(request), study)
    start = {name: getattr(entry, name) for name in (*FIELDS, "version")}
    form = EntryForm(request.POST or None, kind=entry.kind, initial=start)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            actions.change_entry(
                entry=entry, by=of(request), values=form.values(), version=-1 if version is None else version
            )
        except Conflict as conflict:
            return _conflict(request, study, conflict.current)
        except Refused as refusal:
            _say(form, refusal)
        else:
            messages.success(request, _("The line is changed."))
            return redirect(f"{study.get_absolute_url()}#{entry.kind}")
    return _page(request, study, entry.kind, form, title=entry.title, entry=entry)


def _conflict(request: HttpRequest, study: FeasibilityStudy, now: Entry) -> HttpResponse:
    """What was typed stays in the form, on the version of now; what somebody else wrote stands beside."""
    typed = request.POST.copy()
    typed["version"] = str(now.version)
    again = EntryForm(typed, kind=now.kind)
    again.is_valid()
    theirs = [
        (again.fields[name].label, _shown(now, name)) for name in FIELDS if name in again.fields and _shown(now, name)
    ]
    return _page(request, study, now.kind, again, title=now.title, entry=now, theirs=theirs, status=409)


def _shown(entry: Entry, name: str) -> Any:
    if name == "engagement":
        return entry.get_engagement_display()
    value = getattr(entry, name)
    return {True: _("yes"), False: _("no")}[value] if name == "done" else value


def line_remove(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Asks, then removes; the history keeps what it said."""
    study = visible_study(request, pk)
    found = Entry.objects.select_related("study__search__solution")  # guarded: the study is visible
    entry = get_object_or_404(found, study=study, pk=line)
    check("replication.change", of(request), study)
    if request.method == "POST":
        actions.remove_entry(entry=entry, by=of(request))
        messages.success(request, _("The line is removed."))
        return redirect(f"{study.get_absolute_url()}#{entry.kind}")
    context = {"study": study, "entry": entry, "cancel_url": study.get_absolute_url(), "danger": True}
    return render(request, "replication/study/line_remove.html", context)


def _say(form: EntryForm, refusal: Refused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def _page(
    request: HttpRequest, study: FeasibilityStudy, kind: str, form: EntryForm, *, status: int | None = None, **data: Any
) -> HttpResponse:
    context = frame(request, study, "study") | {"form": form, "kind": kind, "entry": None, "theirs": None, **data}
    return render(request, "replication/study/line.html", context, status=status or (422 if form.errors else 200))
