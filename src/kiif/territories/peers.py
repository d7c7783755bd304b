"""Territories that can be compared: same level, same kind of place, same order of size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kiif.opendata import base, packs
from kiif.opendata.indicators import load_indicators
from kiif.territories.enums import Level
from kiif.territories.figures import number

#: Bounds of the classes of size, in inhabitants, by level.
BANDS: Final[dict[Level, tuple[int, ...]]] = {
    Level.COMMUNE: (0, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000),
    Level.EPCI: (0, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000),
    Level.LIVING_AREA: (0, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000),
    Level.DEPARTMENT: (0, 300_000, 600_000, 1_000_000),
    Level.REGION: (0,),
}
#: Under this number the class of size is given up, then the kind of place.
FEWEST: Final = 12

_KINDS: Final = {
    (Level.COMMUNE, 1): gettext_lazy("large urban centres"),
    (Level.COMMUNE, 2): gettext_lazy("intermediate urban centres"),
    (Level.COMMUNE, 3): gettext_lazy("small towns"),
    (Level.COMMUNE, 4): gettext_lazy("communes of urban belts"),
    (Level.COMMUNE, 5): gettext_lazy("rural market towns"),
    (Level.COMMUNE, 6): gettext_lazy("rural communes with dispersed housing"),
    (Level.COMMUNE, 7): gettext_lazy("rural communes with very dispersed housing"),
    (Level.COMMUNE, 10): gettext_lazy("rural communes (estimate)"),
    (Level.COMMUNE, 11): gettext_lazy("urban communes (estimate)"),
    (Level.COMMUNE, 0): gettext_lazy("communes"),
    (Level.EPCI, 10): gettext_lazy("mostly rural intercommunal bodies"),
    (Level.EPCI, 11): gettext_lazy("mostly urban intercommunal bodies"),
    (Level.EPCI, 0): gettext_lazy("intercommunal bodies"),
    (Level.LIVING_AREA, 10): gettext_lazy("mostly rural living areas"),
    (Level.LIVING_AREA, 11): gettext_lazy("mostly urban living areas"),
    (Level.LIVING_AREA, 0): gettext_lazy("living areas"),
    (Level.DEPARTMENT, 0): gettext_lazy("departments"),
    (Level.REGION, 0): gettext_lazy("regions"),
}


@dataclass(frozen=True, eq=False)
class Peers:
    """Rows of the table of a level (the territory included), and what they have in common."""

    level: Level
    rows: npt.NDArray[np.intp]
    kind: int
    low: int | None
    high: int | None

    @property
    def count(self) -> int:
        return len(self.rows)

    @property
    def text(self) -> str:
        """“307 mostly rural intercommunal bodies of 10,000 to 25,000 inhabitants”."""
        who = str(_KINDS[self.level, self.kind])
        return _("%(count)s %(who)s%(size)s") % {"count": number(self.count), "who": who, "size": self._size()}

    def _size(self) -> str:
        if self.low is None:
            return ""
        if self.high is None:
            return _(" of %(low)s inhabitants or more") % {"low": number(self.low)}
        if self.low == 0:
            return ngettext(" of less than %(high)s inhabitant", " of less than %(high)s inhabitants", self.high) % {
                "high": number(self.high)
            }
        return _(" of %(low)s to %(high)s inhabitants") % {"low": number(self.low), "high": number(self.high)}


def peers_of(level: str, code: str) -> Peers | None:
    """The peers of a territory, itself included; None when the pack does not know the code."""
    version = packs.version()
    kinds, bands = _classes(level, version)
    try:
        row = load_indicators(level).position(code)
    except KeyError:
        return None
    return _group(Level(level), int(kinds[row]), int(bands[row]), version)


@lru_cache(maxsize=256)
def _group(level: Level, kind: int, band: int, version: str) -> Peers:
    """The peers of one kind and size: one object for all of them, so that what is made of it is made once."""
    kinds, bands = _classes(level, version)
    bounds = BANDS[level]
    same_kind = kinds == kind
    both = same_kind & (bands == band)
    if len(bounds) > 1 and both.sum() >= FEWEST:
        high = bounds[band + 1] if band + 1 < len(bounds) else None
        return Peers(level, np.flatnonzero(both), kind, bounds[band], high)
    if same_kind.sum() >= FEWEST:
        return Peers(level, np.flatnonzero(same_kind), kind, None, None)
    return Peers(level, np.arange(len(kinds)), 0, None, None)


def like(population: float, rural_share: float) -> Peers:
    """The intercommunal bodies that a drawn area can be compared with: same kind of place, same order of size."""
    bounds = BANDS[Level.EPCI]
    kind = 10 if rural_share > 50 else 11
    band = max(int(np.searchsorted(np.array(bounds), population, side="right")) - 1, 0)
    return _group(Level.EPCI, kind, band, packs.version())


@lru_cache(maxsize=8)
def _classes(level: str, version: str) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Kind of place and class of size of each row of a level."""
    table = base.load_level(level)
    population = table["population"].to_numpy().astype(np.float64)
    bands = np.searchsorted(np.array(BANDS[Level(level)]), population, side="right") - 1
    return _kinds(Level(level)), np.maximum(bands, 0).astype(np.intp)


def _kinds(level: Level) -> npt.NDArray[np.intp]:
    table = base.load_level(level)
    if level == Level.COMMUNE:
        rural = np.where(table["rural"].to_numpy(), 10, 11)
        figures = load_indicators(level)
        if "density_level" not in figures:
            return rural.astype(np.intp)
        grid = figures.column("density_level")
        return np.where(np.isnan(grid), rural, np.nan_to_num(grid)).astype(np.intp)
    if level in {Level.EPCI, Level.LIVING_AREA}:
        rural = table["rural_population"].to_numpy() * 2 > table["population"].to_numpy()
        return np.where(rural, 10, 11).astype(np.intp)
    return np.zeros(table.height, dtype=np.intp)
