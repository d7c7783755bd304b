"""What changed: photograph an object before, compare after.

before = diff.snapshot(incubator, ["name", "website"])
... change and save ...
record(by=by, verb="alliance.incubator_changed", obj=incubator, changes=diff.difference(before, incubator))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

from kiif.journal.encoding import encode

Snapshot = dict[str, Any]
Changes = dict[str, tuple[Any, Any]]


def snapshot(obj: Model, fields: Iterable[str]) -> Snapshot:
    """The named fields as they are now, encoded (many-to-many: the list, sorted by key)."""
    lists = {field.name for field in obj._meta.many_to_many}
    values: Snapshot = {}
    for name in fields:
        if name in lists:
            values[name] = encode(list(getattr(obj, name).order_by("pk"))) if obj.pk else []
        else:
            values[name] = encode(getattr(obj, name))
    return values


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """Pairs (before, after) of the names whose values differ; a missing name counts as None."""
    names = [*before, *(name for name in after if name not in before)]
    pairs = {name: (before.get(name), after.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if not _same(*pair)}


def difference(before: Snapshot, obj: Model) -> Changes:
    """What changed in `obj` since `snapshot` made `before`; empty when nothing did."""
    return compare(before, snapshot(obj, before))


def _same(one: Any, other: Any) -> bool:
    """Equal, and of the same kind: `1` is not `True`."""
    return type(one) is type(other) and bool(one == other)
