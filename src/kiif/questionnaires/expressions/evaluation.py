"""Evaluates a parsed expression, without eval: each node becomes a small function, remembered by its text."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from kiif.questionnaires.expressions import regular, scalars
from kiif.questionnaires.expressions.scalars import Value, cut, items, many, number, plain, same, text, tidy, truth
from kiif.questionnaires.expressions.syntax import Binary, Call, Literal, Negative, Node, Own, Reference, parse


@dataclass(slots=True)
class Context:
    """What an expression may look at.

    `values`: scalars by name of question (`values.Kind.scalar`); `own`: the answer itself, `.`; `row`: cells of the
    row of a table, by name of column, which hide questions of the same name; `labels`: words of the choices, by name
    of question then key; `codes`: coded answers ("unknown", "refusal") by name, read as `${name.coded}`.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    own: Any = None
    today: dt.date = field(default_factory=dt.date.today)
    row: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)

    def find(self, name: str, part: str) -> Value:
        if part == "coded":
            return self.codes.get(name)
        if not part and name in self.row:
            return plain(self.row[name])
        value = plain(self.values.get(name))
        if not part:
            return value
        return value.get(part) if isinstance(value, dict) else None


Step = Callable[[Context], Value]


def evaluate(source: str, context: Context) -> Value:
    """The value of an expression. Raises ExpressionError when it cannot be read; never for what answers hold."""
    return compiled(source)(context)


def holds(source: str, context: Context) -> bool:
    """Whether a condition is true."""
    return truth(compiled(source)(context))


@lru_cache(maxsize=8_192)
def compiled(source: str) -> Step:
    """The function of an expression, made once. Raises ExpressionError."""
    return _step(parse(source))


def _step(node: Node) -> Step:
    if isinstance(node, Literal):
        value = plain(node.value)
        return lambda context: value
    if isinstance(node, Reference):
        name, part = node.name, node.part
        return lambda context: context.find(name, part)
    if isinstance(node, Own):
        return lambda context: plain(context.own)
    if isinstance(node, Negative):
        operand = _step(node.operand)
        return lambda context: _negative(number(operand(context)))
    if isinstance(node, Binary):
        return _binary(node.operator, _step(node.left), _step(node.right))
    if isinstance(node, Call):
        return _call(node)
    raise TypeError(node)


def _negative(value: float | None) -> float | None:
    return None if value is None else 0.0 - value


def _binary(operator: str, left: Step, right: Step) -> Step:
    if operator == "or":
        return lambda context: truth(left(context)) or truth(right(context))
    if operator == "and":
        return lambda context: truth(left(context)) and truth(right(context))
    if operator == "=":
        return lambda context: same(left(context), right(context))
    if operator == "!=":
        return lambda context: not same(left(context), right(context))
    if operator[0] in "<>":
        return lambda context: scalars.ordered(left(context), right(context), operator)
    compute = _ARITHMETIC[operator]

    def arithmetic(context: Context) -> Value:
        first, second = number(left(context)), number(right(context))
        if first is None or second is None:
            return None
        return compute(first, second)

    return arithmetic


def _divided(first: float, second: float) -> float | None:
    return None if second == 0 else tidy(first / second)


def _remainder(first: float, second: float) -> float | None:
    quotient = _divided(first, second)
    return None if quotient is None else tidy(first - second * math.trunc(quotient))


_ARITHMETIC: Final[dict[str, Callable[[float, float], float | None]]] = {
    "+": lambda a, b: tidy(a + b),
    "-": lambda a, b: tidy(a - b),
    "*": lambda a, b: tidy(a * b),
    "div": _divided,
    "mod": _remainder,
}


def _call(node: Call) -> Step:
    steps = tuple(_step(argument) for argument in node.arguments)
    if node.function == "if":
        condition, then, otherwise = steps
        return lambda context: then(context) if truth(condition(context)) else otherwise(context)
    if node.function == "today":
        return lambda context: context.today.isoformat()
    if node.function == "jr:choice-name":
        return _choice_name(steps[0], str(_literal(node, 1))[2:-1].strip(" "))
    if node.function == "regex":
        machine = regular.compiled(str(_literal(node, 1)))
        return lambda context: machine.matches(text(steps[0](context)))
    function = _FUNCTIONS[node.function]
    return lambda context: function(*(step(context) for step in steps))


def _literal(node: Call, place: int) -> Value:
    written = node.arguments[place]
    return written.value if isinstance(written, Literal) else None


def _choice_name(step: Step, name: str) -> Step:
    def words(context: Context) -> Value:
        key = text(step(context))
        return context.labels.get(name, {}).get(key, key) or None

    return words


def _number_or_nothing(compute: Callable[[float], float | None]) -> Callable[[Value], Value]:
    def function(value: Value) -> Value:
        found = number(value)
        return None if found is None else compute(found)

    return function


def _round(value: Value, places: Value = 0.0) -> Value:
    found, digits = number(value), number(places)
    return None if found is None or digits is None else scalars.rounded(found, digits)


def _selected(value: Value, key: Value) -> bool:
    wanted = text(key)
    return bool(wanted) and any(text(item) == wanted for item in items(value))


def _selected_at(value: Value, place: Value) -> Value:
    found, index = items(value), number(place)
    if index is None or index != math.trunc(index) or not 0 <= index < len(found):
        return None
    return found[int(index)]


def _sum(*values: Value) -> Value:
    total: float | None = 0.0
    for value in many(values):
        found = number(value)
        if found is not None and total is not None:
            total = tidy(total + found)
    return total


def _count(*values: Value) -> float:
    """Rows of a table, else things that are there."""
    rows = [value[scalars.ROWS] for value in values if isinstance(value, dict) and scalars.ROWS in value]
    others = [value for value in values if not (isinstance(value, dict) and scalars.ROWS in value)]
    return float(sum(rows) + len(many(others)))


def _extreme(choose: Callable[[list[float]], float]) -> Callable[..., Value]:
    """The smallest or greatest: a date when all are dates, else among numbers."""

    def function(*values: Value) -> Value:
        found = many(values)
        figures = [figure for figure in (number(value) for value in found) if figure is not None]
        if not figures:
            return None
        best = choose(figures)
        dates = all(isinstance(value, str) and scalars.day(value) is not None for value in found)
        return scalars.date(best) if dates else best

    return function


def _formatted(value: Value, pattern: Value) -> Value:
    date = scalars.date(value)
    if date is None:
        return None
    year, month, day = date.split("-")
    parts = {
        "%Y": year, "%y": year[2:], "%m": month, "%n": str(int(month)), "%d": day, "%e": str(int(day)), "%%": "%",
    }  # fmt: skip
    shown, template, at = "", text(pattern), 0
    while at < len(template):
        pair = template[at : at + 2]
        shown += parts.get(pair, template[at])
        at += 2 if pair in parts else 1
    return cut(shown) or None


_FUNCTIONS: Final[dict[str, Callable[..., Value]]] = {
    "true": lambda: True,
    "false": lambda: False,
    "not": lambda value: not truth(value),
    "boolean": truth,
    "coalesce": lambda first, second: second if first is None else first,
    "selected": _selected,
    "selected-at": _selected_at,
    "count-selected": lambda value: float(len(items(value))),
    "number": number,
    "int": _number_or_nothing(lambda value: float(math.trunc(value))),
    "abs": _number_or_nothing(abs),
    "round": _round,
    "string": lambda value: text(value) or None,
    "concat": lambda *values: cut("".join(text(value) for value in values)) or None,
    "string-length": lambda value: float(len(text(value))),
    "contains": lambda value, part: text(part) in text(value),
    "starts-with": lambda value, start: text(value).startswith(text(start)),
    "ends-with": lambda value, end: text(value).endswith(text(end)),
    "date": scalars.date,
    "decimal-date-time": lambda value: number(scalars.date(value)),
    "format-date": _formatted,
    "sum": _sum,
    "count": _count,
    "min": _extreme(min),
    "max": _extreme(max),
}
