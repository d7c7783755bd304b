"""Conditions as rows that people fill ("this question", "is", "this answer"), from and to the expression language.

Rows joined by one word (and, or) make an expression; an expression made of such rows is shown as rows again. Anything
richer stays a text: `rows_of` answers None and `sentences.say` still tells it in words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.questionnaires.drafting.elements import Flat, on_one_line, questions
from kiif.questionnaires.drafting.typed import number
from kiif.questionnaires.expressions import (
    Binary,
    Call,
    ExpressionError,
    Literal,
    Negative,
    Node,
    Own,
    Reference,
    parse,
)

OWN: Final = "."
MAX_ROWS: Final = 20

IS, IS_NOT, MORE, AT_LEAST, LESS, AT_MOST = "is", "is-not", "more", "at-least", "less", "at-most"
HAS, HAS_NOT, CONTAINS, EMPTY, FILLED = "has", "has-not", "contains", "empty", "filled"
COUNT_MORE, COUNT_LESS, LONGER, SHORTER = "count-at-least", "count-at-most", "longer", "shorter"
#: Operators that take no value.
BARE: Final = frozenset({EMPTY, FILLED})

OPERATORS: Final[dict[str, Any]] = {
    IS: gettext_lazy("is"),
    IS_NOT: gettext_lazy("is not"),
    MORE: gettext_lazy("is more than"),
    AT_LEAST: gettext_lazy("is at least"),
    LESS: gettext_lazy("is less than"),
    AT_MOST: gettext_lazy("is at most"),
    HAS: gettext_lazy("holds the choice"),
    HAS_NOT: gettext_lazy("does not hold the choice"),
    CONTAINS: gettext_lazy("contains the words"),
    COUNT_MORE: gettext_lazy("has at least, in number"),
    COUNT_LESS: gettext_lazy("has at most, in number"),
    LONGER: gettext_lazy("has at least, in characters"),
    SHORTER: gettext_lazy("has at most, in characters"),
    FILLED: gettext_lazy("is answered"),
    EMPTY: gettext_lazy("is not answered"),
}
_SIGNS: Final = {IS: "=", IS_NOT: "!=", MORE: ">", AT_LEAST: ">=", LESS: "<", AT_MOST: "<="}
_BY_SIGN: Final = {sign: key for key, sign in _SIGNS.items()}
_ORDER: Final = (IS, IS_NOT, MORE, AT_LEAST, LESS, AT_MOST)
_COUNTED: Final = (COUNT_MORE, COUNT_LESS)

NUMBERS: Final = frozenset({"number", "money", "percent", "scale"})
LISTS: Final = frozenset({"choices", "ranking", "territories", "files"})
_FAMILIES: Final = {
    "number": (*_ORDER, FILLED, EMPTY),
    "date": (*_ORDER, FILLED, EMPTY),
    "choice": (IS, IS_NOT, FILLED, EMPTY),
    "list": (HAS, HAS_NOT, *_COUNTED, FILLED, EMPTY),
    "count": (*_COUNTED, FILLED, EMPTY),
    "text": (IS, IS_NOT, CONTAINS, LONGER, SHORTER, FILLED, EMPTY),
    "given": (FILLED, EMPTY),
}


@dataclass(frozen=True)
class Subject:
    """Something that a condition may look at. `family` decides its operators, `values` what it may be equal to."""

    path: str
    label: str
    family: str
    values: tuple[tuple[str, str], ...] = ()
    kind: str = ""

    @property
    def operators(self) -> tuple[tuple[str, Any], ...]:
        return tuple((key, OPERATORS[key]) for key in _FAMILIES[self.family])


@dataclass(frozen=True)
class Row:
    """One line of the builder, as it stands in the form."""

    subject: str = ""
    operator: str = IS
    value: str = ""


@dataclass(frozen=True)
class Rows:
    """Lines joined by `join` ("and" or "or")."""

    join: str
    rows: tuple[Row, ...]


def family_of(fields: Mapping[str, Any]) -> str:
    """Which operators a question or a column has."""
    kind = fields.get("kind", "text")
    if kind == "calculated":
        kind = {"boolean": "yes_no"}.get(fields.get("result", "number"), fields.get("result", "number"))
    if kind in NUMBERS:
        return "number"
    if kind in {"choice", "yes_no"}:
        return "choice"
    if kind in {"choices", "ranking"}:
        return "list"
    if kind in {"territories", "files", "table"}:
        return "count"
    if kind in {"consent", "signature"}:
        return "given"
    return "date" if kind == "date" else "text"


def values_of(fields: Mapping[str, Any], language: str) -> tuple[tuple[str, str], ...]:
    """The answers that a question offers: key and words."""
    if fields.get("kind") == "yes_no" or fields.get("result") == "boolean":
        return (("yes", _("Yes")), ("no", _("No")))
    found = [(choice["key"], said(choice["label"], language) or choice["key"]) for choice in fields.get("choices", ())]
    if fields.get("other"):
        found.append(("other", _("Other")))
    return tuple(found)


def said(text: Mapping[str, str], language: str) -> str:
    return text.get(language) or next(iter(text.values()), "")


def subjects(flat: Flat, language: str, own: str = "") -> list[Subject]:
    """Everything a condition of the element `own` may look at, in the order of the questionnaire."""
    found = []
    for key, fields in questions(flat):
        if fields["kind"] in {"note", "rich_text"}:
            continue
        found += _parts(fields, language) if key != own else []
        if key == own:
            found.insert(0, _subject(OWN, _("This answer"), fields, language))
    return found


def _subject(path: str, label: str, fields: Mapping[str, Any], language: str) -> Subject:
    return Subject(path, label, family_of(fields), values_of(fields, language), fields.get("kind", ""))


def _parts(fields: Mapping[str, Any], language: str) -> list[Subject]:
    name = fields["name"]
    label = fields.get(f"label.{language}") or next((fields[k] for k in fields if k.startswith("label.")), name)
    label = on_one_line(label)
    if fields["kind"] == "grid":
        columns = tuple((column["key"], said(column["label"], language)) for column in fields.get("columns", ()))
        return [
            Subject(f"{name}.{row['key']}", f"{label} – {said(row['label'], language)}", "choice", columns, "grid")
            for row in fields.get("rows", ())
        ]
    if fields["kind"] == "period":
        ends = (("start", _("start")), ("end", _("end")))
        return [Subject(f"{name}.{part}", f"{label} – {words}", "date", (), "date") for part, words in ends]
    return [_subject(name, label, fields, language)]


def build(rows: Rows, known: Mapping[str, Subject]) -> str:
    """The expression of these lines. Raises ValueError with a sentence for a line that cannot be one."""
    parts = [_one(row, known) for row in rows.rows if row.subject]
    word = " or " if rows.join == "or" else " and "
    return word.join(parts)


def _one(row: Row, known: Mapping[str, Subject]) -> str:
    subject = known.get(row.subject)
    if subject is None:
        raise ValueError(_("A line looks at a question that is no longer there: choose another one."))
    if row.operator not in _FAMILIES[subject.family]:
        raise ValueError(_("“%(label)s”: choose how to compare it.") % {"label": subject.label[:60]})
    path = OWN if subject.path == OWN else f"${{{subject.path}}}"
    if row.operator in BARE:
        return _bare(path, subject, row.operator)
    value = row.value.strip()
    if not value:
        raise ValueError(_("“%(label)s”: say what it is compared with.") % {"label": subject.label[:60]})
    return _compared(path, subject, row.operator, value)


def _bare(path: str, subject: Subject, operator: str) -> str:
    if subject.kind == "table":
        return f"count({path}) {'>' if operator == FILLED else '='} 0"
    if subject.family in {"list", "count"}:
        return f"count-selected({path}) {'>' if operator == FILLED else '='} 0"
    return f"{path} {'!=' if operator == FILLED else '='} ''"


def _compared(path: str, subject: Subject, operator: str, value: str) -> str:
    if operator in {HAS, HAS_NOT}:
        chosen = f"selected({path}, {quoted(value)})"
        return chosen if operator == HAS else f"not({chosen})"
    if operator == CONTAINS:
        return f"contains({path}, {quoted(value)})"
    if operator in _COUNTED:
        counted = "count" if subject.kind == "table" else "count-selected"
        return f"{counted}({path}) {'>=' if operator == COUNT_MORE else '<='} {_number(value)}"
    if operator in {LONGER, SHORTER}:
        return f"string-length({path}) {'>=' if operator == LONGER else '<='} {_number(value)}"
    return f"{path} {_SIGNS[operator]} {_literal(subject, value)}"


_REFERENCE: Final = re.compile(r"^\$\{[a-z][a-z0-9_]*(\.[A-Za-z0-9_.-]+)?\}$")
_DATE: Final = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def _literal(subject: Subject, value: str) -> str:
    if _REFERENCE.match(value):
        return value
    if subject.family == "number":
        return _number(value)
    if subject.family == "date":
        if value == "today()":
            return value
        if not _DATE.match(value):
            raise ValueError(_("“%(text)s” is not a date. Write it as 2027-05-30.") % {"text": value[:30]})
        return f"date('{value}')"
    return quoted(value)


def _number(value: str) -> str:
    found = number(value)
    return f"{found:g}" if isinstance(found, int | float) and abs(found) < 1e6 else str(found)


def quoted(value: str) -> str:
    """A text of the language. Raises ValueError when it holds both kinds of quotation marks."""
    if "'" not in value:
        return f"'{value}'"
    if '"' not in value:
        return f'"{value}"'
    raise ValueError(_("These words hold both kinds of straight quotation marks: keep one kind."))


def rows_of(source: str, known: Mapping[str, Subject]) -> Rows | None:
    """The lines of an expression; None when it is richer than lines, or cannot be read."""
    if not source.strip():
        return Rows("and", ())
    try:
        node = parse(source)
    except ExpressionError:
        return None
    join = node.operator if isinstance(node, Binary) and node.operator in {"and", "or"} else "and"
    leaves = _leaves(node, join)
    rows = [_row(leaf, known) for leaf in leaves]
    if len(rows) > MAX_ROWS or any(row is None for row in rows):
        return None
    return Rows(join, tuple(row for row in rows if row is not None))


def _leaves(node: Node, join: str) -> list[Node]:
    if isinstance(node, Binary) and node.operator == join:
        return [*_leaves(node.left, join), *_leaves(node.right, join)]
    return [node]


def path_of(node: Node) -> str:
    """The path of a subject as `subjects` writes it; empty for anything else."""
    if isinstance(node, Own):
        return OWN
    if isinstance(node, Reference):
        return f"{node.name}.{node.part}" if node.part else node.name
    return ""


def _row(node: Node, known: Mapping[str, Subject]) -> Row | None:
    if isinstance(node, Binary) and node.operator in _BY_SIGN:
        return _row_of_comparison(node, known)
    if not isinstance(node, Call):
        return None
    if node.function == "not" and isinstance(node.arguments[0], Call):
        inner = _row(node.arguments[0], known)
        return Row(inner.subject, HAS_NOT, inner.value) if inner and inner.operator == HAS else None
    operator = {"selected": HAS, "contains": CONTAINS}.get(node.function)
    if operator is None:
        return None
    return _if_known(path_of(node.arguments[0]), operator, _value(node.arguments[1]), known)


def _row_of_comparison(node: Binary, known: Mapping[str, Subject]) -> Row | None:
    left, value = node.left, _value(node.right)
    operator = _BY_SIGN[node.operator]
    if isinstance(left, Call) and left.arguments:
        return _row_of_count(left, operator, value, known)
    path = path_of(left)
    if value == "" and operator in {IS, IS_NOT}:
        return _if_known(path, EMPTY if operator == IS else FILLED, "", known)
    return _if_known(path, operator, value, known)


def _row_of_count(call: Call, operator: str, value: str | None, known: Mapping[str, Subject]) -> Row | None:
    path = path_of(call.arguments[0])
    if call.function in {"count", "count-selected"}:
        if value == "0" and operator in {MORE, IS}:
            return _if_known(path, FILLED if operator == MORE else EMPTY, "", known)
        counted = {AT_LEAST: COUNT_MORE, AT_MOST: COUNT_LESS}.get(operator)
    elif call.function == "string-length":
        counted = {AT_LEAST: LONGER, AT_MOST: SHORTER}.get(operator)
    else:
        return None
    return _if_known(path, counted, value, known) if counted else None


def _if_known(path: str, operator: str, value: str | None, known: Mapping[str, Subject]) -> Row | None:
    subject = known.get(path)
    if subject is None or value is None or operator not in _FAMILIES[subject.family]:
        return None
    return Row(path, operator, value)


def _value(node: Node) -> str | None:
    """What stands on the right of a line, as one types it; None for anything richer."""
    if isinstance(node, Literal):
        return f"{node.value:g}" if isinstance(node.value, float) else node.value
    if isinstance(node, Negative) and isinstance(node.operand, Literal):
        inner = _value(node.operand)
        return f"-{inner}"
    if isinstance(node, Reference):
        return f"${{{path_of(node)}}}"
    if isinstance(node, Call) and node.function == "date" and isinstance(node.arguments[0], Literal):
        return str(node.arguments[0].value)
    return "today()" if isinstance(node, Call) and node.function == "today" else None


def by_path(found: Sequence[Subject]) -> dict[str, Subject]:
    return {subject.path: subject for subject in found}
