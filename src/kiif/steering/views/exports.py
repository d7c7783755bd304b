"""Exports of a call: choose, ask, come back, download."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kiif.accounts.actor import of
from kiif.programmes.models import Call
from kiif.programmes.views.common import call_context, check
from kiif.steering import actions
from kiif.steering.exporting import choices as chosen
from kiif.steering.exporting.selection import cleaned, in_words, table_for
from kiif.steering.forms import ExportForm
from kiif.steering.models import Export
from kiif.ui.errors import Refused

#: Past exports shown.
SHOWN = 10


def index(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What to export, how far those under way are, those that may be downloaded."""
    context = call_context(request, public_id, "exports")
    call, actor = context["call"], of(request)
    check("steering.export_call", actor, call, _("Only the team that runs this call exports it."))
    query = cleaned(request.GET)
    form = _form(request, call)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_export(call=call, choices=form.choices, query=query, by=actor)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The export is being made. You may leave this page and come back."))
            return redirect(reverse("steering:exports", args=[call.public_id]))
    rows = Export.objects.visible_to(actor).filter(call=call).select_related("run__created_by")
    context |= {
        "form": form,
        "count": table_for(actor, call, query).count,
        "filters": in_words(actor, call, query) if query else [],
        "query": query,
        "exports": [(row, _said(actor, call, row)) for row in rows[:SHOWN]],
        "list_url": reverse("programmes:applications", args=[call.public_id]) + (f"?{query}" if query else ""),
    }
    return render(request, "steering/exports.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, call: Call) -> ExportForm:
    plan = chosen.plan_of_call(call)
    language = plan.language((get_language() or "fr")[:2]) if plan is not None else "fr"
    questions: list[tuple[str, str]] = []
    if plan is not None:
        questions = [(one.key, one.label(language)) for one in plan.groups]
    kept = chosen.kept_by(of(request), call)
    initial: dict[str, Any] = {
        "parts": list(kept.parts),
        "facts": list(kept.facts),
        "questions": list(kept.questions) or [key for key, _words in questions],
    }
    return ExportForm(request.POST if request.method == "POST" else None, questions=questions, initial=initial)


def _said(actor: Any, call: Call, row: Export) -> str:
    """The filters of an export, as they were asked."""
    asked = QueryDict(row.query)
    return ", ".join(str(value) for value in asked.values()) if row.query else ""
