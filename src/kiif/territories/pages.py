"""What a page about a territory shows, gathered once: every part says by itself when its data are not there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import polars as pl
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.models import Branch, Incubator
from kiif.opendata import base, programmes
from kiif.opendata.errors import DataError, MissingPack
from kiif.territories import figures, maps, peers, summary, words
from kiif.territories.coverage import AllianceMap
from kiif.territories.enums import Level
from kiif.territories.models import DrawnTerritory, FormerCode, Territory

MOST_NEIGHBOURS: Final = 12
#: Territories that a comparison shows side by side.
MOST_COMPARED: Final = 5


@dataclass(frozen=True)
class Neighbour:
    """A territory that touches this one, and whether the alliance covers it."""

    territory: Territory
    covered: bool


@dataclass(frozen=True)
class Cover:
    """An incubator that can receive here, and its closest branch."""

    incubator: Incubator
    national: bool
    branch: Branch | None
    km: float | None

    @property
    def km_text(self) -> str:
        return figures.number(self.km) if self.km is not None else ""


@dataclass(frozen=True)
class ProgrammeLine:
    """A programme of the State; ``count`` communes of the territory belong to it (0: the territory itself)."""

    name: str
    summary: str
    count: int
    labels: tuple[str, ...]


@dataclass
class Portrait:
    """A territory, its figures, its place. ``missing`` is the sentence of what is not loaded, empty when all is."""

    territory: Territory
    alliance: AllianceMap
    sentences: list[str] = field(default_factory=list)
    missing: str = ""
    table: figures.Table | None = None
    peers: peers.Peers | None = None
    figures: list[figures.Figure] = field(default_factory=list)
    rural: summary.RuralLabel | None = None
    map: maps.PlaceMap | None = None
    neighbours: list[Neighbour] = field(default_factory=list)
    alike: list[tuple[Territory, float]] = field(default_factory=list)
    programmes: list[ProgrammeLine] = field(default_factory=list)
    former: list[FormerCode] = field(default_factory=list)

    @property
    def coordinates(self) -> str:
        if self.territory.lat is None or self.territory.lon is None:
            return ""
        return words.coordinates(self.territory.lat, self.territory.lon)

    @cached_property
    def departments(self) -> list[str]:
        """Codes of the departments that it lies in."""
        territory = self.territory
        if territory.level == Level.DEPARTMENT:
            return [territory.code]
        if territory.level == Level.COMMUNE:
            return [territory.department.code] if territory.department else []
        return departments_of(territory.level, territory.code) or (
            [territory.department.code] if territory.department else []
        )

    @cached_property
    def covers(self) -> list[Cover]:
        """Incubators that cover it, then those with national programmes."""
        near = self.alliance.branches_near(self.territory.lat, self.territory.lon)
        local = self.alliance.covering(self.departments)
        keys = {incubator.pk for incubator in local}
        everyone = [(incubator, False) for incubator in local]
        everyone += [(i, True) for i in self.alliance.national if i.pk not in keys]
        return [
            Cover(incubator, national, *(near.get(incubator.pk) or (None, None))) for incubator, national in everyone
        ]

    @property
    def is_covered(self) -> bool:
        return bool(self.alliance.covering(self.departments))


def departments_of(level: str, code: str) -> list[str]:
    """Departments of an upper territory, from the pack; empty when the pack is not there."""
    try:
        members = base.load_members(level).filter(pl.col("code") == code)
        communes = base.load_communes().join(members.select(pl.col("commune").alias("code")), on="code", how="semi")
    except MissingPack:
        return []
    return sorted(communes["department"].unique().to_list())


def sentence_of(error: DataError) -> str:
    """A failure of the data layer in the reader's language."""
    return _(error.message) % error.params


def portrait(territory: Territory, actor: Actor) -> Portrait:
    """Everything for the page of an official territory. About ten queries, whatever its size."""
    page = Portrait(territory, AllianceMap(actor))
    page.rural = summary.rural_label(territory)
    if territory.level == Level.COMMUNE:
        page.former = list(territory.former_codes.exclude(name="").order_by("name"))
    try:
        _fill(page)
    except MissingPack as error:
        page.missing = sentence_of(error)
    page.sentences = page.sentences or [summary.identity(territory)]
    return page


def _fill(page: Portrait) -> None:
    """The parts that need the packs."""
    territory = page.territory
    page.table = figures.load(territory.level, page.alliance.points)
    page.peers = peers.peers_of(territory.level, territory.code)
    if page.peers is None:
        return
    page.figures = figures.portrait(page.table, territory.code, page.peers)
    page.sentences = summary.sentences(territory, page.figures)
    page.map = maps.of_territory(territory.level, territory.code)
    if territory.level == Level.COMMUNE and "density_level" in page.table:
        row = page.table.position(territory.code)
        if row is not None:
            level_name = figures.shown("density_level", float(page.table.column("density_level")[row]))
            page.rural = summary.rural_label(territory, level_name)
    page.neighbours = _neighbours(page)
    page.alike = _alike(page)
    page.programmes = _programmes(territory)


def _neighbours(page: Portrait) -> list[Neighbour]:
    territory = page.territory
    near = base.neighbours_of(territory.level, territory.code)
    rows = Territory.objects.at(territory.level).filter(code__in=near)
    found = list(rows.select_related("department").order_by("-population")[:MOST_NEIGHBOURS])
    codes = {t.code: [t.department.code] if t.department else [t.code] for t in found}
    if territory.level in {Level.EPCI, Level.LIVING_AREA}:
        table = base.load_level(territory.level).filter(pl.col("code").is_in(list(codes)))
        codes |= dict(table.select("code", "departments").iter_rows())
    elif territory.level == Level.REGION:
        codes = {t.code: departments_of(t.level, t.code) for t in found}
    return [Neighbour(t, bool(page.alliance.covering(codes[t.code]))) for t in found]


def _alike(page: Portrait) -> list[tuple[Territory, float]]:
    if page.table is None:
        return []
    near = figures.alike(page.table, page.territory.code, limit=3)
    rows = {
        t.code: t for t in Territory.objects.at(page.territory.level).filter(code__in=[code for code, _gap in near])
    }
    return [(rows[code], gap) for code, gap in near if code in rows]


def _programmes(territory: Territory) -> list[ProgrammeLine]:
    if territory.level == Level.COMMUNE:
        memberships = programmes.memberships_of(territory.code)
    else:
        memberships = programmes.memberships_within(territory.level, territory.code)
    english = (get_language() or "fr").startswith("en")
    communes: Counter[str] = Counter()
    labels: dict[str, list[str]] = {}
    known = {}
    for one in memberships:
        known[one.programme.key] = one.programme
        labels.setdefault(one.programme.key, [])
        if one.label and one.label not in labels[one.programme.key]:
            labels[one.programme.key].append(one.label)
        if one.level == "commune" and territory.level != Level.COMMUNE:
            communes[one.programme.key] += 1
    return [
        ProgrammeLine(
            name=programme.name,
            summary=(programme.summary_en if english else programme.summary),
            count=communes[key],
            labels=tuple(labels[key][:4]),
        )
        for key, programme in known.items()
    ]


@dataclass(frozen=True)
class Comparison:
    """Figures of some territories of one level, side by side."""

    territories: list[Territory]
    rows: list[dict[str, Any]]
    missing: str = ""


def compare(territories: Sequence[Territory], ids: Sequence[str] = (), branches: figures.Points = ()) -> Comparison:
    """One row per figure, one cell per territory. The territories are of one level; closed ones have no figure."""
    found = list(territories)
    if not found:
        return Comparison([], [])
    try:
        table = figures.load(found[0].level, branches)
    except MissingPack as error:
        return Comparison(found, [], sentence_of(error))
    wanted = figures.columns_of(table, ids) or figures.columns_of(table, ("population", "area_km2", *figures.PORTRAIT))
    rows = []
    for ident in wanted:
        positions = [table.position(t.code) for t in found]
        values = [float("nan") if row is None else float(table.column(ident)[row]) for row in positions]
        if all(value != value for value in values):  # noqa: PLR0124 -- NaN is the only value that differs from itself
            continue
        rows.append(
            {
                "id": ident,
                "label": figures.label(ident),
                "source": table.source(ident),
                "cells": [
                    {"text": figures.with_unit(ident, value), "reliable": table.reliable(t.code, ident)}
                    for t, value in zip(found, values, strict=True)
                ],
            }
        )
    return Comparison(found, rows)


def drawn_around(territory: Territory, actor: Actor) -> list[DrawnTerritory]:
    """Living areas drawn by people that hold this commune, as the actor may see them."""
    if territory.level != Level.COMMUNE:
        return []
    rows = DrawnTerritory.objects.visible_to(actor).filter(withdrawn_at__isnull=True).holding(territory.pk)
    return list(rows.for_list().order_by("name")[:10])
