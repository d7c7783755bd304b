"""What the browser needs to show, hide and calculate while one types: data, never code. The server decides anyway."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from kiif.questionnaires import values
from kiif.questionnaires.definition import Page, said
from kiif.questionnaires.dossier import Dossier
from kiif.questionnaires.expressions import scalars
from kiif.questionnaires.plan import of_question, plan
from kiif.questionnaires.speaking import Speaker


def live_of(dossier: Dossier, page: Page, speak: Speaker) -> dict[str, Any]:
    """For one page: its expressions, and the answers of the other pages that they may look at (by name)."""
    here = {question.id for question in page.questions}
    scripted = [question for question in plan(dossier.definition).order if question.id in here]
    if not any(True for question in scripted for _expression in of_question(question)):
        scripted_rules: list[dict[str, Any]] = []
    else:
        scripted_rules = [_rules(question, speak) for question in scripted]
    others = {
        state.question.name: state.value
        for key, state in dossier.state.questions.items()
        if key not in here and state.relevant and state.value is not None
    }
    by_name = dossier.definition.by_name
    return {
        "today": timezone.localdate().isoformat(),
        "rules": scripted_rules,
        "values": {
            name: _json(scalars.plain(values.scalar(by_name[name], value)))
            for name, value in others.items()
            if not values.coded(value)
        }
        if scripted_rules
        else {},
        "codes": {name: values.coded(value) for name, value in others.items() if values.coded(value)},
        "labels": _labels(dossier, scripted_rules),
    }


def _rules(question: Any, speak: Speaker) -> dict[str, Any]:
    made: dict[str, Any] = {"id": question.id, "name": question.name, "kind": question.kind}
    for what in ("relevant", "required_if", "constraint", "calculation"):
        if source := getattr(question, what, ""):
            made[what] = source
    made["required"], made["soft"] = question.required, question.soft
    if question.constraint:
        made["message"] = speak(question.message).text
    if question.kind == "calculated":
        made |= {"result": question.result, "decimals": question.decimals, "unit": speak(question.unit).text}
    options = getattr(question, "rows", ()) if question.kind == "grid" else getattr(question, "choices", ())
    if offered := {one.key: one.relevant for one in options if one.relevant}:
        made["offered"] = offered
    if question.kind == "table":
        made["columns"] = [
            {"id": one.id, "name": one.name, "kind": one.kind, "total": one.total, "calculation": one.calculation}
            for one in question.columns
        ]
    return made


def _labels(dossier: Dossier, rules: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Words of the choices of questions that an expression asks the words of."""
    sources = " ".join(str(rule.get(what, "")) for rule in rules for what in ("constraint", "calculation", "relevant"))
    if "choice-name" not in sources:
        return {}
    return {
        question.name: {one.key: said(one.label, dossier.language) for one in options}
        for question in dossier.definition.walk()
        if question.name in sources and (options := getattr(question, "choices", ()))
    }


def _json(value: Any) -> Any:
    """Dates as texts, as the language of expressions writes them."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _json(inner) for key, inner in value.items()}
    return [_json(inner) for inner in value] if isinstance(value, list | tuple) else value
