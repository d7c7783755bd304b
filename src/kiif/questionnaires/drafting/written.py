"""Questions written in code, for the blocks delivered with the product and for the demonstration. Pure.

q("text", "nom", "Nom de la structure", "Name of the organisation", required=True)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kiif.questionnaires.definition import new_id

#: French, then English.
Two = tuple[str, str]


@dataclass(frozen=True)
class Part:
    """A section: its words, the annex that it is (empty: for all), its pages of questions."""

    title: Two
    lead: Two
    pages: Sequence[Sequence[dict[str, Any]]]
    annex: str = ""


def two(french: str, english: str) -> dict[str, str]:
    return {"fr": french, "en": english}


def q(
    kind: str,
    name: str,
    french: str,
    english: str,
    *,
    hint: Two | None = None,
    guide: Two | None = None,
    choices: Sequence[tuple[str, str, str]] = (),
    alone: Sequence[str] = (),
    **fields: Any,
) -> dict[str, Any]:
    """The document of a question. `choices`: key, French, English; `alone`: keys of the exclusive ones.

    Any other text in two languages is given as a pair; anything else as it stands in a definition.
    """
    document: dict[str, Any] = {"id": new_id("q"), "kind": kind, "name": name, "label": two(french, english)}
    for key, pair in (("hint", hint), ("guide", guide)):
        if pair:
            document[key] = two(*pair)
    if choices:
        document["choices"] = listed(choices, alone)
    for key, value in fields.items():
        document[key] = two(*value) if isinstance(value, tuple) else value
    return document


def listed(choices: Sequence[tuple[str, str, str]], alone: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Choices of a question, rows or columns of a grid."""
    return [
        {"key": key, "label": two(french, english), **({"exclusive": True} if key in alone else {})}
        for key, french, english in choices
    ]


def column(name: str, french: str, english: str, kind: str = "text", **fields: Any) -> dict[str, Any]:
    """A column of a table."""
    found = {key: two(*value) if isinstance(value, tuple) else value for key, value in fields.items()}
    return {"id": new_id("c"), "name": name, "label": two(french, english), "kind": kind, **found}
