"""A questionnaire with every kind of question, opened to answers; people and dossiers round it. All invented."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.alliance.models import Body
from kiif.questionnaires.actions import answering
from kiif.questionnaires.definition import read
from kiif.questionnaires.dossier import digest
from kiif.questionnaires.enums import ParticipantRole
from kiif.questionnaires.models import Collection, Field, Participant, Questionnaire, Response, Version
from tests.alliance import factories as alliance
from tests.factories import make_user

_number = count(1)


def question(kind: str, key: str, **fields: Any) -> dict[str, Any]:
    """A question of this kind: identifier "q_<key>", name <key>."""
    return {"kind": kind, "id": f"q_{key}", "name": key, "label": {"fr": f"Question {key}"}, **fields}


def choices(*keys: str) -> list[dict[str, Any]]:
    return [{"key": key, "label": {"fr": key.capitalize()}} for key in keys]


EVERY_KIND: list[dict[str, Any]] = [
    question("text", "nom1", required=True, max_chars=40),
    question("long_text", "recit", max_words=8),
    question("rich_text", "riche"),
    question("number", "nombre", minimum=0, maximum=100, unit={"fr": "jours"}),
    question("money", "argent"),
    question("percent", "part1"),
    question("date", "jour"),
    question("period", "periode"),
    question("choice", "choix", choices=choices("oui", "non"), other=True, unknown=True),
    question(
        "choices", "plusieurs", at_most=2,
        choices=[*choices("a", "b", "c"), {"key": "rien", "label": {"fr": "Rien"}, "exclusive": True}],
    ),
    question("ranking", "ordre", choices=choices("un", "deux", "trois")),
    question("grid", "grille", rows=choices("ligne1", "ligne2"), columns=choices("peu", "bien")),
    question("scale", "echelle", low_label={"fr": "Pas du tout"}, high_label={"fr": "Tout à fait"}),
    question("yes_no", "ouinon", reason="no", reason_label={"fr": "Pourquoi ?"}),
    question("email", "courriel"),
    question("phone", "telephone"),
    question("url", "adresseweb"),
    question("address", "adresse"),
    question("territories", "lieux", at_most=3),
    question("organisation", "structure"),
    question("files", "pieces", at_most=2),
    question(
        "table", "budget", max_rows=5,
        columns=[
            {"id": "c_poste", "name": "poste", "label": {"fr": "Poste"}, "kind": "text"},
            {"id": "c_montant", "name": "montant", "label": {"fr": "Montant"}, "kind": "money", "total": True},
        ],
    ),
    question("calculated", "total", calculation="sum(${budget.montant})", result="money"),
    question("consent", "accord", text={"fr": "J’accepte."}),
    question("signature", "signe"),
    question("note", "remarque"),
    question("text", "suite", relevant="${choix} = 'oui'", required=True),
]  # fmt: skip


def document(questions: list[dict[str, Any]] | None = None, **fields: Any) -> dict[str, Any]:
    """A definition of two pages: these questions, then one more in a section of its own."""
    return {
        "format": "kiif-questionnaire/1",
        "title": {"fr": "Formulaire inventé"},
        "languages": ["fr", "en"],
        "sections": [
            {
                "id": "s_premiere",
                "title": {"fr": "La première partie", "en": "The first part"},
                "pages": [{"id": "p_premiere", "questions": EVERY_KIND if questions is None else questions}],
            },
            {
                "id": "s_seconde",
                "title": {"fr": "La seconde partie"},
                "pages": [{"id": "p_seconde", "questions": [question("long_text", "fin1")]}],
            },
        ],
        **fields,
    }


def publish(questionnaire: Questionnaire, written: dict[str, Any]) -> Version:
    """A version as publication makes it, without the checks of designers."""
    definition = read(written)
    number = questionnaire.versions.count() + 1
    version = Version.objects.create(
        questionnaire=questionnaire, number=number, definition=definition.document(), sha256=digest(written)
    )
    known = set(questionnaire.fields.values_list("key", flat=True))
    Field.objects.bulk_create(
        Field(questionnaire=questionnaire, key=key) for key in definition.by_id if key not in known
    )
    return version


def make_collection(owner: Body | None = None, written: dict[str, Any] | None = None, **fields: Any) -> Collection:
    """A published questionnaire, open since yesterday for thirty days."""
    owner = owner or alliance.make_incubator(alliance.make_alliance())
    written = written or document()
    questionnaire = Questionnaire.objects.create(title="Formulaire inventé", owner=owner, draft=written)
    publish(questionnaire, written)
    now = timezone.now()
    return Collection.objects.create(
        questionnaire=questionnaire,
        owner=owner,
        **{
            "title": "Appel inventé",
            "slug": f"appel-{next(_number)}",
            "opens_at": now - timedelta(days=1),
            "closes_at": now + timedelta(days=30),
            **fields,
        },
    )


def make_response(owner: User | None = None, collection: Collection | None = None) -> Response:
    return answering.begin(collection=collection or make_collection(), by=Actor(user=owner or make_user()))


def join(response: Response, user: User, role: str = ParticipantRole.EDIT) -> Participant:
    return Participant.objects.create(response=response, user=user, role=role)
