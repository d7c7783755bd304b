"""What a table declares: its columns and its filters."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

Choices = Sequence[tuple[Any, Any]]
_NOTHING = "–"


def resolve(row: Any, path: str) -> Any:
    """The value at a path of attributes, keys or methods without arguments: `"user.full_name"`.

    A missing link on the way gives None (a person without organisation); an unknown name is our mistake and raises.
    """
    value = row
    for name in path.split("."):
        if value is None:
            return None
        value = value[name] if isinstance(value, dict) else getattr(value, name)
        if callable(value) and not isinstance(value, type):
            value = value()
    return value


def shown(value: Any) -> Any:
    """A value as people read it: dates in words, numbers in the reader's habits, a dash for nothing."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return _NOTHING
    if isinstance(value, date):
        return shown_date(value)
    if isinstance(value, int | float | Decimal):
        return number_format(value, use_l10n=True, force_grouping=True)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(str(item) for item in value) or _NOTHING
    return value


def shown_date(value: date) -> str:
    if not isinstance(value, datetime):
        return date_format(value, "DATE_FORMAT")
    return date_format(localtime(value) if value.tzinfo else value, "DATETIME_FORMAT")


@dataclass(frozen=True)
class Column:
    """One column. `value` is a path or a function of the row (default: the key); `sort` the field(s) of the database.

    `cell` is a template rendered with `row`, `value`, `table`; `url` makes the value a link; `head` marks the column
    that names the row. `export` may be False (buttons) or a function of the row; `page=False` keeps a column for the
    exports; in a list that is not a QuerySet any true `sort` sorts by the value.
    """

    key: str
    label: Any
    value: str | Callable[[Any], Any] = ""
    sort: str | tuple[str, ...] = ""
    cell: str = ""
    url: Callable[[Any], str] | None = None
    sub: str | Callable[[Any], Any] = ""
    head: bool = False
    end: bool = False
    export: bool | Callable[[Any], Any] = True
    page: bool = True
    label_hidden: bool = False

    def read(self, row: Any) -> Any:
        if callable(self.value):
            return self.value(row)
        return resolve(row, self.value or self.key)

    def read_sub(self, row: Any) -> Any:
        return self.sub(row) if callable(self.sub) else resolve(row, self.sub) if self.sub else ""

    def exported(self, row: Any) -> Any:
        return self.export(row) if callable(self.export) else self.read(row)

    @property
    def fields(self) -> tuple[str, ...]:
        """Fields of the database that this column is sorted by; none if it is not."""
        return (self.sort,) if isinstance(self.sort, str) and self.sort else tuple(self.sort)


@dataclass(frozen=True)
class Filter:
    """A filter of the address `?key=value`. `kind`: select, tick (`value=1`) or date.

    `lookup` is a field of the database, or `apply(rows, value)` returns the rows that stay. `choices` may be a function
    of the table (its `actor`, for instance); a value that is not among them is ignored.
    """

    key: str
    label: Any
    choices: Choices | Callable[[Any], Choices] = ()
    lookup: str = ""
    apply: Callable[[Any, Any], Any] | None = None
    kind: str = "select"
    all_label: Any = ""

    def options(self, table: Any) -> list[tuple[str, Any]]:
        found = self.choices(table) if callable(self.choices) else self.choices
        return [(str(value), label) for value, label in found]

    def clean(self, text: str, table: Any) -> Any:
        """The value asked for, or None when there is none that makes sense."""
        if self.kind == "tick":
            return True if text == "1" else None
        if self.kind == "date":
            try:
                return date.fromisoformat(text)
            except ValueError:
                return None
        return text if text and text in dict(self.options(table)) else None


@dataclass(frozen=True)
class BoundFilter:
    """A filter with what the address asks."""

    declared: Filter
    table: Any
    text: str

    @cached_property
    def value(self) -> Any:
        return self.declared.clean(self.text, self.table)

    @cached_property
    def options(self) -> list[tuple[str, Any]]:
        return self.declared.options(self.table)

    @property
    def key(self) -> str:
        return self.declared.key

    @property
    def label(self) -> Any:
        return self.declared.label

    @property
    def kind(self) -> str:
        return self.declared.kind

    @property
    def all_label(self) -> Any:
        return self.declared.all_label or _("All")

    @property
    def asked(self) -> str:
        """What the form shows: the value if it makes sense, else nothing."""
        return self.text if self.value is not None else ""
