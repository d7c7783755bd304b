"""Short ways to make questions and definitions in tests."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from kiif.questionnaires import definition as d
from kiif.questionnaires.values import Raw


def choices(*keys: str, **more: dict[str, Any]) -> list[dict[str, Any]]:
    """Choices by their keys; `a={"exclusive": True}` adds to one of them."""
    return [{"key": key, "label": {"fr": key.upper()}, **more.get(key, {})} for key in keys]


def question_row(kind: str, number: int = 1, **options: Any) -> dict[str, Any]:
    name = options.pop("name", f"{kind}_{number}")
    return {"id": f"q_{number:04d}", "name": name, "kind": kind, "label": {"fr": f"Question {name}"}, **options}


def document(*rows: dict[str, Any], **options: Any) -> dict[str, Any]:
    """One section, one page, these questions."""
    page = {"id": "p_0001", "questions": list(rows)}
    return {
        "title": {"fr": "Essai"},
        "sections": [{"id": "s_0001", "title": {"fr": "Partie"}, "pages": [page]}],
        **options,
    }


def question(kind: str, **options: Any) -> Any:
    """One question of this kind, read from a definition."""
    return next(d.read(document(question_row(kind, **options))).walk())


def raw(query: str, name: str = "q_0001") -> Raw:
    """What a form sent: raw("q_0001=12&q_0001.text=x")."""
    return Raw(QueryDict(query).getlist, name)
