"""Data and methods: where every figure comes from. Public; coordinators also give files here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kiif.accounts.actor import of
from kiif.jobs.models import Run
from kiif.opendata import packs
from kiif.opendata.errors import DataError, MissingPack
from kiif.opendata.indicators import CATALOGUE, load_indicators
from kiif.opendata.sources import OFFERED, SOURCES
from kiif.opendata.tiles import open_archive
from kiif.territories import figures
from kiif.territories.actions import imports as actions
from kiif.territories.actions.load import current_stamp
from kiif.territories.enums import ImportState, Level
from kiif.territories.forms import GiveFileForm
from kiif.territories.models import DataImport, ReferentialLoad
from kiif.ui.errors import NotAllowed, Refused


@login_not_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Packs present, sources known, figures and their definitions, how rural is told."""
    actor = of(request)
    may_import = rules.test_rule("territories.import_data", actor)
    loaded = {pack.name: pack for pack in packs.list_packs()}
    last = ReferentialLoad.objects.first()
    context: dict[str, Any] = {
        "packs": sorted(loaded.values(), key=lambda p: (p.name != "base", p.title)),
        "sources": [s for s in OFFERED.values() if s.pack_name not in loaded and s.parser],
        "figures": _figures(),
        "load": last,
        "is_current": last is not None and last.stamp == current_stamp(),
        "tiles": _tiles(),
        "may_import": may_import,
        "imports": list(DataImport.objects.visible_to(actor).select_related("given_by")[:8]) if may_import else [],
    }
    return render(request, "territories/data.html", context)


def _tiles() -> Any:
    try:
        return open_archive()
    except DataError:
        return None


def _figures() -> list[dict[str, Any]]:
    """Every figure of the catalogue: definition, sources, how many communes and EPCI know it."""
    english = (get_language() or "fr").startswith("en")
    tables = {}
    for level in (Level.COMMUNE, Level.EPCI):
        try:
            tables[level] = load_indicators(level)
        except MissingPack:
            continue
    found = []
    for ident, indicator in CATALOGUE.items():
        known = {}
        for level, table in tables.items():
            if ident in table:
                column = table.column(ident)
                known[level] = (int((column == column).sum()), len(column))  # noqa: PLR0124 -- NaN differs from itself
        found.append(
            {
                "id": ident,
                "label": figures.label(ident),
                "unit": figures.unit(ident),
                "explanation": figures.explanation(ident),
                "secrecy": "" if english else indicator.secrecy,
                "communes": known.get(Level.COMMUNE),
                "epci": known.get(Level.EPCI),
            }
        )
    return found


def _choices() -> list[tuple[str, str]]:
    return sorted(((s.id, f"{s.name} ({s.vintage})") for s in OFFERED.values() if s.parser), key=lambda pair: pair[1])


def _only_coordinators(request: HttpRequest) -> None:
    if not rules.test_rule("territories.import_data", of(request)):
        raise NotAllowed(_("Official data are imported by the coordinators of the alliance."))


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """Give an official file: it is read at once, published only on demand."""
    _only_coordinators(request)
    form = GiveFileForm(request.POST or None, request.FILES or None, sources=_choices())
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            item = actions.give_file(by=of(request), upload=data["file"], source=data["source"])
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return redirect(item)
    status = 422 if request.method == "POST" else 200
    return render(request, "territories/import_form.html", {"form": form}, status=status)


def _find(request: HttpRequest, pk: int) -> DataImport:
    return get_object_or_404(DataImport.objects.visible_to(of(request)).select_related("given_by"), pk=min(pk, 2**62))


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What the dry run read, line by line; while a job runs, its progress."""
    item = _find(request, pk)
    run = Run.objects.filter(pk=item.job).first() if item.job else None  # guarded: the import is visible
    waiting = item.state in {ImportState.RECEIVED, ImportState.PUBLISHING}
    refusal = _refusal(item)
    source = SOURCES.get(item.source)
    previous = _previous(source.pack_name) if source else None
    context = {
        "item": item,
        "run": run,
        "waiting": waiting,
        "refusal": refusal,
        "source": source,
        "previous": previous,
        "previous_date": datetime.fromisoformat(previous.built_at) if previous else None,
        "may_publish": item.state == ImportState.CHECKED,
        "may_discard": item.state in {ImportState.RECEIVED, ImportState.CHECKED},
    }
    fragment = request.headers.get("HX-Request") == "true" and waiting
    return render(request, "territories/parts/import_state.html" if fragment else "territories/import.html", context)


def _refusal(item: DataImport) -> str:
    """Why the file was refused, in the reader's language."""
    if not item.refusal:
        return ""
    sentence = item.refusal["message"]
    return str(_(sentence) % item.refusal["params"])


def _previous(name: str) -> Any:
    try:
        return packs.provenance(name)
    except MissingPack:
        return None


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    item = _find(request, pk)
    try:
        actions.publish(item=item, by=of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(item)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    item = _find(request, pk)
    try:
        actions.discard(item=item, by=of(request))
        messages.success(request, _("The file is set aside and deleted. Nothing was published."))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(item)
    return redirect("territories:data")
