"""Dates and periods."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kiif.questionnaires.definition.questions import Date, Period
from kiif.questionnaires.values.base import Cell, Column, Index, Kind, Raw, Scalar, Value, expect_dict, label_of

_FRENCH = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
FIRST: Final = dt.date(1800, 1, 1)
LAST: Final = dt.date(2200, 12, 31)


def read_date(text: str) -> str | None:
    """ "2026-05-13" from itself or from "13/05/2026"; None when blank. Raises ValueError."""
    if not text.strip():
        return None
    try:
        if match := _FRENCH.fullmatch(text.strip()):
            day, month, year = (int(part) for part in match.groups())
            date = dt.date(year, month, day)
        else:
            date = dt.date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(
            _("“%(text)s” is not a date. Write the day, the month and the year, for example 13/05/2026.")
            % {"text": text[:40]}
        ) from None
    if not FIRST <= date <= LAST:
        raise ValueError(_("Check the year of this date."))
    return date.isoformat()


def shown_date(text: str) -> str:
    """A stored date in the reader's words."""
    return str(date_format(dt.date.fromisoformat(text), "DATE_FORMAT"))


def between(earliest: dt.date | None, latest: dt.date | None, text: str) -> list[str]:
    """Sentences for a date out of its bounds."""
    date = dt.date.fromisoformat(text)
    if earliest is not None and date < earliest:
        return [_("The earliest date taken here is %(bound)s.") % {"bound": shown_date(earliest.isoformat())}]
    if latest is not None and date > latest:
        return [_("The latest date taken here is %(bound)s.") % {"bound": shown_date(latest.isoformat())}]
    return []


class Dates(Kind[Date]):
    operators = ("filled", "between_dates")

    def parse(self, question: Date, raw: Raw) -> Value:
        return read_date(raw.one())

    def clean(self, question: Date, document: Value) -> Value:
        if not isinstance(document, str):
            raise ValueError(_("A date is expected here."))
        return read_date(document)

    def check(self, question: Date, value: Value) -> list[str]:
        return between(question.earliest, question.latest, value)

    def scalar(self, question: Date, value: Value) -> Scalar:
        return dt.date.fromisoformat(value)

    def show(self, question: Date, value: Value, language: str) -> str:
        return shown_date(value)

    def index(self, question: Date, value: Value) -> Index:
        return Index(number=dt.date.fromisoformat(value).toordinal())

    def columns(self, question: Date, language: str) -> list[Column]:
        return [Column(question.name, label_of(question, language), "date")]

    def cells(self, question: Date, value: Value) -> list[Cell]:
        return [dt.date.fromisoformat(value)]


class Periods(Kind[Period]):
    """Two dates; either may be missing in a draft."""

    operators = ("filled", "between_dates")

    def parse(self, question: Period, raw: Raw) -> Value:
        return self._made(read_date(raw.one("start")), read_date(raw.one("end")))

    def clean(self, question: Period, document: Value) -> Value:
        parts = expect_dict(document, "start", "end")
        return self._made(*(read_date(str(parts.get(part) or "")) for part in ("start", "end")))

    @staticmethod
    def _made(start: str | None, end: str | None) -> Value:
        return {"start": start, "end": end} if start or end else None

    def check(self, question: Period, value: Value) -> list[str]:
        start, end = value["start"], value["end"]
        if not start or not end:
            return [_("Give both dates: the first and the last.")]
        if end < start:
            return [_("The last date comes before the first.")]
        return between(question.earliest, None, start) + between(None, question.latest, end)

    def scalar(self, question: Period, value: Value) -> Scalar:
        return {part: dt.date.fromisoformat(value[part]) if value[part] else None for part in ("start", "end")}

    def show(self, question: Period, value: Value, language: str) -> str:
        start, end = (shown_date(value[part]) if value[part] else "…" for part in ("start", "end"))
        return _("from %(start)s to %(end)s") % {"start": start, "end": end}

    def index(self, question: Period, value: Value) -> Index:
        first = value["start"] or value["end"]
        return Index(number=dt.date.fromisoformat(first).toordinal())

    def columns(self, question: Period, language: str) -> list[Column]:
        label = label_of(question, language)
        return [
            Column(f"{question.name}.start", _("%(label)s – first date") % {"label": label}, "date"),
            Column(f"{question.name}.end", _("%(label)s – last date") % {"label": label}, "date"),
        ]

    def cells(self, question: Period, value: Value) -> list[Cell]:
        return [dt.date.fromisoformat(value[part]) if value[part] else None for part in ("start", "end")]
