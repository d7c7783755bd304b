"""Small definitions for tests."""

from __future__ import annotations

from typing import Any

from kiif.questionnaires.definition import Definition, read


def question(name: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    """A question whose identifier is made of its name."""
    return {"id": f"q_{name.replace('_', '')}000", "name": name, "kind": kind, "label": {"fr": name}, **more}


def choices(*keys: str, **more: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "label": {"fr": key.capitalize()}, **more.get(key, {})} for key in keys]


def page(*questions: dict[str, Any], key: str = "one1", **more: Any) -> dict[str, Any]:
    return {"id": f"p_{key}", "questions": list(questions), **more}


def section(*pages: dict[str, Any], key: str = "one1", **more: Any) -> dict[str, Any]:
    return {"id": f"s_{key}", "title": {"fr": key}, "pages": list(pages), **more}


def definition(*questions: dict[str, Any], **more: Any) -> Definition:
    """One section, one page, these questions; or `sections=` as they are."""
    more.setdefault("sections", [section(page(*questions))])
    return read({"title": {"fr": "Essai"}, **more})
