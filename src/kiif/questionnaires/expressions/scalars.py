"""Values of expressions and how one becomes another. Written twice, here and in expressions.js, tested as one.

A value is nothing (None: no answer), a text, a number, a boolean, a list of those (several choices, a column of a
table), or a whole with named parts (a grid, a period, a table). A date is a text `2026-05-13`.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Final

#: None, str, float, bool, tuple of them, dict of them.
Value = Any

#: Significant digits kept after each operation: 0.1 + 0.2 is 0.3, on both sides.
DIGITS: Final = 14
#: A greater number is nothing: neither side could write it the same way.
GREATEST: Final = 1e15
SMALLEST: Final = 1e-6
MAX_TEXT: Final = 20_000
#: In the whole of a table, the number of its rows; its other parts are its columns.
ROWS: Final = "#rows"
EPOCH: Final = dt.date(1970, 1, 1).toordinal()

_DIGITS: Final = Context(prec=DIGITS, rounding=ROUND_HALF_UP)
_NUMBER: Final = re.compile(r"-?(?:[0-9]{1,20}(?:\.[0-9]{1,20})?|\.[0-9]{1,20})", re.ASCII)
_DATE: Final = re.compile(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}", re.ASCII)


def plain(value: Any) -> Value:
    """What a question holds, as a value: dates become texts, whole numbers floats, empty things None."""
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float | Decimal):
        return tidy(float(value))
    if isinstance(value, str):
        return value or None
    if isinstance(value, Mapping):
        parts = {key: plain(inner) for key, inner in value.items()}
        return parts if any(inner is not None for inner in parts.values()) else None
    inside = tuple(plain(inner) for inner in value)
    return inside if any(inner is not None for inner in inside) else None


def tidy(number: float) -> float | None:
    """The number without the dust of binary arithmetic; nothing when it is not one, or too great."""
    if not math.isfinite(number) or abs(number) >= GREATEST:
        return None
    if abs(number) < SMALLEST:
        return 0.0
    if number == math.trunc(number):
        return number
    return float(_DIGITS.create_decimal_from_float(number))


def truth(value: Value) -> bool:
    """Whether a condition holds: nothing, 0 and false do not; any text does."""
    return value is not None and value is not False and value != 0


def text(value: Value) -> str:
    """As a text: nothing is empty, lists are written with spaces between, as XLSForm does."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return written(value)
    return cut(" ".join(filter(None, (text(part) for part in inside(value)))))


def inside(value: Value) -> Iterable[Value]:
    """What a list or a whole holds; parts of a whole by their names, since objects of browsers have another order."""
    return (value[key] for key in sorted(value) if key != ROWS) if isinstance(value, dict) else value


def written(number: float) -> str:
    """A number without exponent nor useless zeros: 1200000, 0.5."""
    if number == math.trunc(number):
        return str(int(number))
    return format(Decimal(repr(number)), "f")


def cut(words: str) -> str:
    return words[:MAX_TEXT]


def number(value: Value) -> float | None:
    """As a number: a date is its days since 1970-01-01; what is not a number is nothing."""
    if value is None or isinstance(value, float):
        return value
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    words = text(value).strip(" \t\r\n")
    if _NUMBER.fullmatch(words):
        return tidy(float(words))
    days = day(words)
    return None if days is None else float(days)


def day(words: str) -> int | None:
    """Days since 1970-01-01 of a text that is a date of the calendar, else None."""
    if not _DATE.fullmatch(words):
        return None
    try:
        return dt.date.fromisoformat(words).toordinal() - EPOCH
    except ValueError:
        return None


def date(value: Value) -> str | None:
    """As a date, from a date or from days since 1970-01-01."""
    if isinstance(value, str) and day(value) is not None:
        return value
    days = number(value)
    if days is None or not -300_000 <= days <= 2_900_000:
        return None
    return dt.date.fromordinal(EPOCH + math.floor(days)).isoformat()


def items(value: Value) -> tuple[Value, ...]:
    """As a list: a text is cut at spaces, a whole gives its parts."""
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(filter(None, value.split(" ")))
    return tuple(inside(value)) if isinstance(value, dict | tuple) else (value,)


def many(values: Iterable[Value]) -> list[Value]:
    """The things inside, lists opened, nothing left out."""
    found: list[Value] = []
    for value in values:
        if isinstance(value, dict | tuple):
            found += many(inside(value))
        elif value is not None:
            found.append(value)
    return found


def same(left: Value, right: Value) -> bool:
    """`=`: nothing equals only nothing; then booleans, then numbers, else texts are compared.

    Beside a boolean, the texts 'no' and 'false' are false: a calculation may be asked `= 'no'` as a yes-or-no is.
    """
    if left is None or right is None:
        return left is None and right is None
    if isinstance(left, bool) or isinstance(right, bool):
        return _said(left) is _said(right)
    if isinstance(left, float) or isinstance(right, float):
        first, second = number(left), number(right)
        return first is not None and first == second
    return text(left) == text(right)


def _said(value: Value) -> bool:
    return truth(value) and value not in ("no", "false")


def rounded(value: float, places: float) -> float | None:
    """To that many decimals (-9 to 9), halves away from zero."""
    if places != math.trunc(places) or abs(places) > 9:
        return None
    step = Decimal(1).scaleb(-int(places))
    return tidy(float(Decimal(repr(value)).quantize(step, rounding=ROUND_HALF_UP, context=Context(prec=60))))


def ordered(left: Value, right: Value, operator: str) -> bool:
    """`<` and the like: between numbers and dates only; false with nothing or with words."""
    first, second = number(left), number(right)
    if first is None or second is None:
        return False
    if operator == "<":
        return first < second
    if operator == "<=":
        return first <= second
    return first > second if operator == ">" else first >= second
