"""An XLSForm workbook as a definition: ours comes back identical, others with each loss told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.utils.translation import gettext as _

from kiif.questionnaires.definition import DefinitionError, new_id, read
from kiif.questionnaires.exchange import hostile, lines, naming
from kiif.questionnaires.exchange.calculations import with_results
from kiif.questionnaires.exchange.cells import safe
from kiif.questionnaires.exchange.lines import Branch, Form, Line, spec_of
from kiif.questionnaires.exchange.naming import Names, identifier
from kiif.questionnaires.exchange.remarks import Imported, Remark
from kiif.questionnaires.exchange.xls_foreign import Foreign
from kiif.questionnaires.exchange.xls_own import Own
from kiif.questionnaires.exchange.xls_write import FORMAT

_TITLE: Final = "Questionnaire"


def imported(content: bytes, language: str = "fr") -> Imported:
    """The definition that a workbook holds, and all there is to say. `language`: of texts that name none.

    Raises ExchangeError when the file is refused altogether.
    """
    return from_sheets(hostile.read(content), language)


def from_sheets(sheets: hostile.Sheets, language: str = "fr") -> Imported:
    """The same, from sheets already read."""
    form = lines.read(sheets, language)
    ours = form.settings.get("kiif_format") == FORMAT
    said = hostile.ask_pyxform(sheets)
    if ours:  # a draft may hold faults that our own check list tells better
        said = [replace(remark, severity="warning") for remark in said]
    reader = _Reader(form, ours)
    document = reader.document()
    definition = None
    if not form.remarks.found or all(remark.severity != "error" for remark in form.remarks.found):
        try:
            definition = with_results(read(document), reader.foreign.calculations)
        except DefinitionError as error:
            form.remarks.found += [Remark("error", f"{_place(place)}{sentence}") for place, sentence in error.problems]
    remarks = tuple(form.remarks.found + said)
    if any(remark.severity == "error" for remark in remarks):
        definition = None
    return Imported(definition, remarks)


def _place(place: str) -> str:
    return f"{place} – " if place else ""


class _Reader:
    def __init__(self, form: Form, ours: bool) -> None:
        self.form = form
        self.ours = ours
        self.remarks = form.remarks
        self.tree = lines.tree(form.survey, form.remarks)
        self.ids: set[str] = set()
        self.names = Names(self.tree, form.remarks)
        self.own = Own(form, self.names)
        self.foreign = Foreign(form, self.names)

    def document(self) -> dict[str, Any]:
        whole = self._whole()
        sections = self._sections()
        return {**whole, "sections": sections}

    def _whole(self) -> dict[str, Any]:
        settings = self.form.settings
        spec = spec_of(settings, self.remarks) if self.ours else {}
        if not spec:
            title = settings.get("form_title") or settings.get("form_id") or _TITLE
            languages = self.form.languages or ["fr"]
            return {"title": {languages[0]: title}, "languages": languages[:8]}
        languages = _texts(spec.get("languages")) or ["fr"]
        first = languages[0]
        given = spec["title"] if isinstance(spec.get("title"), dict) else {}
        words = {code: text for code, text in given.items() if isinstance(text, str)}
        before = words.get(first) or next(iter(words.values()), "")
        if (title := settings.get("form_title")) and title != safe(before):
            words[first] = title
        known = ("description", "languages", "variants")
        found = {key: spec[key] for key in known if key in spec} | {"title": words}
        added = [code for code in self.form.languages if code not in (*languages, *_texts(spec.get("written")))]
        return found | {"languages": (languages + added)[:8]}

    # --- sections and pages -------------------------------------------------------------------------------------------

    def _sections(self) -> list[dict[str, Any]]:
        sections: list[dict[str, Any]] = []
        loose: list[Branch] = []

        def gather() -> None:
            if loose:
                sections.append(self._loose_section(list(loose)))
                loose.clear()

        for branch in self.tree.inside:
            if self._is_section(branch):
                gather()
                sections.append(self._section(branch))
            else:
                loose.append(branch)
        gather()
        return [section for section in sections if section.get("pages") or self.ours]

    def _is_section(self, branch: Branch) -> bool:
        return branch.kind == "group" and not self._is_question(branch)

    def _is_question(self, branch: Branch) -> bool:
        """A group that is one question: ours (a grid, a period), or a grid of somebody else's."""
        if branch.line.get("kiif_id").startswith("q_"):
            return True
        return branch.kind == "group" and naming.is_grid(branch)

    def _loose_section(self, inside: list[Branch]) -> dict[str, Any]:
        title = self.form.settings.get("form_title") or _TITLE
        language = (self.form.languages or ["fr"])[0]
        return {"id": new_id("s"), "title": {language: title}, "pages": self._pages(inside)}

    def _section(self, branch: Branch) -> dict[str, Any]:
        spec = spec_of(branch.line, self.remarks)
        found = {"id": self._id(branch.line, "s"), "title": self.own.words(branch.line, "label", spec)}
        found |= {key: spec[key] for key in ("description", "variants") if key in spec}
        if relevant := self.own.expression(branch.line, "relevant", spec):
            found["relevant"] = relevant
        return found | {"pages": self._pages(branch.inside)}

    def _pages(self, inside: list[Branch]) -> list[dict[str, Any]]:
        pages: list[dict[str, Any]] = []
        loose: list[Branch] = []

        def gather() -> None:
            if loose:
                pages.append({"id": new_id("p"), "questions": self._questions(list(loose), "")})
                loose.clear()

        for branch in inside:
            if self._is_section(branch):
                gather()
                pages.append(self._page(branch))
            else:
                loose.append(branch)
        gather()
        return [page for page in pages if page["questions"] or self.ours]

    def _page(self, branch: Branch) -> dict[str, Any]:
        spec = spec_of(branch.line, self.remarks)
        found: dict[str, Any] = {"id": self._id(branch.line, "p")}
        if title := self.own.words(branch.line, "label", spec):
            found["title"] = title
        if "description" in spec:
            found["description"] = spec["description"]
        if relevant := self.own.expression(branch.line, "relevant", spec):
            found["relevant"] = relevant
        return found | {"questions": self._questions(branch.inside, "")}

    def _questions(self, inside: list[Branch], condition: str) -> list[dict[str, Any]]:
        """Questions of a page; groups deeper than pages are opened, their condition given to what they hold."""
        found: list[dict[str, Any]] = []
        for branch in inside:
            if branch.line.get("kiif_part"):
                continue
            if self._is_section(branch):
                found += self._opened(branch, condition)
                continue
            question = self._question(branch)
            if question is not None:
                found.append(self._under(question, condition, branch.line))
        return found

    def _opened(self, branch: Branch, condition: str) -> list[dict[str, Any]]:
        label = next(iter(branch.line.texts.get("label", {}).values()), branch.line.name)
        sentence = _("The group “%(name)s” is too deep: its questions are kept in the page, without the group.")
        self.remarks.loss(branch.line, sentence % {"name": label})
        own = self.own.expression(branch.line, "relevant", {})
        return self._questions(branch.inside, _both(condition, own))

    def _under(self, question: dict[str, Any], condition: str, line: Line) -> dict[str, Any]:
        if not condition:
            return question
        relevant = _both(condition, question.get("relevant", ""))
        if len(relevant) > 2_000:
            self.remarks.loss(line, _("Its conditions are too long once put together: the group’s is left out."))
            return question
        return {**question, "relevant": relevant}

    def _question(self, branch: Branch) -> dict[str, Any] | None:
        spec = spec_of(branch.line, self.remarks)
        key = self._id(branch.line, "q")
        if self.own.takes(branch, spec):
            return self.own.question(branch, spec, key)
        return self.foreign.question(branch, key)

    def _id(self, line: Line, prefix: str) -> str:
        """The identifier of a line; a new one when it has none, or when it was copied from another line."""
        key = identifier(line.get("kiif_id"), prefix)
        if key in self.ids:
            self.remarks.warn(line, _("This line is a copy of another: it becomes a new question."), "kiif_id")
            key = new_id(prefix)
        self.ids.add(key)
        return key


def _texts(found: Any) -> list[str]:
    """A list of texts, from a document that anybody may have written."""
    return [text for text in found if isinstance(text, str)] if isinstance(found, list) else []


def _both(first: str, second: str) -> str:
    return f"({first}) and ({second})" if first and second else first or second
