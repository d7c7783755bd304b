"""What kind of value an expression gives, and what does not make sense in it, without any answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from kiif.questionnaires.expressions import scalars
from kiif.questionnaires.expressions.syntax import Binary, Call, Literal, Negative, Node, Own, Reference

#: Sentences by code.
SENTENCES: Final = {
    "unknown-name": _("No question is called “%(name)s”."),
    "unknown-part": _("“%(name)s” has no part called “%(part)s”."),
    "no-answer": _("“%(name)s” is never answered: it only shows words."),
    "whole": _("“%(name)s” has several parts: say which, as in ${%(name)s.%(part)s}."),
    "not-number": _("“%(found)s” is not a number nor a date: it cannot be computed nor compared this way."),
    "not-list": _("“%(found)s” is not a choice: nothing can be selected in it."),
    "no-choice": _("“%(key)s” is not one of the choices of “%(name)s”: this is never true."),
    "condition": _("“%(found)s” is true as soon as it is answered, whatever the answer: compare it with one."),
}  # fmt: skip
#: These are only advice; the others make the expression wrong.
ADVICE: Final = frozenset({"condition"})


@dataclass(frozen=True)
class Type:
    """`base`: "text", "number", "boolean", "date", "list", "whole", "none" (never answered), "any" (not known).

    `keys`: all values that it may take (choices); None when there are others. `parts`: of a whole.
    """

    base: str
    keys: frozenset[str] | None = None
    parts: Mapping[str, Type] = field(default_factory=dict)


ANY: Final = Type("any")
TEXT: Final = Type("text")
NUMBER: Final = Type("number")
BOOLEAN: Final = Type("boolean")
DATE: Final = Type("date")
LIST: Final = Type("list")
NONE: Final = Type("none")

#: `${name.coded}`: what a coded answer gives, for any question.
_CODED: Final = Type("whole", None, {"coded": Type("text", frozenset({"unknown", "refusal"}))})
#: Type of a question by its name; None when there is none.
Lookup = Callable[[str], Type | None]


@dataclass(frozen=True)
class Issue:
    """What does not make sense, at a place of the expression (code points)."""

    code: str
    at: int
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def sentence(self) -> str:
        return gettext(SENTENCES[self.code]) % self.params


_RESULTS: Final = {
    "number": NUMBER, "int": NUMBER, "abs": NUMBER, "round": NUMBER, "string-length": NUMBER, "count-selected": NUMBER,
    "decimal-date-time": NUMBER, "sum": NUMBER, "count": NUMBER, "min": ANY, "max": ANY, "today": DATE, "date": DATE,
    "string": TEXT, "concat": TEXT, "format-date": TEXT, "jr:choice-name": TEXT, "selected-at": TEXT,
}  # fmt: skip
#: Functions that read a number, at these places.
_NUMERIC: Final = {
    "int": (0,), "abs": (0,), "round": (0, 1), "selected-at": (1,), "decimal-date-time": (0,), "date": (0,),
}  # fmt: skip
_LISTS: Final = frozenset({"selected", "selected-at", "count-selected"})
#: Functions that take a whole without naming a part.
_WHOLES: Final = frozenset({"count"})


class Checker:
    """Walks one expression. `own`: type of `.`; `row`: types of the columns of the row."""

    def __init__(self, lookup: Lookup, own: Type = ANY, row: Mapping[str, Type] | None = None) -> None:
        self.lookup = lookup
        self.own = own
        self.row = row or {}
        self.issues: list[Issue] = []

    def type_of(self, node: Node, whole: bool = False) -> Type:
        """The type of a node, after looking at all that it holds. `whole`: a whole is welcome here."""
        if isinstance(node, Literal):
            return TEXT if isinstance(node.value, str) else NUMBER
        if isinstance(node, Own):
            return self.own
        if isinstance(node, Reference):
            return self._reference(node, whole)
        if isinstance(node, Negative):
            self._number(node.operand)
            return NUMBER
        if isinstance(node, Binary):
            return self._binary(node)
        return self._call(node) if isinstance(node, Call) else ANY

    def condition(self, node: Node) -> None:
        """Looks at a node that is asked whether it is true."""
        found = self.type_of(node, whole=True)
        read = isinstance(node, Reference | Own)
        if read and found.base in ("text", "list", "date", "whole"):
            self.say("condition", node, found=words(node))

    def say(self, code: str, node: Node, **params: Any) -> None:
        self.issues.append(Issue(code, node.at, params))

    def _reference(self, node: Reference, whole: bool) -> Type:
        if not node.part and node.name in self.row:
            return self.row[node.name]
        found = _CODED if node.part == "coded" and self.lookup(node.name) else self.lookup(node.name)
        if found is None or found.base == "none":
            self.say("no-answer" if found else "unknown-name", node, name=node.name)
            return ANY
        if node.part:
            return self._part(node, found)
        if found.base == "whole" and not whole:
            self.say("whole", node, name=node.name, part=next(iter(found.parts), "…"))
            return ANY
        return found

    def _part(self, node: Reference, found: Type) -> Type:
        if node.part not in found.parts:
            self.say("unknown-part", node, name=node.name, part=node.part)
            return ANY
        return found.parts[node.part]

    def _number(self, node: Node) -> None:
        found = self.type_of(node)
        if isinstance(node, Literal) and isinstance(node.value, str):
            if node.value and scalars.number(node.value) is None:
                self.say("not-number", node, found=node.value)
        elif found.keys is not None and any(scalars.number(key) is not None for key in found.keys):
            return
        elif found.base in ("text", "list") and isinstance(node, Reference | Own):
            self.say("not-number", node, found=words(node))

    def _binary(self, node: Binary) -> Type:
        if node.operator in ("or", "and"):
            self.condition(node.left)
            self.condition(node.right)
            return BOOLEAN
        if node.operator in ("=", "!="):
            self._equality(node)
            return BOOLEAN
        self._number(node.left)
        self._number(node.right)
        return BOOLEAN if node.operator[0] in "<>" else NUMBER

    def _equality(self, node: Binary) -> None:
        sides = (node.left, node.right)
        empty = any(isinstance(side, Literal) and side.value == "" for side in sides)
        types = [self.type_of(side, whole=empty) for side in sides]
        for (side, found), other in zip(zip(sides, types, strict=True), reversed(sides), strict=True):
            if found.base != "list":
                self._known_key(side, found, other)

    def _known_key(self, side: Node, found: Type, other: Node) -> None:
        if found.keys is None or not isinstance(other, Literal) or other.value == "":
            return
        key = scalars.text(scalars.plain(other.value))
        if key not in found.keys:
            self.say("no-choice", other, key=key, name=words(side))

    def _call(self, node: Call) -> Type:
        function, given = node.function, node.arguments
        if function in ("not", "boolean"):
            self.condition(given[0])
            return BOOLEAN
        if function == "if":
            self.condition(given[0])
            then, otherwise = self.type_of(given[1]), self.type_of(given[2])
            return then if then.base == otherwise.base else ANY
        if function == "coalesce":
            first, second = self.type_of(given[0], whole=True), self.type_of(given[1])
            return first if first.base == second.base else ANY
        self._arguments(node)
        return _RESULTS.get(function, BOOLEAN)

    def _arguments(self, node: Call) -> None:
        for place, argument in enumerate(node.arguments):
            if place in _NUMERIC.get(node.function, ()):
                self._number(argument)
                continue
            found = self.type_of(argument, whole=node.function in _WHOLES)
            if place == 0 and node.function in _LISTS:
                self._listed(node, argument, found)

    def _listed(self, call: Call, argument: Node, found: Type) -> None:
        if found.base in ("number", "boolean", "date"):
            self.say("not-list", argument, found=words(argument))
        elif call.function == "selected":
            self._known_key(argument, found, call.arguments[1])


def words(node: Node) -> str:
    """A node as people call it."""
    if isinstance(node, Reference):
        return f"{node.name}.{node.part}" if node.part else node.name
    if isinstance(node, Literal):
        return scalars.text(scalars.plain(node.value))
    return "." if isinstance(node, Own) else f"{node.function}(…)" if isinstance(node, Call) else "…"


def check(node: Node, checker: Checker, condition: bool) -> Iterator[Issue]:
    """What does not make sense in an expression."""
    if condition:
        checker.condition(node)
    else:
        checker.type_of(node)
    yield from checker.issues
