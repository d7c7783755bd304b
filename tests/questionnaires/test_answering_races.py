"""Several at the same instant: one draft, one sending, no answer after the closing, no save lost under a sending."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from kiif.accounts.actor import Actor, system
from kiif.questionnaires.actions import answering, collections
from kiif.questionnaires.actions.saving import Sent, save
from kiif.questionnaires.models import Collection, Response, Snapshot
from kiif.ui.errors import Refused
from tests.factories import make_user
from tests.questionnaires import answer_factories as make

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(acts: list[Any]) -> list[Any]:
    """Runs all of them at the same instant; a refusal is a result like another."""
    start = Barrier(len(acts))

    def run(act: Any) -> Any:
        start.wait()
        try:
            return act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(run, act) for act in acts]]


def test_five_openings_at_once_make_one_draft() -> None:
    collection, user = make.make_collection(), make_user()
    made = at_once([lambda: answering.begin(collection=collection, by=Actor(user=user))] * 5)
    assert len({one.pk for one in made}) == 1


def test_two_sendings_at_once_are_one() -> None:
    user = make_user()
    response = make.make_response(user)
    save(response=response, by=Actor(user=user), sent={"q_nom1": Sent("Une", 0)})
    made = at_once([lambda: answering.submit(response=response, by=Actor(user=user))] * 4)
    assert sum(isinstance(one, Snapshot) for one in made) == 1
    assert response.snapshots.count() == 1


def test_a_save_during_a_sending_is_in_it_or_refused() -> None:
    user = make_user()
    response = make.make_response(user)
    save(response=response, by=Actor(user=user), sent={"q_nom1": Sent("Une", 0)})
    late = {"q_nom1": Sent("Une autre", 1)}
    sent, saved = at_once(
        [
            lambda: answering.submit(response=response, by=Actor(user=user)),
            lambda: save(response=response, by=Actor(user=user), sent=late),
        ]
    )
    assert isinstance(sent, Snapshot)
    kept = response.answers.get(field__key="q_nom1").value
    assert sent.values["q_nom1"] == kept  # what is kept is what was sent, whoever came first
    assert kept == ("Une" if isinstance(saved, Refused) else "Une autre")


def test_writers_of_different_fields_never_lose_one_another() -> None:
    owner = make_user()
    response = make.make_response(owner)
    names = ["nom1", "recit", "courriel", "suite", "nombre", "argent"]
    given = {"nom1": "a", "recit": "b", "courriel": "c@exemple.test", "suite": None, "nombre": 4, "argent": 5}
    at_once(
        [
            lambda name=name: save(response=response, by=Actor(user=owner), sent={f"q_{name}": Sent(given[name], 0)})
            for name in names
        ]
    )
    kept = dict(response.answers.values_list("field__key", "value"))
    assert kept == {f"q_{name}": given[name] for name in names if given[name] is not None}
    assert Response.objects.get(pk=response.pk).revision == 5


def test_fifty_at_the_last_second_and_nothing_after_the_closing() -> None:
    collection = make.make_collection()
    people = [make_user() for _number in range(50)]
    drafts = [make.make_response(person, collection) for person in people]
    for person, draft in zip(people, drafts, strict=True):
        save(response=draft, by=Actor(user=person), sent={"q_nom1": Sent("Une", 0)})
    acts = [
        lambda person=person, draft=draft: answering.submit(response=draft, by=Actor(user=person))
        for person, draft in zip(people, drafts, strict=True)
    ]
    results = at_once([*acts[:25], lambda: collections.close(collection=collection, by=system("test")), *acts[25:]])
    closed_at = Collection.objects.get(pk=collection.pk).closed_at
    assert closed_at is not None
    sent = [one for one in results if isinstance(one, Snapshot)]
    refused = [one for one in results if isinstance(one, Refused)]
    assert len(sent) + len(refused) == 50
    assert all("a fermé le" in str(one) for one in refused)
    assert Response.objects.filter(state="submitted").count() == len(sent) == Snapshot.objects.count()
    assert all(one.at <= closed_at for one in sent)
