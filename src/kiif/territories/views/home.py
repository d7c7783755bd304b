"""The way in: find a place, see France by figure, on a map and in a table that say the same."""

from __future__ import annotations

import hashlib

import numpy as np
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kiif.accounts.actor import of
from kiif.opendata import base
from kiif.opendata import tiles as archive
from kiif.opendata.errors import DataError, MissingPack
from kiif.territories import figures, france, pages
from kiif.territories.coverage import AllianceMap
from kiif.territories.enums import LEVEL_OF_SLUG, LEVEL_SLUGS, LEVELS_PLURAL, Level
from kiif.territories.models import DrawnTerritory
from kiif.territories.tables import NationalTable
from kiif.ui.maps import Box, MapView
from kiif.ui.tables import respond

DEFAULT_LEVEL = Level.DEPARTMENT
LAYERS = {
    Level.COMMUNE: "communes",
    Level.EPCI: "epci",
    Level.LIVING_AREA: "living_areas",
    Level.DEPARTMENT: "departments",
    Level.REGION: "regions",
}


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """Levels and figure come from the address; an unknown one is the default, never an error."""
    actor = of(request)
    level = LEVEL_OF_SLUG.get(request.GET.get("niveau", ""), DEFAULT_LEVEL)
    alliance = AllianceMap(actor)
    missing, table = "", None
    try:
        table = figures.load(level, alliance.points)
    except MissingPack as error:
        missing = pages.sentence_of(error)
    indicator = request.GET.get("figure", "")
    if table is None or indicator not in table:
        indicator = "rural_share" if table is not None and "rural_share" in table else "density"
    drawing = france.of_figure(level, indicator, alliance.points) if table else None
    drawn = DrawnTerritory.objects.visible_to(actor).filter(withdrawn_at__isnull=True).for_list()
    context = {
        "text": "",
        "missing": missing,
        "level": level,
        "level_slug": LEVEL_SLUGS[level],
        "levels": _levels(),
        "indicator": indicator,
        "indicator_label": figures.label(indicator),
        "choices": figures.choices(table) if table else [],
        "france": drawing,
        "afar": level not in {Level.DEPARTMENT, Level.REGION},
        "source": table.source(indicator) if table else None,
        "explanation": figures.explanation(indicator),
        "browser_map": browser_map(
            level,
            indicator,
            preview=_preview(drawing, figures.label(indicator)),
            hatched=table is None or bool(np.isnan(table.column(indicator)).any()),
        ),
        "drawn": list(drawn.order_by("-current__drawn_at")[:4]),
    }
    return respond(request, NationalTable(request, table, level, indicator), "territories/home.html", context)


def _levels() -> list[tuple[str, str]]:
    """Levels to choose from; living areas only once they are imported."""
    try:
        without = not base.load_living_areas().height
    except MissingPack:
        without = True
    return [
        (LEVEL_SLUGS[level], str(LEVELS_PLURAL[level]))
        for level in reversed(Level)
        if not (level == Level.LIVING_AREA and without)
    ]


def _mark(source: archive.Archive) -> str:
    """What changes in the address of tiles when their archive does."""
    return hashlib.sha256(source.etag.encode()).hexdigest()[:10]


def _preview(drawing: france.FranceMap | None, label: str) -> str:
    """The map drawn on the server, that can be read and clicked before the one of the browser is there."""
    if drawing is None:
        return ""
    return render_to_string("territories/parts/france_svg.html", {"france": drawing, "map_label": label, "points": ()})


def browser_map(
    level: Level,
    indicator: str = "",
    *,
    pick: bool = False,
    picked: tuple[str, ...] = (),
    bounds: Box | None = None,
    preview: str = "",
    hatched: bool = True,
) -> MapView | None:
    """The map of the browser at one level; None while no archive of tiles is built."""
    try:
        source = archive.open_archive()
        afar = archive.open_communes() if level == Level.COMMUNE else None
    except DataError:
        return None
    address = reverse("territories:tile", args=[0, 0, 0]).replace("/0/0/0.mvt", "/{z}/{x}/{y}.mvt")
    label = _("%(figure)s, by %(level)s") if indicator else _("Communes of the area")
    return MapView(
        label=label % {"figure": figures.label(indicator) if indicator else "", "level": str(level.label)},
        tiles=f"{address}?v={_mark(source)}" + (f"-{_mark(afar)}&couche=communes" if afar else ""),
        from_zoom=0 if level != Level.COMMUNE else archive.COMMUNE_LAYERS["communes"][1] if afar else 7,
        layer=LAYERS[level],
        values=reverse("territories:values", args=[level.value, indicator]) if indicator else "",
        page="" if pick else reverse("territories:page", kwargs={"level": LEVEL_SLUGS[level], "code": "CODE"}),
        unit=figures.unit(indicator) if indicator else "",
        decimals=figures.INDICATORS[indicator].decimals if indicator else 1,
        pick=pick,
        picked=picked,
        preview=preview,
        hatched=hatched,
        bounds=bounds,
        credit=_("Outlines: IGN 2026"),
        min_zoom=source.min_zoom,
        max_zoom=source.max_zoom,
    )
