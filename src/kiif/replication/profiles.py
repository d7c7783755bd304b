# ruff: noqa: E501 -- one profile an entry: a table reads better whole
"""Kinds of solution: where to start from. A profile chooses criteria and pillars; the person then changes everything."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kiif.methods.ranking.model import FORMAT
from kiif.replication.criteria import LIBRARY, PILLARS

#: Weight of each pillar unless a profile says otherwise: need first, then what makes it feasible.
PILLAR_WEIGHTS: Final = {
    "need": 4.0,
    "supply": 2.0,
    "partners": 1.5,
    "resources": 1.0,
    "access": 2.0,
    "policy": 0.5,
    "will": 2.0,
}


@dataclass(frozen=True)
class Profile:
    """A kind of solution: criteria with their weights (5 essential, 3 important, 1 useful)."""

    id: str
    label: str | Promise
    example: str | Promise
    criteria: Mapping[str, float]
    pillars: Mapping[str, float] = field(default_factory=dict)


def _profiles(*profiles: Profile) -> dict[str, Profile]:
    return {profile.id: profile for profile in profiles}


PROFILES: Final = _profiles(
    Profile("mobility", _("Mobility"), _("A solidarity garage, car sharing between villages, transport on demand"),
            {"no-car": 5, "poverty": 3, "low-income": 3, "unemployment": 3, "town-10k": 3, "seat": 1, "within-20": 5, "density": 3, "daily-services": 3, "associations": 1, "frr": 1}),
    Profile("food", _("Food"), _("A solidarity grocery, a community kitchen, a local food hub"),
            {"poverty": 5, "low-income": 3, "single-parents": 3, "food-shops": 5, "bakeries": 1, "farms": 3, "within-10": 3, "density": 1, "associations": 3, "frr": 1}),
    Profile("elderly", _("Ageing"), _("A concierge for the elderly, shared housing, visits at home"),
            {"elderly": 3, "very-elderly": 5, "alone": 3, "ageing": 1, "elderly-homes": 3, "doctors": 1, "nurses": 3, "within-10": 3, "density": 1, "associations": 3, "frr": 1}),
    Profile("youth", _("Youth"), _("A place for young people, mentoring, leisure, guidance"),
            {"children": 5, "single-parents": 3, "no-diploma": 3, "unemployment": 3, "secondary-schools": 3, "schools": 1, "town-50k": 3, "within-20": 3, "associations": 3, "frr": 1}),
    Profile("digital", _("Digital inclusion"), _("Workshops, help with online procedures, repaired computers"),
            {"no-diploma": 5, "elderly": 3, "low-income": 3, "post": 3, "daily-services": 3, "seat": 3, "within-20": 3, "new-associations": 1, "frr": 1}),
    Profile("third-place", _("Third place"), _("A shared workshop, a village café, a place of a thousand uses"),
            {"trend": 3, "daily-services": 5, "bakeries": 1, "vacant-dwellings": 3, "jobs": 3, "new-associations": 5, "town-50k": 1, "within-10": 5, "small-communes": 1, "frr": 1}),
    Profile("circular", _("Circular economy"), _("A resource centre, a repair workshop, reuse of materials"),
            {"inhabitants": 3, "low-income": 3, "unemployment": 3, "second-homes": 1, "vacant-dwellings": 1, "large-employers": 1, "within-20": 5, "density": 3, "associations": 3, "frr": 1}),
    Profile("housing", _("Housing"), _("Shared housing, renovation, intermediation between owners and tenants"),
            {"poverty": 3, "alone": 3, "single-parents": 3, "vacant-dwellings": 5, "second-homes": 3, "owners": 1, "trend": 1, "within-10": 3, "density": 1, "frr": 1}),
    Profile("health", _("Access to health"), _("A mobile health centre, mediation, prevention"),
            {"doctors": 5, "nurses": 1, "dentists": 3, "pharmacies": 1, "very-elderly": 3, "poverty": 3, "no-car": 3, "town-50k": 3, "within-20": 3, "frr": 1}),
    Profile("culture", _("Culture"), _("A travelling venue, a shared library, artists in residence"),
            {"children": 3, "elderly": 1, "town-50k": 5, "small-communes": 1, "new-associations": 5, "associations": 3, "schools": 1, "within-20": 5, "frr": 1}),
    Profile("employment", _("Employment and insertion"), _("An insertion company, a group of employers, training"),
            {"unemployment": 5, "no-diploma": 3, "poverty": 3, "single-parents": 1, "jobs": 3, "large-employers": 3, "no-car": 1, "within-20": 5, "frr": 1}),
    Profile("other", _("Something else"), _("Start from a neutral choice and change everything"),
            {"inhabitants": 3, "low-income": 3, "daily-services": 3, "associations": 3, "within-20": 3, "density": 1, "town-10k": 1}),
)  # fmt: skip

#: What a ranking on the base pack alone can say, when a profile finds too few of its criteria.
FALLBACK: Final = {
    "inhabitants": 3.0,
    "within-20": 5.0,
    "within-10": 3.0,
    "town-10k": 3.0,
    "town-50k": 1.0,
    "seat": 3.0,
    "density": 3.0,
    "small-communes": 1.0,
    "rural": 5.0,
    "main-commune": 1.0,
}
MINIMUM_CRITERIA: Final = 5


def suggested(kind: str, available: Collection[str]) -> dict[str, float]:
    """Criteria suggested for a kind of solution among those whose figures are `available` (indicator ids), with weights.

    When fewer than five of its own are there, geography completes them. Raises KeyError for an unknown kind.
    """
    own = {name: weight for name, weight in PROFILES[kind].criteria.items() if LIBRARY[name].indicator in available}
    if len(own) < MINIMUM_CRITERIA:
        own |= {n: w for n, w in FALLBACK.items() if n not in own and LIBRARY[n].indicator in available}
    return own


def starting_model(kind: str, level: str, available: Collection[str]) -> dict[str, Any]:
    """The model (JSON of `methods.ranking.model`) from which a person starts."""
    chosen = suggested(kind, available)
    weights = PILLAR_WEIGHTS | dict(PROFILES[kind].pillars)
    used = {LIBRARY[name].pillar for name in chosen}
    return {
        "format": FORMAT,
        "level": level,
        "method": "sum",
        "top": 20,
        "pillars": [{"id": pillar, "weight": weights[pillar]} for pillar in PILLARS if pillar in used],
        "criteria": [
            {
                "id": name,
                "indicator": LIBRARY[name].indicator,
                "pillar": LIBRARY[name].pillar,
                "weight": weight,
                "scale": LIBRARY[name].scale_for(kind),
            }
            for name, weight in chosen.items()
        ],
        "uncertainty": {"kind": "margin", "margin": 0.5, "draws": 10_000, "seed": 20_231_201},
    }
