"""Typed answers: one `Kind` for each kind of question (see `docs/questionnaires.md`).

`read`, `accept`, `problems`, `scalar`, `show`, `index`, `cells` answer for any question and take care of what is common
to all kinds: no answer (None) and coded answers ("I do not know").
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.utils.translation import gettext as _

from kiif.questionnaires.definition import Base
from kiif.questionnaires.values import choices, contacts, dates, files, identity, numbers, places, rows, texts
from kiif.questionnaires.values.base import (
    REFUSAL,
    UNKNOWN,
    Cell,
    Column,
    Index,
    Kind,
    Raw,
    Scalar,
    Value,
    coded,
    words_of_coded,
)


class _Notes(Kind[Any]):
    """Words only: nothing is answered, nothing is exported."""

    operators = ()
    answered = False

    def parse(self, question: Any, raw: Raw) -> Value:
        return None

    def clean(self, question: Any, document: Value) -> Value:
        return None

    def columns(self, question: Any, language: str) -> list[Column]:
        return []

    def cells(self, question: Any, value: Value) -> list[Cell]:
        return []


KINDS: Final[dict[str, Kind[Any]]] = {
    "text": texts.Short(),
    "long_text": texts.Long(),
    "rich_text": texts.Rich(),
    "number": numbers.Numbers(),
    "money": numbers.Amount(),
    "percent": numbers.Percentage(),
    "scale": numbers.Scales(),
    "calculated": numbers.Calculations(),
    "date": dates.Dates(),
    "period": dates.Periods(),
    "choice": choices.One(),
    "choices": choices.Many(),
    "ranking": choices.Rankings(),
    "grid": choices.Grids(),
    "yes_no": choices.YesNos(),
    "email": contacts.Emails(),
    "phone": contacts.Phones(),
    "url": contacts.Urls(),
    "address": contacts.Addresses(),
    "territories": places.Places(),
    "organisation": identity.Organisations(),
    "consent": identity.Consents(),
    "signature": identity.Signatures(),
    "files": files.FileLists(),
    "table": rows.Tables(),
    "note": _Notes(),
}


def of(question: Base) -> Kind[Any]:
    """The kind of a question."""
    return KINDS[question.kind]


def _coded(question: Base, code: Any) -> Value:
    allowed = {UNKNOWN: question.unknown, REFUSAL: question.refusal}
    if not isinstance(code, str) or not allowed.get(code):
        raise ValueError(_("This question does not take this answer."))
    return {"coded": code}


def read(question: Base, raw: Raw) -> Value:
    """The value that a form sent; None when nothing was. Raises ValueError with a sentence."""
    if code := raw.one("coded"):
        return _coded(question, code)
    return of(question).parse(question, raw)


def accept(question: Base, document: Any) -> Value:
    """A value from JSON (an API, an import, an earlier answer) made sure of its shape. Raises ValueError."""
    if document is None:
        return None
    if isinstance(document, dict) and set(document) == {"coded"}:
        return _coded(question, document["coded"])
    return of(question).clean(question, document)


def problems(question: Base, value: Value) -> list[str]:
    """Sentences about a value of the right shape; empty when it is right, or when there is none."""
    return [] if value is None or coded(value) else of(question).check(question, value)


def stamp(question: Base, value: Value, before: Value, at: dt.datetime) -> Value:
    """The value with what only the moment of saving knows."""
    return value if value is None or coded(value) else of(question).stamp(question, value, before, at)


def scalar(question: Base, value: Value) -> Scalar:
    """What expressions read; None for no answer and for coded ones."""
    return None if value is None or coded(value) else of(question).scalar(question, value)


def show(question: Base, value: Value, language: str) -> str:
    """Words for people; empty when there is no answer."""
    if value is None:
        return ""
    return words_of_coded(code) if (code := coded(value)) else of(question).show(question, value, language)


def index(question: Base, value: Value) -> Index:
    """What filters read."""
    if value is None:
        return Index()
    return Index(text=f"={code}") if (code := coded(value)) else of(question).index(question, value)


def cells(question: Base, value: Value) -> list[Cell]:
    """As many cells as `of(question).columns`; blank when there is no answer. Coded answers are told by `coded`."""
    if value is None or coded(value):
        return [None] * len(of(question).columns(question, ""))
    return of(question).cells(question, value)


__all__ = [
    "KINDS",
    "REFUSAL",
    "UNKNOWN",
    "Cell",
    "Column",
    "Index",
    "Kind",
    "Raw",
    "Scalar",
    "Value",
    "accept",
    "cells",
    "coded",
    "index",
    "of",
    "problems",
    "read",
    "scalar",
    "show",
    "stamp",
    "words_of_coded",
]
