"""Programmes and their editions, for the teams."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kiif.accounts.actor import of
from kiif.programmes import rules
from kiif.programmes.models import Call, Edition, Programme
from kiif.programmes.tables import ProgrammesTable, programmes_for
from kiif.programmes.views.common import can
from kiif.ui.tables import respond


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """Programmes of the alliance."""
    actor = of(request)
    table = ProgrammesTable(programmes_for(actor), request)
    return respond(request, table, "programmes/calls/programmes.html", {"founds": bool(rules.founds(actor))})


@require_safe
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """A programme: its editions and their calls."""
    actor = of(request)
    found = get_object_or_404(Programme.objects.visible_to(actor).select_related("owner"), slug=slug)
    editions = Edition.objects.visible_to(actor).filter(programme=found, rehearsal_of__isnull=True)
    calls = Call.objects.visible_to(actor).filter(edition__programme=found, edition__rehearsal_of__isnull=True)
    by_edition: dict[int, list[Call]] = {}
    for call in calls:
        by_edition.setdefault(call.edition_id, []).append(call)
    context = {
        "programme": found,
        "editions": [(row, by_edition.get(row.pk, [])) for row in editions],
        "runs": can("programmes.change_programme", actor, found),
    }
    return render(request, "programmes/calls/programme.html", context)


@require_safe
def edition(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """An edition: its dates, its calls, its rehearsals."""
    actor = of(request)
    rows = Edition.objects.visible_to(actor).select_related("programme__owner")
    found = get_object_or_404(rows, public_id=public_id)
    context = {
        "edition": found,
        "programme": found.programme,
        "calls": Call.objects.visible_to(actor).filter(edition=found),
        "runs": can("programmes.change_programme", actor, found),
    }
    return render(request, "programmes/calls/edition.html", context)
