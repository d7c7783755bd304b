"""What is known of the places somebody has in mind: rural by the official grid, hosted by which members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kiif.alliance.models import Coverage
from kiif.programmes.models import Call, Host
from kiif.territories.enums import Level
from kiif.territories.models import Territory
from kiif.territories.summary import rural_label


@dataclass(frozen=True)
class Place:
    """A commune, its label with the source and the vintage that say it, and who hosts there."""

    code: str
    name: str
    department: str
    rural: bool | None
    label: str
    source: str
    vintage: str
    hosts: tuple[str, ...]
    url: str = ""

    def kept(self) -> dict[str, Any]:
        """As a check keeps it."""
        return {**self.__dict__, "hosts": list(self.hosts)}


def hosting(call: Call) -> dict[str, list[Host]]:
    """Department → those who host there in this call (two queries, whatever their number)."""
    hosts = list(call.hosts.filter(left_at__isnull=True).select_related("incubator", "branch", "contact"))
    silent = [host.incubator_id for host in hosts if not host.departments]
    covered: dict[int, list[str]] = {}
    if silent:
        rows = Coverage.objects.on().filter(incubator_id__in=silent)
        for incubator, code in rows.values_list("incubator_id", "department_code").distinct():
            covered.setdefault(incubator, []).append(code)
    found: dict[str, list[Host]] = {}
    for host in hosts:
        for code in host.departments or covered.get(host.incubator_id, []):
            found.setdefault(code, []).append(host)
    return dict(sorted(found.items()))


def known(call: Call, codes: Sequence[str]) -> list[Place]:
    """What is known of these communes (codes), in their order."""
    if not codes:
        return []
    hosts = hosting(call)
    rows = Territory.objects.at(Level.COMMUNE).filter(code__in=list(codes)).select_related("department")
    by_code = {row.code: row for row in rows}
    return [_place(by_code[code], hosts) for code in codes if code in by_code]


def _place(row: Territory, hosts: dict[str, list[Host]]) -> Place:
    label = rural_label(row)
    department = row.department.code if row.department is not None else ""
    return Place(
        code=row.code,
        name=row.title,
        department=department,
        rural=row.is_rural,
        label=label.title if label else "",
        source=label.how if label else "",
        vintage=row.vintage,
        hosts=tuple(str(host) for host in hosts.get(department, ())),
        url=row.get_absolute_url(),
    )


def facts(key: str, places: Sequence[Place]) -> dict[str, list[str]]:
    """What the rules read of a question of places."""
    return {f"{key}.rural": [_rural(places)], f"{key}.hosted": [_hosted(places)]}


def _rural(places: Sequence[Place]) -> str:
    if not places:
        return "open"
    labels = {place.rural for place in places}
    if labels == {True}:
        return "rural"
    if True in labels:
        return "mixed"
    return "urban" if labels == {False} else "unknown"


def _hosted(places: Sequence[Place]) -> str:
    if not places:
        return "open"
    hosted = [bool(place.hosts) for place in places]
    return "all" if all(hosted) else "some" if any(hosted) else "none"
