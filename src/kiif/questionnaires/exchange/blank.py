"""The blank form, to print and to fill by hand: an accessible PDF (PDF/UA-1), and the same content for a page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from kiif.questionnaires.audit_texts import minutes
from kiif.questionnaires.definition import Base, Definition, Section, said
from kiif.questionnaires.drafting.conditions import Subject, by_path, subjects
from kiif.questionnaires.drafting.elements import flatten
from kiif.questionnaires.drafting.sentences import say
from kiif.questionnaires.engine import BLANK
from kiif.questionnaires.exchange.naming import PIPE
from kiif.ui.prints import heading
from kiif.ui.prints import pdf as printed

TEMPLATE: Final = Path(__file__).with_name("blank.typ")
#: Lines to write on, for kinds that are written.
_LINES: Final = {
    "text": 1, "email": 1, "phone": 1, "url": 1, "address": 3, "number": 1, "money": 1, "percent": 1, "date": 1,
    "territories": 2, "organisation": 2, "rich_text": 10, "signature": 2,
}  # fmt: skip
#: Lines of a table left to fill, when it has no other number.
_ROWS: Final = 5
#: Kinds of which nothing is printed.
_SILENT: Final = frozenset({"calculated"})


def pdf(definition: Definition, language: str = "", stamp: int = 0) -> bytes:
    """The form as a file. `stamp`: the moment written in it, in seconds; the same content gives the same bytes."""
    language = language or definition.languages[0]
    return printed(TEMPLATE, content(definition, language) | {"stamp": stamp})


def content(definition: Definition, language: str) -> dict[str, Any]:
    """What the form says, in data: sections of questions, each with what to fill (`kind` of the drawing)."""
    with override(language if language in ("fr", "en") else "en"):
        known = by_path(subjects(flatten(definition.document()), language))
        printer = _Printer(definition, language, known)
        time = minutes(definition)
        return {
            "language": language,
            "title": heading(printer.words(definition.title) or _("Questionnaire")),
            "intro": printer.words(definition.description),
            "kind": _("Form to fill in"),
            "time": ngettext("About %(n)s minute.", "About %(n)s minutes.", time) % {"n": time},
            "star": _("An asterisk marks what must be answered."),
            "sections": [printer.section(section) for section in definition.sections],
            "page": _("Page"),
        }


def page(definition: Definition, language: str) -> dict[str, Any]:
    """The same for a page (`questionnaires/blank.html`): small words gathered, lines to write on as a range."""
    form = content(definition, language)
    for section in form["sections"]:
        section["before"] = [words for words in (section["only"], section["condition"]) if words]
        for part in section["blocks"]:
            for one in part["questions"]:
                one["small"] = [words for words in (one["condition"], one["hint"], one["limits"]) if words]
                one["lines"] = range(one["count"] if one["kind"] == "lines" else 0)
    return form


class _Printer:
    def __init__(self, definition: Definition, language: str, known: dict[str, Subject]) -> None:
        self.definition = definition
        self.language = language
        self.known = known
        self.number = 0

    def words(self, text: dict[str, str]) -> str:
        """A text, with a blank where an earlier answer would stand."""
        return PIPE.sub(BLANK, said(text, self.language, self.definition.languages))

    def condition(self, source: str) -> str:
        return _("Only if %(condition)s.") % {"condition": say(source, self.known)} if source else ""

    def section(self, section: Section) -> dict[str, Any]:
        blocks: list[dict[str, Any]] = []
        for page in section.pages:
            head = {"title": self.words(page.title), "intro": self.words(page.description)}
            head["condition"] = self.condition(page.relevant)
            questions = [self.question(question) for question in page.questions if question.kind not in _SILENT]
            blocks.append(head | {"questions": questions})
        variants = {variant.key: self.words(variant.label) for variant in self.definition.variants}
        named = ", ".join(variants[key] for key in section.variants)
        return {
            "title": heading(self.words(section.title)),
            "intro": self.words(section.description),
            "condition": self.condition(section.relevant),
            "only": _("For: %(names)s.") % {"names": named} if named else "",
            "blocks": blocks,
        }

    def question(self, question: Base) -> dict[str, Any]:
        note = question.kind == "note"
        self.number += not note
        draw = _DRAWN.get(question.kind, _lines)
        found: dict[str, Any] = {
            "number": "" if note else str(self.number),
            "label": self.words(question.label),
            "required": question.required,
            "hint": self.words(question.hint),
            "limits": limits(question),
            "condition": self.condition(question.relevant),
            "kind": "nothing",
            "boxes": [],
            "head": [],
            "rows": [],
            "count": 0,
            "before": "",
            "after": "",
        }
        found |= {} if note else draw(self, question)
        found["boxes"] = [*found["boxes"], *self._coded(question)]
        return found

    @staticmethod
    def _coded(question: Base) -> list[str]:
        codes = ((question.unknown, _("I do not know")), (question.refusal, _("I prefer not to answer")))
        return [words for allowed, words in codes if allowed]

    def labels(self, options: Any) -> list[str]:
        return [self.words(option.label) for option in options]


#: Kinds whose limits are told.
_LIMITED: Final = frozenset(
    {"number", "percent", "money", "date", "choices", "ranking", "text", "long_text", "rich_text"}
)


def limits(question: Any) -> str:
    """What is accepted, in words: limits of a text, bounds of a number or of a date, how many choices."""
    if question.kind not in _LIMITED:
        return ""
    dated = question.kind == "date"
    least, most = (_("from %(n)s on"), _("until %(n)s")) if dated else (_("%(n)s at least"), _("%(n)s at most"))
    pairs: tuple[tuple[str, Any], ...] = (
        (_("%(n)s words at most"), getattr(question, "max_words", None)),
        (_("%(n)s characters at most"), getattr(question, "max_chars", None)),
        (_("%(n)s words at least"), getattr(question, "min_words", None)),
        (least, _shown(_first(question, "minimum", "earliest", "at_least"))),
        (most, _shown(_first(question, "maximum", "latest", "at_most"))),
    )
    return ", ".join(words % {"n": limit} for words, limit in pairs if limit is not None)


def _first(question: Any, *fields: str) -> Any:
    return next((value for name in fields if (value := getattr(question, name, None)) is not None), None)


def _shown(limit: Any) -> Any:
    if isinstance(limit, float):
        return int(limit) if limit.is_integer() else limit
    return date_format(limit, "DATE_FORMAT") if hasattr(limit, "isoformat") else limit


def _lines(printer: _Printer, question: Any) -> dict[str, Any]:
    count = _LINES.get(question.kind, 1)
    if question.kind == "long_text":
        count = max(3, min(20, (question.max_words or 90) // 14))
    unit = {"money": "€", "percent": "%"}.get(question.kind) or printer.words(getattr(question, "unit", {}))
    return {"kind": "lines", "count": count, "after": unit, "before": printer.words(getattr(question, "statement", {}))}


def _boxes(printer: _Printer, question: Any) -> dict[str, Any]:
    boxes = printer.labels(question.choices)
    other = [_("other:")] if getattr(question, "other", False) else []
    return {"kind": "ranks" if question.kind == "ranking" else "boxes", "boxes": boxes + other}


def _grid(printer: _Printer, question: Any) -> dict[str, Any]:
    rows = [[label, *["□"] * len(question.columns)] for label in printer.labels(question.rows)]
    return {"kind": "table", "head": ["", *printer.labels(question.columns)], "rows": rows}


def _table(printer: _Printer, question: Any) -> dict[str, Any]:
    columns = [column for column in question.columns if column.kind != "calculated"]
    count = min(question.max_rows, max(question.min_rows, _ROWS))
    head = [printer.words(column.label) + (" *" if column.required else "") for column in columns]
    hints = [", ".join(printer.labels(column.choices)) for column in columns]
    rows = ([hints] if any(hints) else []) + [[""] * len(columns) for _row in range(count)]
    return {"kind": "table" if columns else "nothing", "head": head, "rows": rows}


def _scale(printer: _Printer, question: Any) -> dict[str, Any]:
    marks = [f"□ {mark}" for mark in range(question.low, question.high + 1)]
    ends = {"before": printer.words(question.low_label), "after": printer.words(question.high_label)}
    return {"kind": "scale", "boxes": [], "rows": [marks], **ends}


def _yes_no(printer: _Printer, question: Any) -> dict[str, Any]:
    reason = printer.words(question.reason_label) or _("Why?")
    return {
        "kind": "boxes",
        "boxes": [_("yes"), _("no")],
        "after": reason if question.reason != "never" else "",
        "count": 2 if question.reason != "never" else 0,
    }


def _period(printer: _Printer, question: Any) -> dict[str, Any]:
    return {"kind": "scale", "rows": [[_("from … to …")]]}


def _files(printer: _Printer, question: Any) -> dict[str, Any]:
    words = ngettext("Attach %(n)s file.", "Attach up to %(n)s files.", question.at_most) % {"n": question.at_most}
    return {"kind": "scale", "rows": [[words]]}


def _consent(printer: _Printer, question: Any) -> dict[str, Any]:
    return {"kind": "boxes", "before": printer.words(question.text), "boxes": [_("I agree")]}


_DRAWN: Final[dict[str, Callable[[_Printer, Any], dict[str, Any]]]] = {
    "choice": _boxes,
    "choices": _boxes,
    "ranking": _boxes,
    "grid": _grid,
    "table": _table,
    "scale": _scale,
    "yes_no": _yes_no,
    "period": _period,
    "files": _files,
    "consent": _consent,
}
