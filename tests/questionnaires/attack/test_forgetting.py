"""What stays of a person who leaves: nothing that nobody was ever given to read, no address, no name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import DatabaseError, connection, transaction

from kiif.accounts.actions.erasure import erase_person
from kiif.accounts.actor import Actor, system
from kiif.questionnaires import privacy
from kiif.questionnaires.actions import answering, people, remarks, saving
from kiif.questionnaires.actions.saving import Sent, save
from kiif.questionnaires.models import Answer, AnswerChange, Offer, Remark, Response, Snapshot, Version
from tests.factories import World, make_user
from tests.questionnaires import answer_factories as make

pytestmark = pytest.mark.django_db
SHORT = make.document([make.question("text", "nom1")])

COPY = """INTO questionnaires_version
(id, questionnaire_id, number, definition, sha256, note, published_at, published_by_id)
SELECT id, questionnaire_id, number, '{}', sha256, note, published_at, published_by_id FROM questionnaires_version"""
OTHER = COPY.replace("SELECT id", "SELECT id + 1")
#: Ways of writing that one database only has.
ONLY = {
    "sqlite": (
        "INSERT OR REPLACE " + COPY,
        "REPLACE " + OTHER,
        "UPDATE OR REPLACE questionnaires_version SET note = 'autre'",
    ),
    "postgresql": (
        "TRUNCATE questionnaires_version CASCADE",
        "INSERT " + COPY + " ON CONFLICT (id) DO UPDATE SET note = 'autre'",
    ),
}


@pytest.fixture
def leaving(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(saving, "SITTING", timedelta(0))
    return make_user("Yaëlle Inventée")


def kept_anywhere(words: str) -> list[str]:
    """Names of the tables of this app that still hold these words."""
    rows = {
        "Answer": Answer.objects.values_list("value", "text", "folded"),
        "AnswerChange": AnswerChange.objects.values_list("before", "after"),
        "Snapshot": Snapshot.objects.values_list("values"),
        "Remark": Remark.objects.values_list("text"),
        "Offer": Offer.objects.values_list("email", "words"),
    }
    return [name for name, found in rows.items() if words in str(list(found))]


def write(response: Response, by: Actor, text: str) -> Response:
    fresh = Response.objects.get(pk=response.pk)
    assert save(response=fresh, by=by, sent={"q_nom1": Sent(text, fresh.revision)}).saved
    return Response.objects.get(pk=response.pk)


def test_what_was_withdrawn_goes_with_its_owner(leaving: Any) -> None:
    me = Actor(user=leaving)
    response = write(make.make_response(leaving, make.make_collection(None, SHORT)), me, "Un secret")
    answering.withdraw(response=response, by=me)
    assert kept_anywhere("secret") == ["Answer", "AnswerChange"]
    privacy.erase(leaving)
    assert kept_anywhere("secret") == []
    assert not Response.objects.exists()


def test_only_what_was_sent_stays(leaving: Any) -> None:
    """The thread of drafts was never given to anybody: it goes; the answer that was sent stays without a name."""
    me = Actor(user=leaving)
    response = write(make.make_response(leaving, make.make_collection(None, SHORT)), me, "Une confidence")
    remarks.remark(response=response, field_key="", text="Une confidence de plus", by=me)
    answering.submit(response=write(response, me, "Le texte envoyé"), by=me)
    assert kept_anywhere("confidence") == ["AnswerChange", "Remark"]
    privacy.erase(leaving)
    assert kept_anywhere("confidence") == []
    assert "Snapshot" in kept_anywhere("Le texte envoyé")
    assert Response.objects.get().owner is None


def test_an_answer_that_others_write_stays_theirs(leaving: Any) -> None:
    me, other = Actor(user=leaving), make_user()
    response = write(make.make_response(leaving, make.make_collection(None, SHORT)), me, "Notre texte")
    make.join(response, other)
    privacy.erase(leaving)
    assert kept_anywhere("Notre texte") == ["Answer", "AnswerChange"]
    assert Response.objects.visible_to(Actor(user=other)).get().owner is None
    assert not Answer.objects.filter(changed_by=leaving).exists()


def test_invitations_to_any_of_their_addresses_go(leaving: Any) -> None:
    EmailAddress.objects.create(user=leaving, email="Autre.Adresse@exemple.test", verified=True)
    host = make_user()
    response = make.make_response(host, make.make_collection(None, SHORT))
    people.invite(response=response, email="autre.adresse@exemple.test", role="view", by=Actor(user=host))
    stays = people.invite(response=response, email="quelqu-un@exemple.test", role="view", by=Actor(user=host))
    erase_person(person_id=leaving.pk, by=system("test"))
    assert list(Offer.objects.all()) == [stays]


def test_no_way_of_writing_changes_a_published_version(world: World) -> None:
    """By the ORM, by raw SQL, by a row put in the place of another: the database itself refuses."""
    version = make.make_collection(world.incubator, SHORT).questionnaire.versions.get()
    before = Version.objects.values().get()
    tries = [
        "UPDATE questionnaires_version SET definition = '{}'",
        "UPDATE questionnaires_version SET sha256 = 'x', published_by_id = NULL",
        "UPDATE questionnaires_version SET number = 9",
        "UPDATE questionnaires_version SET questionnaire_id = questionnaire_id + 1",
        "DELETE FROM questionnaires_version",
        *ONLY[connection.vendor],
    ]
    for statement in tries:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert Version.objects.values().get() == before, statement
    for change in ({"definition": {}}, {"note": "autre"}, {"number": 4}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Version.objects.filter(pk=version.pk).update(**change)
    Version.objects.filter(pk=version.pk).update(published_by=None)
    assert Version.objects.values().get() == before
