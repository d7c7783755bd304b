"""What a definition computes, in which order. Built once for a definition; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from kiif.questionnaires.definition import Base, Definition, Page, Section
from kiif.questionnaires.definition.questions import Table
from kiif.questionnaires.expressions import ExpressionError, Reference, parse, references

#: Expressions of a question, by the attribute that holds them.
OF_QUESTION: Final = ("relevant", "required_if", "constraint", "calculation")


@dataclass(frozen=True)
class Written:
    """An expression where it stands. `place`: identifier of its section, page or question; `what`: which one.

    `part`: column or choice that holds it, inside the question.
    """

    place: str
    what: str
    source: str
    part: str = ""


@dataclass
class Plan:
    """`order`: questions so that each comes after what decides whether it is shown, and its value.

    `cycles`: groups of questions that wait for one another (refused at publication; put at their place in the
    document here, so that a draft can still be tried). `faults`: expressions that cannot be read, which are ignored.
    """

    order: list[Base]
    cycles: list[list[Base]]
    faults: dict[Written, ExpressionError] = field(default_factory=dict)
    #: parsed without fault, by place, what, part
    usable: frozenset[Written] = frozenset()

    def usable_source(self, place: str, what: str, source: str, part: str = "") -> str:
        """The expression, or nothing when it cannot be read."""
        return source if source and Written(place, what, source, part) in self.usable else ""


def written(definition: Definition) -> Iterator[Written]:
    """All expressions of a definition, in order."""
    for section in definition.sections:
        yield from _of(section, section.id)
        for page in section.pages:
            yield from _of(page, page.id)
            for question in page.questions:
                yield from of_question(question)


def of_question(question: Base) -> Iterator[Written]:
    """All expressions of a question, those of its choices and columns included."""
    for what in OF_QUESTION:
        if source := getattr(question, what, ""):
            yield Written(question.id, what, source)
    for part in ("choices", "rows", "columns"):
        for inner in getattr(question, part, ()):
            yield from _inside(question, inner)


def _inside(question: Base, inner: object) -> Iterator[Written]:
    key = str(getattr(inner, "key", "") or getattr(inner, "id", ""))
    for what in ("relevant", "calculation"):
        if source := getattr(inner, what, ""):
            yield Written(question.id, what, source, key)


def _of(part: Section | Page, place: str) -> Iterator[Written]:
    if part.relevant:
        yield Written(place, "relevant", part.relevant)


def plan(definition: Definition) -> Plan:
    """The plan of a definition, kept with it (as its cached properties are)."""
    kept = definition.__dict__.get("_plan")
    if kept is None:
        kept = definition.__dict__["_plan"] = _build(definition)
    return kept


def _build(definition: Definition) -> Plan:
    faults: dict[Written, ExpressionError] = {}
    usable = set()
    for expression in written(definition):
        try:
            parse(expression.source)
            usable.add(expression)
        except ExpressionError as error:
            faults[expression] = error
    needs = {question.id: set(_needed(definition, question, usable)) for question in definition.walk()}
    order, cycles = sort([question.id for question in definition.walk()], needs)
    by_id = definition.by_id
    return Plan(
        [by_id[key] for key in order], [[by_id[key] for key in group] for group in cycles], faults, frozenset(usable)
    )


def _needed(definition: Definition, question: Base, usable: set[Written]) -> Iterator[str]:
    """Questions that decide whether this one is shown and, when it is computed, its value."""
    section, page = definition.place[question.id]
    expressions = [*_of(section, section.id), *_of(page, page.id)]
    expressions += [
        expression
        for expression in of_question(question)
        if expression.what == "calculation" or (expression.what == "relevant" and not expression.part)
    ]
    columns = {column.name for column in question.columns} if isinstance(question, Table) else set()
    for expression in expressions:
        for reference in references(expression.source) if expression in usable else ():
            if reads_row(reference, expression, question, columns):
                continue
            needed = definition.by_name.get(reference.name)
            if needed is not None:
                yield needed.id


def reads_row(reference: Reference, expression: Written, question: Base, columns: set[str]) -> bool:
    """Whether a column of a table reads its own row, or its own table."""
    if not expression.part or not isinstance(question, Table):
        return False
    return (not reference.part and reference.name in columns) or reference.name == question.name


def sort(keys: list[str], needs: dict[str, set[str]]) -> tuple[list[str], list[list[str]]]:
    """Keys so that each comes after what it needs, as near as possible to the order given; groups in a circle.

    Depth-first, without recursion (Tarjan): a group of several, or one that needs itself, is a circle.
    """
    finder = _Circles(keys, needs)
    for key in keys:
        if key not in finder.index:
            finder.visit(key)
    place = {key: rank for rank, key in enumerate(keys)}
    order: list[str] = []
    circles = []
    for group in finder.groups:
        group.sort(key=place.__getitem__)
        order += group
        if len(group) > 1 or group[0] in needs.get(group[0], ()):
            circles.append(group)
    return order, circles


class _Circles:
    def __init__(self, keys: list[str], needs: dict[str, set[str]]) -> None:
        place = {key: rank for rank, key in enumerate(keys)}
        self.needs = {key: sorted(needs.get(key, set()) & place.keys(), key=place.__getitem__) for key in keys}
        self.index: dict[str, int] = {}
        self.low: dict[str, int] = {}
        self.stack: list[str] = []
        self.on_stack: set[str] = set()
        self.groups: list[list[str]] = []

    def _open(self, key: str) -> tuple[str, Iterator[str]]:
        self.index[key] = self.low[key] = len(self.index)
        self.stack.append(key)
        self.on_stack.add(key)
        return key, iter(self.needs[key])

    def visit(self, key: str) -> None:
        path = [self._open(key)]
        while path:
            current, left = path[-1]
            following = next(left, None)
            if following is None:
                path.pop()
                if path:
                    self.low[path[-1][0]] = min(self.low[path[-1][0]], self.low[current])
                self._close(current)
            elif following not in self.index:
                path.append(self._open(following))
            elif following in self.on_stack:
                self.low[current] = min(self.low[current], self.index[following])

    def _close(self, key: str) -> None:
        if self.low[key] != self.index[key]:
            return
        group = []
        while True:
            taken = self.stack.pop()
            self.on_stack.discard(taken)
            group.append(taken)
            if taken == key:
                break
        self.groups.append(group)


def names_read(source: str) -> set[str]:
    """Names of the questions that an expression reads; nothing when it cannot be read."""
    try:
        return {reference.name for reference in references(source)}
    except ExpressionError:
        return set()


def columns_in_order(table: Table) -> tuple[list[str], list[list[str]]]:
    """Names of the calculated columns in the order of their calculation, and circles among them."""
    names = [column.name for column in table.columns]
    needs = {column.name: names_read(column.calculation) if column.calculation else set() for column in table.columns}
    order, circles = sort(names, needs)
    calculated = {column.name for column in table.columns if column.kind == "calculated"}
    return [name for name in order if name in calculated], circles
