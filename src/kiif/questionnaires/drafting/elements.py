"""A definition taken apart: each section, page and question by its identifier, with its fields one by one.

Two people who touch different fields then never meet, and every step can be told and taken back. The texts of each
language are fields of their own: `label.fr`, `label.en`. `children` is the order of what an element holds.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any, Final

#: The questionnaire itself among its elements.
ROOT: Final = "root"
CHILDREN: Final = "children"
#: Fields that hold one text in several languages.
TEXTS: Final = frozenset(
    {
        "title", "description", "label", "hint", "guide", "message", "unit", "low_label", "high_label", "reason_label",
        "model_label", "statement", "text",
    }
)  # fmt: skip
#: Under which key each level of the document holds the next one.
_BELOW: Final = {ROOT: "sections", "s": "pages", "p": "questions"}

Fields = dict[str, Any]
Flat = dict[str, Fields]


def level(element: str) -> str:
    """Which level an identifier is of: root, s, p or q."""
    return element if element == ROOT else element.partition("_")[0]


def flatten(document: dict[str, Any]) -> Flat:
    """The elements of a JSON document, in order."""
    flat: Flat = {}
    _take_apart({"id": ROOT, **document}, flat)
    return flat


def _take_apart(part: dict[str, Any], flat: Flat) -> None:
    key = part["id"]
    below = _BELOW.get(level(key), "")
    fields: Fields = {}
    flat[key] = fields
    for name, value in part.items():
        if name in {"id", "format", below}:
            continue
        if name in TEXTS and isinstance(value, dict):
            fields |= {f"{name}.{language}": text for language, text in value.items()}
        else:
            fields[name] = copy.deepcopy(value)
    if below:
        fields[CHILDREN] = [child["id"] for child in part.get(below, ())]
        for child in part.get(below, ()):
            _take_apart(child, flat)


def build(flat: Flat) -> dict[str, Any]:
    """The JSON document of these elements; what hangs nowhere is left out."""
    document = _put_together(ROOT, flat)
    del document["id"]
    return {"format": "kiif-questionnaire/1", **document}


def _put_together(key: str, flat: Flat) -> dict[str, Any]:
    part: dict[str, Any] = {"id": key}
    for name, value in flat[key].items():
        base, _dot, language = name.partition(".")
        if language and base in TEXTS:
            if value:
                part.setdefault(base, {})[language] = value
        elif name != CHILDREN and value is not None:
            part[name] = copy.deepcopy(value)
    below = _BELOW.get(level(key))
    if below:
        part[below] = [_put_together(child, flat) for child in flat[key].get(CHILDREN, ())]
    # a section without title in any language is still read: a title is a text, perhaps empty
    if level(key) in {ROOT, "s"}:
        part.setdefault("title", {})
    if level(key) == "q":
        part.setdefault("label", {})
    return part


def copied(flat: Flat) -> Flat:
    return copy.deepcopy(flat)


def parent_of(flat: Flat, element: str) -> str:
    """What holds this element. Raises KeyError when nothing does."""
    for key, fields in flat.items():
        if element in fields.get(CHILDREN, ()):
            return key
    raise KeyError(element)


def below(flat: Flat, element: str) -> Iterator[str]:
    """The element and everything in it."""
    yield element
    for child in flat[element].get(CHILDREN, ()):
        yield from below(flat, child)


def questions(flat: Flat) -> Iterator[tuple[str, Fields]]:
    """Questions in the order in which they are asked."""
    for key in below(flat, ROOT):
        if level(key) == "q":
            yield key, flat[key]


def text(fields: Fields, base: str, languages: list[str] | tuple[str, ...] = ()) -> str:
    """A text in the first of these languages that has it, else in any."""
    for language in languages:
        if fields.get(f"{base}.{language}"):
            return str(fields[f"{base}.{language}"])
    return next((str(value) for name, value in fields.items() if name.startswith(f"{base}.") and value), "")


def on_one_line(words: str) -> str:
    """Without line ends nor double spaces; the unbreakable spaces of French stay."""
    return re.sub(r"[ \t\n]+", " ", words).strip()


def known_as(flat: Flat, element: str) -> str:
    """The words by which people know an element, or what holds it when it has none."""
    while element in flat:
        if words := title(flat, element):
            return on_one_line(words)
        if element == ROOT:
            break
        element = parent_of(flat, element)
    return ""


def title(flat: Flat, element: str) -> str:
    """The words by which people know an element; empty when it has none."""
    fields = flat[element]
    languages = flat[ROOT].get("languages", ["fr"])
    return text(fields, "label" if level(element) == "q" else "title", languages)
