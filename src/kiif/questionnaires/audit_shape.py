"""The check list, its part on how questions are made: choices, bounds, tables, what nobody can answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from kiif.questionnaires.definition import Base, Choice, Definition, Section, said
from kiif.questionnaires.definition.questions import Grid, Table

#: Beyond, a grid cannot be read on a phone.
MAX_COLUMNS: Final = 7


@dataclass(frozen=True)
class Finding:
    """One thing to look at.

    `place`: identifier of the section, page or question (empty: the whole); `what`: the field at fault ("label",
    "relevant", "calculation:c_ab12"…); `sentence`: what is wrong; `advice`: what to do; `at`: where in the expression.
    """

    severity: Literal["blocking", "warning"]
    code: str
    place: str
    what: str
    sentence: str
    advice: str
    at: int | None = None


def blocking(code: str, place: str, what: str, sentence: str, advice: str, *, at: int | None = None) -> Finding:
    return Finding("blocking", code, place, what, sentence, advice, at)


def warning(code: str, place: str, what: str, sentence: str, advice: str, *, at: int | None = None) -> Finding:
    return Finding("warning", code, place, what, sentence, advice, at)


def title_of(definition: Definition, place: str) -> str:
    """A section, page or question as people call it."""
    language = definition.languages[0]
    for section in definition.sections:
        if section.id == place:
            return said(section.title, language)
        for page in section.pages:
            if page.id == place:
                return said(page.title or section.title, language)
    question = definition.by_id.get(place)
    return (said(question.label, language) or question.name) if question else place


def shape(definition: Definition) -> Iterator[Finding]:
    """What is wrong with the way questions are made."""
    if not any(True for _question in definition.walk()):
        yield blocking("empty", "", "", _("The questionnaire asks nothing."), _("Add a question."))
    for section in definition.sections:
        yield from _section(section)
    for question in definition.walk():
        for look in (_made, _choices, _bounds, _answerable):
            yield from look(question)


def _section(section: Section) -> Iterator[Finding]:
    if not any(True for _question in section.questions):
        yield warning("empty", section.id, "", _("This section asks nothing."), _("Add a question, or remove it."))
        return
    for page in section.pages:
        if not page.questions:
            yield warning("empty", page.id, "", _("This page asks nothing."), _("Add a question, or remove it."))


def _made(question: Base) -> Iterator[Finding]:
    """What a question lacks to be asked at all."""
    make = _MADE.get(question.kind)
    if make is not None:
        yield from make(question)
    if question.constraint and not question.message:
        yield warning(
            "no-message", question.id, "message", _("The constraint has no message of its own."),
            _("Write what is expected, so that people can correct their answer."),
        )  # fmt: skip


def _grid(question: Any) -> Iterator[Finding]:
    if not question.rows or len(question.columns) < 2:
        sentence = _("A grid needs at least one line and two columns.")
        yield blocking("grid", question.id, "columns", sentence, _("Add what is missing."))
    if len(question.columns) > MAX_COLUMNS:
        yield warning(
            "wide", question.id, "columns",
            _("This grid has %(columns)s columns: it cannot be read on a phone.") % {"columns": len(question.columns)},
            _("Keep to %(most)s columns, or ask a question for each line.") % {"most": MAX_COLUMNS},
        )  # fmt: skip
    yield from _reserved(question, [row.key for row in question.rows])


def _table(question: Table) -> Iterator[Finding]:
    if not question.columns:
        yield blocking("table", question.id, "columns", _("This table has no column."), _("Add a column."))
    for column in question.columns:
        what = f"columns:{column.id}"
        if column.kind == "calculated" and not column.calculation:
            sentence = _("The column “%(name)s” is calculated, and nothing says how.") % {"name": column.name}
            yield blocking("calculation", question.id, what, sentence, _("Write its calculation."))
        if column.kind == "choice" and len(column.choices) < 2:
            sentence = _("The column “%(name)s” offers fewer than two choices.") % {"name": column.name}
            yield blocking("few", question.id, what, sentence, _("Add choices."))
    yield from _reserved(question, [column.name for column in question.columns])


def _reserved(question: Base, parts: list[str]) -> Iterator[Finding]:
    if "coded" in parts:
        yield blocking(
            "reserved", question.id, "columns", _("“coded” is a word of the expressions: nothing else is called so."),
            _("Give another name."),
        )  # fmt: skip


def _calculated(question: Any) -> Iterator[Finding]:
    if not question.calculation:
        yield blocking(
            "calculation", question.id, "calculation", _("This question is calculated, and nothing says how."),
            _("Write its calculation."),
        )  # fmt: skip


def _consent(question: Any) -> Iterator[Finding]:
    if not question.text:
        yield blocking(
            "consent", question.id, "text", _("Nothing says what people consent to."),
            _("Write the text that is agreed to."),
        )  # fmt: skip


def _signature(question: Any) -> Iterator[Finding]:
    if not question.statement:
        yield warning(
            "signature", question.id, "statement", _("Nothing says what people sign."),
            _("Write the statement above the signature."),
        )  # fmt: skip


_MADE: Final[dict[str, Callable[[Any], Iterator[Finding]]]] = {
    "grid": _grid,
    "table": _table,
    "calculated": _calculated,
    "consent": _consent,
    "signature": _signature,
}


def _choices(question: Base) -> Iterator[Finding]:
    if question.kind not in ("choice", "choices", "ranking"):
        return
    choices: tuple[Choice, ...] = getattr(question, "choices", ())
    other = bool(getattr(question, "other", False))
    if len(choices) + other < 2:
        yield blocking("few", question.id, "choices", _("Fewer than two choices are offered."), _("Add choices."))
    if other and any(choice.key == "other" for choice in choices):
        yield blocking(
            "other", question.id, "choices", _("A choice has the key “other”, which “other, in words” uses."),
            _("Give another key to this choice."),
        )  # fmt: skip
    yield from _twice(question, choices)
    if choices and all(choice.relevant for choice in choices) and not other:
        yield warning(
            "orphans", question.id, "choices", _("All choices have a condition: it may happen that none is offered."),
            _("Offer at least one choice to everybody."),
        )  # fmt: skip


def _twice(question: Base, choices: tuple[Choice, ...]) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for choice in choices:
        for language, words in choice.label.items():
            key = (language, " ".join(words.split()).casefold())
            if key in seen:
                sentence = _("Two choices have the same words: “%(words)s”.") % {"words": words}
                yield warning("twice", question.id, "choices", sentence, _("Remove one, or word them otherwise."))
            seen.add(key)


_BOUNDS: Final = (
    ("minimum", "maximum"), ("earliest", "latest"), ("at_least", "at_most"), ("min_words", "max_words"),
    ("min_rows", "max_rows"), ("low", "high"),
)  # fmt: skip


def _bounds(question: Base) -> Iterator[Finding]:
    parts = [(question, "")] + [(column, f"columns:{column.id}") for column in _columns_of(question)]
    for part, what in parts:
        for low, high in _BOUNDS:
            least, most = getattr(part, low, None), getattr(part, high, None)
            if least is not None and most is not None and (least > most or (low == "low" and least == most)):
                yield blocking(
                    "bounds", question.id, what or low,
                    _("No answer can be at least %(least)s and at most %(most)s.") % {"least": least, "most": most},
                    _("Correct one of the two bounds."),
                )  # fmt: skip
    offered = len(getattr(question, "choices", ())) + bool(getattr(question, "other", False))
    at_least = getattr(question, "at_least", None)
    if question.kind in ("choices", "ranking") and at_least is not None and at_least > offered:
        yield blocking(
            "bounds", question.id, "at_least", _("More choices are asked for than are offered."),
            _("Correct one of the two bounds."),
        )  # fmt: skip


def _columns_of(question: Base) -> tuple[Any, ...]:
    return question.columns if isinstance(question, Table) else ()


def _answerable(question: Base) -> Iterator[Finding]:
    """Answers that some people cannot give."""
    if not question.required or question.unknown or question.refusal:
        return
    if question.kind == "files":
        yield warning(
            "only-file", question.id, "required", _("Nobody can go on without a file."),
            _("Make it optional, or allow “I do not know”: some answer from a telephone, or have not received it yet."),
        )  # fmt: skip
    if question.kind == "organisation" and not getattr(question, "unregistered", True):
        yield warning(
            "only-registered", question.id, "required", _("An organisation that is not registered yet cannot answer."),
            _("Accept organisations without a number, or make the question optional."),
        )  # fmt: skip
    if isinstance(question, Grid) and len(question.rows) > 12:
        yield warning(
            "tiring", question.id, "rows", _("This grid expects an answer on each of its lines: people tire."),
            _("Cut it, or make it optional."),
        )  # fmt: skip
