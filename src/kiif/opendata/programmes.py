"""Programmes of the State and the territories that belong to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from kiif.opendata import base, packs, paths
from kiif.opendata.sources import PROGRAMME_RESOURCES

SCHEMA: Final = {"programme": pl.String, "level": pl.String, "code": pl.String, "label": pl.String}

_SUMMARIES: Final[dict[str, tuple[str, str]]] = {
    "pvd": ("Appui aux villes de moins de 20 000 habitants qui exercent des fonctions de centralité.",
            "Support to towns under 20,000 inhabitants that act as centres."),
    "va": ("Ingénierie pour les projets des communes rurales de moins de 3 500 habitants.",
           "Engineering for the projects of rural communes under 3,500 inhabitants."),
    "ti": ("Intercommunalités à forte identité industrielle.", "Groups of communes with a strong industrial identity."),
    "fs": ("Guichets de services publics de proximité.", "Local counters of public services."),
    "fabt": ("Tiers-lieux soutenus pour leur rôle de ressource.", "Third places supported as resources for others."),
    "acv": ("Revitalisation du centre des villes moyennes.", "Revival of the centre of medium-sized towns."),
}  # fmt: skip


@dataclass(frozen=True)
class Programme:
    """A programme: ``key``, French ``name``, and a sentence in French and English (empty when none is written)."""

    key: str
    name: str
    summary: str
    summary_en: str


@dataclass(frozen=True)
class Membership:
    """A territory in a programme: ``level`` says whether it belongs as a commune or through its EPCI."""

    programme: Programme
    level: str
    code: str
    label: str


PROGRAMMES: Final[dict[str, Programme]] = {
    key: Programme(key, name, *_SUMMARIES.get(key, ("", ""))) for key, (name, _resource) in PROGRAMME_RESOURCES.items()
}


@packs.cached()
def load_memberships() -> pl.DataFrame:
    """``programme, level, code, label`` over all the programmes imported; no row before."""
    frames = [
        pl.read_parquet(paths.pack_dir(name) / "memberships.parquet")
        for name in packs.names()
        if (paths.pack_dir(name) / "memberships.parquet").exists()
    ]
    return pl.concat(frames) if frames else pl.DataFrame(schema=SCHEMA)


@packs.cached()
def _by_territory() -> dict[tuple[str, str], list[Membership]]:
    found: dict[tuple[str, str], list[Membership]] = {}
    for key, level, code, label in load_memberships().select(list(SCHEMA)).iter_rows():
        found.setdefault((level, code), []).append(Membership(PROGRAMMES[key], level, code, label))
    return found


@packs.cached(base.PACK)
def _epci_of() -> dict[str, str | None]:
    return dict(base.load_communes().select("code", "epci").iter_rows())


def memberships_of(commune: str) -> list[Membership]:
    """Programmes of a commune, in its own name or through its EPCI. KeyError when the code is unknown."""
    epci = _epci_of()[commune]
    table = _by_territory()
    return [*table.get(("commune", commune), ()), *(table.get(("epci", epci), ()) if epci else ())]


def memberships_within(level: str, code: str) -> list[Membership]:
    """Programmes of an EPCI, living area, department or region and of the communes that form it."""
    members = base.load_members(level).filter(pl.col("code") == code)["commune"].to_list()
    table = _by_territory()
    own = list(table.get((level, code), ()))
    if level in ("department", "region", "living-area"):
        epci_of = _epci_of()
        groups = sorted({epci for epci in map(epci_of.get, members) if epci})
        own += [found for group in groups for found in table.get(("epci", group), ())]
    return own + [found for member in members for found in table.get(("commune", member), ())]
