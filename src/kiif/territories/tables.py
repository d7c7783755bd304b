"""Lists of territories, sorted and exported like every list of the house.

A list of 34,875 communes sorted by a figure that is not in the database: rows are positions in the arrays of the pack,
and only the rows of the page are read from the database.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from kiif.opendata import base, packs
from kiif.opendata.errors import MissingPack
from kiif.territories import figures
from kiif.territories.enums import Level
from kiif.territories.lookup import fold
from kiif.territories.models import Territory
from kiif.ui.tables import Column, Filter, Table
from kiif.ui.tables.columns import BoundFilter
from kiif.ui.tables.rows import DatabaseRows, ListRows

CHUNK = 500


def _rural(row: Territory) -> Any:
    return None if row.is_rural is None else _("rural") if row.is_rural else _("urban")


def _url(row: Territory) -> str:
    return row.get_absolute_url()


def _number(decimals: int, field: str) -> Any:
    return lambda row: figures.number(getattr(row, field), decimals)


NAME = Column("name", _("Name"), value="title", url=_url, sort="search", head=True)
CODE = Column("code", _("Code"), sort="code")
POPULATION = Column("population", _("Population"), sort="population", end=True)
DENSITY = Column("density", _("Density (inh./km²)"), value=_number(1, "density"), sort="density", end=True)
AREA = Column("area", _("Area (km²)"), value=_number(1, "area_km2"), sort="area_km2", end=True)
DEPARTMENT = Column("department", _("Department"), value="department.title", sort="department__code")
COMMUNES = Column("communes", _("Communes"), sort="communes", end=True)
RURAL = Column("rural", _("Label"), value=_rural, sort=("rural_communes", "search"))


class CommunesTable(Table):
    """Communes of a larger territory."""

    name: ClassVar[str] = "communes"
    caption: ClassVar[Any] = _("Communes")
    columns: ClassVar[tuple[Column, ...]] = (NAME, CODE, POPULATION, DENSITY, AREA, RURAL)
    search_fields: ClassVar[tuple[str, ...]] = ("search", "code")
    search_label: ClassVar[Any] = _("Name or code")
    default_sort: ClassVar[str] = "-population"
    page_size: ClassVar[int] = 15
    empty_title: ClassVar[Any] = _("No commune is known here")


class PackRows(ListRows):
    """Rows of a level as positions in its arrays; see the module."""

    def __init__(self, table: figures.Table) -> None:
        self.table = table
        self.frame = base.load_level(table.level)
        self.rows = []
        self.positions: npt.NDArray[np.intp] = np.arange(self.frame.height)

    def search(self, words: Sequence[str], fields: Sequence[str]) -> None:
        wanted = [fold(word) for word in words]
        names = _texts(self.table.level, packs.version())
        kept = [p for p in self.positions.tolist() if all(word in names[p] for word in wanted)]
        self.positions = np.array(kept, dtype=np.intp)

    def narrow(self, bound: BoundFilter) -> None:
        column = self.frame[bound.key].to_numpy() if bound.key in self.frame.columns else None
        if column is not None:
            self.positions = self.positions[column[self.positions] == bound.value]

    def sort(self, column: Column, *, down: bool) -> None:
        keys = self._keys(column.key)[self.positions]
        if keys.dtype.kind == "f":
            unknown = np.isnan(keys)
            order = np.argsort(-keys if down else keys, kind="stable")
            order = np.concatenate([order[~unknown[order]], order[unknown[order]]])
        else:
            order = np.argsort(keys, kind="stable")
            order = order[::-1] if down else order
        self.positions = self.positions[order]

    def _keys(self, key: str) -> npt.NDArray[Any]:
        if key.startswith("i_"):
            return self.table.column(key[2:])
        if key == "name":
            return _name_order(self.table.level, packs.version())
        if key in {"population", "density", "communes"}:
            return self.frame[key].to_numpy().astype(np.float64)
        return np.argsort(np.argsort(self.frame["code"].to_numpy().astype(str), kind="stable"))

    def count(self) -> int:
        return len(self.positions)

    def slice(self, start: int, stop: int, *, keys_first: bool = True) -> list[Territory]:
        codes = self.table.base.codes[self.positions[start:stop]].tolist()
        rows = Territory.objects.at(self.table.level).filter(code__in=codes).select_related("department")
        found = {row.code: row for row in rows}
        return [found[code] for code in codes if code in found]

    def __iter__(self) -> Iterator[Territory]:
        for start in range(0, len(self.positions), CHUNK):
            yield from self.slice(start, start + CHUNK)


@lru_cache(maxsize=6)
def _texts(level: str, version: str) -> list[str]:
    table = base.load_level(level)
    return [f"{name} {code.lower()}" for name, code in table.select("search", "code").iter_rows()]


@lru_cache(maxsize=6)
def _name_order(level: str, version: str) -> npt.NDArray[np.float64]:
    names = base.load_level(level)["search"].to_numpy().astype(str)
    return np.argsort(np.argsort(names, kind="stable")).astype(np.float64)


def _departments(table: Any) -> list[tuple[str, str]]:
    if table.figures is None or table.figures.level in {Level.DEPARTMENT, Level.REGION}:
        return []
    return list(base.load_departments().select("code", "name").iter_rows())


class NationalTable(Table):
    """All the territories of a level, with one figure: the equal of the map."""

    name: ClassVar[str] = "territoires"
    caption: ClassVar[Any] = _("Territories")
    search_fields: ClassVar[tuple[str, ...]] = ("search",)
    search_label: ClassVar[Any] = _("Name or code")
    default_sort: ClassVar[str] = "-population"
    page_size: ClassVar[int] = 20
    empty_title: ClassVar[Any] = _("No territory is loaded yet")
    empty_text: ClassVar[Any] = _("Run “kiif data build”, then “manage.py territories_load”.")

    def __init__(self, request: HttpRequest, table: figures.Table | None, level: str, indicator: str) -> None:
        super().__init__([], request)
        self.figures = table
        self.level = level
        self.indicator = indicator
        extra = () if table is None or indicator in {"population", "density", ""} else (self._figure(),)
        middle = (COMMUNES,) if level != Level.COMMUNE else ()
        place = () if level in {Level.DEPARTMENT, Level.REGION} else (DEPARTMENT_PLAIN,)
        self.columns = (NAME, *place, CODE, *middle, POPULATION, DENSITY, *extra)  # type: ignore[misc]  # per request
        self.filters = () if level in {Level.DEPARTMENT, Level.REGION} else (DEPARTMENT_FILTER,)  # type: ignore[misc] # by level

    def _figure(self) -> Column:
        return figure_column(self.indicator, self.figures) if self.figures else NAME

    def more(self) -> dict[str, str]:
        return {key: self.params[key] for key in ("niveau", "figure") if key in self.params}

    @cached_property
    def rows(self) -> DatabaseRows | ListRows:
        if self.figures is None:
            return ListRows([])
        rows = PackRows(self.figures)
        if words := self.text.split()[:8]:
            rows.search(words, self.search_fields)
        for bound in self.bound_filters:
            if bound.value is not None:
                rows.narrow(bound)
        column = self._sorted_column(self.sort)
        if column is not None:
            rows.sort(column, down=self.sort.startswith("-"))
        return rows


DEPARTMENT_PLAIN = Column("department", _("Department"), value="department.title")
DEPARTMENT_FILTER = Filter("department", _("Department"), choices=_departments)


def figure_column(ident: str, table: figures.Table) -> Column:
    """A column that shows a figure of the packs, with its unit in the head."""

    def value_of(row: Territory) -> float:
        place = table.position(row.code)
        return float("nan") if place is None else float(table.column(ident)[place])

    def read(row: Territory) -> Any:
        value = value_of(row)
        return None if math.isnan(value) else figures.shown(ident, value)

    def exported(row: Territory) -> Any:
        value = value_of(row)
        return None if math.isnan(value) else value

    unit = figures.unit(ident)
    label = f"{figures.label(ident)} ({unit})" if unit else figures.label(ident)
    return Column(f"i_{ident}", label, value=read, sort="code", end=True, export=exported)


def commune_figures(branches: figures.Points = ()) -> figures.Table | None:
    """The figures of communes, None when the base pack is not there."""
    try:
        return figures.load(Level.COMMUNE, branches)
    except MissingPack:
        return None
