"""Filters on any question, from the address of a page to a query that reads indexes only.

In an address a condition is one parameter `f`, "q_ab12:is:a|b" (identifier, operator, values). Conditions add up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.questionnaires import values
from kiif.questionnaires.definition import Base, Definition
from kiif.questionnaires.models import Answer, AnswerItem, Response
from kiif.questionnaires.values.base import CODED, folded
from kiif.questionnaires.values.dates import read_date, shown_date
from kiif.questionnaires.values.numbers import plain_number, read_number

M = TypeVar("M", bound=Model)
#: Conditions that one page takes, and values of one condition.
MOST: Final = 12
MOST_VALUES: Final = 50
#: What each operator is called, and what it takes: nothing, a text, a choice, bounds.
OPERATORS: Final[dict[str, Any]] = {
    "filled": gettext_lazy("has an answer"),
    "empty": gettext_lazy("has no answer"),
    "is": gettext_lazy("is one of"),
    "has": gettext_lazy("includes one of"),
    "holds": gettext_lazy("contains"),
    "between": gettext_lazy("from … to …"),
    "between_dates": gettext_lazy("from … to …"),
}


@dataclass(frozen=True)
class Condition:
    """One condition on the answers to a question. `values`: keys of choices, a text, or two bounds ("" for none)."""

    question: Base
    operator: str
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The parameter of an address."""
        return ":".join([self.question.id, self.operator, "|".join(self.values)])


def operators_of(question: Base) -> tuple[str, ...]:
    """How the answers to a question can be filtered, the most telling first."""
    known = values.of(question).operators
    return (*(name for name in known if name != "filled"), "filled", "empty") if known else ()


def choices_of(question: Base, language: str) -> dict[str, str]:
    """Values offered by "is" and "has" for a question: its choices, yes or no, and the coded answers that it takes."""
    from kiif.questionnaires.values.choices import labels

    found: dict[str, str] = {}
    if question.kind == "yes_no":
        found = {"yes": _("yes"), "no": _("no")}
    elif question.kind in {"choice", "choices", "ranking"}:
        found = labels(question.choices, language, getattr(question, "other", False))  # type: ignore[attr-defined]  # these have choices
    taken = {values.UNKNOWN: question.unknown, values.REFUSAL: question.refusal}
    return found | {f"={code}": values.words_of_coded(code) for code in CODED if taken[code]}


def read_conditions(definition: Definition, parameters: Iterable[str]) -> tuple[list[Condition], list[str]]:
    """Conditions of an address, and sentences about those that cannot be used: they are never silently dropped."""
    found: list[Condition] = []
    problems: list[str] = []
    for text in list(parameters)[:MOST]:
        try:
            found.append(read_condition(definition, text))
        except ValueError as error:
            problems.append(str(error))
    return found, problems


def read_condition(definition: Definition, text: str) -> Condition:
    """One condition as it stands in an address. Raises ValueError with a sentence."""
    key, _colon, rest = text.partition(":")
    operator, _colon, listed = rest.partition(":")
    question = definition.by_id.get(key)
    if question is None:
        raise ValueError(_("A filter names a question that is not in this version: it was left out."))
    if operator not in operators_of(question):
        raise ValueError(_("“%(question)s” cannot be filtered in this way.") % {"question": question.name})
    return made(question, operator, tuple(listed.split("|"))[:MOST_VALUES] if listed else ())


def made(question: Base, operator: str, given: tuple[str, ...]) -> Condition:
    """A condition whose values can be read. Raises ValueError with a sentence."""
    if operator in {"is", "has"} and not given:
        raise ValueError(_("Choose at least one value to filter on."))
    if operator == "holds" and not folded("|".join(given)):
        raise ValueError(_("Write a word to look for."))
    if operator in {"between", "between_dates"}:
        read = read_number if operator == "between" else read_date
        bounds = [read(text) for text in (*given, "", "")[:2]]
        if bounds == [None, None]:
            raise ValueError(_("Give at least one bound to filter on."))
        given = tuple("" if bound is None else str(bound) for bound in bounds)
    return Condition(question, operator, given)


def said(condition: Condition, language: str) -> str:
    """The condition in words: "Number of jobs: from 3 to 10"."""
    from kiif.questionnaires.values.base import label_of

    words = str(OPERATORS[condition.operator])
    if condition.operator in {"is", "has"}:
        known = choices_of(condition.question, language)
        words = ", ".join(known.get(key, key) for key in condition.values)
    elif condition.operator == "holds":
        words = _("contains “%(text)s”") % {"text": "|".join(condition.values)}
    elif condition.operator in {"between", "between_dates"}:
        words = _bounds_in_words(condition)
    return f"{label_of(condition.question, language)}\u00a0: {words}"


def _bounds_in_words(condition: Condition) -> str:
    show = shown_date if condition.operator == "between_dates" else lambda text: plain_number(float(text))
    low, high = ((show(text) if text else "") for text in condition.values)
    if not low:
        return _("at most %(high)s") % {"high": high}
    if not high:
        return _("at least %(low)s") % {"low": low}
    if condition.operator == "between_dates":
        return _("from %(start)s to %(end)s") % {"start": low, "end": high}
    return _("from %(low)s to %(high)s") % {"low": low, "high": high}


def matching(
    responses: QuerySet[Response], conditions: Iterable[Condition], fields: Mapping[str, int]
) -> QuerySet[Response]:
    """The responses that meet all conditions. `fields`: primary key of the Field of each question's identifier.

    A page reads the keys once and counts them itself: a count and a slice would do the work twice.
    """
    for condition in conditions:
        field = fields.get(condition.question.id)
        if field is None:  # nobody ever answered this question
            responses = responses if condition.operator == "empty" else responses.none()
        elif condition.operator == "empty":
            responses = responses.exclude(pk__in=Answer.objects.filter(field=field).values("response"))
        else:
            responses = responses.filter(_met(condition, field))
    return responses


def _met(condition: Condition, field: int) -> Q:
    rows = Answer.objects.filter(field=field)
    operator = condition.operator
    if operator == "filled":
        return _among(rows)
    if operator == "is":
        return _among(rows.filter(text__in=condition.values))
    if operator == "has":
        coded = [key for key in condition.values if key.startswith("=")]
        items = _among(AnswerItem.objects.filter(field=field, text__in=condition.values))
        return items | _among(rows.filter(text__in=coded)) if coded else items
    if operator == "holds":
        # asked of each dossier that the other conditions left, rather than of all texts at once
        wanted = folded("|".join(condition.values))
        held = rows.filter(Q(text__contains=wanted) | Q(folded__contains=wanted), response=OuterRef("pk"))
        return Q(Exists(held))
    return _among(_bounded(rows, condition))


def _bounded(rows: QuerySet[Answer], condition: Condition) -> QuerySet[Answer]:
    low, high = (_number(condition.operator, text) for text in condition.values)
    if low is not None:
        rows = rows.filter(number__gte=low)
    return rows.filter(number__lte=high) if high is not None else rows.filter(number__isnull=False)


def _number(operator: str, text: str) -> float | None:
    if not text:
        return None
    return float(dt.date.fromisoformat(text).toordinal()) if operator == "between_dates" else float(text)


def _among(rows: QuerySet[M]) -> Q:
    return Q(pk__in=rows.values("response"))
