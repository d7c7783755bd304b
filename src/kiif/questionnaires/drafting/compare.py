"""The difference of two definitions for designers: element by element, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kiif.questionnaires.drafting.elements import CHILDREN, ROOT, Flat, below, parent_of
from kiif.questionnaires.drafting.patches import EXISTS, difference


@dataclass(frozen=True)
class Change:
    """An element that came, went, moved or changed. `fields`: (name, before, after)."""

    element: str
    state: Literal["new", "gone", "moved", "changed"]
    fields: tuple[tuple[str, Any, Any], ...] = ()


def compare(before: Flat, after: Flat) -> list[Change]:
    """Changes in the order of `after`; what went comes last, in the order of `before`."""
    patch = difference(before, after)
    moved = _moved(before, after)
    found = [change for key in below(after, ROOT) if (change := _change(key, patch.get(key, {}), moved=key in moved))]
    return found + [Change(key, "gone") for key in below(before, ROOT) if key not in after]


def _change(key: str, fields: Mapping[str, list[Any]], *, moved: bool) -> Change | None:
    if EXISTS in fields:
        return Change(key, "new")
    told = tuple((name, old, new) for name, (old, new) in fields.items() if name != CHILDREN)
    if told:
        return Change(key, "changed", told)
    return Change(key, "moved") if moved else None


def _moved(before: Flat, after: Flat) -> set[str]:
    """Elements that hang elsewhere, or that overtook another one: the fewest that explain the new order."""
    found = set()
    for key in below(after, ROOT):
        if key == ROOT or key not in before:
            continue
        if parent_of(before, key) != parent_of(after, key):
            found.add(key)
    for key, fields in after.items():
        if CHILDREN in fields and key in before:
            common = set(before[key].get(CHILDREN, ())) & set(fields[CHILDREN])
            old = [child for child in before[key][CHILDREN] if child in common]
            new = [child for child in fields[CHILDREN] if child in common]
            found |= set(new) - set(_longest(old, new))
    return found


def _longest(old: list[str], new: list[str]) -> list[str]:
    """The longest part of the order that did not change (longest increasing subsequence)."""
    rank = {key: place for place, key in enumerate(old)}
    best: list[list[str]] = []
    for key in new:
        before = [chain for chain in best if rank[chain[-1]] < rank[key]]
        best.append([*max(before, key=len, default=[]), key])
    return max(best, key=len, default=[])
