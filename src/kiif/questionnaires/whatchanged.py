"""What changed between two versions, for whoever is answering: a short list, about their questions. Pure."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kiif.questionnaires.definition import Definition, said
from kiif.questionnaires.loaded import definition_of
from kiif.questionnaires.models import Version

#: What one sees of a question; the rest (names, keys) is for designers.
_ASKED = ("label", "hint", "choices", "rows", "columns", "minimum", "maximum", "max_words", "max_chars", "min_words",
          "at_least", "at_most", "unit", "text")  # fmt: skip


def in_words(before: Version, after: Version, language: str, held: set[str] | None = None) -> list[str]:
    """Sentences about new, removed, changed questions, in the order of the new form. `held`: those answered already."""
    old, new = definition_of(before), definition_of(after)
    lines: list[str] = []
    for key, question in new.by_id.items():
        name = {"question": said(question.label, language, new.languages)}
        if key not in old.by_id:
            lines.append(_("New question: “%(question)s”.") % name)
        elif sentence := _changed(old.by_id[key], question):
            lines.append(sentence % name)
    return lines + _gone(old, new, language, held or set())


def _changed(before: Any, after: Any) -> str:
    if before.kind != after.kind:
        return _("“%(question)s” is asked in another form: check your answer.")
    if not before.required and after.required:
        return _("“%(question)s” is now expected.")
    if any(getattr(before, name, None) != getattr(after, name, None) for name in _ASKED):
        return _("“%(question)s” is worded or limited differently.")
    return ""


def _gone(old: Definition, new: Definition, language: str, held: set[str]) -> list[str]:
    lines = []
    for key, question in old.by_id.items():
        if key not in new.by_id:
            name = {"question": said(question.label, language, old.languages)}
            lines.append(
                (
                    _("“%(question)s” is no longer asked. What you wrote stays in the history of this answer.")
                    if key in held
                    else _("“%(question)s” is no longer asked.")
                )
                % name
            )
    return lines
