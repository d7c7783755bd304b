"""How a column of the engine is named, written and sourced: indicators, programmes, what people brought."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from kiif.opendata import packs
from kiif.opendata.errors import MissingPack
from kiif.opendata.indicators import load_indicators
from kiif.opendata.levels import Level
from kiif.opendata.programmes import PROGRAMMES
from kiif.replication.answers import OWN_SITES
from kiif.replication.criteria import LIBRARY
from kiif.replication.enums import HumanScore
from kiif.replication.models import OwnCriterion, Search
from kiif.territories import figures
from kiif.territories.figures import INDICATORS, number

BY_INDICATOR: Final = {entry.indicator: entry for entry in LIBRARY.values()}
DIRECTIONS: Final = {
    "more": gettext_lazy("the more, the better"),
    "less": gettext_lazy("the less, the better"),
    "log": gettext_lazy("the more, the better, by orders of magnitude"),
    "log-less": gettext_lazy("the less, the better, by orders of magnitude"),
    "point": gettext_lazy("close to a figure"),
    "range": gettext_lazy("within a range"),
    "piecewise": gettext_lazy("by points chosen one by one"),
    "categories": gettext_lazy("by category"),
}


@dataclass(frozen=True)
class Label:
    """A column, in words. `categories` gives the name of each code, empty for a quantity."""

    indicator: str
    name: str
    unit: str
    source: str
    explanation: str
    categories: dict[int, str]
    decimals: int

    def shown(self, value: float) -> str:
        """A value without its unit; “unknown” when it is."""
        if math.isnan(value):
            return pgettext("figure", "unknown")
        if self.categories:
            return self.categories.get(int(value), number(value))
        return number(value, 0 if abs(value) >= 100 else self.decimals)

    def with_unit(self, value: float) -> str:
        text = self.shown(value)
        return f"{text}\u00a0{self.unit}" if self.unit and not math.isnan(value) and not self.categories else text


def label_of(indicator: str, level: Level, own: dict[str, OwnCriterion] | None = None) -> Label:
    """The words of one column; an unknown one is shown by its identifier."""
    if indicator in INDICATORS:
        return _official(indicator, level)
    kind, _colon, key = indicator.partition(":")
    if kind == "programme" and key in PROGRAMMES:
        return Label(
            indicator, PROGRAMMES[key].name, _("% of inhabitants"), _programme_source(key), _why(indicator), {}, 0
        )
    if indicator == OWN_SITES:
        source = _("Computed from your sites and the points of the communes")
        return Label(indicator, _("Distance to your nearest site"), "km", source, _why(indicator), {}, 0)
    if kind == "score" and key in HumanScore.values:
        name = str(HumanScore(key).label)
        return Label(
            indicator, name[:1].upper() + name[1:], _("out of 3"), _("What people know"), _why(indicator), {}, 0
        )
    brought = (own or {}).get(indicator)
    if brought is not None:
        return Label(indicator, brought.label, brought.unit, brought.source, _("Figures that you brought."), {}, 1)
    return Label(indicator, indicator, "", "", "", {}, 1)


def _official(indicator: str, level: Level) -> Label:
    source = _source(indicator, level)
    known = INDICATORS[indicator]
    english = figures.label(indicator) == known.label_en
    names = {code: pair[english] for code, pair in known.categories.items()} if known.kind == "category" else {}
    return Label(
        indicator,
        figures.label(indicator),
        figures.unit(indicator),
        source,
        figures.explanation(indicator),
        names,
        known.decimals,
    )


def _source(indicator: str, level: Level) -> str:
    """Publisher and vintage; empty while no pack gives the figure."""
    try:
        table = load_indicators(level)
    except MissingPack:
        return ""
    return figures.source_of(table.source(indicator), indicator).short if indicator in table else ""


def _programme_source(key: str) -> str:
    name = f"programme-{key}"
    if name not in packs.names():
        return ""
    origin = packs.provenance(name)
    return f"{origin.publisher}, {origin.vintage}" if origin.vintage else origin.publisher


def _why(indicator: str) -> str:
    return str(BY_INDICATOR[indicator].why) if indicator in BY_INDICATOR else ""


class Labels:
    """The words of the columns of one search."""

    def __init__(self, search: Search) -> None:
        self.level: Any = search.level
        self.own = {own.indicator: own for own in search.own_criteria.all()}
        self._seen: dict[str, Label] = {}

    def __getitem__(self, indicator: str) -> Label:
        if indicator not in self._seen:
            self._seen[indicator] = label_of(indicator, self.level, self.own)
        return self._seen[indicator]
