"""The existing supply of a territory, proposed line by line from the figures that are held; a person keeps each or not.

A count is the published rate times the inhabitants, so it is said to be approximate unless it falls on a whole number.
Nothing is proposed from an unknown figure, and a figure marked as not reliable says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.opendata import base, indicators
from kiif.opendata.catalogue_people import FACILITIES
from kiif.opendata.errors import DataError
from kiif.opendata.indicators import IndicatorTable
from kiif.replication import engine
from kiif.replication.answers import table_positions
from kiif.replication.enums import Kind
from kiif.replication.labels import Label, label_of
from kiif.replication.models import FeasibilityStudy
from kiif.territories import figures
from kiif.territories.coverage import AllianceMap
from kiif.territories.figures import number

#: Rates that become a count: indicator -> inhabitants of the rate.
PER_INHABITANTS: Final = {
    **{f"{key}_per_10k": 10_000 for key in FACILITIES},
    "associations_per_1000": 1_000,
    "new_associations_per_1000": 1_000,
}
#: Figures that are said as they are.
AS_THEY_ARE: Final = ("basket", "programme:fs")
#: How near to a whole number a count must be in order not to be approximate.
_WHOLE: Final = 0.05


@dataclass(frozen=True)
class Proposal:
    """A line that might be added: `origin` names the figure, `source` who publishes it and when."""

    origin: str
    kind: Kind
    title: str
    detail: str
    source: str


def proposals_of(study: FeasibilityStudy, by: Actor) -> list[Proposal]:
    """Every line that the figures give for this territory, those kept or put aside included. Empty without the data."""
    try:
        level = engine.level_of(study.level)
        row = table_positions(level)[study.code]
        table = indicators.load_indicators(level)
        columns = engine.columns(level)
    except (DataError, KeyError):
        return []
    found = [_count(table, ident, row) for ident in PER_INHABITANTS if ident in table]
    found += [
        _as_it_is(ident, columns[ident], row, label_of(ident, level)) for ident in AS_THEY_ARE if ident in columns
    ]
    return [proposal for proposal in found if proposal is not None] + _alliance(study, by)


def open_proposals(study: FeasibilityStudy, by: Actor) -> list[Proposal]:
    """Those that nobody has kept or put aside yet."""
    seen = {*study.declined, *study.entries.exclude(origin="").values_list("origin", flat=True)}
    return [proposal for proposal in proposals_of(study, by) if proposal.origin not in seen]


def _count(table: IndicatorTable, ident: str, row: int) -> Proposal | None:
    rate = float(table.column(ident)[row])
    people = float(table.column("population")[row])
    if math.isnan(rate) or math.isnan(people):
        return None
    exact = rate * people / PER_INHABITANTS[ident]
    label = label_of(ident, table.level)
    shown = number(round(exact))
    if abs(exact - round(exact)) > _WHOLE:
        shown = _("about %(count)s") % {"count": shown}
    return Proposal(
        ident,
        Kind.SUPPLY,
        _("%(what)s: %(count)s") % {"what": _what(ident), "count": shown},
        _beside(table, ident, row, label),
        label.source,
    )


def _what(ident: str) -> str:
    """“General practitioners”, without the rate."""
    key = ident.removesuffix("_per_10k")
    if key in FACILITIES:
        french, english = FACILITIES[key]
        return english if figures.label(ident).startswith(english) else french
    return _("Registered associations") if ident == "associations_per_1000" else _("Associations born in five years")


def _beside(table: IndicatorTable, ident: str, row: int, label: Label) -> str:
    """The rate here beside the median of France, and what weakens it."""
    column = table.column(ident)
    said = _("%(here)s here; half of the territories compared have less than %(median)s.") % {
        "here": label.with_unit(float(column[row])),
        "median": label.with_unit(float(np.nanmedian(column))),
    }
    if not table.reliable(str(table.codes[row]), ident):
        said += " " + _("Few inhabitants: a figure to check on the ground.")
    return said


def _as_it_is(ident: str, column: Any, row: int, label: Label) -> Proposal | None:
    value = float(column[row])
    if math.isnan(value):
        return None
    title = _("%(what)s: %(count)s") % {"what": label.name, "count": label.with_unit(value)}
    return Proposal(ident, Kind.SUPPLY, title[:150], label.explanation, label.source)


def _alliance(study: FeasibilityStudy, by: Actor) -> list[Proposal]:
    """Members of the alliance that cover the department: possible partners, to be confirmed by meeting them."""
    code = study.code if study.level == "department" else _department(study)
    if not code:
        return []
    return [
        Proposal(
            f"incubator:{incubator.pk}",
            Kind.PARTNER,
            str(incubator),
            _("Incubator of the alliance that covers this department: nobody was met yet."),
            _("Coverage declared by the members of the alliance"),
        )
        for incubator in AllianceMap(by).covering([code])
    ]


def _department(study: FeasibilityStudy) -> str:
    """The department where the territory is, or where most of it is."""
    frame = base.load_level(engine.level_of(study.level))
    found = frame.filter(frame["code"] == study.code)["department"]
    return str(found[0] or "") if len(found) else ""
