"""Three states of one answer made one: what both started from, what somebody else saved, what is sent now. Pure.

Only what is made of independent parts is merged: rows and cells of a table, rows of a grid, things chosen, places,
files. Two texts are never mixed: people read both and choose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

#: Stands for "there is nothing": None is a value like another in a cell.
NOTHING: Final = object()


class Clash(Exception):  # noqa: N818 -- read as "the two clash"
    """Both changed the same part in two ways."""


def three_way(kind: str, base: Any, theirs: Any, mine: Any) -> Any:
    """The value that keeps both changes. Raises Clash when they touch the same part, or when the kind has no parts.

    >>> three_way("choices", {"values": ["a"], "text": ""}, {"values": ["a", "b"], "text": ""}, None)
    {'values': ['b'], 'text': ''}
    """
    if mine in (base, theirs):
        return theirs
    if base == theirs:
        return mine
    merge = _MERGES.get(kind)
    if merge is None or any(isinstance(value, dict) and "coded" in value for value in (base, theirs, mine)):
        raise Clash
    return merge(base or {}, theirs or {}, mine or {})


def _part(base: Any, theirs: Any, mine: Any) -> Any:
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    raise Clash


def _by_key(base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> dict[str, Any]:
    """Each key on its own; the order is theirs, then what is new in mine."""
    merged = {}
    for key in [*theirs, *(key for key in mine if key not in theirs)]:
        value = _part(base.get(key, NOTHING), theirs.get(key, NOTHING), mine.get(key, NOTHING))
        if value is not NOTHING:
            merged[key] = value
    return merged


def _choices(base: Any, theirs: Any, mine: Any) -> Any:
    chosen = list(_as_set(base, theirs, mine, "values", str))
    text = _part(*(value.get("text", "") for value in (base, theirs, mine)))
    return {"values": chosen, "text": text} if chosen else None


def _as_set(base: Any, theirs: Any, mine: Any, name: str, key: Callable[[Any], str]) -> list[Any]:
    listed = [{key(one): one for one in value.get(name, ())} for value in (base, theirs, mine)]
    return list(_by_key(*listed).values())


def _files(base: Any, theirs: Any, mine: Any) -> Any:
    found = _as_set(base, theirs, mine, "files", str)
    return {"files": found} if found else None


def _places(base: Any, theirs: Any, mine: Any) -> Any:
    found = _as_set(base, theirs, mine, "items", lambda item: f"{item['level']}:{item['code']}")
    return {"items": found} if found else None


def _grid(base: Any, theirs: Any, mine: Any) -> Any:
    rows = _by_key(*(value.get("rows", {}) for value in (base, theirs, mine)))
    return {"rows": rows} if rows else None


def _table(base: Any, theirs: Any, mine: Any) -> Any:
    """Rows by identifier, then cells. A row that one removes while the other changes it is a clash."""
    sides = [{row["id"]: row for row in value.get("rows", ())} for value in (base, theirs, mine)]
    before, others, own = sides
    rows = []
    for key in [*others, *(key for key in own if key not in others)]:
        if key in others and key in own:
            rows.append(_by_key(before.get(key, {}), others[key], own[key]))
        elif (row := _part(before.get(key, NOTHING), others.get(key, NOTHING), own.get(key, NOTHING))) is not NOTHING:
            rows.append(row)
    return {"rows": rows} if rows else None


_MERGES: Final[dict[str, Callable[[Any, Any, Any], Any]]] = {
    "choices": _choices,
    "files": _files,
    "territories": _places,
    "grid": _grid,
    "table": _table,
}
#: Kinds whose state before is sent along, so that two changes can be made one.
MERGED: Final = frozenset(_MERGES)
