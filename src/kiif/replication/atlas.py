"""What is being looked for where, for the alliance: counts that nobody can be recognised in (`methods.disclosure`).

A *demand* is one person looking, for one kind of solution, in one department: a territory of their short list is there.
Each counts once. Trials without an account and lists set aside do not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext as _

from kiif.methods import disclosure
from kiif.opendata import base, packs
from kiif.replication import engine
from kiif.replication.enums import Level
from kiif.replication.models import Pick
from kiif.replication.profiles import PROFILES

#: The line that gathers what is too small to be shown alone.
REST: Final = "~"


@dataclass(frozen=True)
class Cell:
    """A count, or hidden; `own` when it is hidden for itself, not only to protect another."""

    count: int
    own: bool = False

    @property
    def hidden(self) -> bool:
        return self.count < 0


@dataclass(frozen=True)
class Row:
    code: str
    name: str
    cells: list[Cell]
    total: Cell


@dataclass(frozen=True)
class Demand:
    """The table of the page. Empty `rows`: too few people to show anything."""

    columns: list[str]
    rows: list[Row]
    totals: list[Cell]
    total: Cell
    k: int = disclosure.K

    @property
    def hidden(self) -> int:
        return sum(cell.hidden for row in self.rows for cell in row.cells)


def demand() -> Demand:
    """The whole table, protected. Nothing of it depends on who reads: nothing can be learnt by comparing readers."""
    table = disclosure.tabulate(_records(), rest=REST)
    if not table.rows:
        return Demand([], [], [], Cell(0))
    shown = disclosure.protect(table)
    names = _departments(packs.version())
    rows = [
        Row(
            "" if code == REST else code,
            _("Other departments") if code == REST else names.get(code, code),
            [Cell(int(shown.counts[i, j]), bool(shown.unsafe[i, j])) for j in range(len(table.columns))],
            Cell(int(shown.rows[i])),
        )
        for i, code in enumerate(table.rows)
    ]
    return Demand(
        [_kind(kind) for kind in table.columns], rows, [Cell(int(n)) for n in shown.columns], Cell(shown.total)
    )


def _kind(kind: str) -> str:
    if kind == REST:
        return _("Other solutions")
    profile = PROFILES.get(kind)
    return str(profile.label) if profile else kind


def _records() -> Iterator[tuple[str, str, str]]:
    """(department, kind of solution, owner) of each territory kept on a short list."""
    rows = Pick.objects.filter(excluded=False, search__solution__owner__isnull=False).values_list(
        "search__level", "code", "search__solution__kind", "search__solution__owner_id"
    )
    for level, code, kind, owner in rows.iterator():
        department = _department_of(level, packs.version()).get(code)
        if department:
            yield department, kind, str(owner)


@lru_cache(maxsize=8)
def _department_of(level: str, _version: str) -> dict[str, str]:
    """Department of each territory of a level."""
    frame = base.load_level(engine.level_of(level))
    if level == Level.DEPARTMENT:
        return {code: code for code in frame["code"]}
    if "department" in frame.columns:
        return dict(zip(frame["code"], frame["department"], strict=True))
    return {}


@lru_cache(maxsize=2)
def _departments(_version: str) -> dict[str, Any]:
    frame = base.load_level("department")
    return dict(zip(frame["code"], frame["name"], strict=True))
