"""The check list, its part on words: missing, too long, not translated; and the time that answering takes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext as _

from kiif.questionnaires.audit_shape import Finding, blocking, warning
from kiif.questionnaires.definition import Base, Definition, said

MAX_LABEL: Final = 180
#: Words read in a minute, and seconds that each kind takes to answer; our own rule of thumb.
READING: Final = 200
SECONDS: Final = {
    "text": 15, "long_text": 90, "rich_text": 120, "number": 12, "money": 20, "percent": 12, "date": 12, "period": 20,
    "choice": 8, "choices": 14, "ranking": 30, "scale": 7, "yes_no": 6, "email": 10, "phone": 10, "url": 12,
    "address": 30, "territories": 30, "organisation": 25, "files": 60, "consent": 8, "signature": 12, "note": 0,
    "calculated": 2,
}  # fmt: skip
#: Fields that hold words, of any part of a definition.
_WORDS: Final = (
    "title", "description", "label", "hint", "guide", "message", "text", "statement", "unit", "reason_label",
    "low_label", "high_label", "model_label",
)  # fmt: skip


def texts(definition: Definition) -> Iterator[Finding]:
    """What is wrong with the words."""
    yield from _translated(definition, "", definition)
    for variant in definition.variants:
        yield from _translated(variant, "", definition)
    for section in definition.sections:
        yield from _translated(section, section.id, definition)
        for page in section.pages:
            yield from _translated(page, page.id, definition)
    for question in definition.walk():
        yield from _question(question, definition)


def _question(question: Base, definition: Definition) -> Iterator[Finding]:
    if not question.label and getattr(question, "shown", True):
        yield blocking("no-words", question.id, "label", _("This question has no wording."), _("Write it."))
    yield from _translated(question, question.id, definition)
    for part in ("choices", "rows", "columns"):
        for inner in getattr(question, part, ()):
            yield from _inner(question, inner, part, definition)
    for language, words in question.label.items():
        if len(words) > MAX_LABEL:
            yield warning(
                "long-label", question.id, f"label:{language}",
                _("The wording has %(length)s characters.") % {"length": len(words)},
                _("Keep the question under %(most)s characters, and put the rest in the help.") % {"most": MAX_LABEL},
            )  # fmt: skip


def _inner(question: Base, inner: Any, part: str, definition: Definition) -> Iterator[Finding]:
    key = getattr(inner, "key", None) or inner.name
    if not inner.label:
        sentence = _("“%(key)s” has no words.") % {"key": key}
        yield blocking("no-words", question.id, f"{part}:{key}", sentence, _("Write what people will read."))
    yield from _translated(inner, question.id, definition, f"{part}:{key}.")
    for choice in getattr(inner, "choices", ()):
        yield from _translated(choice, question.id, definition, f"{part}:{key}.{choice.key}.")


def _translated(part: Any, place: str, definition: Definition, prefix: str = "") -> Iterator[Finding]:
    for field in _WORDS:
        words = getattr(part, field, None)
        if not words or not isinstance(words, dict):
            continue
        for language in definition.languages:
            if language not in words:
                yield warning(
                    "translation", place, f"{prefix}{field}:{language}",
                    _("“%(words)s” is not translated (%(language)s).")
                    % {"words": shortened(said(words, definition.languages[0])), "language": language},
                    _("Translate it: until then, people read another language there."),
                )  # fmt: skip


def shortened(words: str, most: int = 60) -> str:
    """The start of a text, on one line."""
    line = " ".join(words.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def minutes(definition: Definition) -> int:
    """Estimated minutes to answer everything, conditions left aside; at least 1."""
    seconds = 0.0
    language = definition.languages[0]
    for section in definition.sections:
        seconds += _reading([section.title, section.description], language)
    for question in definition.walk():
        seconds += _reading([getattr(question, field, None) for field in _WORDS], language)
        options = (*getattr(question, "choices", ()), *getattr(question, "rows", ()))
        seconds += _reading([option.label for option in options], language) / 2
        seconds += _answering(question)
    return max(1, math.ceil(seconds / 60))


def _answering(question: Base) -> float:
    if question.kind == "grid":
        return 6.0 * len(getattr(question, "rows", ()))
    if question.kind == "table":
        return 12.0 * len(getattr(question, "columns", ())) * max(2, getattr(question, "min_rows", 0))
    limit = getattr(question, "max_words", None) or 0
    return max(float(SECONDS.get(question.kind, 10)), limit / 4 if question.kind != "text" else 0)


def _reading(found: list[Any], language: str) -> float:
    words = sum(len(said(text, language).split()) for text in found if isinstance(text, dict))
    return words * 60 / READING
