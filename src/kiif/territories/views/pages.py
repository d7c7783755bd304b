"""Pages of official territories, search, comparison. All public."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kiif.accounts.actor import of
from kiif.territories import figures, lookup, pages
from kiif.territories.coverage import AllianceMap
from kiif.territories.enums import LEVEL_OF_SLUG, LEVEL_SLUGS, LEVELS_PLURAL, Level
from kiif.territories.models import FormerCode, Territory
from kiif.territories.pages import MOST_COMPARED
from kiif.territories.results import Result, results_for
from kiif.territories.tables import CommunesTable
from kiif.ui.tables import respond


@login_not_required
@require_safe
def page(request: HttpRequest, level: str, code: str, slug: str = "") -> HttpResponseBase:
    """The page of a territory; a former code leads to the commune of today, another slug to the right one."""
    if level not in LEVEL_OF_SLUG:
        raise Http404
    actor = of(request)
    found = Territory.objects.visible_to(actor).with_parents().at(LEVEL_OF_SLUG[level]).filter(code=code.upper())
    territory = found.first()
    if territory is None or (not territory.is_open and level == "commune"):
        return _former(code, territory, request)
    if (code, slug) != (territory.code, territory.slug):
        return redirect(territory, permanent=False)
    portrait = pages.portrait(territory, actor)
    context: dict[str, Any] = {
        "page": portrait,
        "territory": territory,
        "level_plural": LEVELS_PLURAL[Level(territory.level)],
        "comparison": pages.compare(
            [territory, *(other for other, _gap in portrait.alike)], branches=portrait.alliance.points
        ),
        "compare_url": compare_url([territory, *(other for other, _gap in portrait.alike)]),
        "all_figures": _all_figures(portrait),
        "drawn_here": pages.drawn_around(territory, actor),
    }
    if territory.level == Level.COMMUNE:
        return render(request, "territories/territory.html", context)
    table = communes_table(request, territory)
    return respond(request, table, "territories/territory.html", context)


def _all_figures(portrait: pages.Portrait) -> list[dict[str, Any]]:
    return figures.everything(portrait.table, portrait.territory.code) if portrait.table else []


def communes_table(request: HttpRequest, territory: Territory) -> CommunesTable:
    """Communes of an upper territory, sortable, exportable."""
    key = {Level.EPCI: "epci", Level.LIVING_AREA: "living_area", Level.DEPARTMENT: "department", Level.REGION: "region"}
    rows = Territory.objects.at(Level.COMMUNE).open().filter(**{key[Level(territory.level)]: territory})
    return CommunesTable(rows, request)


def _former(code: str, closed: Territory | None, request: HttpRequest) -> HttpResponseBase:
    """A code that is no longer a commune: where it is now, said in words."""
    row = FormerCode.objects.filter(code=code.upper(), territory__is_open=True).select_related("territory").first()
    if row is None and closed is None:
        raise Http404
    context = {"former": row, "closed": closed, "name": (row.name if row else "") or (closed.title if closed else code)}
    return render(request, "territories/former.html", context)


def compare_url(territories: list[Territory]) -> str:
    query = urlencode([("t", territory.key) for territory in territories[:MOST_COMPARED]])
    return f"{reverse('territories:compare')}?{query}"


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results for what is typed: the page, or the list alone for htmx."""
    text = request.GET.get("q", "")[: lookup.MAX_QUERY].replace("\x00", "")
    level = request.GET.get("niveau", "")
    levels = [LEVEL_OF_SLUG[level]] if level in LEVEL_OF_SLUG else []
    results = results_for(text, levels=[str(one) for one in levels], limit=30, actor=of(request))
    only = [result for result in results if result.is_exact]
    fragment = request.headers.get("HX-Request") == "true"
    if not fragment and len(only) == 1 and request.GET.get("aller") == "1":
        return redirect(only[0].url)
    context = {
        "text": text,
        "results": results,
        "level": level,
        "levels": level_choices(),
        "searched": bool(text.strip()),
    }
    response = render(request, "territories/parts/results.html" if fragment else "territories/search.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def level_choices() -> list[tuple[str, str]]:
    return [(LEVEL_SLUGS[level], str(LEVELS_PLURAL[level])) for level in Level]


@login_not_required
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Up to five territories of one level, side by side. Everything is in the address."""
    keys, refused = asked_keys(request)
    found = list(Territory.objects.visible_to(of(request)).with_parents().named(keys)) if keys else []
    order = {key: place for place, key in enumerate(keys)}
    found.sort(key=lambda t: order[t.level, t.code])
    levels = {territory.level for territory in found}
    if len(levels) > 1:
        refused = _(
            "Only territories of the same level can be compared: a commune with communes, a department with "
            "departments. The table keeps those of the level of the first one."
        )
        found = [territory for territory in found if territory.level == found[0].level]
    if len(found) > MOST_COMPARED:
        refused = _("Five territories at most are shown side by side: the first five are kept.")
        found = found[:MOST_COMPARED]
    level = found[0].level if found else ""
    text = request.GET.get("q", "")[: lookup.MAX_QUERY].replace("\x00", "")
    suggestions: list[Result] = []
    if text.strip():
        taken = {territory.pk for territory in found}
        suggestions = [r for r in results_for(text, levels=[level] if level else [], limit=8) if r.pk not in taken]
    context = {
        "comparison": pages.compare(found, branches=AllianceMap(of(request)).points),
        "columns": [{"territory": t, "without": compare_url([other for other in found if other != t])} for t in found],
        "suggestions": [{"result": r, "url": _with(found, r)} for r in suggestions],
        "refused": refused,
        "text": text,
        "room": MOST_COMPARED - len(found),
    }
    return render(request, "territories/compare.html", context)


def _with(found: list[Territory], result: Result) -> str:
    keys = [territory.key for territory in found] + [result.key]
    return f"{reverse('territories:compare')}?{urlencode([('t', key) for key in keys])}"


def asked_keys(request: HttpRequest) -> tuple[list[tuple[str, str]], str]:
    """(level, code) pairs of the address, each once; twenty at most are read."""
    keys: list[tuple[str, str]] = []
    for text in request.GET.getlist("t")[:20]:
        level, _colon, code = text.partition(":")
        key = (level, code[:9].upper())
        if level in Level.values and key not in keys:
            keys.append(key)
    return keys, ""


def territory_of(level: str, code: str) -> Territory:
    """An open territory by level and code, else 404."""
    return get_object_or_404(Territory.objects.open(), level=level, code=code)
