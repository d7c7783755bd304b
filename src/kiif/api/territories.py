"""Read-only operations on official territories. Everything comes from the packs, as in `kiif data export`."""

from __future__ import annotations

import json
import math
from typing import Annotated, Any, Final, cast

import polars as pl
import shapely
from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router
from ninja.decorators import decorate_view
from ninja.errors import HttpError

from kiif.api import exports, throttle
from kiif.api.caching import conditional, conditional_on_load
from kiif.api.schemas import (
    Failure,
    FormatName,
    FoundPage,
    IndicatorOut,
    LevelName,
    LevelOut,
    ListQuery,
    SourceOut,
    TerritoryDetail,
    TerritoryOut,
    TerritoryPage,
    ValueOut,
    Version,
)
from kiif.opendata import base, export, packs
from kiif.opendata.indicators import CATALOGUE, IndicatorTable, load_indicators
from kiif.opendata.levels import LEVELS
from kiif.territories import lookup
from kiif.territories.enums import LEVEL_SLUGS, Level
from kiif.territories.models import Territory
from kiif.territories.results import place_of

router = Router(tags=["territories"], throttle=[throttle.PAGES])
FAILURES: Final = {404: Failure, 422: Failure, 429: Failure, 503: Failure}
#: What each level can be filtered by (in the table of EPCI, departments and regions, `epci` is a count).
FILTERS: Final[dict[str, tuple[str, ...]]] = {
    "commune": ("department", "region", "epci", "rural"),
    "epci": ("department", "region"),
    "living-area": ("department", "region"),
    "department": ("region",),
    "region": (),
}
MATCHES: Final = ("exact", "prefix", "words", "inside", "near")

Code = Annotated[str, Path(max_length=9, pattern=r"^[0-9A-Za-z]+$", description="Official code.")]
AtLevel = Annotated[LevelName, Path(description="commune, epci, living-area, department or region.")]


def _source(origin: packs.Provenance) -> SourceOut:
    return SourceOut(name=origin.title, publisher=origin.publisher, vintage=origin.vintage, licence=origin.licence)


@router.get("/version", response={200: Version, **FAILURES}, summary="Which data are served")
@decorate_view(conditional)
def version(request: HttpRequest) -> Any:
    """The packs present on this instance, with publisher, vintage and licence."""
    return Version(version=packs.version(), packs=[_source(pack) for pack in packs.list_packs()])


@router.get("/levels", response={200: list[LevelOut], **FAILURES}, summary="Levels and their columns")
@decorate_view(conditional)
def levels(request: HttpRequest) -> Any:
    """The five levels, how many territories each has, the columns of its lists and exports."""
    return [
        LevelOut(
            level=level,
            count=base.load_level(level).height,
            columns=export.columns_of(level),
            export={kind: f"{_here(request, level)}/export?format={kind}" for kind in export.FORMATS},
        )
        for level in LEVELS
    ]


@router.get("/indicators", response={200: list[IndicatorOut], **FAILURES}, summary="The catalogue of figures")
@decorate_view(conditional)
def indicators(request: HttpRequest) -> Any:
    """Every figure, its definition, its unit, where it comes from on this instance."""
    tables = {level: load_indicators(level) for level in LEVELS}
    return [_indicator(ident, tables) for ident in CATALOGUE]


def _indicator(ident: str, tables: dict[Any, IndicatorTable]) -> IndicatorOut:
    one = CATALOGUE[ident]
    present = [level for level in one.levels if ident in tables[level]]
    return IndicatorOut(
        id=ident,
        label=one.label,
        label_en=one.label_en,
        unit=one.unit,
        unit_en=one.unit_en,
        explanation=one.explanation,
        explanation_en=one.explanation_en,
        kind=one.kind,
        decimals=one.decimals,
        categories={str(value): names[0] for value, names in one.categories.items()},
        levels=list(one.levels),
        source=_source(tables[present[0]].source(ident)) if present else None,
    )


@router.get("/search", response={200: FoundPage, **FAILURES}, summary="Find by name, code or postcode")
@decorate_view(conditional_on_load)
def search(
    request: HttpRequest,
    q: Annotated[str, Query(min_length=1, max_length=100, description="Half a name is enough, accents do not matter.")],
    level: Annotated[LevelName | None, Query(description="Only this level.")] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Any:
    """Best first: exact name, start of the name, start of words, inside a word; then the most inhabited."""
    hits = lookup.index().search(q, levels=[level] if level else [], limit=limit)
    rows = {t.pk: t for t in Territory.objects.with_parents().filter(pk__in=[hit.pk for hit in hits])}
    results = [
        {
            "level": rows[hit.pk].level,
            "code": rows[hit.pk].code,
            "name": rows[hit.pk].name,
            "url": request.build_absolute_uri(rows[hit.pk].get_absolute_url()),
            "place": place_of(rows[hit.pk]),
            "population": rows[hit.pk].population,
            "former": hit.former,
            "match": MATCHES[hit.how],
        }
        for hit in hits
        if hit.pk in rows
    ]
    return {"query": q, "results": results}


@router.get("/{level}", response={200: TerritoryPage, **FAILURES}, summary="Territories of a level")
@decorate_view(conditional)
def listing(
    request: HttpRequest,
    level: AtLevel,
    asked: Query[ListQuery],
) -> Any:
    """Ordered by code, a thousand at most by page. Unknown figures are null. For everything at once, use the export."""
    wanted = [name.strip() for name in asked.columns.split(",") if name.strip()] or None
    codes = _filtered(base.load_level(level), level, asked)["code"].to_list()
    limit, offset = asked.limit, asked.offset
    page = codes[offset : offset + limit]
    full = export.frame_of(level, wanted)
    where = load_indicators(level)
    rows = full[where.positions(page).tolist()] if page else full.head(0)
    following = None
    if offset + limit < len(codes):
        query = request.GET.copy()
        query["offset"], query["limit"] = str(offset + limit), str(limit)
        following = f"{_here(request, level)}?{query.urlencode()}"
    results = [_clean(row) for row in rows.iter_rows(named=True)]
    return {"count": len(codes), "limit": limit, "offset": offset, "next": following, "results": results}


def _filtered(table: pl.DataFrame, level: str, asked: ListQuery) -> pl.DataFrame:
    for column in FILTERS["commune"]:
        value = getattr(asked, column)
        if value is None:
            continue
        if column not in FILTERS[level]:
            raise HttpError(422, _("“%(column)s” does not filter this level.") % {"column": column})
        table = table.filter(pl.col(column) == value)
    if asked.population_min is not None:
        table = table.filter(pl.col("population") >= asked.population_min)
    if asked.population_max is not None:
        table = table.filter(pl.col("population") <= asked.population_max)
    return table


def _clean(row: dict[str, Any]) -> dict[str, Any]:
    return {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in row.items()}


def _here(request: HttpRequest, level: str) -> str:
    return request.build_absolute_uri(reverse("api:listing", kwargs={"level": level}))


@router.get(
    "/{level}/export",
    response={200: None, **FAILURES},
    summary="A whole level as a file",
    throttle=[throttle.FILES],
    openapi_extra={
        "responses": {
            200: {
                "description": "The file, the same as “kiif data export” writes.",
                "content": {
                    exports.TYPES["csv"]: {"schema": {"type": "string"}},
                    exports.TYPES["parquet"]: {"schema": {"type": "string", "format": "binary"}},
                    exports.TYPES["geojson"]: {"schema": {"type": "object"}},
                },
            }
        }
    },
)
@decorate_view(conditional)
def export_level(
    request: HttpRequest,
    level: AtLevel,
    format: Annotated[FormatName, Query(description="csv, parquet or geojson.")] = "csv",  # noqa: A002 -- of the address
    columns: Annotated[str, Query(max_length=2_000, description="Columns separated by commas; all when empty.")] = "",
) -> Any:
    """CSV in UTF-8 with commas and points; Parquet; GeoJSON with simplified outlines (EPSG:4326)."""
    wanted = [name.strip() for name in columns.split(",") if name.strip()] or None
    path = exports.file_of(level, wanted, format)
    name = f"kiif-{LEVEL_SLUGS[Level(level)]}.{format}"
    return FileResponse(path.open("rb"), content_type=exports.TYPES[format], filename=name, as_attachment=True)


@router.get("/{level}/{code}", response={200: TerritoryDetail, **FAILURES}, summary="One territory")
@decorate_view(conditional_on_load)
def detail(request: HttpRequest, level: AtLevel, code: Code) -> Any:
    """With every figure known, each with its source; the codes of its neighbours; former communes."""
    territory = _territory(level, code)
    table = load_indicators(level)
    try:
        position = table.position(territory.code)
    except KeyError as error:
        raise HttpError(404, _("This territory is not in the present referential.")) from error
    figures = {ident: _value(table, ident, territory.code, position) for ident in table.ids}
    former = territory.former_codes.order_by("code") if level == "commune" else []
    return TerritoryDetail(
        **_territory_out(request, territory).dict(),
        indicators=figures,
        neighbours=base.neighbours_of(level, territory.code),
        former=[{"code": row.code, "name": row.name, "kind": row.kind} for row in former],
    )


def _territory(level: str, code: str) -> Territory:
    found = Territory.objects.open().with_parents().at(level).filter(code=code.upper()).first()
    if found is None:
        raise HttpError(404, _("No territory of this level has this code."))
    return found


def _territory_out(request: HttpRequest, territory: Territory) -> TerritoryOut:
    parents = {name: getattr(territory, name) for name in ("department", "region", "epci", "living_area")}
    return TerritoryOut(
        level=cast("LevelName", territory.level),
        code=territory.code,
        name=territory.name,
        url=request.build_absolute_uri(territory.get_absolute_url()),
        population=territory.population,
        area_km2=territory.area_km2,
        density=territory.density,
        lat=territory.lat,
        lon=territory.lon,
        communes=territory.communes,
        rural_communes=territory.rural_communes,
        rural_population=territory.rural_population,
        rural_source=territory.rural_source,
        postcodes=territory.postcodes,
        **{name: parent.code if parent else None for name, parent in parents.items()},
    )


def _value(table: IndicatorTable, ident: str, code: str, position: int) -> ValueOut:
    one = CATALOGUE[ident]
    value = float(table.column(ident)[position])
    known = not math.isnan(value)
    category = one.categories.get(int(value), ("", ""))[0] if one.kind == "category" and known else None
    return ValueOut(
        value=value if known else None,
        unit=one.unit,
        label=one.label,
        category=category,
        reliable=table.reliable(code, ident),
        source=_source(table.source(ident)),
    )


@router.get(
    "/{level}/{code}/geojson",
    response={200: dict[str, Any], **FAILURES},
    summary="The outline of one territory",
)
@decorate_view(conditional_on_load)
def outline(
    request: HttpRequest,
    level: AtLevel,
    code: Code,
    detail: Annotated[bool, Query(description="The full outline rather than the simplified one.")] = False,
) -> Any:
    """A GeoJSON feature (EPSG:4326) with its name and population. Outlines: IGN."""
    territory = _territory(level, code)
    try:
        shape = base.load_geometry(level, "full" if detail else "simple").get(territory.code)
    except KeyError as error:
        raise HttpError(404, _("This territory has no outline here.")) from error
    feature = {
        "type": "Feature",
        "id": territory.code,
        "properties": {"code": territory.code, "name": territory.name, "population": territory.population},
        "geometry": json.loads(shapely.to_geojson(shapely.set_precision(shape, 1e-5, mode="pointwise"))),
    }
    return HttpResponse(json.dumps(feature, ensure_ascii=False), content_type="application/geo+json")
