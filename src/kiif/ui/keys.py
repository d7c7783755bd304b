"""A key that no database could hold finds nothing, instead of breaking the page.

A number of thirty digits posted by hand reaches the database through a field of choices or a filter; SQLite refuses to
read it (OverflowError). Django says "nothing" of it for plain numbers compared one by one; relations (a parent row too)
and lists of keys lacked it.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import ForeignObject, IntegerField
from django.db.models.fields.related_lookups import RelatedExact, RelatedIn
from django.db.models.lookups import In

#: What 64 bits hold: the widest keys of both databases.
LOWEST, HIGHEST = -(2**63), 2**63 - 1


def beyond(value: Any) -> bool:
    """A whole number that no column of keys can hold."""
    return isinstance(value, int) and not LOWEST <= value <= HIGHEST


class _One:
    rhs: Any

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        if beyond(self.rhs):
            raise EmptyResultSet
        return super().process_rhs(compiler, connection)  # type: ignore[misc]  # mixed into a lookup


class _Several:
    rhs: Any

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        given, itself = self.rhs, self.rhs_is_direct_value()  # type: ignore[attr-defined]  # mixed into a lookup
        if not itself or not any(beyond(value) for value in given):
            return super().process_rhs(compiler, connection)  # type: ignore[misc]  # mixed into a lookup
        self.rhs = [value for value in given if not beyond(value)]
        try:
            return super().process_rhs(compiler, connection)  # type: ignore[misc]  # mixed into a lookup
        finally:
            self.rhs = given


class KeyExact(_One, RelatedExact):
    """The row whose key is this one."""


class KeyIn(_Several, RelatedIn):
    """The rows whose key is among these."""


class NumberIn(_Several, In):
    """The rows whose number is among these."""


def install() -> None:
    """Called once, when the application is ready."""
    ForeignObject.register_lookup(KeyExact)
    ForeignObject.register_lookup(KeyIn)
    IntegerField.register_lookup(NumberIn)
