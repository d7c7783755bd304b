"""Writing an answer: what is kept, merged, given back, refused. Nobody's words are lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.questionnaires.actions.saving import UNKNOWN, Outcome, Sent, save
from kiif.questionnaires.models import AnswerChange, AnswerItem, Response
from kiif.ui.errors import NotAllowed, Refused
from tests.factories import make_user
from tests.questionnaires import answer_factories as make

pytestmark = pytest.mark.django_db


def put(
    response: Response, by: Any, base: int | None = None, was: Any = UNKNOWN, again: bool = False, **sent: Any
) -> Outcome:
    fresh = Response.objects.get(pk=response.pk)
    start = fresh.revision if base is None else base
    return save(
        response=fresh,
        by=Actor(user=by),
        sent={f"q_{name}": Sent(value, start, was, again) for name, value in sent.items()},
    )


def kept(response: Response) -> dict[str, Any]:
    return dict(response.answers.values_list("field__key", "value"))


@pytest.fixture
def owner() -> Any:
    return make_user("Yaëlle Inventée")


@pytest.fixture
def response(owner: Any) -> Response:
    return make.make_response(owner)


def test_a_field_is_kept_with_its_revision_and_what_filters_read(response: Response, owner: Any) -> None:
    outcome = put(response, owner, plusieurs={"values": ["a", "c"], "text": ""}, nombre=12)
    assert outcome.saved == {"q_plusieurs": {"values": ["a", "c"], "text": ""}, "q_nombre": 12}
    response.refresh_from_db()
    assert response.revision == 1
    assert response.answers.get(field__key="q_nombre").number == 12
    assert set(AnswerItem.objects.filter(response=response).values_list("text", flat=True)) == {"a", "c"}
    put(response, owner, plusieurs=None)
    assert kept(response) == {"q_nombre": 12}
    assert not AnswerItem.objects.filter(response=response).exists()


def test_the_same_value_again_changes_nothing(response: Response, owner: Any) -> None:
    put(response, owner, nombre=12)
    assert put(response, owner, nombre=12).saved == {}
    response.refresh_from_db()
    assert response.revision == 1


def test_progress_follows(response: Response, owner: Any) -> None:
    assert (response.done, response.expected) == (0, 1)
    put(response, owner, nom1="La Bricole fertile")
    response.refresh_from_db()
    assert (response.done, response.expected) == (1, 1)
    put(response, owner, choix={"value": "oui", "text": ""})
    response.refresh_from_db()
    assert (response.done, response.expected) == (1, 2)


def test_two_people_on_two_fields_never_meet(response: Response, owner: Any) -> None:
    other = make_user()
    make.join(response, other)
    put(response, owner, base=0, nom1="Une")
    outcome = put(response, other, base=0, nombre=3)
    assert outcome.conflicts == {}
    assert kept(response) == {"q_nom1": "Une", "q_nombre": 3}


def test_two_people_on_one_text_get_both(response: Response, owner: Any) -> None:
    other = make_user("Ilan Inventé")
    make.join(response, other)
    put(response, owner, base=0, nom1="La Bricole fertile")
    outcome = put(response, other, base=0, nom1="La Bricole")
    clash = outcome.conflicts["q_nom1"]
    assert (clash.mine, clash.theirs, clash.by, clash.oneself) == ("La Bricole", "La Bricole fertile", owner, False)
    assert kept(response) == {"q_nom1": "La Bricole fertile"}
    # both were read: the second one decides, from the revision of now
    put(response, other, base=clash.revision, was=clash.theirs, nom1="La Bricole fertile, atelier")
    assert kept(response) == {"q_nom1": "La Bricole fertile, atelier"}


def test_a_field_emptied_by_somebody_else_is_a_conflict_too(response: Response, owner: Any) -> None:
    other = make_user()
    make.join(response, other)
    put(response, owner, nom1="Une")
    put(response, owner, nom1=None)
    outcome = put(response, other, base=1, was="Une", nom1="Une autre")
    assert outcome.conflicts["q_nom1"].theirs is None


def test_rows_and_cells_of_a_table_are_merged(response: Response, owner: Any) -> None:
    other = make_user()
    make.join(response, other)
    start = {"rows": [{"id": "r1", "c_poste": "Salaires", "c_montant": 100}, {"id": "r2", "c_poste": "Camion"}]}
    put(response, owner, budget=start)
    theirs = {"rows": [{"id": "r1", "c_poste": "Salaires", "c_montant": 120}, {"id": "r2", "c_poste": "Camion"}]}
    put(response, owner, base=1, was=start, budget=theirs)
    mine = {
        "rows": [{"id": "r1", "c_poste": "Deux salaires", "c_montant": 100}, {"id": "r2", "c_poste": "Camion"},
                 {"id": "r3", "c_poste": "Local", "c_montant": 40}]
    }  # fmt: skip
    outcome = put(response, other, base=1, was=start, budget=mine)
    assert outcome.merged == {"q_budget"}
    assert kept(response)["q_budget"]["rows"] == [
        {"id": "r1", "c_poste": "Deux salaires", "c_montant": 120},
        {"id": "r2", "c_poste": "Camion"},
        {"id": "r3", "c_poste": "Local", "c_montant": 40},
    ]
    # the same cell twice is for people to decide
    again = {"rows": [{"id": "r1", "c_poste": "Salaires", "c_montant": 90}, {"id": "r2", "c_poste": "Camion"}]}
    assert set(put(response, other, base=1, was=start, budget=again).conflicts) == {"q_budget"}


def test_what_was_not_touched_overwrites_nothing(response: Response, owner: Any) -> None:
    other = make_user()
    make.join(response, other)
    put(response, owner, nom1="Une")
    put(response, owner, nom1="Une, mieux dite")
    outcome = put(response, other, base=1, was="Une", nom1="Une")
    assert (outcome.saved, outcome.conflicts) == ({}, {})
    assert kept(response) == {"q_nom1": "Une, mieux dite"}


def test_a_text_sent_again_after_a_cut_is_no_conflict_with_oneself(response: Response, owner: Any) -> None:
    put(response, owner, base=0, nom1="La Bric")  # kept, but the answer never came back
    outcome = put(response, owner, base=0, again=True, nom1="La Bricole fertile")
    assert outcome.conflicts == {}
    assert kept(response) == {"q_nom1": "La Bricole fertile"}
    assert [change.before for change in response.changes.order_by("pk")] == [None, "La Bric"]


def test_a_sitting_is_one_change_and_the_next_another(response: Response, owner: Any) -> None:
    start = timezone.now()
    for minutes, text in ((0, "L"), (1, "La"), (2, "La B"), (30, "La Bricole")):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            put(response, owner, nom1=text)
    changes = response.changes.order_by("pk")
    assert [(change.before, change.after) for change in changes] == [(None, "La B"), ("La B", "La Bricole")]
    assert [change.revision for change in changes][-1] == 4


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("inconnue", "x", "pas dans le formulaire"),
        ("total", 12, "Rien à écrire ici"),
        ("suite", "caché", "n’est pas posée"),
        ("pieces", {"files": ["5f1c0000-0000-4000-8000-000000000000"]}, "n’est pas joint"),
        ("recit", "x" * 300_000, "trop long"),
    ],
)
def test_refused_with_a_sentence_and_the_rest_is_kept(
    response: Response, owner: Any, name: str, value: Any, words: str
) -> None:
    outcome = save(
        response=response,
        by=Actor(user=owner),
        sent={f"q_{name}": Sent(value, 0), "q_nom1": Sent("gardé", 0)},
    )
    assert words in outcome.refused[f"q_{name}"]
    assert kept(response) == {"q_nom1": "gardé"}


def test_who_only_reads_writes_nothing(response: Response) -> None:
    reader = make_user()
    make.join(response, reader, "comment")
    with pytest.raises(NotAllowed, match="le droit d’écrire"):
        put(response, reader, nom1="x")
    writer = make_user()
    make.join(response, writer, "edit")
    assert put(response, writer, nom1="x").saved == {"q_nom1": "x"}


def test_closed_says_when_and_grace_lets_finish(response: Response, owner: Any) -> None:
    end = response.collection.closes_at
    with time_machine.travel(end + timedelta(minutes=14)):
        assert put(response, owner, nom1="à temps").saved == {"q_nom1": "à temps"}
    with time_machine.travel(end + timedelta(minutes=16)), pytest.raises(Refused, match="a fermé le"):
        put(response, owner, nom1="trop tard")
    assert AnswerChange.objects.count() == 1
