"""What the alliance covers: incubators by department, branches, departments that nobody covers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from kiif.accounts.actor import Actor
from kiif.alliance.models import Branch, Coverage, Incubator
from kiif.methods import geo
from kiif.territories.enums import Level
from kiif.territories.models import Territory


@dataclass
class AllianceMap:
    """Coverage of today as the actor may see it. Three queries at most, whatever the number of incubators."""

    actor: Actor
    _points: dict[str, tuple[float, float]] = field(default_factory=dict)

    @cached_property
    def incubators(self) -> list[Incubator]:
        """Members of the alliance."""
        return list(Incubator.objects.visible_to(self.actor).members().order_by("name"))

    @cached_property
    def by_department(self) -> dict[str, list[Incubator]]:
        """Incubators that cover each department."""
        members = {incubator.pk: incubator for incubator in self.incubators}
        found: dict[str, list[Incubator]] = defaultdict(list)
        rows = Coverage.objects.visible_to(self.actor).on().values_list("department_code", "incubator_id")
        for code, key in rows.order_by("department_code", "incubator__name"):
            if key in members:
                found[code].append(members[key])
        return dict(found)

    @cached_property
    def departments_of(self) -> dict[int, list[str]]:
        """Codes of the departments of each incubator."""
        found: dict[int, list[str]] = defaultdict(list)
        for code, incubators in self.by_department.items():
            for incubator in incubators:
                found[incubator.pk].append(code)
        return dict(found)

    @cached_property
    def national(self) -> list[Incubator]:
        """Incubators with national programmes."""
        return [incubator for incubator in self.incubators if incubator.national]

    @cached_property
    def branches(self) -> list[Branch]:
        """Open branches whose place is known, each with its point (``lat``, ``lon``)."""
        rows = Branch.objects.visible_to(self.actor).open().select_related("incubator").order_by("name")
        branches = list(rows)
        lacking = {b.commune_code for b in branches if b.latitude is None}
        if lacking:
            places = Territory.objects.at(Level.COMMUNE).filter(code__in=lacking, lat__isnull=False)
            self._points = {t.code: (t.lat or 0.0, t.lon or 0.0) for t in places.only("code", "lat", "lon")}
        return [b for b in branches if self.point(b) is not None]

    def point(self, branch: Branch) -> tuple[float, float] | None:
        """Latitude and longitude of a branch: its own, else those of its commune."""
        if branch.latitude is not None and branch.longitude is not None:
            return branch.latitude, branch.longitude
        return self._points.get(branch.commune_code)

    @cached_property
    def points(self) -> tuple[tuple[float, float], ...]:
        """Points of all the branches, for distances."""
        return tuple(point for b in self.branches if (point := self.point(b)) is not None)

    def covering(self, departments: Iterable[str]) -> list[Incubator]:
        """Incubators that cover at least one of these departments, each once."""
        seen: dict[int, Incubator] = {}
        for code in departments:
            for incubator in self.by_department.get(code, ()):
                seen.setdefault(incubator.pk, incubator)
        return list(seen.values())

    def nearest_branch(self, lat: float | None, lon: float | None) -> tuple[Branch, float] | None:
        """The closest branch of all, and its distance in km."""
        if lat is None or lon is None or not self.points:
            return None
        km, index = geo.nearest_distance(np.array([[lat, lon]]), np.array(self.points))
        return self.branches[int(index[0])], float(km[0])

    def branches_near(self, lat: float | None, lon: float | None) -> dict[int, tuple[Branch, float]]:
        """For each incubator, its closest branch and the distance in km."""
        if lat is None or lon is None:
            return {}
        found: dict[int, tuple[Branch, float]] = {}
        for branch, point in zip(self.branches, self.points, strict=True):
            km = float(geo.haversine_km(lat, lon, *point))
            if branch.incubator_id not in found or km < found[branch.incubator_id][1]:
                found[branch.incubator_id] = (branch, km)
        return found


@dataclass(frozen=True)
class Totals:
    """What the covered departments hold."""

    departments: int
    all_departments: int
    population: int
    rural_communes: int
    rural_population: int
    rural_source: str


def totals(covered: Iterable[str]) -> Totals:
    """Sums over the departments covered; zeros when the referential is not loaded."""
    codes = set(covered)
    rows = list(Territory.objects.at(Level.DEPARTMENT).open())
    inside = [row for row in rows if row.code in codes]
    sources = {row.rural_source for row in inside}
    return Totals(
        departments=len(inside),
        all_departments=len(rows),
        population=sum(row.population or 0 for row in inside),
        rural_communes=sum(row.rural_communes for row in inside),
        rural_population=sum(row.rural_population for row in inside),
        rural_source=sources.pop() if len(sources) == 1 else "mixed" if sources else "",
    )
