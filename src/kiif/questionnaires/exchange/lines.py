"""Lines of the sheets of an XLSForm: headers understood, languages named, groups put within one another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from kiif.questionnaires.exchange.cells import language_code, loaded
from kiif.questionnaires.exchange.hostile import Sheets
from kiif.questionnaires.exchange.remarks import Remark

MOST_REMARKS: Final = 300

#: Columns with a text for each language.
TRANSLATED: Final = frozenset({
    "label", "hint", "guidance_hint", "constraint_message", "required_message", "image", "audio", "video", "big-image",
})  # fmt: skip
_ALIASES: Final = {
    "relevance": "relevant", "calculate": "calculation", "caption": "label", "list name": "list_name",
    "constraint message": "constraint_message", "required message": "required_message",
    "choice filter": "choice_filter", "repeat count": "repeat_count", "guidance hint": "guidance_hint",
    "read_only": "readonly",
}  # fmt: skip
_MEDIA: Final = re.compile(r"^media\s*::?\s*", re.IGNORECASE)
_BEGIN: Final = re.compile(r"^begin[ _](group|repeat|loop)$", re.IGNORECASE)
_END: Final = re.compile(r"^end[ _](group|repeat|loop)$", re.IGNORECASE)


Severity = Literal["error", "loss", "warning"]


class Remarks:
    """Gathers what is said while reading, up to a limit."""

    def __init__(self) -> None:
        self.found: list[Remark] = []

    def say(self, severity: Severity, line: Line | None, sentence: str, column: str = "") -> None:
        if len(self.found) < MOST_REMARKS or severity == "error":
            place = (line.sheet, line.number) if line else ("", 0)
            self.found.append(Remark(severity, sentence, *place, column))

    def error(self, line: Line | None, sentence: str, column: str = "") -> None:
        self.say("error", line, sentence, column)

    def loss(self, line: Line | None, sentence: str, column: str = "") -> None:
        self.say("loss", line, sentence, column)

    def warn(self, line: Line | None, sentence: str, column: str = "") -> None:
        self.say("warning", line, sentence, column)


@dataclass
class Line:
    """`cells`: texts by column; `texts`: of translated columns, by column then language."""

    sheet: str
    number: int
    cells: dict[str, str] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)

    def get(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def name(self) -> str:
        return self.get("name")


@dataclass
class Branch:
    """A question, or a group or repeat with what it holds."""

    line: Line
    kind: Literal["question", "group", "repeat"] = "question"
    inside: list[Branch] = field(default_factory=list)

    def walk(self) -> Iterator[Branch]:
        for branch in self.inside:
            yield branch
            yield from branch.walk()


@dataclass
class Form:
    """The three sheets, read."""

    survey: list[Line]
    choices: dict[str, list[Line]]
    settings: Line
    languages: list[str]
    remarks: Remarks


def read(sheets: Sheets, language: str) -> Form:
    """The lines of a form; `language` is that of texts whose header names none, when the form does not say."""
    remarks = Remarks()
    settings = _lines("settings", sheets.get("settings", []), language, remarks)
    own = settings[0] if settings else Line("settings", 2)
    default = language_code(own.get("default_language")) or language
    survey = _lines("survey", sheets["survey"], default, remarks)
    lists: dict[str, list[Line]] = {}
    for line in _lines("choices", sheets.get("choices", []), default, remarks):
        if "name" not in line.cells and "value" in line.cells:
            line.cells["name"] = line.cells.pop("value")
        if name := line.get("list_name"):
            lists.setdefault(name, []).append(line)
    found = dict.fromkeys(code for line in survey for words in line.texts.values() for code in words)
    ordered = [default] if default in found or not found else []
    return Form(survey, lists, own, ordered + [code for code in found if code != default], remarks)


def _lines(sheet: str, rows: list[list[str]], language: str, remarks: Remarks) -> list[Line]:
    if not rows:
        return []
    columns = [_column(sheet, header, language, remarks) for header in rows[0]]
    found = []
    for number, row in enumerate(rows[1:], 2):
        line = Line(sheet, number)
        for column, text in zip(columns, row, strict=False):
            if column is None or not text.strip():
                continue
            name, code = column
            if code:
                line.texts.setdefault(name, {})[code] = text.strip()
            else:
                line.cells[name] = text if name.startswith("kiif_spec") else text.strip()
        if line.cells or line.texts:
            found.append(line)
    return found


def _column(sheet: str, header: str, language: str, remarks: Remarks) -> tuple[str, str] | None:
    """Column and language of a header; no language for columns that have none; None when it is not read."""
    written = _MEDIA.sub("", header.strip())
    if not written:
        return None
    name, _sign, named = (part.strip() for part in written.replace("::", ":").partition(":"))
    plain = _ALIASES.get(name.lower(), name.lower())
    if plain not in TRANSLATED:
        return (written.lower() if named else plain), ""
    if not named:
        return plain, language
    code = language_code(named)
    if not code:
        sentence = _("The language of the column “%(header)s” is not known: write it as “Français (fr)”.")
        remarks.loss(Line(sheet, 1), sentence % {"header": header}, header)
        return None
    return plain, code


def tree(lines: list[Line], remarks: Remarks) -> Branch:
    """The questions within their groups. A group that is not closed, or closed twice, is an error."""
    root = Branch(Line("survey", 1), "group")
    path = [root]
    for line in lines:
        kind = " ".join(line.get("type").split())
        if found := _BEGIN.match(kind):
            branch = Branch(line, "group" if found[1].lower() == "group" else "repeat")
            path[-1].inside.append(branch)
            path.append(branch)
        elif _END.match(kind):
            if len(path) == 1:
                remarks.error(line, _("This line closes a group that was not opened."), "type")
            else:
                path.pop()
        elif kind:
            path[-1].inside.append(Branch(line))
        elif line.cells or line.texts:
            remarks.error(line, _("This line has no type: it cannot be read."), "type")
    for branch in path[1:]:
        remarks.error(branch.line, _("This group is never closed."), "type")
    return root


def spec_of(line: Line, remarks: Remarks) -> dict[str, Any]:
    """The document kept in our own column; empty, with a remark, when somebody broke it."""
    try:
        return loaded(line.cells)
    except ValueError as error:
        remarks.loss(line, str(error), "kiif_spec")
        return {}
