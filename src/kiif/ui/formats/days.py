"""The first day of a month as French writes it: "1er juillet", in every date of pages, mails and documents.

Django's formats know no ordinal but the English one, so the day of the month itself is taught. Dates for programs
(ISO, "d/m/Y") do not pass here.
"""

from __future__ import annotations

from django.utils import dateformat
from django.utils.translation import get_language

_plain = dateformat.DateFormat.j


def _day(self: dateformat.DateFormat) -> int | str:
    """`j`: the day of the month without leading zero."""
    day: int = _plain(self)
    return "1er" if day == 1 and (get_language() or "").startswith("fr") else day


def install() -> None:
    """Called in `apps.ready()`; twice is harmless."""
    dateformat.DateFormat.j = _day  # type: ignore[method-assign, assignment] # the one place where a day is written
