"""From a value back to what a form holds: the inverse of `values.read`. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.utils.formats import get_format

from kiif.questionnaires import values

#: Fields of a form by part: "" is the main one, "text" gives "q_ab12.text".
Parts = dict[str, list[str]]


def written(question: Any, value: Any) -> Parts:
    """What the fields of a question hold for a value. Nothing for no answer."""
    if value is None:
        return {}
    if code := values.coded(value):
        return {"coded": [code]}
    made = _WRITERS.get(question.kind, _plain)(question, value)
    return {part: texts for part, texts in made.items() if any(texts)}


def decimal(number: float) -> str:
    """A number as it stands in a field: no grouping, the reader's decimal sign."""
    text = f"{number:.15g}"
    return text if "e" in text else text.replace(".", str(get_format("DECIMAL_SEPARATOR")))


def _plain(question: Any, value: Any) -> Parts:
    return {"": [str(value)]}


def _number(question: Any, value: Any) -> Parts:
    return {"": [decimal(value)]}


def _named(*names: str) -> Callable[[Any, Any], Parts]:
    return lambda question, value: {name: [str(value.get(name) or "")] for name in names}


def _choice(question: Any, value: Any) -> Parts:
    return {"": [value["value"]], "text": [value.get("text", "")]}


def _choices(question: Any, value: Any) -> Parts:
    return {"": list(value["values"]), "text": [value.get("text", "")]}


def _ranking(question: Any, value: Any) -> Parts:
    ranks = {f"rank.{key}": [str(rank)] for rank, key in enumerate(value["values"], 1)}
    return {"": list(value["values"]), **ranks}


def _grid(question: Any, value: Any) -> Parts:
    return {row: [column] for row, column in value["rows"].items()}


def _yes_no(question: Any, value: Any) -> Parts:
    return {"": ["yes" if value["value"] else "no"], "reason": [value.get("reason", "")]}


def _places(question: Any, value: Any) -> Parts:
    return {"": [f"{item['level']}:{item['code']}" for item in value["items"]]}


def _organisation(question: Any, value: Any) -> Parts:
    return {"": [value.get("identifier") or ""], "name": [value.get("name") or ""]}


def _table(question: Any, value: Any) -> Parts:
    parts: Parts = {"rows": [row["id"] for row in value["rows"]]}
    for row in value["rows"]:
        for column in question.columns:
            if column.id in row:
                parts[f"{row['id']}.{column.id}"] = [_cell(row[column.id])]
    return parts


def _cell(cell: Any) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return decimal(cell) if isinstance(cell, int | float) else str(cell)


_WRITERS: Final[Mapping[str, Callable[[Any, Any], Parts]]] = {
    "number": _number,
    "money": _number,
    "percent": _number,
    "scale": _number,
    "period": _named("start", "end"),
    "address": _named("line", "postcode", "town", "code"),
    "choice": _choice,
    "choices": _choices,
    "ranking": _ranking,
    "grid": _grid,
    "yes_no": _yes_no,
    "territories": _places,
    "organisation": _organisation,
    "files": lambda question, value: {"": list(value["files"])},
    "table": _table,
    "consent": lambda question, value: {"": ["1"]},
    "signature": lambda question, value: {"": [value["name"]]},
}


class Typed:
    """What the fields of one question hold, from a value or from what was just sent."""

    def __init__(self, name: str, getlist: Callable[[str], Sequence[str]]) -> None:
        self.name = name
        self._getlist = getlist

    @classmethod
    def of(cls, question: Any, value: Any) -> Typed:
        parts = written(question, value)
        return cls("", lambda key: parts.get(key, []))

    def many(self, part: str = "") -> list[str]:
        if not self.name:
            return list(self._getlist(part))
        return [text for text in self._getlist(f"{self.name}.{part}" if part else self.name) if text.strip()]

    def one(self, part: str = "") -> str:
        found = self.many(part)
        return found[-1] if found else ""
