"""The two kinds of rows behind a table: a QuerySet, worked on by the database, or a list, worked on here."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Any

from django.db.models import F, Q, QuerySet

from kiif.ui.tables.columns import BoundFilter, Column, resolve
from kiif.ui.tables.lookups import fold

_CHUNK = 2000


class DatabaseRows:
    def __init__(self, rows: QuerySet[Any]) -> None:
        self.rows = rows

    def search(self, words: Sequence[str], fields: Sequence[str]) -> None:
        """Each word is found in one of the fields."""
        for word in words:
            found = reduce(operator.or_, (Q((f"{field}__holds", word)) for field in fields), Q())
            self.rows = self.rows.filter(found)

    def narrow(self, bound: BoundFilter) -> None:
        declared = bound.declared
        if declared.apply:
            self.rows = declared.apply(self.rows, bound.value)
        else:
            self.rows = self.rows.filter(**{declared.lookup or declared.key: bound.value})

    def sort(self, column: Column, *, down: bool) -> None:
        """Unknown values last either way; the primary key decides between equals: pages never overlap."""
        keys = [F(field).desc(nulls_last=True) if down else F(field).asc(nulls_last=True) for field in column.fields]
        self.rows = self.rows.order_by(*keys, "pk")

    def sort_default(self) -> None:
        if not self.rows.ordered:
            self.rows = self.rows.order_by("pk")

    def count(self) -> int:
        return self.rows.count()

    def slice(self, start: int, stop: int, *, keys_first: bool = False) -> list[Any]:
        """Rows of a page. `keys_first`: what rows bring along is then computed for these rows only."""
        if not keys_first:
            return list(self.rows[start:stop])
        keys = list(self.rows.values_list("pk", flat=True)[start:stop])
        return list(self.rows.filter(pk__in=keys)) if keys else []

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows.iterator(chunk_size=_CHUNK))


class ListRows:
    def __init__(self, rows: Sequence[Any]) -> None:
        self.rows = list(rows)

    def search(self, words: Sequence[str], fields: Sequence[str]) -> None:
        folded = [fold(word) or "" for word in words]

        def found(row: Any) -> bool:
            text = fold(" ".join(str(resolve(row, field)) for field in fields)) or ""
            return all(word in text for word in folded)

        self.rows = [row for row in self.rows if found(row)]

    def narrow(self, bound: BoundFilter) -> None:
        declared = bound.declared
        if declared.apply:
            self.rows = list(declared.apply(self.rows, bound.value))
        else:
            path = declared.lookup or declared.key
            self.rows = [row for row in self.rows if str(resolve(row, path)) == str(bound.value)]

    def sort(self, column: Column, *, down: bool) -> None:
        def key(row: Any) -> Any:
            value = column.read(row)
            return fold(value) if isinstance(value, str) else value

        known = [row for row in self.rows if not _unknown(column.read(row))]
        unknown = [row for row in self.rows if _unknown(column.read(row))]
        self.rows = sorted(known, key=key, reverse=down) + unknown

    def sort_default(self) -> None:
        """A list comes in the order that its maker chose."""

    def count(self) -> int:
        return len(self.rows)

    def slice(self, start: int, stop: int, *, keys_first: bool = False) -> list[Any]:
        return self.rows[start:stop]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)


def _unknown(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))
