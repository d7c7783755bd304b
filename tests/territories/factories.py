"""Territories for tests: a handful made by hand, or the real ones of some departments."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import Any

import polars as pl

from kiif.accounts.actor import Actor
from kiif.opendata import base
from kiif.territories import lookup
from kiif.territories.actions import drawn as actions
from kiif.territories.actions import load
from kiif.territories.enums import LOAD_ORDER, Level
from kiif.territories.models import Draft, DrawnTerritory, FormerCode, ReferentialLoad, Territory

_number = count(1)


def make_territory(level: Level, code: str, name: str, **fields: Any) -> Territory:
    fields.setdefault("slug", lookup.fold(name).replace(" ", "-"))
    fields.setdefault("search", lookup.fold(name))
    fields.setdefault("vintage", "2026")
    fields.setdefault("population", 1_000)
    return Territory.objects.create(level=level, code=code, name=name, **fields)


def make_dordogne() -> dict[str, Territory]:
    """A region, a department, an EPCI and two communes; nothing else exists."""
    region = make_territory(Level.REGION, "75", "Nouvelle-Aquitaine", population=6_150_451, communes=2)
    department = make_territory(
        Level.DEPARTMENT,
        "24",
        "Dordogne",
        region=region,
        liaison=3,
        communes=2,
        rural_communes=2,
        rural_source="official",
    )
    epci = make_territory(
        Level.EPCI,
        "200071819",
        "CC du Périgord Nontronnais",
        kind="CC",
        region=region,
        department=department,
        communes=2,
    )
    parents = {"region": region, "department": department, "epci": epci}
    nontron = make_territory(
        Level.COMMUNE, "24311", "Nontron", population=3_057, area_km2=25.7, density=119.1, lat=45.53, lon=0.66,
        postcodes=["24300"], rural_communes=1, rural_source="estimate", **parents,
    )  # fmt: skip
    augignac = make_territory(Level.COMMUNE, "24016", "Augignac", population=820, postcodes=["24300"], **parents)
    ReferentialLoad.objects.create(vintage="2026", stamp=f"test {next(_number)}", loaded_by="tests")
    return {"region": region, "department": department, "epci": epci, "nontron": nontron, "augignac": augignac}


def load_departments(codes: Iterable[str]) -> None:
    """The real communes, EPCI, departments and regions of some departments, from the base pack."""
    wanted = list(codes)
    communes = base.load_communes().filter(pl.col("department").is_in(wanted))
    kept = {
        Level.COMMUNE: set(communes["code"]),
        Level.EPCI: set(communes["epci"].drop_nulls()),
        Level.LIVING_AREA: set(),
        Level.DEPARTMENT: set(wanted),
        Level.REGION: set(communes["region"]),
    }
    for level in LOAD_ORDER:
        frame = base.load_level(level.value).filter(pl.col("code").is_in(list(kept[level])))
        parents = {parent: load._keys(parent) for parent in load.PARENTS[level]}
        load._upsert([Territory(level=level, **row) for row in load._records(level, frame, "2026", parents)])
    here = load._keys(Level.COMMUNE)
    former = base.load_former_codes().filter(pl.col("code").is_in(list(here)))
    FormerCode.objects.bulk_create(
        FormerCode(
            code=row["former"], name=row["name"] or "", search=row["search"] or "", kind=row["kind"],
            territory_id=here[row["code"]],
        )
        for row in former.iter_rows(named=True)
    )  # fmt: skip
    ReferentialLoad.objects.create(vintage="2026", stamp=f"test {next(_number)}", loaded_by="tests")


def make_drawn(actor: Actor, codes: Iterable[str], name: str = "", **fields: Any) -> DrawnTerritory:
    """An area drawn by this actor, through the actions."""
    draft = actions.open_draft(by=actor)
    actions.save_draft(draft=draft, by=actor, texts={"name": name or f"Territoire inventé {next(_number)}"})
    actions.change_draft(draft=draft, by=actor, add=codes)
    drawn = actions.publish_draft(draft=draft, by=actor, confirmed=True).drawn
    if fields:
        DrawnTerritory.objects.filter(pk=drawn.pk).update(**fields)
        drawn.refresh_from_db()
    return drawn


def make_draft(actor: Actor, codes: Iterable[str] = (), **texts: str) -> Draft:
    draft = actions.open_draft(by=actor)
    actions.save_draft(draft=draft, by=actor, texts=texts)
    return actions.change_draft(draft=draft, by=actor, add=codes)
