"""A definition as an XLSForm workbook. Nothing is lost: what XLSForm has no word for stands in our own columns."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any, Final

import xlsxwriter

from kiif.questionnaires.definition import Base, Choice, Definition, Page, Section, said
from kiif.questionnaires.definition.questions import Table
from kiif.questionnaires.exchange import native
from kiif.questionnaires.exchange.cells import TEXTS, Texts, dumped, header, headers, language_name, safe
from kiif.questionnaires.exchange.xpath import to_xpath

Row = dict[str, str]
FORMAT: Final = "kiif-xlsform/1"
#: Fields that have a column of their own; the rest of a question is its `kiif_spec`.
NATIVE: Final = frozenset({
    "id", "name", "label", "hint", "guide", "message", "relevant", "required", "required_if", "constraint",
    "calculation", "choices", "rows", "columns",
})  # fmt: skip
ORDER: Final = (
    "type", "name", "list_name", "label", "hint", "required", "relevant", "appearance", "parameters", "choice_filter",
    "constraint", "constraint_message", "calculation",
)  # fmt: skip
#: In the sheet of choices: which condition offers a choice, read by `choice_filter`.
OFFERED: Final = "kiif_if"
ALWAYS: Final = "always"


def sheets(definition: Definition) -> dict[str, list[Row]]:
    """The three sheets, as rows by header."""
    return _Writer(definition).sheets()


def workbook(definition: Definition) -> bytes:
    """The file. Every cell is a text: nothing is ever computed when it is opened."""
    return write(sheets(definition))


def write(found: Mapping[str, Iterable[Row]]) -> bytes:
    """These sheets as a file, headers in bold and frozen."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for name, given in found.items():
            rows = list(given)
            sheet = book.add_worksheet(name)
            columns = headers(rows, _ordered(rows))
            for place, column in enumerate(columns):
                sheet.write_string(0, place, column, bold)
                sheet.set_column(place, place, 12 if column.startswith("kiif_") else 26)
                for line, row in enumerate(rows, 1):
                    if column in row:
                        sheet.write_string(line, place, row[column], wrapped)
            sheet.freeze_panes(1, 2)
    return content.getvalue()


def _ordered(rows: list[Row]) -> list[str]:
    used = dict.fromkeys(column for row in rows for column in row)
    known = {name: rank for rank, name in enumerate(ORDER)}
    ours = [name for name in used if name.startswith("kiif_")]
    others = [name for name in used if name not in ours]
    return sorted(others, key=lambda name: known.get(name.partition("::")[0], 99)) + sorted(ours)


class _Writer:
    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.survey: list[Row] = []
        self.choices: list[Row] = []

    def sheets(self) -> dict[str, list[Row]]:
        for section in self.definition.sections:
            self._section(section)
        if self.definition.by_id:
            self._fixed_choices()
        choices = self.choices or [{"list_name": "", "name": ""}]
        survey = self.survey or [{"type": "", "name": ""}]
        return {"survey": survey, "choices": choices, "settings": [self._settings()]}

    def _settings(self) -> Row:
        whole = self.definition.document()
        language = self.definition.languages[0]
        title = safe(said(self.definition.title, language))
        spec: dict[str, Any] = {
            key: whole[key] for key in ("title", "description", "languages", "variants") if key in whole
        }
        rows = (*self.survey, *self.choices)
        used = {column.rpartition("(")[2].rstrip(")") for row in rows for column in row if "::" in column}
        spec["written"] = sorted(used)
        return {
            "form_title": title,
            "form_id": "kiif",
            "default_language": language_name(language),
            "kiif_format": FORMAT,
        } | dumped(spec)

    def _section(self, section: Section) -> None:
        spec = section.model_dump(mode="json", exclude_defaults=True, include={"description", "variants"})
        self._open(section, spec, {})
        for page in section.pages:
            self._page(page)
        self.survey.append({"type": "end_group"})

    def _page(self, page: Page) -> None:
        spec = page.model_dump(mode="json", exclude_defaults=True, include={"description"})
        self._open(page, spec, {"appearance": "field-list"})
        for question in page.questions:
            self._question(question)
        self.survey.append({"type": "end_group"})

    def _open(self, part: Section | Page, spec: dict[str, Any], more: Row) -> None:
        texts = Texts()
        texts.put("label", part.title)
        texts.one("relevant", part.relevant, safe(to_xpath(part.relevant)))
        if texts.exact:
            spec = spec | {"exact": texts.exact}
        row = {"type": "begin_group", "name": part.id} | more | texts.cells | {"kiif_id": part.id}
        self.survey.append(row | dumped(spec))

    def _question(self, question: Base) -> None:
        row, extra = self._row(question), native.BESIDE.get(question.kind)
        for part in native.before(question):
            self.survey.append(self._part(question, part))
        self.survey.append(row)
        if question.kind == "grid":
            self._grid(question)
        elif isinstance(question, Table):
            self._table(question)
        elif question.kind == "period":
            for end in ("start", "end"):
                label = native.period_label(end, self.definition.languages)
                self.survey.append(self._part(question, native.Part(end, "date", label)))
            self.survey.append({"type": "end_group"})
        for name in extra(question) if extra else ():
            self.survey.append(self._part(question, name))
        if question.kind in ("choice", "choices", "ranking"):
            self._list(question.name, getattr(question, "choices", ()), bool(getattr(question, "other", False)))

    @staticmethod
    def _labels(column: str, words: Mapping[str, str]) -> Row:
        return {header(column, language): safe(text) for language, text in words.items() if safe(text)}

    def _part(self, question: Base, part: native.Part) -> Row:
        """A line that only serves other tools."""
        row = {"type": part.type, "name": f"{question.name}.{part.name}", "kiif_part": f"part:{part.name}"}
        relevant = {"relevant": part.relevant} if part.relevant else {}
        return row | relevant | self._labels("label", part.label)

    def _row(self, question: Base) -> Row:
        texts = Texts()
        for field, column in TEXTS.items():
            texts.put(column, getattr(question, field))
        type_, more = native.written(question)
        for what in ("relevant", "constraint", "calculation"):
            source = getattr(question, what, "")
            texts.one(what, source, safe(to_xpath(source)))
        spec = question.model_dump(mode="json", exclude_defaults=True, exclude=set(NATIVE)) | {"kind": question.kind}
        if bounds := native.bounds(question):
            mine = texts.cells.get("constraint", "")
            texts.cells["constraint"] = f"({bounds}) and ({mine})" if mine else bounds
        self._required(question, texts, spec)
        if texts.exact:
            spec["exact"] = texts.exact
        conditions = self._filter(getattr(question, "choices", ())) if question.kind != "grid" else {}
        row = {"type": type_, "name": question.name} | more | conditions | texts.cells
        return row | {"kiif_id": question.id} | dumped(spec)

    @staticmethod
    def _required(question: Base, texts: Texts, spec: dict[str, Any]) -> None:
        if question.required:
            texts.cells["required"] = "yes"
            if question.required_if:
                spec["required_if"] = question.required_if
        else:
            texts.one("required", question.required_if, safe(to_xpath(question.required_if)))

    # --- several lines for one question -------------------------------------------------------------------------------

    def _grid(self, question: Any) -> None:
        self._list(question.name, question.columns, False)
        for row in question.rows:
            texts = Texts()
            texts.put("label", row.label)
            texts.one("relevant", row.relevant, safe(to_xpath(row.relevant)))
            spec = row.model_dump(mode="json", exclude_defaults=True, include={"exclusive"})
            if texts.exact:
                spec["exact"] = texts.exact
            self.survey.append(
                {"type": f"select_one {question.name}", "name": f"{question.name}.{row.key}"}
                | ({"required": "yes"} if question.required else {})
                | texts.cells
                | {"kiif_part": f"row:{row.key}"}
                | dumped(spec)
            )
        self.survey.append({"type": "end_group"})

    def _table(self, table: Table) -> None:
        names = frozenset(column.name for column in table.columns)
        for column in table.columns:
            texts = Texts()
            texts.put("label", column.label)
            texts.one("calculation", column.calculation, safe(to_xpath(column.calculation, table.name, names)))
            beside = {"id", "name", "label", "required", "calculation"} | (
                {"choices"} if column.kind == "choice" else set()
            )
            spec = column.model_dump(mode="json", exclude_defaults=True, exclude=beside)
            spec |= {"kind": column.kind, "name": column.name}
            if texts.exact:
                spec["exact"] = texts.exact
            type_, more = native.column(column, table.name)
            self.survey.append(
                {"type": type_, "name": f"{table.name}.{column.name}"}
                | more
                | ({"required": "yes"} if column.required else {})
                | texts.cells
                | {"kiif_part": f"column:{column.id}"}
                | dumped(spec)
            )
            if column.kind == "choice":
                self._list(f"{table.name}.{column.name}", column.choices, False)
        self.survey.append({"type": "end_repeat"})

    # --- choices ------------------------------------------------------------------------------------------------------

    def _filter(self, choices: Iterable[Choice]) -> Row:
        """The cell `choice_filter` that offers each choice under its condition."""
        conditions = list(dict.fromkeys(choice.relevant for choice in choices if choice.relevant))
        if not conditions:
            return {}
        parts = [f"{OFFERED} = '{ALWAYS}'"]
        parts += [f"({OFFERED} = 'c{place}' and ({to_xpath(source)}))" for place, source in enumerate(conditions, 1)]
        return {"choice_filter": " or ".join(parts)}

    def _list(self, name: str, choices: Iterable[Choice], other: bool) -> None:
        given = list(choices)
        conditions = list(dict.fromkeys(choice.relevant for choice in given if choice.relevant))
        for choice in given:
            texts = Texts()
            texts.put("label", choice.label)
            spec = choice.model_dump(mode="json", exclude_defaults=True, exclude={"key", "label"})
            if texts.exact:
                spec["exact"] = texts.exact
            row = {"list_name": name, "name": choice.key} | texts.cells | dumped(spec)
            if conditions:
                row[OFFERED] = f"c{conditions.index(choice.relevant) + 1}" if choice.relevant else ALWAYS
            self.choices.append(row)
        if other:
            row = {"list_name": name, "name": "other", "kiif_part": "other"}
            row |= self._labels("label", native.in_languages(native.OTHER, self.definition.languages))
            self.choices.append(row | ({OFFERED: ALWAYS} if conditions else {}))

    def _fixed_choices(self) -> None:
        kinds = {question.kind for question in self.definition.walk()}
        tables = [question for question in self.definition.walk() if isinstance(question, Table)]
        kinds |= {column.kind for table in tables for column in table.columns}
        for kind, (name, options) in native.FIXED.items():
            for key, words in options.items() if kind in kinds else ():
                labels = self._labels("label", native.in_languages(words, self.definition.languages))
                self.choices.append({"list_name": name, "name": key, "kiif_part": "fixed"} | labels)
