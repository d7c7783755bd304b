"""Lines that we wrote ourselves (`kiif_id`, `kiif_spec`), perhaps changed since in a spreadsheet."""

from __future__ import annotations

import re
from typing import Any, Final

from django.utils.translation import gettext as _

from kiif.questionnaires import values as typed
from kiif.questionnaires.exchange import native
from kiif.questionnaires.exchange.cells import TEXTS, header, safe
from kiif.questionnaires.exchange.lines import Branch, Form, Line, spec_of
from kiif.questionnaires.exchange.naming import Names, name_of
from kiif.questionnaires.exchange.xls_write import NATIVE
from kiif.questionnaires.exchange.xpath import from_xpath, to_xpath

#: First words of a type that XLSForm gives to each kind.
_NATIVE: Final = {
    "choice": {"select_one"}, "choices": {"select_multiple"}, "ranking": {"rank"}, "scale": {"range"},
    "number": {"integer", "decimal"}, "money": {"integer", "decimal"}, "percent": {"integer", "decimal"},
    "yes_no": {"select_one"}, "consent": {"select_one"}, "period": {"begin_group"}, "grid": {"begin_group"},
    "table": {"begin_repeat"}, "date": {"date"}, "files": {"file"}, "calculated": {"calculate"}, "note": {"note"},
}  # fmt: skip
_YES: Final = frozenset({"yes", "true", "true()", "1", "oui"})
_NO: Final = frozenset({"", "no", "false", "false()", "0", "non"})
_COLUMN_ID: Final = re.compile(r"c_[a-z0-9]{4,24}")


class Own:
    def __init__(self, form: Form, names: Names) -> None:
        self.form = form
        self.names = names
        self.remarks = form.remarks

    def takes(self, branch: Branch, spec: dict[str, Any]) -> bool:
        """Whether a line is ours, and still of the same type."""
        kind = str(spec.get("kind", ""))
        if not branch.line.get("kiif_id") or kind not in typed.KINDS:
            return False
        first = branch.line.get("type").replace("begin ", "begin_").split(" ")[0]
        if first in _NATIVE.get(kind, {"text"}):
            return True
        sentence = _("The type was changed: what only this type has is left out.")
        self.remarks.loss(branch.line, sentence, "type")
        return False

    # --- cells --------------------------------------------------------------------------------------------------------

    def words(self, line: Line, column: str, spec: dict[str, Any]) -> dict[str, str]:
        """A text in its languages, as it was before a cell changed it, unless somebody changed the cell."""
        exact: dict[str, str] = spec.get("exact", {})
        found: dict[str, str] = {}
        for language, written in line.texts.get(column, {}).items():
            before = exact.get(header(column, language))
            kept = before is not None and safe(before) == written
            found[language] = str(before) if kept else self.names.piped(written)
        for key, before in exact.items():  # a text that a cell cannot hold at all
            name, _sign, named = key.partition("::")
            code = named.rpartition("(")[2].rstrip(")")
            if name == column and code not in found and not safe(before):
                found[code] = before
        return found

    def expression(
        self, line: Line, column: str, spec: dict[str, Any], table: str = "", columns: frozenset[str] = frozenset()
    ) -> str:
        """An expression, ours when the cell still holds what was written for it."""
        written = line.get(column)
        before: str | None = spec.get("exact", {}).get(column)
        if before is not None and safe(to_xpath(before, table, columns)) == written:
            return before
        found = from_xpath(written, self.names.ours, table, columns)
        if len(found) > 2_000:
            self.remarks.loss(line, _("This expression is too long: it is left out."), column)
            return ""
        return found

    # --- a question ---------------------------------------------------------------------------------------------------

    def question(self, branch: Branch, spec: dict[str, Any], key: str) -> dict[str, Any]:
        """The document of a question."""
        line = branch.line
        found: dict[str, Any] = {name: value for name, value in spec.items() if name not in NATIVE and name != "exact"}
        found |= {"id": key, "name": line.name or name_of(key)}
        for field, column in TEXTS.items():
            if (words := self.words(line, column, spec)) or field == "label":
                found[field] = words
        for what in ("relevant", "calculation"):
            if source := self.expression(line, what, spec):
                found[what] = source
        self._constraint(line, spec, found)
        self._required(line, spec, found)
        self._inside(branch, found)
        return found

    def _constraint(self, line: Line, spec: dict[str, Any], found: dict[str, Any]) -> None:
        written = line.get("constraint")
        bounds = _bounds({**found, "kind": spec["kind"]})
        if bounds and written == bounds:
            return
        if bounds and written.startswith(f"({bounds}) and (") and written.endswith(")"):
            line = Line(line.sheet, line.number, {"constraint": written[len(bounds) + 8 : -1]})
        if source := self.expression(line, "constraint", spec):
            found["constraint"] = source

    def _required(self, line: Line, spec: dict[str, Any], found: dict[str, Any]) -> None:
        written = line.get("required")
        if written.lower() in _YES:
            found["required"] = True
            if isinstance(spec.get("required_if"), str):
                found["required_if"] = spec["required_if"]
        elif written.lower() not in _NO:
            found["required_if"] = self.expression(line, "required", spec)

    def _inside(self, branch: Branch, found: dict[str, Any]) -> None:
        kind, line = found["kind"], branch.line
        if kind in ("choice", "choices", "ranking"):
            name = line.get("type").partition(" ")[2].split(" ")[0]
            if choices := self.choices(name):
                found["choices"] = choices
        elif kind == "grid":
            name = next((inner.line.get("type").partition(" ")[2] for inner in branch.inside), line.name)
            if columns := self.choices(name):
                found["columns"] = columns
            if rows := [self._row(inner.line) for inner in branch.inside]:
                found["rows"] = rows
        elif kind == "table" and branch.inside:
            found["columns"] = self._columns(branch, line.name)

    def choices(self, name: str) -> list[dict[str, Any]]:
        """Choices of a list."""
        found = []
        for line in self.form.choices.get(name, []):
            if line.get("kiif_part"):
                continue
            spec = spec_of(line, self.remarks)
            choice = {key: spec[key] for key in ("exclusive", "relevant") if key in spec}
            found.append({"key": line.name, "label": self.words(line, "label", spec)} | choice)
        return found

    def _row(self, line: Line) -> dict[str, Any]:
        spec = spec_of(line, self.remarks)
        part = line.get("kiif_part")
        key = part.removeprefix("row:") if part.startswith("row:") else line.name.rpartition(".")[2]
        found = {"key": key, "label": self.words(line, "label", spec)}
        if "exclusive" in spec:
            found["exclusive"] = spec["exclusive"]
        if relevant := self.expression(line, "relevant", spec):
            found["relevant"] = relevant
        return found

    def _columns(self, branch: Branch, table: str) -> list[dict[str, Any]]:
        lines = [inner.line for inner in branch.inside if inner.line.get("kiif_part").startswith("column:")]
        for inner in branch.inside:
            if inner.line not in lines:
                sentence = _("A line was added inside this table: add the column in the designer.")
                self.remarks.loss(inner.line, sentence)
        specs = [spec_of(line, self.remarks) for line in lines]
        names = frozenset(str(spec.get("name", "")) for spec in specs)
        return [self._column(line, spec, table, names) for line, spec in zip(lines, specs, strict=True)]

    def _column(self, line: Line, spec: dict[str, Any], table: str, names: frozenset[str]) -> dict[str, Any]:
        key = line.get("kiif_part").removeprefix("column:")
        found = {name: value for name, value in spec.items() if name not in ("exact", "id", "label")}
        found |= {"id": key, "label": self.words(line, "label", spec)}
        if line.get("required").lower() in _YES:
            found["required"] = True
        if source := self.expression(line, "calculation", spec, table, names):
            found["calculation"] = source
        if found.get("kind") == "choice":
            found["choices"] = self.choices(line.get("type").partition(" ")[2])
        return found


def _bounds(document: dict[str, Any]) -> str:
    """The limits that we wrote in the constraint, from what a question still says of itself."""
    from kiif.questionnaires.definition import DefinitionError, read

    page = {"id": "p_0000", "questions": [{**document, "id": "q_0000", "name": "q", "label": {}}]}
    try:
        whole = read({"title": {}, "sections": [{"id": "s_0000", "title": {}, "pages": [page]}]})
    except DefinitionError:
        return ""
    return native.bounds(next(whole.walk()))
