"""From the base pack to the database: idempotent, in bulk, and nothing is ever deleted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from django.db import transaction
from django.utils.text import slugify

from kiif.accounts.actor import Actor
from kiif.journal.actions import record
from kiif.opendata import base, packs
from kiif.territories.enums import LOAD_ORDER, Level
from kiif.territories.models import FormerCode, ReferentialLoad, Territory
from kiif.territories.words import short_name

Progress = Callable[[str, int, int], None]
Row = dict[str, Any]

#: What the pack decides; everything else of a row stays.
FIELDS: Final = (
    "name", "slug", "search", "kind", "liaison", "rank", "region_id", "department_id", "epci_id", "living_area_id",
    "communes", "population", "area_km2", "lat", "lon", "density", "rural_communes", "rural_population",
    "rural_source", "postcodes", "vintage", "is_open",
)  # fmt: skip
UPSERT: Final = tuple(field.removesuffix("_id") for field in FIELDS)
PARENTS: Final = {
    Level.REGION: (),
    Level.DEPARTMENT: (Level.REGION,),
    Level.EPCI: (Level.REGION, Level.DEPARTMENT),
    Level.LIVING_AREA: (Level.REGION, Level.DEPARTMENT),
    Level.COMMUNE: (Level.REGION, Level.DEPARTMENT, Level.EPCI, Level.LIVING_AREA),
}


@dataclass
class _Tally:
    created: int = 0
    changed: int = 0
    closed: int = 0
    reopened: int = 0


@transaction.atomic
def load_base_pack(*, by: Actor, force: bool = False, progress: Progress | None = None) -> ReferentialLoad:
    """Write the base pack into ``Territory`` and ``FormerCode``; about five seconds the first time, one afterwards.

    The same pack twice changes nothing (unless ``force``) and gives back the load that did it. Codes that left the
    referential are closed, codes that came back are reopened. Raises :class:`kiif.opendata.errors.MissingPack` when the
    pack is not built.
    """
    origin = packs.provenance(base.PACK)
    stamp = _stamp(origin)
    last = ReferentialLoad.objects.select_for_update(of=("self",)).first()
    if last is not None and last.stamp == stamp and not force:
        return last
    started = time.perf_counter()
    vintage = origin.vintage[:10] if origin.vintage[:4].isdigit() else _year_of(origin.vintage)
    tally = _Tally()
    for done, level in enumerate(LOAD_ORDER):
        if progress:
            progress(str(Level(level).label), done, len(LOAD_ORDER))
        _load_level(level, vintage, tally)
    _load_former()
    load = ReferentialLoad.objects.create(
        vintage=vintage, stamp=stamp, loaded_by=str(by), created=tally.created, changed=tally.changed,
        closed=tally.closed, reopened=tally.reopened, seconds=round(time.perf_counter() - started, 2),
    )  # fmt: skip
    counts = {"created": tally.created, "changed": tally.changed, "closed": tally.closed, "reopened": tally.reopened}
    record(by=by, verb="territories.loaded", obj=load, data={"vintage": vintage, **counts})
    if progress:
        progress("", len(LOAD_ORDER), len(LOAD_ORDER))
    return load


def current_stamp() -> str:
    """Identity of the packs that feed the referential; empty when the base pack is not built."""
    if base.PACK not in packs.names():
        return ""
    return _stamp(packs.provenance(base.PACK))


def _stamp(origin: packs.Provenance) -> str:
    """Identity of what is loaded: the base pack, and the packs that change the table of communes."""
    others = [f"{p.name}@{p.built_at}" for p in packs.list_packs() if p.name in LEVEL_PACKS]
    return " ".join([f"{origin.checksum[:16]}@{origin.built_at}", *others])


#: Packs that, besides the base one, change rows of the referential (official density, living areas).
LEVEL_PACKS: Final = (base.GRID_PACK, base.LIVING_AREAS_PACK)


def _year_of(vintage: str) -> str:
    years = [word for word in vintage.replace(",", " ").split() if len(word) == 4 and word.isdigit()]
    return years[0] if years else vintage[:10]


def _load_level(level: Level, vintage: str, tally: _Tally) -> None:
    frame = base.load_level(level.value)
    if frame.height == 0:
        return
    parents = {parent: _keys(parent) for parent in PARENTS[level]}
    before = _rows_before(level)
    fresh: list[Territory] = []
    seen: set[str] = set()
    for row in _records(level, frame, vintage, parents):
        code = row["code"]
        seen.add(code)
        old = before.get(code)
        if old is not None and all(old[field] == row[field] for field in FIELDS):
            continue
        tally.created += old is None
        tally.changed += old is not None
        tally.reopened += old is not None and not old["is_open"]
        fresh.append(Territory(level=level, **row))
    _upsert(fresh)
    gone = [old["pk"] for code, old in before.items() if code not in seen and old["is_open"]]
    for start in range(0, len(gone), 500):
        tally.closed += Territory.objects.filter(pk__in=gone[start : start + 500]).update(is_open=False)


def _upsert(rows: list[Territory]) -> None:
    Territory.objects.bulk_create(
        rows, batch_size=2_000, update_conflicts=True, unique_fields=("level", "code"), update_fields=UPSERT
    )


def _keys(level: Level) -> dict[str, int]:
    return dict(Territory.objects.filter(level=level).values_list("code", "pk"))


def _rows_before(level: Level) -> dict[str, Row]:
    rows = Territory.objects.filter(level=level).values("pk", "code", *FIELDS)
    return {row["code"]: dict(row) for row in rows}


def _records(level: Level, frame: pl.DataFrame, vintage: str, parents: dict[Level, dict[str, int]]) -> Iterable[Row]:
    """One dictionary per territory, with the fields of the model."""
    memberships = _living_areas() if level == Level.COMMUNE else {}
    for row in frame.iter_rows(named=True):
        record_: Row = {
            "code": row["code"],
            "name": row["name"],
            "slug": _slug(row["name"]),
            "search": row["search"],
            "kind": row.get("kind") or "",
            "liaison": row.get("liaison"),
            "rank": row.get("rank") or 0,
            "communes": row.get("communes") or 1,
            "population": row["population"],
            "area_km2": row["area_km2"],
            "lat": row["lat"],
            "lon": row["lon"],
            "density": row["density"],
            "postcodes": list(row.get("postcodes") or ()),
            "vintage": vintage,
            "is_open": True,
        }
        record_ |= _rurality(level, row)
        for parent, column in _PARENT_COLUMNS.items():
            code = memberships.get(row["code"]) if parent == Level.LIVING_AREA else row.get(column)
            known = parents.get(parent)
            record_[f"{column}_id"] = known.get(code) if known and code else None
        yield record_


_PARENT_COLUMNS: Final = {
    Level.REGION: "region",
    Level.DEPARTMENT: "department",
    Level.EPCI: "epci",
    Level.LIVING_AREA: "living_area",
}


def _slug(name: str) -> str:
    plain = short_name(name).replace("’", "-").replace("'", "-").replace("œ", "oe")
    return slugify(plain)[:220] or "t"


def _rurality(level: Level, row: Row) -> Row:
    if level == Level.COMMUNE:
        rural = bool(row["rural"])
        return {
            "rural_communes": int(rural),
            "rural_population": row["population"] if rural else 0,
            "rural_source": row["rural_source"] or "",
        }
    return {
        "rural_communes": row.get("rural_communes") or 0,
        "rural_population": row.get("rural_population") or 0,
        "rural_source": row.get("rural_source") or _source_of_communes(),
    }


def _source_of_communes() -> str:
    column = base.load_communes()["rural_source"]
    return str(column[0]) if column.n_unique() == 1 else "mixed"


def _living_areas() -> dict[str, str]:
    members = base.load_members("living-area")
    return dict(zip(members["commune"], members["code"], strict=True))


def _load_former() -> None:
    """Former codes only grow: those that the pack no longer names stay, so that old references still resolve."""
    here = _keys(Level.COMMUNE)
    rows = [
        FormerCode(
            code=row["former"],
            name=row["name"] or "",
            search=row.get("search") or "",
            kind=row["kind"],
            territory_id=here[row["code"]],
        )
        for row in base.load_former_codes().iter_rows(named=True)
        if row["code"] in here
    ]
    FormerCode.objects.bulk_create(
        rows, batch_size=2_000, update_conflicts=True,
        unique_fields=("code", "territory", "kind"), update_fields=("name", "search"),
    )  # fmt: skip
    _name_former()


def _name_former() -> None:
    """A merged commune without a name in the pack keeps the name of its own closed row."""
    unnamed = FormerCode.objects.filter(name="")
    closed = {t.code: t for t in Territory.objects.filter(level=Level.COMMUNE, is_open=False)}
    named: list[FormerCode] = []
    for former in unnamed:
        if former.code in closed:
            former.name, former.search = closed[former.code].name, closed[former.code].search
            named.append(former)
    FormerCode.objects.bulk_update(named, ("name", "search"), batch_size=500)
