"""A feasibility study gathered for reading: the page, the print, the comparison and the shared reading use the same."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from kiif.opendata.errors import DataError
from kiif.opendata.levels import Level
from kiif.replication import engine
from kiif.replication.answers import as_columns, table_positions
from kiif.replication.enums import Engagement, Kind, Part
from kiif.replication.guides import GUIDES, LINES, WORDS, Guide
from kiif.replication.labels import Labels
from kiif.replication.models import Entry, FeasibilityStudy, Section
from kiif.territories.figures import number

#: Lines about people met on the ground: never shown to whoever holds a reading link.
ABOUT_PEOPLE: Final = frozenset({Kind.ACTOR, Kind.INTERVIEW})
STEPS: Final = tuple(Engagement)


@dataclass(frozen=True)
class Fact:
    """A figure of the territory, in words, with where it comes from."""

    name: str
    value: str
    source: str
    explanation: str
    known: bool


@dataclass(frozen=True)
class Place:
    """The place of the territory in the ranking kept when the study was opened. `rank` is None beyond those kept."""

    rank: int | None
    count: int
    band: str
    acceptability: float | None
    coverage: float | None
    number: int
    made_at: Any
    data_version: str

    @property
    def share(self) -> str:
        """In how many plausible weightings it is in the top, as a percentage; empty when it was not computed."""
        return "" if self.acceptability is None else number(100 * self.acceptability)


@dataclass(frozen=True)
class Lines:
    """The lines of one kind."""

    kind: Kind
    entries: list[Entry]

    @property
    def label(self) -> Any:
        return WORDS[self.kind][0]

    @property
    def verb(self) -> Any:
        return WORDS[self.kind][1]

    @property
    def total(self) -> Decimal | None:
        """Sum of the amounts; None when there is none. Rents are not summed: they are choices, not a budget."""
        if self.kind != Kind.FUNDING:
            return None
        amounts = [entry.amount for entry in self.entries if entry.amount is not None]
        return sum(amounts, Decimal(0)) if amounts else None


@dataclass(frozen=True)
class Written:
    """A part: its text, the guide beside it, the lines that belong to it."""

    part: Part
    section: Section
    guide: Guide
    lines: list[Lines] = field(default_factory=list)

    @property
    def key(self) -> str:
        return self.part.value

    @property
    def title(self) -> Any:
        return self.part.label

    @property
    def state(self) -> str:
        """For the list of parts: done when something is written, half when there are only lines."""
        if self.section.text.strip():
            return "done"
        return "half" if any(lines.entries for lines in self.lines) else ""


def parts_of(study: FeasibilityStudy, *, people: bool = True) -> list[Written]:
    """The eight parts in reading order, in two queries. Without `people`, the lines about people met stay out."""
    sections = {section.part: section for section in study.sections.select_related("written_by")}
    by_kind: dict[str, list[Entry]] = {}
    for entry in study.entries.select_related("written_by"):
        by_kind.setdefault(entry.kind, []).append(entry)
    found = []
    for part in Part:
        section = sections.get(part) or Section(study=study, part=part)
        kinds = [kind for kind in LINES[part] if people or kind not in ABOUT_PEOPLE]
        found.append(Written(part, section, GUIDES[part], [Lines(kind, by_kind.get(kind, [])) for kind in kinds]))
    return found


def place_of(study: FeasibilityStudy) -> Place | None:
    """Its place in the ranking kept at opening; None when no ranking was kept, or the data are not there."""
    result = study.result
    if result is None:
        return None
    try:
        count = len(table_positions(_level(study)))
    except DataError:
        return None
    row: dict[str, Any] = next((row for row in result.rows if row["code"] == study.code), {})
    return Place(
        rank=row.get("rank"),
        count=count,
        band=row.get("band", ""),
        acceptability=row.get("acceptability"),
        coverage=row.get("coverage"),
        number=result.number,
        made_at=result.made_at,
        data_version=result.data_version,
    )


def _level(study: FeasibilityStudy) -> Level:
    return engine.level_of(study.level)


def facts_of(study: FeasibilityStudy, labels: Labels | None = None) -> list[Fact]:
    """What the ranking looked at, for this territory, as the figures are today. Empty when the data are not there."""
    model = study.result.model if study.result else study.search.model
    brought = study.result.extra if study.result else {}
    try:
        level = _level(study)
        row = table_positions(level)[study.code]
        columns = engine.columns(level, as_columns(level, brought))
    except (DataError, KeyError):
        return []
    names = labels or Labels(study.search)
    ids = dict.fromkeys(["population", *(str(c.get("indicator", "")) for c in model.get("criteria", ()))])
    return [_fact(names, ident, float(columns[ident][row])) for ident in ids if ident in columns]


def _fact(names: Labels, ident: str, value: float) -> Fact:
    label = names[ident]
    return Fact(label.name, label.with_unit(value), label.source, label.explanation, not math.isnan(value))


def writers_of(study: FeasibilityStudy, parts: Iterable[Written]) -> list[str]:
    """Names of those who wrote something, in the order of the parts; who opened it first."""
    people = [study.opened_by, *(part.section.written_by for part in parts)]
    people += [entry.written_by for part in parts for lines in part.lines for entry in lines.entries]
    return list(dict.fromkeys(str(person) for person in people if person is not None))


def decision_words(study: FeasibilityStudy) -> str:
    """The decision in two or three words."""
    if not study.decision:
        return _("no decision yet")
    return {"go": _("we go"), "go_if": _("we go, if"), "no": _("we do not go")}[study.decision]


def decision_tone(study: FeasibilityStudy) -> str:
    return {"go": "v", "go_if": "b"}.get(study.decision, "")
