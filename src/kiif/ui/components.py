"""What components are made of. Views build these; templates show them with the tags of `templatetags/ui.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime

#: Stands for the pages left out between two numbers.
PAGE_GAP = 0


@dataclass(frozen=True)
class Tab:
    """One face of an object: `count` is shown after the label when it is known."""

    label: Any
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Step:
    """A step of a procedure. `state`: "" (to do), "done", "current", "half" (begun), "bad" (to look at again)."""

    label: Any
    note: Any = ""
    state: str = ""
    url: str = ""


@dataclass(frozen=True)
class TimelineItem:
    """Something that happened or will. `state`: "done", "now" or ""; `text` and `source` are optional lines."""

    when: date | datetime | str
    title: Any
    text: Any = ""
    source: Any = ""
    url: str = ""
    state: str = "done"

    @property
    def iso(self) -> str:
        return "" if isinstance(self.when, str) else self.when.isoformat()

    @property
    def shown(self) -> str:
        """The day as people say it, or the words given."""
        if isinstance(self.when, str):
            return self.when
        return date_format(localtime(self.when) if isinstance(self.when, datetime) else self.when, "DATE_FORMAT")

    @property
    def hour(self) -> str:
        return date_format(localtime(self.when), "TIME_FORMAT") if isinstance(self.when, datetime) else ""


def page_window(current: int, last: int, around: int = 2) -> list[int]:
    """Page numbers to show: the first, the last, some around the current one, `PAGE_GAP` where some are left out.

    >>> page_window(6, 20)
    [1, 0, 4, 5, 6, 7, 8, 0, 20]
    """
    wanted = {1, last, *range(max(1, current - around), min(last, current + around) + 1)}
    shown: list[int] = []
    for number in sorted(wanted):
        if shown and number - shown[-1] == 2:
            shown.append(number - 1)
        elif shown and number - shown[-1] > 2:
            shown.append(PAGE_GAP)
        shown.append(number)
    return shown
