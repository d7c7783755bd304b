"""The atlas of demand: what is being looked for where, for the teams of the alliance."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from kiif.accounts.actor import of
from kiif.opendata.errors import DataError
from kiif.replication.atlas import Cell, Demand, demand
from kiif.replication.registers import opens_atlas
from kiif.replication.words import sentence
from kiif.territories.france import FranceMap, of_coverage
from kiif.ui.errors import NotAllowed


@require_safe
def atlas(request: HttpRequest) -> HttpResponse:
    """A table and a map that nobody can be recognised in; the same for every reader."""
    actor = of(request)
    if not opens_atlas(actor):
        raise NotAllowed(_("The atlas of demand is for the teams of the alliance’s members."))
    try:
        shown, missing = demand(), ""
    except DataError as error:
        shown, missing = Demand([], [], [], Cell(0)), sentence(error)
    context = {"demand": shown, "france": _map(shown), "missing": missing}
    return render(request, "replication/atlas/atlas.html", context)


def _map(shown: Demand) -> FranceMap | None:
    """Departments that the table names, in colour; their title says how many."""
    counted = {row.code: row.total.count for row in shown.rows if row.code and not row.total.hidden}
    if not counted:
        return None
    texts = {
        code: ngettext("%(count)d demand", "%(count)d demands", count) % {"count": count}
        for code, count in counted.items()
    }
    try:
        return of_coverage(counted, texts)
    except DataError:
        return None
