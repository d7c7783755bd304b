"""What a page about a drawn living area shows: figures of its communes, each by its own rule, peers, map, pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.accounts.actor import Actor
from kiif.opendata.errors import MissingPack
from kiif.territories import aggregate, figures, maps, pages, peers, summary
from kiif.territories.coverage import AllianceMap
from kiif.territories.enums import Level
from kiif.territories.figures import Figure, number
from kiif.territories.models import DrawnVersion, FormerCode, Territory


@dataclass
class Area:
    """A set of communes and all that is known of it. ``missing``: the sentence of what is not loaded."""

    communes: list[Territory]
    alliance: AllianceMap
    followed: list[tuple[Territory, Territory]] = field(default_factory=list)
    lost: list[Territory] = field(default_factory=list)
    whole: aggregate.Whole = field(default_factory=lambda: aggregate.Whole(()))
    peers: peers.Peers | None = None
    figures: list[Figure] = field(default_factory=list)
    map: maps.PlaceMap | None = None
    missing: str = ""

    @property
    def codes(self) -> list[str]:
        return [commune.code for commune in self.communes]

    @property
    def departments(self) -> list[Territory]:
        """Departments, the one with most inhabitants first."""
        weight: dict[int, int] = {}
        rows: dict[int, Territory] = {}
        for commune in self.communes:
            if commune.department is not None:
                rows[commune.department.pk] = commune.department
                weight[commune.department.pk] = weight.get(commune.department.pk, 0) + (commune.population or 0)
        return [rows[pk] for pk in sorted(weight, key=lambda pk: -weight[pk])]

    @property
    def epci(self) -> list[tuple[Territory, int]]:
        """Intercommunal bodies it lies in, with the number of its communes in each."""
        count: dict[int, int] = {}
        rows: dict[int, Territory] = {}
        for commune in self.communes:
            if commune.epci is not None:
                rows[commune.epci.pk] = commune.epci
                count[commune.epci.pk] = count.get(commune.epci.pk, 0) + 1
        return [(rows[pk], count[pk]) for pk in sorted(count, key=lambda pk: (-count[pk], rows[pk].name))]

    @property
    def population(self) -> int:
        return sum(commune.population or 0 for commune in self.communes)

    @property
    def area_km2(self) -> float:
        return sum(commune.area_km2 or 0 for commune in self.communes)

    @property
    def density(self) -> float | None:
        return self.population / self.area_km2 if self.area_km2 else None

    @property
    def is_covered(self) -> bool:
        return bool(self.alliance.covering([d.code for d in self.departments]))

    @property
    def covers(self) -> list[pages.Cover]:
        """Incubators that cover one of its departments, then national ones."""
        lat, lon = self.centre
        near = self.alliance.branches_near(lat, lon)
        local = self.alliance.covering([d.code for d in self.departments])
        keys = {incubator.pk for incubator in local}
        everyone = [(i, False) for i in local] + [(i, True) for i in self.alliance.national if i.pk not in keys]
        return [pages.Cover(i, national, *(near.get(i.pk) or (None, None))) for i, national in everyone]

    @property
    def centre(self) -> tuple[float | None, float | None]:
        """Centre of the inhabitants (of the points when nobody lives there)."""
        placed = [c for c in self.communes if c.lat is not None and c.lon is not None]
        if not placed:
            return None, None
        weights = np.array([max(c.population or 0, 0) for c in placed], dtype=np.float64)
        if not weights.sum():
            weights[:] = 1
        lat = float(np.average([c.lat or 0 for c in placed], weights=weights))
        return lat, float(np.average([c.lon or 0 for c in placed], weights=weights))

    @property
    def sentences(self) -> list[str]:
        """What it is, in how many pieces, what tells it from intercommunal bodies of its size."""
        found = [self._identity()]
        if len(self.whole.parts) > 1:
            found.append(self._pieces())
        found += summary.telling(self.figures)
        return found

    def _identity(self) -> str:
        names = [d.title for d in self.departments]
        where = ngettext("in the department %(names)s", "across %(names)s", len(names)) % {"names": listed(names)}
        return ngettext(
            "Living area drawn by people: %(count)s commune, %(population)s inhabitants, %(where)s.",
            "Living area drawn by people: %(count)s communes, %(population)s inhabitants, %(where)s.",
            len(self.communes),
        ) % {"count": number(len(self.communes)), "population": number(self.population), "where": where}

    def _pieces(self) -> str:
        return _("It is in %(count)s pieces that do not touch: the largest has %(largest)s communes of %(total)s.") % {
            "count": number(len(self.whole.parts)),
            "largest": number(self.whole.parts[0]),
            "total": number(sum(self.whole.parts)),
        }


def listed(names: Sequence[str], most: int = 4) -> str:
    """“Gironde, Dordogne and Lot-et-Garonne”; beyond four, “and n more”."""
    if len(names) <= 1:
        return "".join(names)
    if len(names) > most:
        return _("%(names)s and %(count)s more") % {
            "names": ", ".join(names[:most]),
            "count": number(len(names) - most),
        }
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


def of_version(version: DrawnVersion, actor: Actor) -> Area:
    """The area of a version as its communes are today: those that merged since are followed, and it is said."""
    rows = Territory.objects.filter(pk__in=version.members.values("territory_id")).with_parents().order_by("code")
    return build(list(rows), actor)


def of_codes(codes: Sequence[str], actor: Actor) -> Area:
    """The area of these codes (a draft)."""
    found: list[Territory] = []
    wanted = list(codes)
    for start in range(0, len(wanted), 500):
        batch = Territory.objects.at(Level.COMMUNE).filter(code__in=wanted[start : start + 500])
        found += batch.with_parents()
    return build(sorted(found, key=lambda t: t.code), actor)


def build(rows: list[Territory], actor: Actor) -> Area:
    """Figures, map and peers of communes; closed ones are replaced by the commune where they are now."""
    communes = {t.pk: t for t in rows if t.is_open}
    closed = [t for t in rows if not t.is_open]
    followed, lost = _follow(closed)
    communes |= {today.pk: today for _old, today in followed}
    area = Area(sorted(communes.values(), key=lambda t: t.code), AllianceMap(actor), followed, lost)
    try:
        _fill(area)
    except MissingPack as error:
        area.missing = pages.sentence_of(error)
    return area


def _follow(closed: list[Territory]) -> tuple[list[tuple[Territory, Territory]], list[Territory]]:
    if not closed:
        return [], []
    former = FormerCode.objects.filter(code__in=[t.code for t in closed], territory__is_open=True)
    today = {
        row.code: row.territory
        for row in former.select_related("territory__department", "territory__epci", "territory__region")
    }
    return [(t, today[t.code]) for t in closed if t.code in today], [t for t in closed if t.code not in today]


def _fill(area: Area) -> None:
    communes = figures.load(Level.COMMUNE, area.alliance.points)
    extra = {figures.BRANCH: communes.branch} if communes.branch is not None else {}
    area.whole = aggregate.of_communes(area.codes, extra)
    if not area.whole.codes:
        return
    table = figures.load(Level.EPCI, area.alliance.points)
    area.peers = peers.like(area.whole.population, area.whole.values.get("rural_share", 0.0))
    area.figures = portrait(area.whole, table, area.peers)
    area.map = maps.of_communes(area.codes)


def portrait(whole: aggregate.Whole, table: figures.Table, among: peers.Peers) -> list[Figure]:
    """The figures of the area, placed among intercommunal bodies of its kind and size."""
    found = []
    for ident in figures.PORTRAIT:
        value = whole.values.get(ident, float("nan"))
        if ident not in table or np.isnan(value):
            continue
        values = figures.distribution(table, ident, among)
        found.append(
            Figure(
                id=ident,
                label=figures.label(ident),
                explanation=figures.explanation(ident),
                value=value,
                text=figures.shown(ident, value),
                unit=figures.unit(ident),
                source=whole.sources.get(ident) or table.source(ident),
                reliable=ident not in whole.unreliable,
                rolled=ident in whole.means,
                place=values.place(value, counted=False),
                among=values,
                median_text=figures.shown(ident, values.median) if values.median is not None else "–",
            )
        )
    return found[: figures.PORTRAIT_MOST]


@dataclass(frozen=True)
class Difference:
    """What changed between two versions of an area."""

    before: DrawnVersion
    after: DrawnVersion
    added: list[Territory]
    removed: list[Territory]
    kept: int

    @property
    def population(self) -> int:
        """Inhabitants gained, minus those lost."""
        return sum(t.population or 0 for t in self.added) - sum(t.population or 0 for t in self.removed)


def difference(before: DrawnVersion, after: DrawnVersion) -> Difference:
    """Communes added and taken off from one version to another, by code."""
    first = set(before.members.values_list("territory_id", flat=True))
    second = set(after.members.values_list("territory_id", flat=True))
    changed = Territory.objects.filter(pk__in=(first ^ second)).select_related("department").order_by("code")
    rows = list(changed) if len(first ^ second) <= 900 else _many(first ^ second)
    return Difference(
        before,
        after,
        added=[t for t in rows if t.pk in second],
        removed=[t for t in rows if t.pk in first],
        kept=len(first & second),
    )


def _many(keys: set[int]) -> list[Territory]:
    rows = Territory.objects.at(Level.COMMUNE).select_related("department").order_by("code")
    return [row for row in rows if row.pk in keys]
