"""One table of cases, two evaluators."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from kiif.questionnaires.expressions import Context, ExpressionError, evaluate, references
from kiif.questionnaires.expressions.errors import SENTENCES
from tests.questionnaires.expressions.twin import Browser

TODAY = "2026-05-13"
GROUPS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("cases.json").read_text("utf-8"))
CASES = [(group["context"], *case) for group in GROUPS for case in group["cases"]]


def as_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def in_python(expression: str, context: dict[str, Any]) -> dict[str, Any]:
    try:
        value = evaluate(expression, Context(**context, today=dt.date.fromisoformat(TODAY)))
    except ExpressionError as error:
        return {"error": [error.code, error.position]}
    names = [{"name": found.name, "part": found.part} for found in references(expression)]
    return {"value": as_json(value), "references": names}


def expected(answer: Any) -> dict[str, Any]:
    return answer if isinstance(answer, dict) else {"value": answer}


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """The same value, of the same type: 1 is not true."""
    keys = ("value", "error")
    return all(_written(one.get(key)) == _written(other.get(key)) for key in keys)


def _written(value: Any) -> str:
    return json.dumps(_float(value), sort_keys=True)


def _float(value: Any) -> Any:
    if isinstance(value, list):
        return [_float(item) for item in value]
    if isinstance(value, dict):
        return {key: _float(item) for key, item in value.items()}
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def test_there_are_enough_cases() -> None:
    assert len(CASES) > 300
    assert len({(json.dumps(context), expression) for context, expression, _answer in CASES}) == len(CASES)


@pytest.mark.parametrize(("known", "expression", "answer"), CASES, ids=[case[1][:40] for case in CASES])
def test_the_server_answers(known: dict[str, Any], expression: str, answer: Any) -> None:
    found = in_python(expression, known)
    assert same(found, expected(answer)), found


def test_the_browser_answers_the_same() -> None:
    with Browser() as browser:
        given = [browser.ask(expression, {**context, "today": TODAY}) for context, expression, _answer in CASES]
    wrong = [
        (expression, answer, found)
        for (_context, expression, answer), found in zip(CASES, given, strict=True)
        if not same(found, expected(answer))
    ]
    assert wrong == []
    here = [in_python(expression, context).get("references") for context, expression, _answer in CASES]
    assert [found.get("references") for found in given] == here


def test_every_error_is_met_and_has_a_sentence_in_both_languages() -> None:
    from django.utils import translation

    met = {answer["error"][0]: expression for _c, expression, answer in CASES if isinstance(answer, dict)}
    assert set(SENTENCES) - set(met) == {"too-long", "too-deep"}
    for expression in met.values():
        said = []
        for language in ("en", "fr"):
            with translation.override(language), pytest.raises(ExpressionError) as caught:
                evaluate(expression, Context())
            with translation.override(language):
                said.append(caught.value.sentence)
        assert said[0] != said[1], expression
