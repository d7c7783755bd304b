"""Gaps between reviewers on the anchor dossiers: by criterion and by reviewer, before the round opens."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any, Final

from kiif.reviews.enums import AssignmentState, Source
from kiif.reviews.models import Anchor, Assignment, Criterion, MarkLine, Round

#: Steps from the median at which a mark is far from the others.
FAR = 2
#: Share of marks far from the others from which a criterion is worth a talk.
TALK = 0.15
#: Gap, in steps of the scale, from which a reader is called generous or severe.
WORTH_A_WORD: Final = 0.5


@dataclass
class Cell:
    """Marks of a criterion on an anchor dossier. `expected`: what the team expects, else None."""

    criterion: Criterion
    values: list[int] = field(default_factory=list)
    expected: int | None = None

    @property
    def mean(self) -> float | None:
        return round(fmean(self.values), 1) if self.values else None

    @property
    def span(self) -> int:
        return max(self.values) - min(self.values) if self.values else 0

    @property
    def counted(self) -> list[tuple[int, int]]:
        """Each mark that was given, with how many times, lowest first."""
        return sorted(Counter(self.values).items())

    @property
    def talk(self) -> bool:
        """Whether reviewers should compare what they understood: some are far from the others."""
        if self.span < FAR:
            return False
        centre = median(self.values)
        far = sum(abs(value - centre) >= FAR for value in self.values)
        return len(self.values) < 4 or far / len(self.values) >= TALK


@dataclass
class Row:
    anchor: Anchor
    cells: list[Cell]
    given: int = 0


@dataclass
class Reader:
    """A reviewer on the anchor dossiers. `gap`: how far their marks lie from the reference, in steps (positive: more
    generous)."""

    reviewer: Any
    given: int
    wanted: int
    gap: float | None = None

    @property
    def tells(self) -> bool:
        """Whether the gap is worth a word: under half a step it says nothing of anybody."""
        return self.gap is not None and abs(self.gap) >= WORTH_A_WORD


@dataclass
class Board:
    rows: list[Row]
    readers: list[Reader]

    @property
    def to_talk(self) -> list[Criterion]:
        """Criteria on which readers differ most, once each."""
        seen: dict[int, Criterion] = {}
        for row in self.rows:
            for cell in row.cells:
                if cell.talk:
                    seen.setdefault(cell.criterion.pk, cell.criterion)
        return list(seen.values())

    @property
    def complete(self) -> bool:
        return bool(self.readers) and all(one.given >= one.wanted for one in self.readers)


def board(round_: Round) -> Board:
    """Every mark of calibration, in five queries whatever the numbers."""
    criteria = list(round_.criteria.all())
    anchors = list(Anchor.objects.filter(round=round_).select_related("application__project"))
    reads = list(Assignment.objects.filter(round=round_, source=Source.CALIBRATION).select_related("reviewer__person"))
    lines = MarkLine.objects.filter(
        mark__assignment__in=[one.pk for one in reads], mark__submitted_at__isnull=False, value__isnull=False
    ).select_related("mark__assignment")
    marks: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for line in lines:
        read = line.mark.assignment
        if line.value is not None:
            marks[(read.application_id, line.criterion_id)].append((read.reviewer_id, line.value))
    rows = [_row(anchor, criteria, marks, reads) for anchor in anchors]
    return Board(rows, _readers(reads, marks, rows, len(anchors)))


def _row(anchor: Anchor, criteria: list[Criterion], marks: Any, reads: list[Assignment]) -> Row:
    cells = [
        Cell(one, [value for _who, value in marks[(anchor.application_id, one.pk)]], anchor.expected.get(one.key))
        for one in criteria
    ]
    given = sum(one.application_id == anchor.application_id and one.state == AssignmentState.DONE for one in reads)
    return Row(anchor, cells, given)


def _readers(reads: list[Assignment], marks: Any, rows: list[Row], wanted: int) -> list[Reader]:
    reference = {
        (row.anchor.application_id, cell.criterion.pk): cell.expected if cell.expected is not None else cell.mean
        for row in rows
        for cell in row.cells
    }
    gaps: dict[int, list[float]] = defaultdict(list)
    for key, given in marks.items():
        centre = reference.get(key)
        if centre is None:
            continue
        for reviewer, value in given:
            gaps[reviewer].append(value - centre)
    people = {one.reviewer_id: one.reviewer for one in reads}
    done: dict[int, int] = defaultdict(int)
    for one in reads:
        done[one.reviewer_id] += one.state == AssignmentState.DONE
    found = [
        Reader(person, done[key], wanted, round(fmean(gaps[key]), 1) if gaps[key] else None)
        for key, person in people.items()
    ]
    return sorted(found, key=lambda one: (one.gap is None, -abs(one.gap or 0), str(one.reviewer)))
