"""Questionnaires for the tests of the designer."""

from __future__ import annotations

from typing import Any

from kiif.accounts.actor import Actor
from kiif.questionnaires.actions import design, design_draft
from kiif.questionnaires.drafting.elements import CHILDREN, ROOT, Flat, flatten, questions
from kiif.questionnaires.models import Questionnaire

STATUSES = [
    {"key": "asso", "label": {"fr": "Association", "en": "Non-profit"}},
    {"key": "scop", "label": {"fr": "Scop", "en": "Cooperative"}},
]


def make_questionnaire(by: Actor, owner: Any, *, title: str = "Essai", empty: bool = False) -> Questionnaire:
    """One section, one page, three questions: `nom`, `statut` (a choice), `agrement` (yes or no)."""
    made = design.create_questionnaire(by=by, owner=owner, title=title, languages=["fr", "en"])
    if not empty:
        page = first_page(made)
        for kind, fields in (
            ("agrement", {"kind": "yes_no", "label.fr": "Avez-vous l’agrément ?", "label.en": "Are you approved?"}),
            ("statut", {"kind": "choice", "label.fr": "Quel statut ?", "label.en": "Which form?", "choices": STATUSES}),
            ("nom", {"kind": "text", "label.fr": "Nom de la structure", "label.en": "Name", "required": True}),
        ):
            rest = {name: value for name, value in fields.items() if name != "kind"}
            design_draft.add_question(
                questionnaire=made,
                by=by,
                page=page,
                kind=str(fields["kind"]),
                fields={**rest, "name": kind},
                after="first",
            )
        for _turn in range(2):
            design_draft.move_by(questionnaire=made, by=by, element=key_of(fresh(made), "nom"), down=False)
        design_draft.move_by(questionnaire=made, by=by, element=key_of(fresh(made), "statut"), down=False)
    return fresh(made)


def fresh(row: Questionnaire) -> Questionnaire:
    return Questionnaire.objects.select_related("owner").get(pk=row.pk)


def flat(row: Questionnaire) -> Flat:
    return flatten(fresh(row).draft)


def first_page(row: Questionnaire) -> str:
    found = flat(row)
    return str(found[found[ROOT][CHILDREN][0]][CHILDREN][0])


def key_of(row: Questionnaire, name: str) -> str:
    return next(key for key, fields in questions(flat(row)) if fields["name"] == name)


def order(row: Questionnaire) -> list[str]:
    return [fields["name"] for _key, fields in questions(flat(row))]
