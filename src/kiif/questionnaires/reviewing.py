"""An answer in words, section by section: for reading it again, for its print, for who receives it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import nh3
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kiif.attachments.models import Attachment
from kiif.questionnaires import values
from kiif.questionnaires.dossier import Dossier
from kiif.questionnaires.speaking import Speaker, Words
from kiif.questionnaires.values.rows import show_cell
from kiif.questionnaires.values.texts import TAGS


@dataclass(frozen=True)
class Line:
    """A question and its answer. `lines`: words; `table`: head and rows; `files`: attached files; `html`: rich text."""

    id: str
    label: Words
    lines: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    total: str = ""
    files: list[Any] = field(default_factory=list)
    html: str = ""
    problems: list[str] = field(default_factory=list)
    missing: bool = False
    optional: bool = False

    @property
    def empty(self) -> bool:
        return not (self.lines or self.rows or self.files or self.html)


@dataclass(frozen=True)
class Part:
    """A section with its lines; `url`: its first page."""

    id: str
    title: Words
    page: str
    lines: list[Line]
    note: str = ""


def sections_of(dossier: Dossier, speak: Speaker) -> list[Part]:
    """What is shown and answered, in the order of the form. One query more when there are files."""
    attached: dict[str, Any] = {}
    if any(one.question.kind == "files" and one.value for one in dossier.state.questions.values()):
        attached = {str(row.public_id): row for row in Attachment.objects.on(dossier.response)}
    made = []
    for section in dossier.definition.sections:
        if not dossier.state.sections[section.id].relevant:
            continue
        lines = [
            _line(dossier, question, speak, attached)
            for question in section.questions
            if question.kind != "note" and dossier.state.questions[question.id].relevant
        ]
        first = next((page.id for page in section.pages if dossier.state.sections[section.id].pages.get(page.id)), "")
        if lines:
            made.append(Part(section.id, speak(section.title), first, lines))
    return made


def _line(dossier: Dossier, question: Any, speak: Speaker, attached: dict[str, Any]) -> Line:
    state, language = dossier.state.questions[question.id], dossier.language
    value = state.value
    common: dict[str, Any] = {"problems": state.problems, "missing": state.missing}
    label = speak(question.label)
    if value is None or values.coded(value):
        shown = values.show(question, value, language)
        optional = not state.required
        return Line(question.id, label, [shown] if shown else [], optional=optional, **common)
    if question.kind == "files":
        return Line(question.id, label, files=[attached[key] for key in value["files"] if key in attached], **common)
    if question.kind == "rich_text":
        return Line(question.id, label, html=_cleaned(value), **common)
    if question.kind == "table":
        return _table(question, state, speak, label, common)
    return Line(question.id, label, values.show(question, value, language).splitlines(), **common)


def _cleaned(html: str) -> SafeString:
    """Cleaned once more where it is shown: what is kept came in clean, but is not taken at its word."""
    return SafeString(nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}))


def _table(question: Any, state: Any, speak: Speaker, label: Words, common: dict[str, Any]) -> Line:
    rows = [
        [
            _cell(column, row.get(column.id, state.cells.get(row["id"], {}).get(column.id)), speak.language)
            for column in question.columns
        ]
        for row in state.value["rows"]
    ]
    kind: Any = values.of(question)
    sums = kind.totals(question, state.value)
    if sums:
        total = [
            values.numbers.plain_number(sums[column.name]) if column.name in sums else "" for column in question.columns
        ]
        rows.append([total[0] or _("Total"), *total[1:]])
    head = [speak(column.label).text for column in question.columns]
    return Line(question.id, label, head=head, rows=rows, total="1" if sums else "", **common)


def _cell(column: Any, cell: Any, language: str) -> str:
    if cell is None:
        return ""
    if column.kind == "calculated":
        return values.numbers.plain_number(cell) if isinstance(cell, int | float) else str(cell)
    return show_cell(column, cell, language)
