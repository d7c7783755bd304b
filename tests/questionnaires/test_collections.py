"""Opening, changing, prolonging, closing: by its house only, with sentences; the lists of the teams."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kiif.questionnaires.actions import collections
from kiif.questionnaires.models import Collection, Questionnaire
from kiif.ui.errors import NotAllowed, Refused
from tests.factories import World
from tests.questionnaires import answer_factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def questionnaire(world: World) -> Questionnaire:
    return make.make_collection(world.incubator).questionnaire


def fields(**more: Any) -> dict[str, Any]:
    return {"title": "Appel d’automne", "slug": "appel-d-automne", "audience": "account", "grace": 5, **more}


def test_its_house_opens_it_and_nobody_else(world: World, questionnaire: Questionnaire) -> None:
    for role in ("carrier", "other_advisor", "reviewer"):
        with pytest.raises(NotAllowed):
            collections.open_collection(questionnaire=questionnaire, by=world.actor(role), fields=fields())
    opened = collections.open_collection(questionnaire=questionnaire, by=world.actor("advisor"), fields=fields())
    assert (opened.owner_id, opened.grace) == (world.incubator.pk, 5)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"slug": "dossier"}, "page de la maison"),
        ({"slug": "une adresse"}, "que des lettres"),
        ({"audience": "tout le monde"}, "qui peut répondre"),
        ({"opens_at": timezone.now(), "closes_at": timezone.now() - timedelta(days=1)}, "précède l’ouverture"),
    ],
)
def test_impossible_conditions_are_told(
    world: World, questionnaire: Questionnaire, more: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        collections.open_collection(questionnaire=questionnaire, by=world.actor("manager"), fields=fields(**more))


def test_nothing_is_opened_before_it_is_published(world: World) -> None:
    draft = Questionnaire.objects.create(title="Brouillon", owner=world.incubator, draft=make.document())
    with pytest.raises(Refused, match="Publiez"):
        collections.open_collection(questionnaire=draft, by=world.actor("manager"), fields=fields())


def test_closed_then_given_more_time(world: World) -> None:
    collection, by = make.make_collection(world.incubator), world.actor("manager")
    collections.close(collection=collection, by=by)
    with pytest.raises(Refused, match="déjà fermé"):
        collections.close(collection=collection, by=by)
    with pytest.raises(Refused, match="après la fin"):
        collections.prolong(collection=collection, by=by, until=timezone.now() - timedelta(minutes=1))
    again = collections.prolong(collection=collection, by=by, until=timezone.now() + timedelta(days=2))
    assert again.closed_at is None
    assert make.make_response(collection=again).state == "draft"


def test_who_may_answer_no_longer_changes_once_begun(world: World) -> None:
    collection, by = make.make_collection(world.incubator), world.actor("manager")
    make.make_response(collection=collection)
    with pytest.raises(Refused, match="on ne change plus"):
        collections.change_collection(collection=collection, by=by, fields={"audience": "link"})
    collections.change_collection(collection=collection, by=by, fields={"title": "Autre titre"})
    assert Collection.objects.get(pk=collection.pk).title == "Autre titre"


def test_opening_from_the_page(world: World, questionnaire: Questionnaire) -> None:
    client = world.client("manager")
    address = f"/questionnaires/{questionnaire.public_id}/ouvrir"
    sent = {"title": "Appel", "slug": "", "audience": "account", "closes_at": "2099-05-30T23:59", "one_each": "on"}
    answer = client.post(address, sent)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    made = Collection.objects.get(slug="appel")
    assert timezone.localtime(made.closes_at).hour == 23
    assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_asks_as_much_for_one_as_for_three(world: World, many: int) -> None:
    for _number in range(many):
        make.make_response(collection=make.make_collection(world.incubator))
    client = world.client("manager")
    client.get("/questionnaires/collectes/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/questionnaires/collectes/").status_code == 200
    ours = [one for one in queries.captured_queries if "questionnaires_" in one["sql"]]
    assert len(ours) == 2
