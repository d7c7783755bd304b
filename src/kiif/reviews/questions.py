"""Questions of the form of a call, in words: what a round may hide."""

from __future__ import annotations

from typing import Any

from kiif.questionnaires.definition import said
from kiif.questionnaires.loaded import definition_of, newest


def questions_of(call: Any) -> list[tuple[str, str]]:
    """Questions of the newest form of a call, as the team reads them."""
    version = newest(call.collection.questionnaire) if call.collection is not None else None
    if version is None:
        return []
    definition = definition_of(version)
    return [
        (one.id, said(one.label, "fr", definition.languages)[:140]) for one in definition.walk() if one.kind != "note"
    ]


def worded(changes: dict[str, tuple[Any, Any]], call: Any) -> dict[str, tuple[Any, Any]]:
    """What the journal tells of questions that were hidden or shown again: their words in place of identifiers."""
    found = {name: pair for name, pair in changes.items() if name in {"hidden_fields", "hidden_outside"}}
    if not found:
        return changes
    words = dict(questions_of(call))

    def told(keys: Any) -> list[str]:
        return [words.get(key, key) for key in keys or ()]

    return changes | {name: (told(before), told(after)) for name, (before, after) in found.items()}
