"""What a request for correction asked, and what it changed, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kiif.programmes.models import CorrectionRequest
from kiif.questionnaires import values
from kiif.questionnaires.definition import said
from kiif.questionnaires.loaded import definition_of


@dataclass(frozen=True)
class Item:
    """A question to correct."""

    key: str
    label: str
    kind: str
    words: str


@dataclass(frozen=True)
class Difference:
    """An answer before and after, in words; `asked`: it was named by the request."""

    label: str
    before: str
    after: str
    asked: bool


def items_in_words(asked: CorrectionRequest, language: str) -> list[Item]:
    known = definition_of(asked.application.response.version).by_id
    return [
        Item(
            item.field_key,
            said(known[item.field_key].label, language) if item.field_key in known else item.field_key,
            str(item.get_kind_display()),
            item.words,
        )
        for item in asked.items.all()
    ]


def between(asked: CorrectionRequest, language: str) -> list[Difference]:
    """Answers that differ before and after, in the order of the form; none before it came back."""
    before, after = asked.before, asked.after
    if before is None or after is None:
        return []
    definition = definition_of(after.version)
    named = {item.field_key for item in asked.items.all()}
    found = []
    for question in definition.walk():
        old, new = before.values.get(question.id), after.values.get(question.id)
        if old != new:
            label = said(question.label, language, definition.languages)
            found.append(
                Difference(
                    label, _words(question, old, language), _words(question, new, language), question.id in named
                )
            )
    return found


def _words(question: Any, value: Any, language: str) -> str:
    return values.show(question, value, language) if value is not None else ""
