"""Figures about a territory: value, unit, source, place among peers. Read from the packs; nothing here writes.

A :class:`Table` is the indicator table of a level with one more figure, which only the alliance can give: the distance
to the nearest branch of an incubator.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_noop, pgettext
from django.utils.translation import gettext as _

from kiif.methods import geo, position
from kiif.opendata import base, packs, rollup
from kiif.opendata.indicators import CATALOGUE, Indicator, IndicatorTable, load_indicators
from kiif.territories.distribution import Distribution, distribution_of
from kiif.territories.enums import Level
from kiif.ui.charts import Strip

if TYPE_CHECKING:
    from kiif.territories.peers import Peers

Floats = npt.NDArray[np.float64]

#: Figures of the portrait, in the order of the page; those that no pack gives are left out.
PORTRAIT: Final = (
    "over_65_share", "alone_share", "second_homes_share", "vacancy_rate", "basket", "gp_per_10k", "unemployment_rate",
    "median_income", "poverty_rate", "population_trend", "associations_per_1000", "no_car_share", "branch_km",
    "town_10k_km", "seat_km", "population_20km", "density",
)  # fmt: skip
PORTRAIT_MOST: Final = 11
#: Figures on which territories are said to be alike.
LIKENESS: Final = (
    "over_65_share", "vacancy_rate", "second_homes_share", "unemployment_rate", "median_income", "basket",
    "population_trend", "density", "town_10k_km", "town_50k_km", "population_20km",
)  # fmt: skip
BRANCH: Final = "branch_km"

_branch_indicator = Indicator(
    BRANCH,
    "Distance à l'antenne d'incubateur la plus proche",
    "Distance to the nearest branch of an incubator",
    "km",
    "km",
    "Kilomètres à vol d'oiseau jusqu'à l'antenne la plus proche d'un incubateur de l'alliance. Pour un ensemble de "
    "communes : la moyenne par habitant·e.",
    "Kilometres as the crow flies to the nearest branch of an incubator of the alliance. For a set of communes: the "
    "mean for an inhabitant.",
    {},
    rollup="mean",
)
INDICATORS: Final[dict[str, Indicator]] = {**CATALOGUE, BRANCH: _branch_indicator}

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Source:
    """Where a figure comes from, as printed beside it."""

    publisher: str
    title: str
    vintage: str

    @property
    def short(self) -> str:
        return f"{self.publisher}, {self.vintage}" if self.vintage else self.publisher


@dataclass(frozen=True, eq=False)
class Table:
    """The figures of one level, with the distance to a branch when the alliance has branches."""

    level: Level
    base: IndicatorTable
    branch: Floats | None
    #: distributions and words already made; they go with the table, so never outlive the version of the data
    made: dict[Any, Any] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[str, ...]:
        return (*self.base.ids, BRANCH) if self.branch is not None else self.base.ids

    def __contains__(self, ident: object) -> bool:
        return ident in self.base or (ident == BRANCH and self.branch is not None)

    def column(self, ident: str) -> Floats:
        """Values of a figure (n,), NaN = unknown; KeyError when nothing gives it."""
        if ident == BRANCH and self.branch is not None:
            return self.branch
        return self.base.column(ident)

    def position(self, code: str) -> int | None:
        """Row of a territory, None when the pack does not know it (a code closed since)."""
        try:
            return self.base.position(code)
        except KeyError:
            return None

    def source(self, ident: str) -> Source:
        """Publisher and vintage of a figure."""
        if ident == BRANCH:
            return Source(_("Computed from the branches of the alliance"), "", "")
        return source_of(self.base.source(ident), ident)

    def reliable(self, code: str, ident: str) -> bool:
        return ident == BRANCH or self.base.reliable(code, ident)


def source_of(origin: packs.Provenance, ident: str) -> Source:
    """Publisher and vintage of a figure that a pack gives; what the base pack computes is said more closely."""
    if origin.name != base.PACK:
        return Source(origin.publisher, origin.title, origin.vintage)
    return Source(_(_BASE_SOURCES.get(ident, _COMPUTED)), origin.title, "")


_COMPUTED: Final = gettext_noop("Computed from Insee 2023 and IGN 2026")
_BASE_SOURCES: Final = {
    "population": gettext_noop("Insee, municipal population 2023"),
    "area_km2": gettext_noop("IGN, contours 2026"),
    "density": gettext_noop("Insee 2023, IGN 2026"),
    "communes": gettext_noop("Insee, codes of 2026"),
    "small_communes_share": gettext_noop("Insee, municipal population 2023"),
    "main_commune_share": gettext_noop("Insee, municipal population 2023"),
    "rural_share": gettext_noop("Estimate from Insee 2023 and IGN 2026"),
}


def load(level: str, branches: Points = ()) -> Table:
    """The table of a level; raises :class:`~kiif.opendata.errors.MissingPack`. ``branches``: (lat, lon) of each."""
    return _load(level, branches, packs.version())


@lru_cache(maxsize=20)
def _load(level: str, branches: Points, version: str) -> Table:
    table = load_indicators(level)
    return Table(Level(level), table, _branch_column(level, table, branches) if branches else None)


def _branch_column(level: str, table: IndicatorTable, branches: Points) -> Floats:
    communes = base.load_communes()
    km = geo.nearest_distance(communes.select("lat", "lon").to_numpy(), np.array(branches))[0]
    if level == Level.COMMUNE:
        return km
    members = base.load_members(level)
    belongs = dict(zip(members["commune"], members["code"], strict=True))
    index = rollup.group_index([belongs.get(code) for code in communes["code"].to_list()], table.codes.tolist())
    return rollup.weighted_means(km, communes["population"].to_numpy().astype(np.float64), index, len(table.codes))


def label(ident: str) -> str:
    """Name of an indicator in the reader's language."""
    indicator = INDICATORS[ident]
    return (indicator.label_en if _english() else indicator.label).replace("'", "’")


def unit(ident: str) -> str:
    indicator = INDICATORS[ident]
    return indicator.unit_en if _english() else indicator.unit


def explanation(ident: str) -> str:
    indicator = INDICATORS[ident]
    return (indicator.explanation_en if _english() else indicator.explanation).replace("'", "’")


def _english() -> bool:
    return (get_language() or "fr").startswith("en")


def number(value: float | None, decimals: int = 0) -> str:
    """A number in the reader's locale, with grouped thousands; an en dash for unknown."""
    if value is None or math.isnan(value):
        return "–"
    return number_format(round(value, decimals), decimals, use_l10n=True, force_grouping=True)


def shown(ident: str, value: float) -> str:
    """A value without its unit; the name of a category."""
    indicator = INDICATORS[ident]
    if indicator.kind == "category" and not math.isnan(value):
        names = indicator.categories.get(int(value))
        return names[_english()] if names else "–"
    decimals = indicator.decimals
    if decimals and abs(value) >= 100:
        decimals = 0
    return number(value, decimals)


def with_unit(ident: str, value: float) -> str:
    """A value and its unit, tied by a no-break space; “unknown” when it is."""
    if math.isnan(value):
        return pgettext("figure", "unknown")
    text, of = shown(ident, value), unit(ident)
    if of.startswith(("pour ", "per ")):  # the label already says for how many
        return text
    return f"{text}\u00a0{of}" if of else text


@dataclass(frozen=True, eq=False)
class Figure:
    """One line of the portrait, and its place among the values of its peers."""

    id: str
    label: str
    explanation: str
    value: float
    text: str
    unit: str
    source: Source
    reliable: bool
    rolled: bool
    place: position.Place
    among: Distribution
    median_text: str

    @property
    def known(self) -> bool:
        return not math.isnan(self.value)

    @property
    def full_text(self) -> str:
        return with_unit(self.id, self.value)

    @property
    def chart(self) -> Strip:
        """The distribution among peers."""
        place = self.place
        reading = _("%(value)s, rank %(rank)s of %(count)s, median %(median)s") % {
            "value": self.full_text,
            "rank": number(place.rank) if place.rank else "–",
            "count": number(place.known),
            "median": self.median_text,
        }
        return Strip(
            title=self.label,
            unit=self.unit,
            values=self.among.drawn(self.value),  # type: ignore[arg-type]  # an array is a sequence of numbers
            mine=self.value,
            reading=reading,
        )


def distribution(table: Table, ident: str, among: Peers) -> Distribution:
    """The values of a figure among peers, put in order once for each version of the data."""
    key = ("among", ident, among)
    found: Distribution | None = table.made.get(key)
    if found is None:
        found = table.made[key] = distribution_of(table.column(ident)[among.rows])
    return found


def figure(table: Table, ident: str, code: str, among: Peers) -> Figure | None:
    """A figure of a territory among its peers; None when nothing gives it or the code is unknown."""
    row = table.position(code)
    if row is None or ident not in table:
        return None
    value = float(table.column(ident)[row])
    values = distribution(table, ident, among)
    told = words_of(table)[ident]
    return Figure(
        id=ident,
        label=told.label,
        explanation=told.explanation,
        value=value,
        text=shown(ident, value),
        unit=unit(ident),
        source=told.source,
        reliable=table.reliable(code, ident),
        rolled=ident in table.base.rolled and INDICATORS[ident].rollup == "mean",
        place=values.place(value),
        among=values,
        median_text=shown(ident, values.median) if values.median is not None else "–",
    )


def portrait(table: Table, code: str, among: Peers, ids: Sequence[str] = PORTRAIT) -> list[Figure]:
    """The figures of the portrait that are known, in order, ``PORTRAIT_MOST`` at most."""
    found = (figure(table, ident, code, among) for ident in ids if INDICATORS[ident].kind != "category")
    return list(islice((one for one in found if one is not None and one.known), PORTRAIT_MOST))


@dataclass(frozen=True)
class Words:
    """What is said of a figure whatever the territory, in the reader's language."""

    label: str
    explanation: str
    source: Source


def words_of(table: Table) -> dict[str, Words]:
    """The words of every figure of a table, by id, made once by language."""
    key = ("words", get_language())
    found: dict[str, Words] | None = table.made.get(key)
    if found is None:
        found = {ident: Words(label(ident), explanation(ident), table.source(ident)) for ident in table.ids}
        table.made[key] = found
    return found


def everything(table: Table, code: str) -> list[dict[str, Any]]:
    """All the figures of a territory, unknown ones included, for the full table."""
    row = table.position(code)
    if row is None:
        return []
    return [
        {
            "id": ident,
            "label": told.label,
            "text": with_unit(ident, float(table.column(ident)[row])),
            "source": told.source,
            "explanation": told.explanation,
            "reliable": table.reliable(code, ident),
        }
        for ident, told in words_of(table).items()
    ]


def alike(table: Table, code: str, *, limit: int = 3) -> list[tuple[str, float]]:
    """Codes of the territories nearest on indicators, with their distance (0 = the same), closest first.

    The distance of :func:`kiif.methods.position.similarity`, on columns standardised once for each version of the data.
    """
    row = table.position(code)
    scaled = _scaled(table.level, packs.version())
    if row is None or scaled.values.shape[1] < 3:
        return []
    distances = scaled.distances(row)
    nearest = np.argpartition(distances, min(limit + 8, len(distances) - 1))[: limit + 9]
    order = nearest[np.lexsort((nearest, distances[nearest]))][: limit + 1]
    best = [(str(table.base.codes[i]), float(distances[i])) for i in order]
    return [(other, gap) for other, gap in best if other != code and not math.isinf(gap)][:limit]


@dataclass(frozen=True, eq=False)
class _Scaled:
    """Standardised columns (n, k), unknown as 0 with ``there`` (n, k) at 0; ``squares`` of the values."""

    values: Floats
    there: Floats
    squares: Floats

    def distances(self, row: int) -> Floats:
        """Root mean square gap of each row to one, over the columns known on both sides; infinite under half of them.

        The sum of (a − b)² over those columns, as three products of matrices.
        """
        count = self.there @ self.there[row]
        total = self.squares @ self.there[row] - 2 * (self.values @ self.values[row]) + self.there @ self.squares[row]
        enough = count * 2 >= self.values.shape[1]
        return np.where(enough, np.sqrt(np.maximum(total, 0) / np.maximum(count, 1)), np.inf)


@lru_cache(maxsize=6)
def _scaled(level: str, version: str) -> _Scaled:
    """Figures of likeness divided by their interquartile range; those without spread are left out."""
    table = load_indicators(level)
    columns = [_spread(ident, table.column(ident)) for ident in LIKENESS if ident in table]
    middles = [position.quantiles(column, [0.25, 0.5, 0.75]).tolist() for column in columns]
    kept = [
        (column - median) / (high - low)
        for column, (low, median, high) in zip(columns, middles, strict=True)
        if high > low
    ]
    values = np.stack(kept, axis=1) if kept else np.empty((len(table.codes), 0))
    there = (~np.isnan(values)).astype(np.float64)
    values = np.nan_to_num(values)
    return _Scaled(values, there, values**2)


def _spread(ident: str, values: Floats) -> Floats:
    """Sizes and densities are compared by their logarithm: 10 to 20 is as far as 1,000 to 2,000."""
    return np.log10(np.maximum(values, 0.1)) if ident in {"density", "population_20km"} else values


def likeness_count(table: Table) -> int:
    """How many figures :func:`alike` compares."""
    return sum(ident in table for ident in LIKENESS)


def choices(table: Table) -> list[tuple[str, str]]:
    """Figures that can colour a map or a column: ``(id, label)``, in the order of the catalogue."""
    return [(ident, label(ident)) for ident in table.ids]


def columns_of(table: Table, ids: Iterable[str]) -> list[str]:
    """The ids, known ones only, each once."""
    return [ident for ident in dict.fromkeys(ids) if ident in table]
