"""Gestures on the elements of a draft: add, move, duplicate, take away, put a page of questions in. Pure."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final

from kiif.questionnaires.definition import new_id
from kiif.questionnaires.drafting.elements import (
    CHILDREN,
    ROOT,
    Fields,
    Flat,
    below,
    copied,
    flatten,
    level,
    parent_of,
    questions,
    text,
)
from kiif.questionnaires.drafting.names import AUTOMATIC, free, name_from, renamed, uses

#: Which level may stand in which.
HOLDS: Final = {ROOT: "s", "s": "p", "p": "q"}


class MisplacedError(ValueError):
    """An element cannot stand there; a caller of ours, or a forged request."""


def new_flat(title: Mapping[str, str], languages: list[str]) -> Flat:
    """A questionnaire with one section, one page, no question."""
    section, page = new_id("s"), new_id("p")
    return {
        ROOT: {**_texts("title", title), "languages": list(languages), CHILDREN: [section]},
        section: {CHILDREN: [page]},
        page: {CHILDREN: []},
    }


def _texts(name: str, text: Mapping[str, str]) -> Fields:
    return {f"{name}.{language}": words for language, words in text.items()}


def add_section(flat: Flat, after: str = "", texts: Mapping[str, str] | None = None) -> tuple[Flat, str]:
    """A section with one page, after another one (at the end otherwise)."""
    result, section, page = copied(flat), new_id("s"), new_id("p")
    result[section] = {**_texts("title", texts or {}), CHILDREN: [page]}
    result[page] = {CHILDREN: []}
    _insert(result, ROOT, section, after)
    return result, section


def add_page(flat: Flat, section: str, after: str = "") -> tuple[Flat, str]:
    result, page = copied(flat), new_id("p")
    _check(flat, section, "p")
    result[page] = {CHILDREN: []}
    _insert(result, section, page, after)
    return result, page


def add_question(flat: Flat, page: str, fields: Fields, after: str = "") -> tuple[Flat, str]:
    """A question with these fields (its `kind` at least); its name is made when it has none."""
    _check(flat, page, "q")
    result, key = copied(flat), new_id("q")
    taken = {other["name"] for _key, other in questions(flat)}
    result[key] = {**fields, "name": free(fields.get("name") or "question", taken)}
    _insert(result, page, key, after)
    return result, key


def _check(flat: Flat, parent: str, child: str) -> None:
    if parent not in flat or HOLDS.get(level(parent)) != child:
        raise MisplacedError(parent)


def _insert(flat: Flat, parent: str, key: str, after: str) -> None:
    children = flat[parent][CHILDREN]
    children.insert(children.index(after) + 1 if after in children else len(children), key)


def put_in(flat: Flat, page: str, content: Mapping[str, Any], after: str = "") -> tuple[Flat, list[str]]:
    """Puts the questions of a page (of a block, of another questionnaire) in this one, under names that are free.

    Their conditions follow the new names; those that call questions that did not come are left as they are, for the
    check list to show. Returns the identifiers made, in order.
    """
    _check(flat, page, "q")
    result = copied(flat)
    taken = {other["name"] for _key, other in questions(flat)}
    made, names = [], {}
    anchor = after
    for document in content.get("questions", ()):
        fields = _fields(document)
        key, old = new_id("q"), str(fields.get("name", ""))
        fields["name"] = free(old or "question", taken)
        taken.add(fields["name"])
        names[old] = fields["name"]
        result[key] = fields
        _insert(result, page, key, anchor)
        anchor = key
        made.append(key)
    return renamed(result, names, within=made), made


def _fields(document: Mapping[str, Any]) -> Fields:
    """The fields of one question, from its document, with fresh identifiers inside."""
    wrapped = {"sections": [{"id": "s_0000", "pages": [{"id": "p_0000", "questions": [{**document, "id": "q_0000"}]}]}]}
    fields = flatten(wrapped)["q_0000"]
    if fields.get("kind") == "table":
        fields["columns"] = [{**column, "id": new_id("c")} for column in fields.get("columns", ())]
    return fields


def duplicate(flat: Flat, element: str) -> tuple[Flat, str]:
    """A copy beside it, with everything in it: new identifiers, free names, conditions that follow inside the copy."""
    if element == ROOT:
        raise MisplacedError(element)
    result = copied(flat)
    taken = {fields["name"] for _key, fields in questions(flat)}
    ids = {key: new_id(level(key)) for key in below(flat, element)}
    names = {}
    for old, new in ids.items():
        fields = copy.deepcopy(flat[old])
        if CHILDREN in fields:
            fields[CHILDREN] = [ids[child] for child in fields[CHILDREN]]
        if level(old) == "q":
            fields["name"] = free(fields["name"], taken)
            taken.add(fields["name"])
            names[flat[old]["name"]] = fields["name"]
            if fields.get("kind") == "table":
                fields["columns"] = [{**column, "id": new_id("c")} for column in fields.get("columns", ())]
        result[new] = fields
    _insert(result, parent_of(flat, element), ids[element], element)
    return renamed(result, names, within=list(ids.values())), ids[element]


def remove(flat: Flat, element: str) -> Flat:
    """Without this element and what is in it."""
    if element == ROOT:
        raise MisplacedError(element)
    result = copied(flat)
    result[parent_of(flat, element)][CHILDREN].remove(element)
    for key in below(flat, element):
        del result[key]
    return result


def move(flat: Flat, element: str, parent: str, position: int) -> Flat:
    """Puts an element at this position (from 0) of that parent."""
    _check(flat, parent, level(element))
    result = copied(flat)
    result[parent_of(flat, element)][CHILDREN].remove(element)
    children = result[parent][CHILDREN]
    children.insert(max(0, min(position, len(children))), element)
    return result


def step(flat: Flat, element: str, down: bool) -> Flat | None:
    """One place up or down, through the borders of pages and sections; None at the very end."""
    if element == ROOT:
        raise MisplacedError(element)
    parent = parent_of(flat, element)
    siblings = flat[parent][CHILDREN]
    place = siblings.index(element) + (1 if down else -1)
    if 0 <= place < len(siblings):
        return move(flat, element, parent, place)
    parents = [key for key in below(flat, ROOT) if level(key) == level(parent)]
    beside = parents.index(parent) + (1 if down else -1)
    if level(element) == "s" or not 0 <= beside < len(parents):
        return None
    return move(flat, element, parents[beside], 0 if down else len(flat[parents[beside]][CHILDREN]))


def follow_label(flat: Flat, element: str) -> Flat:
    """The name of a question that nobody named yet follows its words, as long as nothing calls it."""
    fields = flat[element]
    words = text(fields, "label", flat[ROOT].get("languages", ()))
    if not words or not AUTOMATIC.match(fields["name"]) or uses(flat, fields["name"]):
        return flat
    result = copied(flat)
    taken = {other["name"] for key, other in questions(flat) if key != element}
    result[element]["name"] = name_from(words, taken)
    return result


def cleaned_for(kind: str, fields: Fields, allowed: Mapping[str, frozenset[str]]) -> Fields:
    """What a question keeps when it becomes of another kind: the fields that this kind has."""
    keeps = allowed[kind]
    kept = {name: value for name, value in fields.items() if name.partition(".")[0] in keeps or name in keeps}
    return {**kept, "kind": kind}


__all__ = [
    "MisplacedError",
    "add_page",
    "add_question",
    "add_section",
    "cleaned_for",
    "duplicate",
    "follow_label",
    "move",
    "new_flat",
    "put_in",
    "remove",
    "step",
]
