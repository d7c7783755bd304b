"""How far the figures themselves may be wrong, in words and in numbers, and what a ranking becomes then.

The sources do not publish an error for each figure. These rules are ours, stated on the page: one more or one fewer
for a count of facilities or associations; a share among inhabitants has the error of a sample of one in four of them;
estimates of income and work within 3 %; figures marked as not reliable within 20 %. An unknown figure (statistical
secrecy, no data) may be any of those known. Distances, areas and official zonings are taken as exact.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kiif.methods.ranking import uncertainty
from kiif.methods.ranking.uncertainty import Doubt, Tolerance
from kiif.opendata import indicators
from kiif.opendata.indicators import CATALOGUE, IndicatorTable
from kiif.replication.certainty import SAID_BY
from kiif.replication.engine import Answer
from kiif.replication.memory import Memory
from kiif.replication.proposals import PER_INHABITANTS

Floats = NDArray[np.float64]

#: Figures that are not measured on people, or are decided: no error.
EXACT: Final = frozenset(
    {
        "area_km2", "communes", "density", "seat_km", "town_10k_km", "town_50k_km", "own-sites-km", "rural_share",
        "small_communes_share", "main_commune_share",
    }
)  # fmt: skip
#: Share of people that a census asks about work, income or diploma.
SAMPLED: Final = 0.25
ESTIMATE: Final = 0.03
POPULATION: Final = 0.01
NOT_RELIABLE: Final = 0.20
#: Draws: enough for a share within three points (six for communes), few enough for a page.
DRAWS: Final = {"commune": 300, "epci": 1_000, "living-area": 1_000, "department": 1_000}
#: Territories under which the answer takes less than a second.
FEW: Final = 5_000
_ONE: Final = threading.BoundedSemaphore(1)


@dataclass(frozen=True)
class Assumed:
    """What is taken for granted about the errors of one criterion: `rule` is a key of the page's sentences."""

    indicator: str
    rule: str
    unknown: int


def _rule(indicator: str) -> str:
    """Which rule an indicator follows: exact, count, share, population or estimate."""
    known = CATALOGUE.get(indicator)
    if indicator in EXACT or indicator.startswith("programme:") or (known is not None and known.kind == "category"):
        return "exact"
    if indicator in PER_INHABITANTS:
        return "count"
    if indicator.startswith("population"):
        return "population"
    if known is not None and known.kind == "share":
        return "share"
    return "estimate" if known is not None else "exact"


def doubts_of(answer: Answer) -> tuple[dict[str, Doubt], list[Assumed]]:
    """The error of each scored criterion, and how it is told."""
    table = indicators.load_indicators(answer.level)
    people = np.maximum(np.nan_to_num(table.column("population"), nan=1.0), 1.0)
    doubts, said = {}, []
    columns = {criterion.id: j for j, criterion in enumerate(answer.evaluation.model.criteria)}
    kept = answer.evaluation.order
    for criterion in answer.evaluation.criteria:
        rule, column = _rule(criterion.indicator), answer.evaluation.figures[:, columns[criterion.id]]
        said.append(Assumed(criterion.indicator, rule, int(np.isnan(column[kept]).sum())))
        if rule != "exact":
            doubts[criterion.indicator] = Doubt(error=_error(rule, criterion.indicator, column, people, table))
    return doubts, said


def _error(rule: str, indicator: str, column: Floats, people: Floats, table: IndicatorTable) -> Floats:
    """Standard error of each figure, `(n,)`, in its unit."""
    if rule == "count":
        error = np.full(len(column), float(PER_INHABITANTS[indicator])) / people
    elif rule == "share":
        share = np.clip(np.nan_to_num(column) / 100, 0.0, 1.0)
        error = 100 * np.sqrt(np.maximum(share * (1 - share), 0.01) / (SAMPLED * people))
    else:
        error = np.abs(np.nan_to_num(column)) * (POPULATION if rule == "population" else ESTIMATE)
    if indicator in table:
        weak = table.weak[:, table.ids.index(indicator)]
        error = np.where(weak, np.maximum(error, NOT_RELIABLE * np.abs(np.nan_to_num(column))), error)
    return np.asarray(error, dtype=np.float64)


def _size(found: Tolerance) -> int:
    return int(found.alone.nbytes * 6)


_MADE: Final[Memory[Tolerance]] = Memory(64_000_000, _size)


def tolerance_of(answer: Answer) -> Tolerance | None:
    """The share of draws in which each territory stays among the first when figures move; None if not said."""
    if answer.evaluation.model.method not in SAID_BY:
        return None
    return _MADE.get_or_make(answer.key, lambda: _compute(answer, doubts_of(answer)[0]))


def is_ready(answer: Answer) -> bool:
    """Whether `tolerance_of` answers at once, or nearly."""
    if answer.evaluation.model.method not in SAID_BY or len(answer.evaluation.order) < FEW:
        return True
    return _MADE.get(answer.key) is not None


def _compute(answer: Answer, doubts: Mapping[str, Doubt]) -> Tolerance:
    with _ONE:
        return uncertainty.how_tolerant(answer.evaluation, doubts, draws=DRAWS[answer.level])
