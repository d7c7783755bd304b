"""What need not be typed again when one begins: from the test that was passed, the account, the directory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kiif.accounts.actor import Actor
from kiif.organisations.models import Organisation
from kiif.programmes import facts
from kiif.programmes.models import Application, Check
from kiif.questionnaires import values
from kiif.questionnaires.loaded import definition_of

#: Questions of the form that the choices of a test can fill.
_CHOSEN: Final = frozenset({"choice", "choices", "ranking"})


def answers(application: Application, check: Check | None, by: Actor) -> dict[str, Any]:
    """Values by identifier of question that need not be typed: from the test, the account, the directory."""
    definition = definition_of(application.response.version)
    questions = facts.asked(application.call.facts, definition)
    documents: dict[str, Any] = {}
    if by.user is not None:
        documents |= {"contact_email": by.user.email, "contact_name": str(by.user)}
    if (organisation := application.organisation) is not None:
        documents["organisation"] = _identified(organisation)
    found = {}
    for key, document in documents.items():
        if key in questions:
            found[questions[key].id] = _accepted(questions[key], document)
    if check is not None:
        for key, document in from_test(check, questions, definition.by_id).items():
            found[key] = _accepted(definition.by_id[key], document)
    return {key: value for key, value in found.items() if value is not None}


def from_test(check: Check, questions: Mapping[str, Any], by_id: Mapping[str, Any]) -> dict[str, Any]:
    """What the test was told that the form asks too: territories, and questions called as a fact is ("challenge")."""
    kept = check.answers or {}
    found: dict[str, Any] = {}
    places = [{"level": "commune", "code": str(one.get("code", ""))} for one in kept.get("places", ())]
    if places and "territories" in questions:
        found[questions["territories"].id] = {"items": places}
    for key, chosen in kept.get("given", {}).items():
        question = by_id.get(key) or next((one for fact, one in questions.items() if _same(fact, key)), None)
        if question is None or question.kind not in _CHOSEN:
            continue
        offered = {choice.key for choice in question.choices}
        if fitting := [one for one in chosen if one in offered]:
            found[question.id] = fitting if question.kind != "choice" else fitting[0]
    return found


def _same(fact: str, key: str) -> bool:
    return fact.rstrip("s") == key.rstrip("s")


def _identified(organisation: Organisation) -> Any:
    if organisation.siren:
        return {"kind": "siren", "identifier": organisation.siren, "name": organisation.name}
    if organisation.rna:
        return {"kind": "rna", "identifier": organisation.rna, "name": organisation.name}
    return {"kind": "", "identifier": "", "name": organisation.name}


def _accepted(question: Any, document: Any) -> Any:
    """The value, or None when this question cannot take it."""
    if question.kind == "text" and isinstance(document, dict):
        document = document.get("name", "")
    if question.kind in {"choices", "ranking"} and isinstance(document, list):
        document = {"values": document, "text": ""}
    if question.kind == "choice" and isinstance(document, str):
        document = {"value": document, "text": ""}
    if question.kind == "territories" and isinstance(document, list):
        document = {"items": document}
    try:
        return values.accept(question, document)
    except ValueError:
        return None
