"""“My figures”: a file is read and shown before anything is kept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kiif.accounts.actor import of
from kiif.opendata.errors import DataError
from kiif.opendata.indicators import load_indicators
from kiif.replication import actions, editing, engine, uploads
from kiif.replication.forms import FiguresForm
from kiif.replication.results import names_of
from kiif.replication.views.common import frame, search_of
from kiif.replication.views.criteria import criteria_tabs
from kiif.replication.views.pace import paced
from kiif.replication.visitors import key_of
from kiif.replication.words import sentence
from kiif.ui.errors import Refused

#: Lines shown in a preview.
SHOWN = 12


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@paced("write")
def figures(request: HttpRequest, pk: int) -> HttpResponse:
    """First reading shows what would be kept and what would not; “keep” keeps it."""
    search = search_of(request, pk)
    form = FiguresForm(request.POST or None, request.FILES or None)
    upload: uploads.Upload | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            upload = _read(data, request, search.level)
            if "garder" in request.POST:
                own = actions.add_own_criterion(
                    search=search,
                    by=of(request),
                    label=data["label"],
                    unit=data["unit"],
                    upload=upload,
                    visitor_key=key_of(request),
                )
                return _added(request, search.pk, own, data["pillar"])
        except (Refused, DataError) as refusal:
            field = getattr(refusal, "field", None)
            text = sentence(refusal) if isinstance(refusal, DataError) else str(refusal)
            form.add_error(field if field in form.fields else "file", text)
            upload = None
    context = frame(request, search, "criteria") | {
        "form": form,
        "upload": upload,
        "lines": _lines(upload, search.level) if upload else [],
        "text": "\n".join(f"{code};{value!r}" for code, value in upload.figures.items()) if upload else "",
        "brought": list(search.own_criteria.select_related("brought_by")),
        "tabs": criteria_tabs(search.pk, "figures"),
        "shown": uploads.SHOWN,
    }
    refused = request.method == "POST" and bool(form.errors)
    return render(request, "replication/figures.html", context, status=422 if refused else 200)


def _read(data: dict[str, Any], request: HttpRequest, level: str) -> uploads.Upload:
    given = data.get("file")
    if given is not None:
        if given.size > uploads.MAX_BYTES:
            raise Refused(_("This file is larger than 8 MB: keep the two columns that count."), field="file")
        return uploads.read(given.read(), given.name, engine.level_of(level))
    name = request.POST.get("nom", "")[:200] or _("pasted lines")
    return uploads.read(data["text"].encode(), name, engine.level_of(level))


def _added(request: HttpRequest, pk: int, own: Any, pillar: str) -> HttpResponse:
    """Adds the criterion to the model; when the ranking refuses it, the figures stay and the page says why."""
    search = search_of(request, pk)
    try:
        actions.change_model(
            search=search,
            by=of(request),
            model=editing.with_own(search.model, own, pillar),
            version=search.version,
            visitor_key=key_of(request),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("replication:figures", pk)
    messages.success(request, _("“%(name)s” counts now: say how much.") % {"name": own.label})
    return redirect("replication:criteria", pk)


def _lines(upload: uploads.Upload, level: str) -> list[tuple[str, str, float]]:
    names = names_of(engine.level_of(level)).names
    codes = load_indicators(engine.level_of(level))
    return [(code, names[codes.position(code)], value) for code, value in list(upload.figures.items())[:SHOWN]]


@login_not_required
@require_POST
def remove_figures(request: HttpRequest, pk: int, own: int) -> HttpResponse:
    search = search_of(request, pk)
    row = get_object_or_404(search.own_criteria, pk=min(own, 2**62))
    actions.remove_own_criterion(own=row, by=of(request), visitor_key=key_of(request))
    messages.success(request, _("These figures are removed."))
    return redirect("replication:figures", pk)
