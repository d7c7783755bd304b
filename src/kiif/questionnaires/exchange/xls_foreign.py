"""Lines of other tools' XLSForms: each kind that has an equal becomes it, each loss is told."""

from __future__ import annotations

import re
from typing import Any, Final

from django.utils.translation import gettext as _

from kiif.questionnaires.definition import new_id
from kiif.questionnaires.exchange.cells import TEXTS
from kiif.questionnaires.exchange.lines import Branch, Form, Line
from kiif.questionnaires.exchange.naming import Names, is_grid, key_of, name_of
from kiif.questionnaires.exchange.xpath import from_xpath
from kiif.questionnaires.expressions import ExpressionError, parse

#: Types that have an equal here.
_KINDS: Final[dict[str, dict[str, Any]]] = {
    "text": {"kind": "text"}, "string": {"kind": "text"}, "integer": {"kind": "number"}, "int": {"kind": "number"},
    "decimal": {"kind": "number", "decimals": 2}, "date": {"kind": "date"}, "note": {"kind": "note"},
    "calculate": {"kind": "calculated", "result": "text", "shown": False},
    "file": {"kind": "files"}, "image": {"kind": "files"}, "photo": {"kind": "files"}, "audio": {"kind": "files"},
    "video": {"kind": "files"}, "acknowledge": {"kind": "consent"}, "trigger": {"kind": "consent"},
}  # fmt: skip
#: Types that are asked as a text, since nothing here equals them.
_AS_TEXT: Final = frozenset({
    "time", "datetime", "datetime-local", "geopoint", "geotrace", "geoshape", "barcode", "location",
    "select_one_external", "select_one_from_file", "select_multiple_from_file", "background-geopoint",
})  # fmt: skip
#: Types that a telephone fills by itself.
_OF_TELEPHONES: Final = frozenset({
    "start", "end", "today", "deviceid", "device id", "phonenumber", "phone number", "username", "email", "audit",
    "subscriberid", "simserial", "start-geopoint", "background-audio", "hidden", "xml-external", "csv-external",
    "imei", "instanceid",
})  # fmt: skip
_SELECTS: Final = {
    "select_one": "choice", "select one": "choice", "select1": "choice", "select_multiple": "choices",
    "select all that apply": "choices", "select multiple": "choices", "rank": "ranking",
}  # fmt: skip
_SELECT: Final = re.compile(
    r"^(select_one|select one(?: from)?|select1|select_multiple|select multiple(?: from)?"
    r"|select all that apply(?: from)?|rank)"
    r"\s+(\S+)(\s+or[ _](?:specify[ _])?other)?$",
    re.IGNORECASE,
)
_CASCADE: Final = re.compile(r"^\s*([A-Za-z_][\w.-]*)\s*=\s*\$\{\s*([A-Za-z_][\w.-]*)\s*\}\s*$")
_READ: Final = frozenset({
    "type", "name", "label", "hint", "guidance_hint", "constraint_message", "required", "relevant", "constraint",
    "calculation", "appearance", "parameters", "choice_filter", "repeat_count", "kiif_id", "kiif_part",
})  # fmt: skip
_APPEARANCES: Final = frozenset({
    "multiline", "minimal", "field-list", "table-list", "list-nolabel", "label", "numbers", "w1", "w2", "w3", "w4",
    "w5", "likert", "no-calendar", "columns", "columns-pack", "horizontal", "vertical", "quick", "autocomplete",
})  # fmt: skip
_YES: Final = frozenset({"yes", "true", "true()", "1", "oui"})
_NO: Final = frozenset({"", "no", "false", "false()", "0", "non"})
#: Kinds that a column of a table may have.
_COLUMNS: Final = frozenset({"text", "number", "date", "choice", "calculated"})


class Foreign:
    """`calculations`: expression of each calculated question by name, whose result is found afterwards."""

    def __init__(self, form: Form, names: Names) -> None:
        self.form = form
        self.names = names
        self.remarks = form.remarks
        self.calculations: dict[str, str] = {}

    def question(self, branch: Branch, key: str) -> dict[str, Any] | None:
        """The document of a question; None when nothing here can ask it."""
        line = branch.line
        if not line.name:
            self.remarks.error(line, _("This line has no name."), "name")
            return None
        if branch.kind == "repeat":
            return self._table(branch, key)
        if branch.kind == "group":
            return self._grid(branch, key) if is_grid(branch) else None
        kind = self._kind(line)
        if kind is None:
            return None
        found = self._common(line) | {"id": key, "name": line.name} | kind
        self._logic(line, found)
        self._leftover(line)
        return found

    # --- kinds --------------------------------------------------------------------------------------------------------

    def _kind(self, line: Line) -> dict[str, Any] | None:
        written = " ".join(line.get("type").split())
        plain = written.lower()
        if found := _SELECT.match(written):
            return self._select(line, found)
        if plain == "range":
            return self._range(line)
        if plain in _KINDS:
            return self._simple(line, plain)
        return self._unequal(line, written, plain)

    def _unequal(self, line: Line, written: str, plain: str) -> dict[str, Any] | None:
        """A type that nothing here equals."""
        words = {"type": written[:80]}
        if plain in _OF_TELEPHONES:
            self.remarks.loss(line, _("“%(type)s” is filled by a telephone, not by people: left out.") % words, "type")
            return None
        if plain.split(" ", maxsplit=1)[0] in _AS_TEXT:
            self.remarks.loss(line, _("“%(type)s” has no equal here: it is asked as a text.") % words, "type")
            return {"kind": "text"}
        self.remarks.error(line, _("The type “%(type)s” is not known.") % words, "type")
        return None

    def _simple(self, line: Line, plain: str) -> dict[str, Any]:
        found = dict(_KINDS[plain])
        if found["kind"] == "text" and "multiline" in line.get("appearance"):
            found["kind"] = "long_text"
        if found["kind"] == "consent":
            found["text"] = self._texts(line, "label")
            self.remarks.loss(line, _("An agreement is 'yes' here, and 'OK' elsewhere: look at what reads it."), "type")
        if found["kind"] == "calculated":
            found["calculation"] = self.expression(line, "calculation")
            self.calculations[line.name] = found["calculation"]
        return found

    def _select(self, line: Line, found: re.Match[str]) -> dict[str, Any]:
        kind = _SELECTS[found[1].lower().removesuffix(" from")]
        name = found[2]
        if name not in self.form.choices:
            self.remarks.error(line, _("The list of choices “%(name)s” does not exist.") % {"name": name}, "type")
        document: dict[str, Any] = {"kind": kind, "choices": self._choices(line, name)}
        if found[3] and kind != "ranking":
            document["other"] = True
        if kind == "choice" and line.get("appearance") in ("minimal", "autocomplete"):
            document["compact"] = True
        return document

    def _choices(self, line: Line, name: str) -> list[dict[str, Any]]:
        condition = self._cascade(line)
        found, used = [], set[str]()
        for choice in self.form.choices.get(name, []):
            key = key_of(choice.name, used)
            if key != choice.name:
                sentence = _("The choice “%(before)s” is now “%(after)s”: look at the expressions that read it.")
                self.remarks.loss(choice, sentence % {"before": choice.name, "after": key}, "name")
            document: dict[str, Any] = {"key": key, "label": self._texts(choice, "label")}
            if condition and (value := choice.get(condition[0])):
                document["relevant"] = f"{condition[1]} = '{value}'"
            found.append(document)
        return found

    def _cascade(self, line: Line) -> tuple[str, str] | None:
        """A filter such as `region = ${region}`: column of the choices, reference."""
        written = line.get("choice_filter")
        if not written:
            return None
        if found := _CASCADE.match(written):
            return found[1].lower(), from_xpath("${" + found[2] + "}", self.names.ours)
        sentence = _("The filter “%(filter)s” is left out: all choices are offered.")
        self.remarks.loss(line, sentence % {"filter": written[:200]}, "choice_filter")
        return None

    def _range(self, line: Line) -> dict[str, Any]:
        """A scale when its marks are few and whole, else a number between bounds."""
        given = dict(part.split("=", 1) for part in re.split(r"[\s;,]+", line.get("parameters")) if "=" in part)
        try:
            low, high, step = (float(given.get(*known)) for known in (("start", "1"), ("end", "10"), ("step", "1")))
        except ValueError:
            self.remarks.loss(line, _("The bounds of this range cannot be read: 1 to 10 is kept."), "parameters")
            low, high, step = 1, 10, 1
        if step == 1 and low.is_integer() and high.is_integer() and -10 <= low < high and 1 <= high <= 10:
            return {"kind": "scale", "low": int(low), "high": int(high)}
        self.remarks.loss(line, _("This range has no equal here: it is asked as a number."), "type")
        return {
            "kind": "number",
            "minimum": min(low, high),
            "maximum": max(low, high),
            "decimals": 0 if step >= 1 else 2,
        }

    # --- tables and grids ---------------------------------------------------------------------------------------------

    def _grid(self, branch: Branch, key: str) -> dict[str, Any]:
        line = branch.line
        found = self._common(line) | {"id": key, "name": line.name, "kind": "grid"}
        found["columns"] = self._choices(branch.inside[0].line, branch.inside[0].line.get("type").split()[1])
        rows = []
        for inner in branch.inside:
            row: dict[str, Any] = {"key": self.names.ours[inner.line.name].rpartition(".")[2]}
            row["label"] = self._texts(inner.line, "label")
            if relevant := self.expression(inner.line, "relevant"):
                row["relevant"] = relevant
            rows.append(row)
        required = [inner.line.get("required").lower() in _YES for inner in branch.inside]
        self._logic(line, found)
        if rows and all(required):
            found["required"] = True
        return found | {"rows": rows}

    def _table(self, branch: Branch, key: str) -> dict[str, Any]:
        line = branch.line
        found = self._common(line) | {"id": key, "name": line.name, "kind": "table"}
        self._logic(line, found)
        self._rows(line, found)
        ours = self.names.ours
        inside = [inner.line.name for inner in branch.walk() if inner.line.name in ours]
        names = frozenset(ours[name].rpartition(".")[2] for name in inside)
        columns = []
        for inner in branch.walk():
            if inner.kind != "question":
                sentence = _("A group inside a repeated group is opened: its questions are columns.")
                self.remarks.loss(inner.line, sentence)
                continue
            column = self._column(inner.line, line.name, names)
            if column is not None:
                columns.append(column)
        return found | {"columns": columns}

    def _rows(self, line: Line, found: dict[str, Any]) -> None:
        written = line.get("repeat_count")
        if written.isdecimal() and len(written) < 5 and 1 <= int(written) <= 200:
            found |= {"min_rows": int(written), "max_rows": int(written)}
        elif written:
            sentence = _("The number of lines “%(count)s” is computed elsewhere: people add lines themselves here.")
            self.remarks.loss(line, sentence % {"count": written[:200]}, "repeat_count")

    def _column(self, line: Line, table: str, names: frozenset[str]) -> dict[str, Any] | None:
        kind = self._kind(line)
        if kind is None or not line.name:
            return None
        if kind["kind"] == "note":
            self.remarks.loss(line, _("Words inside a table are left out."))
            return None
        name = self.names.ours.get(line.name, name_of(line.name)).rpartition(".")[2]
        found: dict[str, Any] = {"id": new_id("c"), "name": name, "label": self._texts(line, "label") or {"fr": name}}
        found["kind"] = kind["kind"] if kind["kind"] in _COLUMNS else "text"
        if found["kind"] != kind["kind"]:
            self.remarks.loss(line, _("In a table, this question is asked as a text."), "type")
        found |= {field: kind[field] for field in ("choices", "decimals", "minimum", "maximum") if field in kind}
        found = {field: value for field, value in found.items() if found["kind"] != "text" or field not in ("choices",)}
        self.calculations.pop(line.name, None)
        if found["kind"] == "calculated":
            found["calculation"] = self.expression(line, "calculation", table, names)
        found["required"] = line.get("required").lower() in _YES
        for column in ("relevant", "constraint"):
            if line.get(column):
                sentence = _("Inside a table, this condition is left out: “%(source)s”.")
                self.remarks.loss(line, sentence % {"source": line.get(column)[:200]}, column)
        self._leftover(line)
        return found

    # --- cells --------------------------------------------------------------------------------------------------------

    def _texts(self, line: Line, column: str) -> dict[str, str]:
        return {language: self.names.piped(words) for language, words in line.texts.get(column, {}).items()}

    def _common(self, line: Line) -> dict[str, Any]:
        found: dict[str, Any] = {"label": self._texts(line, "label")}
        for field, column in TEXTS.items():
            if field != "label" and (words := self._texts(line, column)):
                found[field] = words
        return found

    def _logic(self, line: Line, found: dict[str, Any]) -> None:
        for what in ("relevant", "constraint"):
            if source := self.expression(line, what):
                found[what] = source
        required = line.get("required")
        if required.lower() in _YES:
            found["required"] = True
        elif required.lower() not in _NO:
            found["required_if"] = self.expression(line, "required")

    def expression(self, line: Line, column: str, table: str = "", columns: frozenset[str] = frozenset()) -> str:
        """An expression as ours; kept as written, with a remark, when it cannot be read: nothing hides in silence."""
        written = line.get(column)
        if not written:
            return ""
        found = from_xpath(" ".join(written.split()), self.names.ours, table, columns)
        try:
            parse(found)
        except ExpressionError as error:
            sentence = _("“%(source)s” cannot be read: %(why)s It is kept as written, to be mended before publication.")
            self.remarks.loss(line, sentence % {"source": written[:200], "why": error.sentence}, column)
        return found if len(found) <= 2_000 else ""

    def _leftover(self, line: Line) -> None:
        """Cells that nothing here reads."""
        for column, written in line.cells.items():
            if column not in _READ and not column.startswith("kiif_"):
                sentence = _("“%(value)s” is left out: nothing here equals this column.")
                self.remarks.loss(line, sentence % {"value": written[:80]}, column)
        for column in line.texts:
            if column not in _READ:
                self.remarks.loss(line, _("This column is left out: nothing here equals it."), column)
        if line.get("calculation") and line.get("type").lower() != "calculate":
            self.remarks.loss(line, _("An answer computed and then typed over has no equal here."), "calculation")
        for word in line.get("appearance").split():
            if word not in _APPEARANCES:
                sentence = _("The appearance “%(word)s” has no equal here.")
                self.remarks.loss(line, sentence % {"word": word[:80]}, "appearance")
