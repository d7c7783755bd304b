"""What a step changed, its way back, and what somebody wrote over what somebody else wrote.

A patch is {element: {field: [before, after]}}; the field "" tells that an element came ([False, True]) or went.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kiif.questionnaires.drafting.elements import CHILDREN, ROOT, Fields, Flat, copied
from kiif.questionnaires.drafting.names import free

Patch = dict[str, dict[str, list[Any]]]
EXISTS: Final = ""


class Overtaken(Exception):  # noqa: N818 -- a state of things, told to people by who catches it
    """What a step left was changed since: `elements` names where."""

    def __init__(self, elements: Iterable[str]) -> None:
        super().__init__()
        self.elements = sorted(elements)


def difference(before: Flat, after: Flat) -> Patch:
    """The patch from one to the other."""
    patch: Patch = {}
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        fields = patch.setdefault(key, {})
        if old is None or new is None:
            fields[EXISTS] = [old is not None, new is not None]
        old, new = old or {}, new or {}
        for name in [*old, *(name for name in new if name not in old)]:
            if old.get(name) != new.get(name):
                fields[name] = [old.get(name), new.get(name)]
    return patch


def invert(patch: Patch) -> Patch:
    return {key: {name: [new, old] for name, (old, new) in fields.items()} for key, fields in patch.items()}


def taken_back(flat: Flat, patch: Patch) -> Flat:
    """The elements without this step. Raises Overtaken where what it left was changed since.

    The order of what an element holds is merged: what came or went elsewhere in the list does not hinder.
    """
    result, overtaken = copied(flat), set()
    for key, fields in patch.items():
        exists = fields.get(EXISTS)
        if exists == [False, True]:
            overtaken |= _remove(result, key, fields)
            continue
        if exists == [True, False]:
            result.setdefault(key, {})
        if key not in result:
            overtaken.add(key)
            continue
        for name, (old, new) in fields.items():
            if name == EXISTS:
                continue
            now = result[key].get(name)
            if name == CHILDREN and exists is None:
                result[key][name] = merged(list(now or ()), list(new or ()), list(old or ()))
            elif now != new:
                overtaken.add(key)
            else:
                _put(result[key], name, old)
    overtaken |= _astray(result)
    if overtaken:
        raise Overtaken(overtaken)
    _free_names(result, [key for key, fields in patch.items() if fields.get(EXISTS) == [True, False]])
    return result


def _astray(flat: Flat) -> set[str]:
    """Elements that would hang nowhere, or twice, or that something holds although they are gone."""
    held: dict[str, int] = {}
    for fields in flat.values():
        for key in fields.get(CHILDREN, ()):
            held[key] = held.get(key, 0) + 1
    lost = {key for key in flat if key != ROOT and key not in held}
    return lost | {key for key, times in held.items() if times > 1 or key not in flat}


def _free_names(flat: Flat, back: Iterable[str]) -> None:
    """A question that comes back finds another name when its own was given to somebody else meanwhile."""
    for key in back:
        if "name" in flat.get(key, {}):
            taken = {fields["name"] for other, fields in flat.items() if other != key and "name" in fields}
            flat[key]["name"] = free(flat[key]["name"], taken)


def _remove(flat: Flat, key: str, fields: Mapping[str, list[Any]]) -> set[str]:
    """Takes an element away again unless somebody wrote in it."""
    now = flat.get(key, {})
    made = {name: new for name, (_old, new) in fields.items() if name != EXISTS and new is not None}
    if now and {name: value for name, value in now.items() if value is not None} != made:
        return {key}
    flat.pop(key, None)
    return set()


def _put(fields: Fields, name: str, value: Any) -> None:
    if value is None:
        fields.pop(name, None)
    else:
        fields[name] = value


def merged(now: list[str], new: list[str], old: list[str]) -> list[str]:
    """The list `now` with the step from `old` to `new` taken back: what it added goes, what it took comes back at its
    place, what it moved returns after its neighbour of then."""
    came, went = set(new) - set(old), set(old) - set(new)
    kept = [key for key in now if key not in came]
    moved = _moved([key for key in new if key in set(old)], [key for key in old if key in set(new)])
    back = [key for key in kept if key not in moved]
    for key in old:
        if (key in went and key not in back) or (key in moved and key in kept):
            back.insert(_place(back, old, key), key)
    return back


def _moved(new: list[str], old: list[str]) -> set[str]:
    """What has to move so that `new` becomes `old`, as little as possible for one move; everything beyond that."""
    if new == old:
        return set()
    for key in old:
        if [k for k in new if k != key] == [k for k in old if k != key]:
            return {key}
    return set(old)


def _place(now: list[str], old: list[str], key: str) -> int:
    for before in reversed(old[: old.index(key)]):
        if before in now:
            return now.index(before) + 1
    return 0


@dataclass(frozen=True)
class Clash:
    """A field that somebody else wrote meanwhile: what it was, what they wrote, what this person wrote."""

    field: str
    before: Any
    theirs: Any
    mine: Any


def as_it_was(now: Fields, element: str, steps: Iterable[Patch]) -> Fields:
    """The fields of an element before these steps (newest first)."""
    was = dict(now)
    for patch in steps:
        for name, (old, _new) in patch.get(element, {}).items():
            if name != EXISTS:
                _put(was, name, old)
    return was


def written(
    was: Fields, now: Fields, typed: Mapping[str, Any], defaults: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Clash]]:
    """What to write and what clashes, when somebody who read `was` sends `typed` and the draft holds `now`.

    `defaults`: what a field says when the draft says nothing of it.
    """
    changes: dict[str, Any] = {}
    clashes = []
    for name, mine in typed.items():
        old, theirs = (_bare(fields.get(name, defaults.get(name))) for fields in (was, now))
        if _bare(mine) in (old, theirs):
            continue
        if theirs == old:
            changes[name] = mine
        else:
            clashes.append(Clash(name, old, theirs, mine))
    return changes, clashes


def same(one: Any, other: Any) -> bool:
    """Whether two values of a field say the same."""
    return bool(_bare(one) == _bare(other))


def _bare(value: Any) -> Any:
    """Nothing, an empty text and an empty list say the same; 0 and an unticked box do not."""
    return None if value is None or value in ("", [], {}) else value
