"""Numbers, money, percentages, scales, calculated values."""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from kiif.questionnaires.definition import said
from kiif.questionnaires.definition.questions import Calculated, Money, Number, Percent, Scale
from kiif.questionnaires.values.base import Cell, Column, Index, Kind, Raw, Scalar, Value, folded, label_of
from kiif.questionnaires.values.dates import shown_date

N = TypeVar("N", Number, Money, Percent)
#: Beyond, a number is no longer exact in a spreadsheet.
LARGEST: Final = 1e15
_SPACES = re.compile(r"[\s\u00a0\u202f']")
_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3})+,\d+")


def read_number(text: str) -> float | None:
    """A number as people write it: "1 234,5", "1234.5", "12 %", "3 000 €"; None when blank. Raises ValueError."""
    bare = _SPACES.sub("", text).strip("€%").removesuffix("EUR").replace("\u2212", "-")
    if not bare:
        return None
    if _THOUSANDS.fullmatch(bare.lstrip("+-")):
        bare = bare.replace(".", "")
    try:
        number = float(Decimal(bare.replace(",", ".")))
    except (InvalidOperation, ValueError, OverflowError):
        raise ValueError(
            _("“%(text)s” is not a number. Write figures only, for example 12500.") % {"text": text[:40]}
        ) from None
    return checked_number(number)


def checked_number(number: Any) -> float:
    """A finite number that a spreadsheet holds exactly. Raises ValueError."""
    if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
        raise ValueError(_("A number is expected here."))
    if abs(number) > LARGEST:
        raise ValueError(_("This number is too large."))
    return int(number) if float(number).is_integer() else float(number)


def bounds(minimum: float | None, maximum: float | None, number: float) -> list[str]:
    """Sentences for a number out of its bounds."""
    if minimum is not None and number < minimum:
        return [_("The smallest value taken here is %(bound)s.") % {"bound": plain_number(minimum)}]
    if maximum is not None and number > maximum:
        return [_("The largest value taken here is %(bound)s.") % {"bound": plain_number(maximum)}]
    return []


def places(number: float) -> int:
    """Digits after the decimal sign."""
    exponent = Decimal(repr(number)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def plain_number(number: float, decimals: int | None = None) -> str:
    """A number in the reader's locale: thousands apart, no useless zero."""
    digits = places(number) if decimals is None else decimals
    return str(number_format(Decimal(repr(number)), digits, use_l10n=True, force_grouping=True))


class _Numeric(Kind[N]):
    operators = ("filled", "between")

    def parse(self, question: N, raw: Raw) -> Value:
        return read_number(raw.one())

    def clean(self, question: N, document: Value) -> Value:
        return checked_number(document)

    def decimals(self, question: N) -> int:
        return question.decimals if isinstance(question, Number | Percent) else 2 if question.cents else 0

    def check(self, question: N, value: Value) -> list[str]:
        found = bounds(question.minimum, question.maximum, value)
        allowed = self.decimals(question)
        if places(value) > allowed:
            found.append(
                _("A whole number is expected.")
                if allowed == 0
                else _("At most %(n)s digits after the decimal sign.") % {"n": allowed}
            )
        return found

    def scalar(self, question: N, value: Value) -> Scalar:
        return float(value)

    def unit(self, question: N, language: str) -> str:
        if isinstance(question, Money):
            return "€"
        return "%" if isinstance(question, Percent) else said(question.unit, language)

    def show(self, question: N, value: Value, language: str) -> str:
        unit = self.unit(question, language)
        return plain_number(value) + (f"\u00a0{unit}" if unit else "")

    def index(self, question: N, value: Value) -> Index:
        return Index(number=float(value))

    def columns(self, question: N, language: str) -> list[Column]:
        return [Column(question.name, label_of(question, language), "number")]

    def cells(self, question: N, value: Value) -> list[Cell]:
        return [float(value) if isinstance(value, float) else int(value)]


class Numbers(_Numeric[Number]):
    pass


class Amount(_Numeric[Money]):
    pass


class Percentage(_Numeric[Percent]):
    pass


class Scales(Kind[Scale]):
    operators = ("filled", "between")

    def parse(self, question: Scale, raw: Raw) -> Value:
        text = raw.one()
        return self.clean(question, read_number(text)) if text else None

    def clean(self, question: Scale, document: Value) -> Value:
        number = checked_number(document)
        if not isinstance(number, int) or not question.low <= number <= question.high:
            raise ValueError(
                _("Choose a mark from %(low)s to %(high)s.") % {"low": question.low, "high": question.high}
            )
        return number

    def scalar(self, question: Scale, value: Value) -> Scalar:
        return float(value)

    def show(self, question: Scale, value: Value, language: str) -> str:
        return _("%(mark)s on a scale from %(low)s to %(high)s") % {
            "mark": value,
            "low": question.low,
            "high": question.high,
        }

    def index(self, question: Scale, value: Value) -> Index:
        return Index(number=float(value))

    def columns(self, question: Scale, language: str) -> list[Column]:
        return [Column(question.name, label_of(question, language), "integer")]

    def cells(self, question: Scale, value: Value) -> list[Cell]:
        return [int(value)]


class Calculations(Kind[Calculated]):
    """Given by an expression, never typed: what a form sends for it is not read."""

    operators = ("filled", "between", "holds")
    answered = False

    def parse(self, question: Calculated, raw: Raw) -> Value:
        return None

    def clean(self, question: Calculated, document: Value) -> Value:
        if question.result in {"text", "date"}:
            return str(document)[:1_000] if isinstance(document, str) and document else None
        if question.result == "boolean":
            return document if isinstance(document, bool) else None
        return checked_number(document)

    def scalar(self, question: Calculated, value: Value) -> Scalar:
        if question.result == "date" and isinstance(value, str):
            return dt.date.fromisoformat(value)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value

    def show(self, question: Calculated, value: Value, language: str) -> str:
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, str):
            return shown_date(value) if question.result == "date" else value
        unit = {"money": "€", "percent": "%"}.get(question.result) or said(question.unit, language)
        return plain_number(round(value, question.decimals)) + (f"\u00a0{unit}" if unit else "")

    def index(self, question: Calculated, value: Value) -> Index:
        if isinstance(value, str):
            day = dt.date.fromisoformat(value).toordinal() if question.result == "date" else None
            return Index(number=day) if day is not None else Index(text=folded(value))
        return Index(number=float(value))

    def columns(self, question: Calculated, language: str) -> list[Column]:
        kinds = {"text": "text", "date": "date", "boolean": "boolean"}
        return [Column(question.name, label_of(question, language), kinds.get(question.result, "number"))]

    def cells(self, question: Calculated, value: Value) -> list[Cell]:
        return [dt.date.fromisoformat(value) if question.result == "date" else value]
