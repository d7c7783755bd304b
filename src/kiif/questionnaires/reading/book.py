"""Sent answers as sheets of typed cells: one of dossiers, one for each table of the form, the codebook.

The writers (`files.py`) only know sheets. Coded answers ("I do not know") are told apart from blank ones everywhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.questionnaires import values
from kiif.questionnaires.definition import said
from kiif.questionnaires.models import Response
from kiif.questionnaires.reading.plan import Group, Plan, given
from kiif.questionnaires.values import Cell

CHUNK: Final = 500
Report = Callable[[int], None]


@dataclass(frozen=True)
class Coded:
    """A coded answer in a cell."""

    code: str

    def __str__(self) -> str:
        return values.words_of_coded(self.code)


@dataclass(frozen=True)
class Heading:
    """A column. `key` is its name for programs, `labels` the words of its coded values, `question` as it was asked."""

    key: str
    label: str
    type: str
    labels: Mapping[str, str] = field(default_factory=dict)
    question: str = ""
    section: str = ""


@dataclass
class Sheet:
    """A title, columns, rows read as they are written: nothing is held in memory."""

    title: str
    headings: list[Heading]
    rows: Callable[[], Iterator[list[Cell | Coded]]]


@dataclass
class Book:
    """What an export holds. `name` goes into the name of the file."""

    name: str
    sheets: list[Sheet]
    count: int

    @property
    def main(self) -> Sheet:
        return self.sheets[0]

    def codebook(self) -> Sheet:
        """One line for each column of the dossiers, and one for each coded value of it."""
        headings = [
            Heading("column", _("Column"), "text"),
            Heading("label", _("What it holds"), "text"),
            Heading("type", _("Type"), "text"),
            Heading("section", _("Part of the form"), "text"),
            Heading("value", _("Coded value"), "text"),
            Heading("words", _("What it stands for"), "text"),
        ]
        return Sheet(_("Codebook"), headings, self._codes)

    def _codes(self) -> Iterator[list[Cell | Coded]]:
        for sheet in self.sheets:
            for heading in sheet.headings:
                yield [heading.key, heading.label, heading.type, heading.section, None, None]
                for value, words in heading.labels.items():
                    yield [heading.key, None, None, None, value, words]


def book(plan: Plan, groups: list[Group], responses: QuerySet[Response], language: str, *, name: str) -> Book:
    """The sheets of these answers, with the columns of these questions."""
    keys = list(responses.values_list("pk", flat=True))
    headings = _own_headings()
    for group in groups:
        section = plan.title_of(group, language)
        label = group.label(language)
        headings += [
            Heading(_key(group, column.key), column.label, column.type, column.labels, label, section)
            for column in values.of(group.question).columns(group.question, language)
        ]
    main = Sheet(_("Answers"), headings, lambda: _dossiers(plan, groups, keys))
    tables = [_table_sheet(plan, group, keys, language) for group in groups if group.question.kind == "table"]
    return Book(name, [main, *tables], len(keys))


def _key(group: Group, key: str) -> str:
    return f"{key}__{group.question.kind}" if group.old else key


def _own_headings() -> list[Heading]:
    return [
        Heading("dossier", _("Dossier"), "text"),
        Heading("submitted_at", _("Sent"), "datetime"),
        Heading("version", _("Version of the form"), "integer"),
        Heading("language", _("Language"), "text"),
        Heading("variants", _("Sub-forms"), "text"),
    ]


def _chunks(keys: list[int]) -> Iterator[list[Any]]:
    """Rows of responses, some at a time, in the order of the keys."""
    found = iter(keys)
    while some := list(islice(found, CHUNK)):
        rows = Response.objects.filter(pk__in=some).values_list(
            "pk", "public_id", "submitted_at", "version__number", "language", "variants", "version_id", named=True
        )
        by_key = {row.pk: row for row in rows}
        yield [by_key[key] for key in some if key in by_key]


def _dossiers(plan: Plan, groups: list[Group], keys: list[int]) -> Iterator[list[Cell | Coded]]:
    widths = {group.key: len(values.of(group.question).columns(group.question, "")) for group in groups}
    for rows in _chunks(keys):
        held = given([(row.pk, row.version_id) for row in rows], groups, plan.fields)
        for row in rows:
            sent = timezone.localtime(row.submitted_at) if row.submitted_at else None
            cells: list[Any] = [str(row.public_id), sent, row.version__number, row.language, " ".join(row.variants)]
            mine = held.get(row.pk, {})
            for group in groups:
                cells += _cells(group, mine.get(group.key), widths[group.key])
            yield cells


def _cells(group: Group, value: Any, width: int) -> list[Cell | Coded]:
    if value is None:
        return [None] * width
    if code := values.coded(value):
        return [Coded(code), *([None] * (width - 1))]
    return list(values.cells(group.question, value))


def _table_sheet(plan: Plan, group: Group, keys: list[int], language: str) -> Sheet:
    """The lines of a table of the form, one by row, with the dossier that they come from."""
    table: Any = group.question
    kinds = {"money": "number", "percent": "number", "yes_no": "boolean", "calculated": "number"}
    headings = [
        Heading("dossier", _("Dossier"), "text"),
        *(
            Heading(
                f"{_key(group, table.name)}.{column.name}",
                said(column.label, language),
                kinds.get(column.kind, column.kind),
                {choice.key: said(choice.label, language) for choice in column.choices},
                group.label(language),
                plan.title_of(group, language),
            )
            for column in table.columns
        ),
    ]

    def rows() -> Iterator[list[Cell | Coded]]:
        for some in _chunks(keys):
            held = given([(row.pk, row.version_id) for row in some], [group], plan.fields)
            for row in some:
                value = held.get(row.pk, {}).get(group.key)
                lines = value["rows"] if value is not None and not values.coded(value) else []
                for line in lines:
                    yield [str(row.public_id), *(_table_cell(column, line.get(column.id)) for column in table.columns)]

    return Sheet(group.label(language)[:60], headings, rows)


def _table_cell(column: Any, cell: Any) -> Any:
    if cell is None:
        return None
    if column.kind == "date":
        return dt.date.fromisoformat(cell)
    return cell
