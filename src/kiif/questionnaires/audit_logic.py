"""The check list, its part on expressions: what cannot be read, known, or ever be true."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from kiif.questionnaires.definition import Base, Definition
from kiif.questionnaires.definition.questions import Table
from kiif.questionnaires.expressions import Context, ExpressionError, Literal, Node, Own, Reference, holds, parse, walk
from kiif.questionnaires.expressions import scalars as conversions
from kiif.questionnaires.expressions.types import ANY, BOOLEAN, DATE, LIST, NONE, NUMBER, TEXT, Checker, Issue, Type
from kiif.questionnaires.expressions.types import check as check_types
from kiif.questionnaires.plan import Plan, Written, names_read, plan

#: Expressions asked whether they are true.
CONDITIONS: Final = ("relevant", "required_if", "constraint")
#: So many combinations of answers are tried on a condition, and on a whole definition.
MAX_TRIED: Final = 4_096
MAX_ALL: Final = 100_000

_BY_KIND: Final[dict[str, Type]] = {
    "number": NUMBER, "money": NUMBER, "percent": NUMBER, "scale": NUMBER, "date": DATE, "territories": LIST,
    "files": LIST, "note": NONE, "yes_no": Type("text", frozenset({"yes", "no"})),
    "consent": Type("text", frozenset({"yes"})),
    "period": Type("whole", None, {"start": DATE, "end": DATE}),
}  # fmt: skip
_RESULTS: Final = {"text": TEXT, "boolean": BOOLEAN, "date": DATE}


def type_of(question: Any) -> Type:
    """The type of what a question, or a column of a table, gives to expressions."""
    kind = question.kind
    if kind == "calculated":
        return _RESULTS.get(getattr(question, "result", ""), NUMBER if hasattr(question, "result") else ANY)
    if kind in ("choice", "choices", "ranking"):
        keys = {choice.key for choice in question.choices} | ({"other"} if getattr(question, "other", False) else set())
        return Type("text" if kind == "choice" else "list", frozenset(keys))
    if kind == "grid":
        row = Type("text", frozenset(column.key for column in question.columns))
        return Type("whole", None, {choice.key: row for choice in question.rows})
    if kind == "table":
        columns = {column.name: Type("list", type_of(column).keys) for column in question.columns}
        return Type("whole", None, columns)
    return _BY_KIND.get(kind, TEXT)


@dataclass(frozen=True)
class Logic:
    """What the audit knows of the expressions of a definition."""

    definition: Definition
    plan: Plan
    types: Mapping[str, Type]
    #: combinations that may still be tried; beyond, conditions are trusted
    left: list[int] = field(default_factory=lambda: [MAX_ALL])

    @classmethod
    def of(cls, definition: Definition) -> Logic:
        types = {question.name: type_of(question) for question in definition.walk()}
        return cls(definition, plan(definition), types)

    def issues(self, written: Written) -> list[Issue]:
        """What does not make sense in an expression that can be read."""
        question = self.definition.by_id.get(written.place)
        own = ANY
        row: dict[str, Type] = {}
        if isinstance(question, Table) and written.part:
            row = {column.name: type_of(column) for column in question.columns}
        elif question is not None and written.what == "constraint":
            own = self.types[question.name]
        checker = Checker(self.types.get, own, row)
        return list(check_types(parse(written.source), checker, written.what in CONDITIONS))

    def can_hold(self, sources: list[str], never: frozenset[str] = frozenset()) -> bool | None:
        """Whether these conditions can all be true together, for some answers.

        False is certain; None: no answer tried makes them true, others might. `never`: names of questions that are
        never shown. Number and texts are tried on both sides of what they are compared with.
        """
        return _Trial(self, [parse(source) for source in sources], never).outcome(sources)

    def never_shown(self) -> dict[str, Written]:
        """Questions that no answer can show, with the condition at fault, by identifier."""
        found: dict[str, Written] = {}
        names: set[str] = set()
        for question in self.plan.order:
            conditions = [written for written in self.conditions(question) if written in self.plan.usable]
            if self.can_hold([written.source for written in conditions], frozenset(names)) is False:
                found[question.id] = conditions[-1]
                names.add(question.name)
        return found

    def conditions(self, question: Base) -> list[Written]:
        """Conditions that must hold for a question to be shown, from the section to the question."""
        section, page = self.definition.place[question.id]
        places = ((section.id, section.relevant), (page.id, page.relevant), (question.id, question.relevant))
        return [Written(place, "relevant", source) for place, source in places if source]

    def later(self, written: Written) -> Iterator[str]:
        """Names that an expression reads and that come after it."""
        order = {question.name: rank for rank, question in enumerate(self.definition.walk())}
        here = self._rank(written.place)
        question = self.definition.by_id.get(written.place)
        columns = {column.name for column in question.columns} if isinstance(question, Table) and written.part else ()
        for name in sorted(names_read(written.source)):
            if name in order and name not in columns and order[name] > here:
                yield name

    def _rank(self, place: str) -> int:
        """Rank of a question; of the last question before a section or a page."""
        rank = -1
        for section in self.definition.sections:
            if section.id == place:
                return rank
            for page in section.pages:
                if page.id == place:
                    return rank
                for question in page.questions:
                    rank += 1
                    if question.id == place:
                        return rank
        return rank


def constant(source: str) -> bool | None:
    """Whether a condition that reads nothing is always true or always false; None when it reads something."""
    try:
        node = parse(source)
    except ExpressionError:
        return None
    if any(isinstance(part, Reference | Own) or getattr(part, "function", "") == "today" for part in walk(node)):
        return None
    return holds(source, Context())


class _Trial:
    """Tries a condition on answers."""

    def __init__(self, logic: Logic, nodes: list[Node], never: frozenset[str]) -> None:
        self.logic = logic
        self.never = never
        self.literals = [part.value for node in nodes for part in walk(node) if isinstance(part, Literal)]
        self.reads: dict[tuple[str, str], tuple[list[Any], bool]] = {}
        self.open = False
        for node in nodes:
            for part in walk(node):
                self._note(part)

    def _note(self, part: Node) -> None:
        if isinstance(part, Own) or getattr(part, "function", "") in ("today", "selected-at"):
            self.open = True  # what is tried is not all that there can be: no day, no order of a ranking
        if isinstance(part, Reference):
            self.reads[part.name, part.part] = self._domain(part)

    def _domain(self, reference: Reference) -> tuple[list[Any], bool]:
        """Values to try, and whether they are all that there can be."""
        found = self.logic.types.get(reference.name)
        if found is None or reference.name in self.never:
            return [None], found is not None
        if reference.part == "coded":
            return [None, "unknown", "refusal"], True
        return self._values(found.parts.get(reference.part, ANY) if reference.part else found, bool(reference.part))

    def _values(self, found: Type, column: bool) -> tuple[list[Any], bool]:
        if found.base == "boolean":
            return [None, True, False], True
        if found.base == "whole":
            return [None, {"": "x"}], False
        if found.keys is not None and found.base == "text":
            return [None, *sorted(found.keys)], True
        if found.keys is not None and len(found.keys) <= 8:
            keys = sorted(found.keys)
            subsets = [tuple(kept) for size in range(len(keys) + 1) for kept in itertools.combinations(keys, size)]
            return subsets, not column  # a column of a table may repeat a key
        return self._samples(), False

    def _samples(self) -> list[Any]:
        numbers = {0.0, 1.0}
        texts: set[str] = set()
        for literal in self.literals:
            figure = conversions.number(literal)
            if figure is not None:
                numbers |= {figure, figure - 1, figure + 1, -figure}
            if isinstance(literal, str):
                texts.add(literal)
        dates = {conversions.date(figure) for figure in numbers if figure > 10_000}
        return [None, "x", *sorted(numbers), *sorted(texts), *sorted(filter(None, dates))]

    def outcome(self, sources: list[str]) -> bool | None:
        keys = list(self.reads)
        domains = [self.reads[key][0] for key in keys]
        size = math.prod(len(domain) for domain in domains)
        exact = not self.open and all(complete for _values, complete in self.reads.values()) and size <= MAX_TRIED
        for values in itertools.islice(itertools.product(*domains), MAX_TRIED):
            self.logic.left[0] -= 1
            if self.logic.left[0] < 0:
                return True
            context = _context(dict(zip(keys, values, strict=True)))
            if all(holds(source, context) for source in sources):
                return True
        return False if exact else None


def _context(found: dict[tuple[str, str], Any]) -> Context:
    values: dict[str, Any] = {}
    codes: dict[str, str] = {}
    for (name, part), value in found.items():
        if part == "coded":
            codes |= {name: value} if value else {}
        elif not part:
            values[name] = value
        else:
            whole = values.setdefault(name, {})
            if isinstance(whole, dict):
                whole[part] = value
    return Context(values=values, codes=codes, today=dt.date(2026, 1, 1))
