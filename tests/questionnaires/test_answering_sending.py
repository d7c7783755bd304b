"""Beginning once, sending once, withdrawing, correcting, moving to a newer form, filling in advance."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.mailbox.models import Mail
from kiif.questionnaires.actions import answering, moving, prefilling
from kiif.questionnaires.actions.saving import Sent, save
from kiif.questionnaires.dossier import Dossier, digest
from kiif.questionnaires.models import Response
from kiif.questionnaires.whatchanged import in_words
from kiif.ui.errors import NotAllowed, Refused
from tests.factories import World, make_user
from tests.questionnaires import answer_factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Any:
    return make_user("Yaëlle Inventée")


@pytest.fixture
def response(owner: Any) -> Response:
    return make.make_response(owner)


def fill(response: Response, owner: Any, **more: Any) -> None:
    start = Response.objects.get(pk=response.pk).revision
    given = {"nom1": "La Bricole fertile", **more}
    outcome = save(
        response=response, by=Actor(user=owner), sent={f"q_{key}": Sent(value, start) for key, value in given.items()}
    )
    assert outcome.refused == {}


def test_opened_again_it_is_the_same_draft(response: Response, owner: Any) -> None:
    again = [make.make_response(owner, response.collection) for _time in range(3)]
    assert {one.pk for one in again} == {response.pk}
    assert make.make_response(make_user(), response.collection).pk != response.pk


def test_begins_within_its_dates_only(owner: Any) -> None:
    collection = make.make_collection()
    for moment, words in ((collection.opens_at - timedelta(minutes=1), "Ouverture le"),
                          (collection.closes_at, "a fermé le")):  # fmt: skip
        with time_machine.travel(moment), pytest.raises(Refused, match=words):
            answering.begin(collection=collection, by=Actor(user=owner))
    assert answering.begin(collection=collection, by=Actor(user=owner)).state == "draft"


def test_teams_only_means_teams_only(world: World) -> None:
    collection = make.make_collection(world.incubator, audience="team")
    with pytest.raises(NotAllowed, match="équipes de l’alliance"):
        answering.begin(collection=collection, by=world.actor("carrier"))
    assert answering.begin(collection=collection, by=world.actor("advisor")).owner == world.people["advisor"]


def test_not_everything_is_there(response: Response, owner: Any) -> None:
    fill(response, owner, recit="un deux trois quatre cinq six sept huit neuf", nom1=None)
    with pytest.raises(answering.Incomplete) as caught:
        answering.submit(response=response, by=Actor(user=owner))
    assert list(caught.value.problems) == ["q_nom1", "q_recit"]
    response.refresh_from_db()
    assert (response.state, response.snapshots.count()) == ("draft", 0)


def test_sent_is_kept_with_its_digest_and_a_receipt_leaves(response: Response, owner: Any) -> None:
    fill(response, owner, budget={"rows": [{"id": "r1", "c_poste": "Camion", "c_montant": 40}]})
    snapshot = answering.submit(response=response, by=Actor(user=owner))
    assert snapshot.values["q_total"] == 40
    assert snapshot.sha256 == digest({"version": response.version.sha256, "values": snapshot.values})
    assert response.answers.get(field__key="q_total").number == 40
    mail = Mail.objects.get(kind="questionnaires.receipt")
    assert (mail.to, snapshot.sha256[:16] in mail.text) == (owner, True)
    with pytest.raises(Refused, match="Cette réponse est envoyée"):
        answering.submit(response=response, by=Actor(user=owner))
    with pytest.raises(Refused, match="Cette réponse est envoyée"):
        fill(response, owner, nom1="autre")


def test_what_is_not_asked_any_more_goes_and_its_thread_stays(response: Response, owner: Any) -> None:
    fill(response, owner, choix={"value": "oui", "text": ""})
    fill(response, owner, suite="Une suite")
    fill(response, owner, choix={"value": "non", "text": ""})
    assert response.answers.get(field__key="q_suite").value == "Une suite"  # kept as long as it is a draft
    snapshot = answering.submit(response=response, by=Actor(user=owner))
    assert "q_suite" not in snapshot.values
    assert not response.answers.filter(field__key="q_suite").exists()
    assert response.changes.filter(field__key="q_suite").first().before == "Une suite"


def test_who_sends_has_read_the_last_state(response: Response, owner: Any) -> None:
    fill(response, owner)
    with pytest.raises(Refused, match="pendant votre relecture"):
        answering.submit(response=response, by=Actor(user=owner), revision=0)
    assert answering.submit(response=response, by=Actor(user=owner), revision=1)


def test_a_writer_does_not_send_unless_named(response: Response, owner: Any) -> None:
    fill(response, owner)
    writer = make_user()
    row = make.join(response, writer, "edit")
    with pytest.raises(NotAllowed, match="l’envoie"):
        answering.submit(response=response, by=Actor(user=writer))
    row.role = "submit"
    row.save()
    assert answering.submit(response=response, by=Actor(user=writer)).by == writer


def test_corrections_touch_the_named_questions_only(world: World) -> None:
    owner, collection = world.people["carrier"], make.make_collection(world.incubator)
    response = make.make_response(owner, collection)
    fill(response, owner, nombre=3)
    answering.submit(response=response, by=Actor(user=owner))
    until = timezone.now() + timedelta(days=2)
    with pytest.raises(NotAllowed):
        answering.reopen(response=response, fields=["q_nombre"], until=until, words="", by=Actor(user=owner))
    answering.reopen(response=response, fields=["q_nombre"], until=until, words="Vérifiez", by=world.actor("manager"))
    assert "Question nombre" in Mail.objects.get(kind="questionnaires.reopened").text
    outcome = save(response=response, by=Actor(user=owner), sent={"q_nombre": Sent(5, 99), "q_nom1": Sent("Autre", 99)})
    assert (outcome.saved, list(outcome.refused)) == ({"q_nombre": 5}, ["q_nom1"])
    answering.submit(response=response, by=Actor(user=owner))
    assert [row.values["q_nombre"] for row in response.snapshots.all()] == [5, 3]


def test_corrections_end_at_their_hour_whatever_the_collection(world: World) -> None:
    owner, collection = world.people["carrier"], make.make_collection(world.incubator)
    response = make.make_response(owner, collection)
    fill(response, owner)
    answering.submit(response=response, by=Actor(user=owner))
    with time_machine.travel(collection.closes_at + timedelta(days=3), tick=False):
        until = timezone.now() + timedelta(days=1)
        answering.reopen(response=response, fields=[], until=until, words="Relisez", by=world.actor("manager"))
        fill(response, owner, nom1="Corrigé")
    with time_machine.travel(until), pytest.raises(Refused, match="temps des corrections"):
        fill(response, owner, nom1="Trop tard")


def test_withdrawn_is_read_and_no_longer_written(response: Response, owner: Any) -> None:
    answering.withdraw(response=response, by=Actor(user=owner))
    with pytest.raises(Refused, match="retirée"):
        fill(response, owner)
    with pytest.raises(Refused, match="déjà été retirée"):
        answering.withdraw(response=response, by=Actor(user=owner))


def test_a_question_added_after_ten_answers_loses_nothing() -> None:
    """Ten sent, two drafts; then a question is added, another removed, one reworded."""
    collection = make.make_collection()
    sent = []
    for number in range(10):
        person = make_user()
        one = make.make_response(person, collection)
        fill(one, person, nombre=number)
        answering.submit(response=one, by=Actor(user=person))
        sent.append(one)
    person = make_user()
    draft = make.make_response(person, collection)
    fill(draft, person, nombre=50)
    changed = [dict(one) for one in make.EVERY_KIND if one["id"] != "q_nombre"]
    changed[0] = {**changed[0], "label": {"fr": "Le nom de la structure"}}
    version = make.publish(
        collection.questionnaire, make.document([*changed, make.question("text", "nouvelle", required=True)])
    )
    assert moving.move_drafts(version=version, by=Actor(system="test")) == 1
    assert moving.move_drafts(version=version, by=Actor(system="test")) == 0
    draft.refresh_from_db()
    assert (draft.version, draft.moved_from.number) == (version, 1)
    assert {one.version.number for one in Response.objects.filter(state="submitted")} == {1}
    assert in_words(draft.moved_from, version, "fr", held={"q_nombre"}) == [
        "«\u00a0Le nom de la structure\u00a0» a une formulation ou des limites différentes.",
        "Nouvelle question\u00a0: «\u00a0Question nouvelle\u00a0».",
        "«\u00a0Question nombre\u00a0» n’est plus posée. "
        "Ce que vous avez écrit reste dans l’historique de cette réponse.",
    ]
    # nothing typed is lost: held, not asked, and back with the question
    assert Dossier(draft).held["q_nombre"].value == 50
    assert [one.values["q_nombre"] for one in sorted((r.snapshots.get() for r in sent), key=lambda s: s.pk)] == list(
        range(10)
    )
    with pytest.raises(answering.Incomplete) as caught:
        answering.submit(response=draft, by=Actor(user=person))
    assert list(caught.value.problems) == ["q_nouvelle"]
    moving.acknowledge(response=draft, by=Actor(user=person))
    draft.refresh_from_db()
    assert draft.moved_from is None


def test_a_link_fills_what_it_may_and_nothing_else(response: Response, owner: Any) -> None:
    query = {
        "nom1": "La Bricole", "nombre": "12,5", "plusieurs": "a,b", "accord": "1", "signe": "Moi", "inconnu": "x",
        "choix": "pas une clé", "suite": "cachée",
    }  # fmt: skip
    filled = prefilling.from_query(response=response, query=query, by=Actor(user=owner))
    assert sorted(filled) == ["q_nom1", "q_nombre", "q_plusieurs"]
    again = prefilling.from_query(response=response, query={"nom1": "Autre"}, by=Actor(user=owner))
    assert again == []


def test_an_earlier_answer_of_mine_fills_the_same_questions(response: Response, owner: Any) -> None:
    fill(response, owner, nombre=7, accord={"given": True, "version": "1"})
    other = make.make_collection()
    fresh = make.make_response(owner, other)
    assert prefilling.from_earlier(response=fresh, source=response, by=Actor(user=owner)) == 2
    assert dict(fresh.answers.values_list("field__key", "value")) == {"q_nom1": "La Bricole fertile", "q_nombre": 7}
    with pytest.raises(NotAllowed):
        prefilling.from_earlier(response=fresh, source=response, by=Actor(user=make_user()))
