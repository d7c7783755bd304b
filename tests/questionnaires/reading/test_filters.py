"""Conditions on any question: what they find, how they are said, what cannot be used."""

from __future__ import annotations

import pytest

from kiif.questionnaires.models import Collection, Response
from kiif.questionnaires.reading import filters
from kiif.questionnaires.reading.plan import plan_of
from tests.questionnaires.answer_factories import make_collection
from tests.questionnaires.reading.sent import send

pytestmark = pytest.mark.django_db

FAR = "un récit très long " * 12 + "qui finit au Moulin de l’Œuf"


@pytest.fixture
def gathered() -> tuple[Collection, dict[str, Response]]:
    collection = make_collection()
    return collection, {
        "garage": send(
            collection,
            nom1="Le Garage solidaire",
            recit=FAR,
            nombre=12,
            jour="2026-03-02",
            choix={"value": "oui"},
            plusieurs={"values": ["a", "b"]},
            ouinon={"value": True},
        ),
        "atelier": send(
            collection,
            nom1="Atelier d’été",
            nombre=3.5,
            jour="2025-12-31",
            choix={"value": "non"},
            plusieurs={"values": ["rien"]},
            ouinon={"value": False, "reason": "Plus tard"},
            ordre={"values": ["deux", "un"]},
        ),
        "muet": send(collection, choix={"coded": "unknown"}),
    }


CASES = [
    ("q_nom1:holds:GARAGE", {"garage"}),
    ("q_nom1:holds:ete", {"atelier"}),
    ("q_recit:holds:moulin de l’oeuf", {"garage"}),
    ("q_recit:holds:absent", set()),
    ("q_nombre:between:3.5|", {"garage", "atelier"}),
    ("q_nombre:between:|11,9", {"atelier"}),
    ("q_nombre:between:4|12", {"garage"}),
    ("q_jour:between_dates:2026-01-01|2026-12-31", {"garage"}),
    ("q_jour:between_dates:|31/12/2025", {"atelier"}),
    ("q_choix:is:oui", {"garage"}),
    ("q_choix:is:oui|non", {"garage", "atelier"}),
    ("q_choix:is:=unknown", {"muet"}),
    ("q_choix:filled:", {"garage", "atelier", "muet"}),
    ("q_plusieurs:has:b|c", {"garage"}),
    ("q_plusieurs:empty:", {"muet"}),
    ("q_ouinon:is:no", {"atelier"}),
    ("q_ordre:has:un", {"atelier"}),
    ("q_total:filled:", set()),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_a_condition_finds_what_it_says(
    gathered: tuple[Collection, dict[str, Response]], text: str, expected: set[str]
) -> None:
    collection, by_name = gathered
    plan = plan_of(collection)
    assert plan is not None
    conditions, problems = filters.read_conditions(plan.definition, [text])
    found = set(filters.matching(Response.objects.filter(collection=collection), conditions, plan.fields))
    assert problems == []
    assert found == {by_name[name] for name in expected}


def test_conditions_add_up(gathered: tuple[Collection, dict[str, Response]]) -> None:
    collection, by_name = gathered
    plan = plan_of(collection)
    assert plan is not None
    texts = ["q_nombre:filled:", "q_choix:is:non", "q_jour:between_dates:2025-01-01|", "q_nom1:holds:atelier"]
    conditions, _problems = filters.read_conditions(plan.definition, texts)
    found = filters.matching(Response.objects.all(), conditions, plan.fields)
    assert list(found) == [by_name["atelier"]]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("q_inconnue:filled:", "Un filtre porte sur une question"),
        ("q_nom1:between:1|2", "« nom1 » ne peut pas être filtré"),
        ("q_choix:is:", "Choisissez au moins une valeur"),
        ("q_nom1:holds:", "Écrivez un mot"),
        ("q_nombre:between:|", "Donnez au moins une borne"),
        ("q_nombre:between:beaucoup|", "n’est pas un nombre"),
        ("q_jour:between_dates:hier|", "n’est pas une date"),
        ("", "Un filtre porte sur une question"),
    ],
)
def test_what_cannot_filter_is_said(gathered: tuple[Collection, dict[str, Response]], text: str, sentence: str) -> None:
    plan = plan_of(gathered[0])
    assert plan is not None
    conditions, problems = filters.read_conditions(plan.definition, [text])
    assert conditions == []
    assert next(said.replace("\u00a0", " ").replace("\u202f", " ") for said in problems).find(sentence) >= 0


def test_a_condition_is_said_in_words(gathered: tuple[Collection, dict[str, Response]]) -> None:
    plan = plan_of(gathered[0])
    assert plan is not None
    texts = ["q_nombre:between:4|", "q_choix:is:oui|=unknown", "q_jour:between_dates:|2026-05-13", "q_nom1:holds:été"]
    conditions, _problems = filters.read_conditions(plan.definition, texts)
    assert [filters.said(condition, "fr").replace("\u00a0", " ") for condition in conditions] == [
        "Question nombre : au moins 4",
        "Question choix : Oui, Je ne sais pas",
        "Question jour : au plus 13 mai 2026",
        "Question nom1 : contient « été »",
    ]
    assert [filters.read_condition(plan.definition, str(condition)) for condition in conditions] == conditions
