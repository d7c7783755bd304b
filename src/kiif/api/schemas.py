"""What the interface answers. Every field says what it is: the documentation is made from here."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Field, Schema

LevelName = Literal["commune", "epci", "living-area", "department", "region"]
FormatName = Literal["csv", "parquet", "geojson"]


class Failure(Schema):
    """Why there is no answer, in a sentence."""

    error: str = Field(description="A sentence for people, in French or English as asked by Accept-Language.")
    details: list[dict[str, Any]] = Field(default_factory=list, description="For a refused parameter: which one, why.")


class SourceOut(Schema):
    """Where a figure comes from."""

    name: str
    publisher: str
    vintage: str
    licence: str


class IndicatorOut(Schema):
    """A figure of the catalogue, with its definition."""

    id: str
    label: str = Field(description="Name in French.")
    label_en: str
    unit: str
    unit_en: str
    explanation: str
    explanation_en: str
    kind: Literal["number", "share", "category"]
    decimals: int
    categories: dict[str, str] = Field(description="For a category: the name of each value, in French.")
    levels: list[LevelName] = Field(description="Levels where it exists.")
    source: SourceOut | None = Field(description="Null while no pack gives it on this instance.")


class ValueOut(Schema):
    """A figure of one territory. `value` is null when it is unknown (secrecy, no source): never zero."""

    value: float | None
    unit: str
    label: str
    category: str | None = Field(default=None, description="For a category: the name of the value, in French.")
    reliable: bool = Field(description="False when it rests on too few people: show it as such.")
    source: SourceOut


class TerritoryOut(Schema):
    """A territory of the official referential."""

    level: LevelName
    code: str
    name: str
    url: str = Field(description="Page for people.")
    department: str | None = None
    region: str | None = None
    epci: str | None = None
    living_area: str | None = None
    population: int | None
    area_km2: float | None
    density: float | None = Field(description="Inhabitants per km².")
    lat: float | None
    lon: float | None
    communes: int = Field(description="Number of communes.")
    rural_communes: int
    rural_population: int
    rural_source: str = Field(description="official (density grid of Insee), estimate, mixed, or empty.")
    postcodes: list[str] = Field(default_factory=list)


class TerritoryDetail(TerritoryOut):
    """A territory with its figures, its neighbours and its former codes."""

    indicators: dict[str, ValueOut]
    neighbours: list[str] = Field(description="Codes of the territories of the same level that touch it.")
    former: list[dict[str, str]] = Field(description="Former communes: code, name, kind.")


class TerritoryPage(Schema):
    """A page of territories, ordered by code."""

    count: int = Field(description="How many match, on all pages.")
    limit: int
    offset: int
    next: str | None = Field(description="Address of the next page.")
    results: list[dict[str, Any]] = Field(description="One object per territory, with the columns asked for.")


MOST: int = 1_000


class ListQuery(Schema):
    """Filters of a list."""

    department: str | None = Field(default=None, max_length=3, description="Code of department.")
    region: str | None = Field(default=None, max_length=2, description="Code of region.")
    epci: str | None = Field(default=None, max_length=9, description="Code of EPCI (communes only).")
    rural: bool | None = Field(default=None, description="Rural communes only, or urban ones only.")
    population_min: int | None = Field(default=None, ge=0, le=2**31 - 1)
    population_max: int | None = Field(default=None, ge=0, le=2**31 - 1)
    columns: str = Field(default="", max_length=2_000, description="Columns separated by commas; all when empty.")
    limit: int = Field(default=100, ge=1, le=MOST)
    offset: int = Field(default=0, ge=0, le=10**6)


class FoundOut(Schema):
    """A territory found by name, code or postcode."""

    level: LevelName
    code: str
    name: str
    url: str
    place: str = Field(description="Department, or region for a department.")
    population: int | None
    former: str = Field(description="Former name or code that matched, if it is no longer its own.")
    match: Literal["exact", "prefix", "words", "inside", "near"]


class FoundPage(Schema):
    """Territories found, best first."""

    query: str
    results: list[FoundOut]


class LevelOut(Schema):
    """A level of territory, and what its lists can show."""

    level: LevelName
    count: int
    columns: list[str]
    export: dict[str, str] = Field(description="Addresses of the whole level, by format.")


class Version(Schema):
    """Identity of the data that this instance serves."""

    version: str = Field(description="Changes each time any data are published; ETags follow it.")
    packs: list[SourceOut]
