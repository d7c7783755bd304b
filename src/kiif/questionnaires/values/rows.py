"""Tables with repeating rows. A row keeps its identifier: two people who write different rows never clash."""

from __future__ import annotations

import re
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.questionnaires.definition import Column as TableColumn
from kiif.questionnaires.definition import said
from kiif.questionnaires.definition.questions import Table
from kiif.questionnaires.values.base import (
    Cell,
    Column,
    Index,
    Kind,
    Raw,
    Scalar,
    Value,
    expect_dict,
    expect_list,
    expect_text,
    label_of,
)
from kiif.questionnaires.values.choices import labels
from kiif.questionnaires.values.dates import read_date, shown_date
from kiif.questionnaires.values.numbers import bounds, checked_number, plain_number, read_number

NUMERIC: Final = frozenset({"number", "money", "percent"})
MOST_CELL: Final = 1_000
_ROW = re.compile(r"[a-z0-9]{1,20}")


class Tables(Kind[Table]):
    """`{"rows": [{"id": "r1", "c_ab12": 12.5}]}`; a blank row is left out. Calculated cells are the engine's."""

    operators = ("filled",)

    def parse(self, question: Table, raw: Raw) -> Value:
        rows: list[dict[str, Any]] = []
        for key in dict.fromkeys(raw.many("rows")):
            row: dict[str, Any] = {"id": key}
            for column in question.columns:
                if column.kind != "calculated":
                    row[column.id] = _typed(column, raw.one(f"{key}.{column.id}"))
            rows.append(row)
        return self.clean(question, {"rows": rows})

    def clean(self, question: Table, document: Value) -> Value:
        given = expect_list(expect_dict(document, "rows").get("rows", []))
        if len(given) > question.max_rows:
            raise ValueError(
                ngettext("%(n)s line at most.", "%(n)s lines at most.", question.max_rows) % {"n": question.max_rows}
            )
        typed = {column.id: column for column in question.columns if column.kind != "calculated"}
        rows, seen = [], set()
        for row in given:
            cells = expect_dict(row, "id", *typed)
            key = cells.get("id")
            if not isinstance(key, str) or not _ROW.fullmatch(key) or key in seen:
                raise ValueError(_("This answer does not have the shape that its question expects."))
            seen.add(key)
            filled = {name: _cell(typed[name], cells[name]) for name in typed if name in cells}
            if kept := {name: cell for name, cell in filled.items() if cell is not None}:
                rows.append({"id": key, **kept})
        return {"rows": rows} if rows else None

    def check(self, question: Table, value: Value) -> list[str]:
        rows, found = value["rows"], []
        if len(rows) < question.min_rows:
            found.append(
                ngettext("At least %(n)s line is expected.", "At least %(n)s lines are expected.", question.min_rows)
                % {"n": question.min_rows}
            )
        for number, row in enumerate(rows, 1):
            for column in question.columns:
                found += [
                    _("Line %(number)s, “%(column)s”: %(problem)s")
                    % {"number": number, "column": said(column.label, ""), "problem": problem}
                    for problem in _problems(column, row.get(column.id))
                ]
        return found[:10]

    def totals(self, question: Table, value: Value) -> dict[str, float]:
        """Sums of the columns that ask for it, by name of column."""
        return {
            column.name: checked_number(round(sum(row.get(column.id) or 0 for row in value["rows"]), 6))
            for column in question.columns
            if column.total and column.kind in NUMERIC
        }

    def scalar(self, question: Table, value: Value) -> Scalar:
        """Columns by name, each a list as long as the rows; `rows` keeps the number of rows."""
        return {
            column.name: [_scalar(column, row.get(column.id)) for row in value["rows"]] for column in question.columns
        } | {"#rows": len(value["rows"])}

    def show(self, question: Table, value: Value, language: str) -> str:
        lines = [
            " · ".join(
                f"{said(column.label, language)}\u00a0: {show_cell(column, row[column.id], language)}"
                for column in question.columns
                if column.id in row
            )
            for row in value["rows"]
        ]
        named = {column.name: said(column.label, language) for column in question.columns}
        totals = [f"{named[name]}\u00a0: {plain_number(total)}" for name, total in self.totals(question, value).items()]
        return "\n".join([*lines, *([_("Total – %(sums)s") % {"sums": " · ".join(totals)}] if totals else [])])

    def index(self, question: Table, value: Value) -> Index:
        return Index(number=len(value["rows"]))

    def columns(self, question: Table, language: str) -> list[Column]:
        """Number of rows and totals; the rows themselves go to a sheet of their own."""
        label = label_of(question, language)
        found = [Column(question.name, _("%(label)s – number of lines") % {"label": label}, "integer")]
        for column in question.columns:
            if column.total and column.kind in NUMERIC:
                words = {"label": label, "column": said(column.label, language)}
                name = f"{question.name}.{column.name}"
                found.append(Column(name, _("%(label)s – total of %(column)s") % words, "number"))
        return found

    def cells(self, question: Table, value: Value) -> list[Cell]:
        return [len(value["rows"]), *self.totals(question, value).values()]


def _typed(column: TableColumn, text: str) -> Any:
    if not text:
        return None
    if column.kind in NUMERIC:
        return read_number(text)
    if column.kind == "date":
        return read_date(text)
    return {"yes": True, "no": False}.get(text, text) if column.kind == "yes_no" else text


def _cell(column: TableColumn, document: Any) -> Any:
    if document is None or document == "":
        return None
    if column.kind in NUMERIC:
        return checked_number(document)
    if column.kind == "date":
        return read_date(expect_text(document, 40))
    if column.kind == "yes_no":
        if not isinstance(document, bool):
            raise ValueError(_("Choose yes or no."))
        return document
    text = expect_text(document, MOST_CELL)
    if column.kind == "choice" and text and text not in {choice.key for choice in column.choices}:
        raise ValueError(_("“%(choice)s” is not one of the choices.") % {"choice": text[:40]})
    return text or None


def _problems(column: TableColumn, cell: Any) -> list[str]:
    if cell is None:
        return [_("nothing is written.")] if column.required else []
    return bounds(column.minimum, column.maximum, cell) if column.kind in NUMERIC else []


def _scalar(column: TableColumn, cell: Any) -> Any:
    if column.kind == "yes_no" and cell is not None:
        return "yes" if cell else "no"
    return float(cell) if column.kind in NUMERIC and cell is not None else cell


def show_cell(column: TableColumn, cell: Any, language: str) -> str:
    """A cell in words."""
    if column.kind in NUMERIC:
        unit = {"money": "€", "percent": "%"}.get(column.kind) or said(column.unit, language)
        return plain_number(cell) + (f"\u00a0{unit}" if unit else "")
    if column.kind == "date":
        return shown_date(cell)
    if column.kind == "choice":
        return labels(column.choices, language).get(cell, str(cell))
    if column.kind == "yes_no":
        return _("yes") if cell else _("no")
    return str(cell)
