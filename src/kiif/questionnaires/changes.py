"""What changed, in words: between two definitions, between two states of an answer. Pure.

compare(old, new)                       # list of Change, for designers and for people whose draft moves
compare_answers(definition, then, now)  # list of AnswerChange
project(old, new, values)               # values on the new definition; those that no longer fit, kept aside
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.questionnaires import values as typed
from kiif.questionnaires.conversion import Aside, Projection, loses, project
from kiif.questionnaires.definition import Base, Choice, Definition, Page, Section, said

__all__ = ["AnswerChange", "Aside", "Change", "Projection", "compare", "compare_answers", "loses", "project"]

#: Fields that hold words, and how people call them.
WORDS: Final = {
    "label": gettext_lazy("question"), "hint": gettext_lazy("help"), "guide": gettext_lazy("guide"),
    "message": gettext_lazy("message"), "text": gettext_lazy("text of the consent"),
    "statement": gettext_lazy("statement"), "unit": gettext_lazy("unit"),
    "reason_label": gettext_lazy("reason asked for"),
    "low_label": gettext_lazy("lowest mark"), "high_label": gettext_lazy("highest mark"),
    "model_label": gettext_lazy("model to download"), "title": gettext_lazy("title"),
    "description": gettext_lazy("introduction"),
}  # fmt: skip
#: Fields of the logic.
LOGIC: Final = {
    "relevant": gettext_lazy("shown if"), "required": gettext_lazy("required"),
    "required_if": gettext_lazy("required if"), "constraint": gettext_lazy("constraint"),
    "calculation": gettext_lazy("calculation"),
}  # fmt: skip
#: Fields that are told apart, or that are not told.
_APART: Final = frozenset({"id", "name", "kind", "choices", "rows", "columns", *WORDS, *LOGIC})


@dataclass(frozen=True)
class Change:
    """One change. `place`: identifier of what changed; `section`: title of where it is now (or was).

    `code`: "added", "removed", "moved", "reworded", "renamed", "kind", "choices", "columns", "logic", "settings",
    "languages", "variants". `before` and `after`: what it was and is, as written; empty when there is nothing to show.
    """

    code: str
    place: str
    title: str
    section: str
    sentence: str
    before: str = ""
    after: str = ""

    @property
    def matters(self) -> bool:
        """Whether somebody who is answering must know it."""
        return self.code in ("added", "removed", "reworded", "kind", "choices", "columns", "logic", "settings")


@dataclass(frozen=True)
class AnswerChange:
    """An answer that differs between two states; words are empty when there was no answer."""

    question: Base
    title: str
    before: str
    after: str


def compare(old: Definition, new: Definition, language: str = "") -> list[Change]:
    """What changed from one definition to the other, in the order of the new one, then what was removed."""
    return list(_Comparison(old, new, language or new.languages[0]).changes())


def compare_answers(
    definition: Definition, before: Mapping[str, Any], after: Mapping[str, Any], language: str = ""
) -> list[AnswerChange]:
    """Answers that differ between two states of the same definition, in its order, in words."""
    language = language or definition.languages[0]
    return [
        AnswerChange(
            question,
            _title(question, language),
            typed.show(question, before.get(question.id), language),
            typed.show(question, after.get(question.id), language),
        )
        for question in definition.walk()
        if before.get(question.id) != after.get(question.id)
    ]


def _title(part: Any, language: str) -> str:
    words = getattr(part, "label", None) or getattr(part, "title", None) or {}
    return said(words, language) or getattr(part, "name", "") or getattr(part, "key", "")


class _Comparison:
    def __init__(self, old: Definition, new: Definition, language: str) -> None:
        self.old, self.new, self.language = old, new, language
        self.sections = _Pair({part.id: part for part in old.sections}, {part.id: part for part in new.sections})
        self.pages = _Pair(_pages(old), _pages(new))
        self.questions = _Pair(old.by_id, new.by_id)
        self.moved = self._moved_questions()

    def _moved_questions(self) -> set[str]:
        """Those that changed section, or their place in it; a section that moves does not move its questions."""
        away = {key for key in self.questions.both if self._where(self.old, key) != self._where(self.new, key)}
        for key, section in self.sections.new.items():
            if key in self.sections.old:
                before = [question.id for question in self.sections.old[key].questions if question.id not in away]
                away |= moved(before, [question.id for question in section.questions if question.id not in away])
        return away

    @staticmethod
    def _where(definition: Definition, key: str) -> str:
        return definition.place[key][0].id

    def changes(self) -> Iterator[Change]:
        yield from self._whole()
        moved_sections = moved(list(self.sections.old), list(self.sections.new))
        for section in self.new.sections:
            yield from self._part(section, self.sections, section, moved_sections)
            for page in section.pages:
                yield from self._part(page, self.pages, section, set())
                for question in page.questions:
                    yield from self._question(question, section)
        yield from self._removed()

    def _whole(self) -> Iterator[Change]:
        for field in ("title", "description"):
            yield from self._words(self.old, self.new, field, "", self._change)
        if self.old.languages != self.new.languages:
            yield self._change(
                "languages", _("The languages changed."), ", ".join(self.old.languages), ", ".join(self.new.languages)
            )
        old, new = ({variant.key: variant for variant in one.variants} for one in (self.old, self.new))
        if list(old) != list(new):
            yield self._change("variants", _("The sub-forms changed."), self._titles(old), self._titles(new))

    def _titles(self, parts: Mapping[str, Any]) -> str:
        return ", ".join(_title(part, self.language) for part in parts.values())

    def _change(self, code: str, sentence: str, before: str = "", after: str = "") -> Change:
        return Change(code, "", _title(self.new, self.language), "", sentence, before, after)

    def _maker(self, part: Any, section: Section) -> Callable[..., Change]:
        def make(code: str, sentence: str, before: str = "", after: str = "") -> Change:
            title, where = _title(part, self.language), _title(section, self.language)
            return Change(code, part.id, title, where, sentence, before, after)

        return make

    def _part(self, part: Section | Page, pair: _Pair, section: Section, away: set[str]) -> Iterator[Change]:
        """A section or a page."""
        make = self._maker(part, section)
        before = pair.old.get(part.id)
        if before is None:
            if isinstance(part, Section):
                yield make("added", _("Section added."))
            return
        if part.id in away:
            yield make("moved", _("Section moved."))
        for field in ("title", "description"):
            yield from self._words(before, part, field, _("Section") if isinstance(part, Section) else _("Page"), make)
        yield from self._logic(before, part, make)
        if getattr(before, "variants", ()) != getattr(part, "variants", ()):
            yield make("variants", _("The sub-forms that see this section changed."))

    def _question(self, question: Base, section: Section) -> Iterator[Change]:
        make = self._maker(question, section)
        before = self.old.by_id.get(question.id)
        if before is None:
            yield make("added", _("Question added."))
            return
        if question.id in self.moved:
            yield make("moved", _("Question moved."))
        if before.kind != question.kind:
            yield make("kind", self._kinds(before, question), before.kind, question.kind)
        if before.name != question.name:
            yield make("renamed", _("The name used by expressions and exports changed."), before.name, question.name)
        for field in WORDS:
            yield from self._words(before, question, field, "", make)
        yield from self._logic(before, question, make)
        if before.kind == question.kind:
            yield from self._inside(before, question, make)
            yield from self._settings(before, question, make)

    def _kinds(self, before: Base, question: Base) -> str:
        if loses(before.kind, question.kind):
            return _("It is answered in another way: earlier answers are kept aside, to be answered again.")
        return _("It is answered in another way: earlier answers are converted where they can be.")

    def _words(self, old: Any, new: Any, field: str, what: str, make: Callable[..., Change]) -> Iterator[Change]:
        before, after = getattr(old, field, None) or {}, getattr(new, field, None) or {}
        if before == after or not isinstance(after, dict):
            return
        for language in dict.fromkeys((*after, *before)):
            if before.get(language) != after.get(language):
                sentence = _("Words changed: %(what)s (%(language)s).") % {
                    "what": f"{what} – {WORDS[field]}" if what else WORDS[field],
                    "language": language,
                }
                yield make("reworded", sentence, before.get(language, ""), after.get(language, ""))

    def _logic(self, old: Any, new: Any, make: Callable[..., Change]) -> Iterator[Change]:
        for field, what in LOGIC.items():
            before, after = getattr(old, field, ""), getattr(new, field, "")
            if before != after:
                yield make("logic", _("Logic changed: %(what)s.") % {"what": what}, _written(before), _written(after))

    def _inside(self, old: Any, new: Any, make: Callable[..., Change]) -> Iterator[Change]:
        """Choices, rows, columns."""
        for field in ("choices", "rows", "columns"):
            before, after = _keyed(old, field), _keyed(new, field)
            if before == after and list(before) == list(after):
                continue
            code = "columns" if field == "columns" else "choices"
            gone = {key: part for key, part in before.items() if key not in after}
            come = {key: part for key, part in after.items() if key not in before}
            if come:
                yield make(code, _INSIDE[field][0] % {"names": self._titles(come)}, "", self._titles(come))
            if gone:
                yield make(code, _INSIDE[field][1] % {"names": self._titles(gone)}, self._titles(gone), "")
            yield from self._each(before, after, code, make)
            if moved(list(before), list(after)):
                yield make("settings", _("The order changed."), self._titles(before), self._titles(after))

    def _each(
        self, before: dict[str, Any], after: dict[str, Any], code: str, make: Callable[..., Change]
    ) -> Iterator[Change]:
        for key, part in after.items():
            if key not in before or before[key] == part:
                continue
            names = _title(before[key], self.language), _title(part, self.language)
            what = names[0] if names[0] == names[1] else " → ".join(names)
            yield make(code, _("Changed: %(what)s.") % {"what": what}, names[0], names[1])

    def _settings(self, old: Base, new: Base, make: Callable[..., Change]) -> Iterator[Change]:
        names = [
            field
            for field in type(new).model_fields
            if field not in _APART and getattr(old, field, None) != getattr(new, field)
        ]
        if names:
            before = ", ".join(f"{name} = {_written(getattr(old, name))}" for name in names)
            after = ", ".join(f"{name} = {_written(getattr(new, name))}" for name in names)
            yield make("settings", _("Limits or settings changed."), before, after)

    def _removed(self) -> Iterator[Change]:
        for section in self.old.sections:
            if section.id not in self.sections.new:
                yield self._maker(section, section)("removed", _("Section removed."))
            for question in section.questions:
                if question.id not in self.questions.new:
                    yield self._maker(question, section)(
                        "removed", _("Question removed: earlier answers are kept aside.")
                    )


_INSIDE: Final = {
    "choices": (gettext_lazy("Choices added: %(names)s."), gettext_lazy("Choices removed: %(names)s.")),
    "rows": (gettext_lazy("Lines added: %(names)s."), gettext_lazy("Lines removed: %(names)s.")),
    "columns": (gettext_lazy("Columns added: %(names)s."), gettext_lazy("Columns removed: %(names)s.")),
}


class _Pair:
    """The same parts of two definitions, by identifier."""

    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        self.old, self.new = old, new
        self.both = [key for key in new if key in old]


def _pages(definition: Definition) -> dict[str, Page]:
    return {page.id: page for section in definition.sections for page in section.pages}


def _keyed(question: Any, field: str) -> dict[str, Choice]:
    return {getattr(part, "id", "") or part.key: part for part in getattr(question, field, ())}


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, tuple):
        return " ".join(str(item) for item in value)
    return "" if value is None else str(value)


def moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Keys of both lists that changed their place: as few as possible (the others keep their order)."""
    rank = {key: place for place, key in enumerate(before)}
    common = [key for key in after if key in rank]
    ends: list[int] = []
    chains: list[list[str]] = []
    for key in common:
        place = bisect_left(ends, rank[key])
        chain = [*(chains[place - 1] if place else ()), key]
        if place == len(ends):
            ends.append(rank[key])
            chains.append(chain)
        else:
            ends[place], chains[place] = rank[key], chain
    return set(common) - set(chains[-1] if chains else ())
