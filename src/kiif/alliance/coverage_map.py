"""Who covers what: every department with its incubators, today's and before. Two queries whatever the number."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kiif.accounts.actor import Actor
from kiif.alliance.departments import Department, departments
from kiif.alliance.models import Coverage


@dataclass
class Line:
    """One department: `now` and `before` are rows of coverage with their incubator."""

    department: Department
    now: list[Coverage] = field(default_factory=list)
    before: list[Coverage] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.department.code

    @property
    def name(self) -> str:
        return self.department.name

    @property
    def region(self) -> str:
        return self.department.region

    @property
    def names(self) -> list[str]:
        return [row.incubator.label for row in self.now]

    @property
    def past_names(self) -> list[str]:
        return sorted({row.incubator.label for row in self.before} - set(self.names))

    @property
    def since(self) -> date | None:
        return min((row.since for row in self.now), default=None)

    def matches(self, value: str) -> bool:
        """Whether the line is "oui" (covered), "non" (a gap), "plusieurs"."""
        return {"oui": len(self.now) > 0, "non": not self.now, "plusieurs": len(self.now) > 1}[value]


def lines(actor: Actor, alliance_id: int) -> list[Line]:
    """Every department that the instance knows, by code."""
    known = {department.code: Line(department) for department in departments()}
    rows = Coverage.objects.visible_to(actor).filter(incubator__alliance_id=alliance_id)
    for row in rows.select_related("incubator").order_by("since", "pk"):
        line = known.get(row.department_code)
        if line:
            (line.now if row.is_running else line.before).append(row)
    return list(known.values())
