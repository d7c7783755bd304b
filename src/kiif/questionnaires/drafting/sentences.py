"""An expression in words, for whoever does not read formulas: “« Statuts » est « association » et …”."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from kiif.questionnaires.drafting.conditions import OWN, Subject, path_of
from kiif.questionnaires.expressions import Binary, Call, ExpressionError, Literal, Negative, Node, parse

_LONGEST: Final = 70


def say(source: str, known: Mapping[str, Subject]) -> str:
    """What an expression says. Empty for an empty one; the sentence of its fault for one that cannot be read."""
    if not source.strip():
        return ""
    try:
        return _node(parse(source), known)
    except ExpressionError as error:
        return error.sentence


def name_of(path: str, known: Mapping[str, Subject]) -> str:
    """A question in quotation marks, shortened; its short name when there is no such question."""
    if path == OWN:
        return _("this answer")
    subject = known.get(path)
    if subject is None:
        return f"${{{path}}}"
    label = subject.label if len(subject.label) <= _LONGEST else f"{subject.label[: _LONGEST - 1].rstrip()}…"
    return _("“%(label)s”") % {"label": label}


def _node(node: Node, known: Mapping[str, Subject], inside: str = "") -> str:
    if isinstance(node, Binary):
        return _binary(node, known, inside)
    if isinstance(node, Call):
        return _call(node, known)
    if isinstance(node, Literal):
        return _literal(node.value)
    if isinstance(node, Negative):
        return f"−{_node(node.operand, known)}"
    return name_of(path_of(node), known)


def _literal(value: str | float) -> str:
    if isinstance(value, float):
        return number_format(int(value) if value == int(value) else value, use_l10n=True)
    try:
        return date_format(dt.date.fromisoformat(value), "DATE_FORMAT")
    except ValueError:
        return _("“%(label)s”") % {"label": value}


def _binary(node: Binary, known: Mapping[str, Subject], inside: str) -> str:
    if node.operator in {"and", "or"}:
        left, right = _node(node.left, known, node.operator), _node(node.right, known, node.operator)
        told = _("%(left)s and %(right)s") if node.operator == "and" else _("%(left)s or %(right)s")
        told %= {"left": left, "right": right}
        return f"({told})" if inside and inside != node.operator else told
    if node.operator in _COMPARED:
        return _comparison(node, known)
    sign = {"*": "×", "div": "÷", "mod": "mod", "+": "+", "-": "−"}[node.operator]
    return f"{_operand(node.left, known)} {sign} {_operand(node.right, known)}"


def _operand(node: Node, known: Mapping[str, Subject]) -> str:
    words = _node(node, known)
    return f"({words})" if isinstance(node, Binary) else words


_COMPARED: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})


def _comparison(node: Binary, known: Mapping[str, Subject]) -> str:
    parts = {"left": _node(node.left, known), "right": _answer(node.left, node.right, known)}
    if isinstance(node.right, Literal) and node.right.value == "":
        return (_("%(left)s is not answered") if node.operator == "=" else _("%(left)s is answered")) % parts
    return {
        "=": _("%(left)s is %(right)s"),
        "!=": _("%(left)s is not %(right)s"),
        ">": _("%(left)s is more than %(right)s"),
        ">=": _("%(left)s is at least %(right)s"),
        "<": _("%(left)s is less than %(right)s"),
        "<=": _("%(left)s is at most %(right)s"),
    }[node.operator] % parts


def _answer(subject: Node, node: Node, known: Mapping[str, Subject]) -> str:
    """The words of a choice rather than its key."""
    found = known.get(path_of(subject))
    if found and isinstance(node, Literal) and isinstance(node.value, str):
        words = dict(found.values).get(node.value)
        if words:
            return _("“%(label)s”") % {"label": words}
    return _node(node, known)


def _call(node: Call, known: Mapping[str, Subject]) -> str:
    arguments = node.arguments
    if node.function == "not":
        return _negation(arguments[0], known)
    if node.function in {"selected", "contains", "starts-with", "ends-with"}:
        parts = {"left": _node(arguments[0], known), "right": _answer(arguments[0], arguments[1], known)}
        return {
            "selected": _("%(left)s holds %(right)s"),
            "contains": _("%(left)s contains the words %(right)s"),
            "starts-with": _("%(left)s starts with %(right)s"),
            "ends-with": _("%(left)s ends with %(right)s"),
        }[node.function] % parts
    if node.function == "if":
        return _("%(then)s if %(condition)s, else %(other)s") % {
            "condition": _node(arguments[0], known),
            "then": _node(arguments[1], known),
            "other": _node(arguments[2], known),
        }
    if node.function == "date":
        return _node(arguments[0], known)
    words = ", ".join(_node(argument, known) for argument in arguments)
    told = _functions().get(node.function)
    return told % {"of": words} if told else f"{node.function}({words})"


def _negation(node: Node, known: Mapping[str, Subject]) -> str:
    if isinstance(node, Call) and node.function == "selected":
        parts = {"left": _node(node.arguments[0], known), "right": _answer(node.arguments[0], node.arguments[1], known)}
        return _("%(left)s does not hold %(right)s") % parts
    return _("it is not true that %(what)s") % {"what": _node(node, known)}


def _functions() -> dict[str, str]:
    return {
        "true": _("always"),
        "false": _("never"),
        "count-selected": _("the number of choices of %(of)s"),
        "count": _("the number of rows of %(of)s"),
        "sum": _("the sum of %(of)s"),
        "min": _("the smallest of %(of)s"),
        "max": _("the largest of %(of)s"),
        "string-length": _("the length of %(of)s"),
        "coalesce": _("the first answered of %(of)s"),
        "round": _("%(of)s, rounded"),
        "int": _("%(of)s, without decimals"),
        "number": "%(of)s",
        "string": "%(of)s",
        "boolean": "%(of)s",
        "today": _("today"),
        "regex": _("%(of)s has the right form"),
    }
