"""What the calculations of somebody else's form give: XLSForm does not say, their expressions do."""

from __future__ import annotations

from typing import Any, Final

from kiif.questionnaires.audit_logic import type_of
from kiif.questionnaires.definition import Definition, read
from kiif.questionnaires.expressions import ExpressionError, parse
from kiif.questionnaires.expressions.types import ANY, Checker, Type

_RESULTS: Final = {"number": "number", "boolean": "boolean", "date": "date"}


def with_results(definition: Definition, waiting: dict[str, str]) -> Definition:
    """The definition with the result of each calculated question, given by name with its expression."""
    if not waiting:
        return definition
    types = {question.name: type_of(question) for question in definition.walk()}
    for name in waiting:
        types[name] = ANY
    for _round in range(len(waiting)):
        changed = False
        for name, source in waiting.items():
            found = _type(source, types)
            if found.base != types[name].base:
                types[name], changed = found, True
        if not changed:
            break
    return read(_marked(definition.document(), {name: types[name] for name in waiting}))


def _type(source: str, types: dict[str, Type]) -> Type:
    try:
        return Checker(types.get).type_of(parse(source))
    except ExpressionError:
        return ANY


def _marked(document: dict[str, Any], types: dict[str, Type]) -> dict[str, Any]:
    for section in document.get("sections", ()):
        for page in section.get("pages", ()):
            for question in page.get("questions", ()):
                if question["name"] in types:
                    question["result"] = _RESULTS.get(types[question["name"]].base, "text")
    return document
