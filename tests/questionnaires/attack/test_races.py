"""Two gestures at the same instant: sent once, one file too many never, one draft each."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from kiif.accounts.actor import Actor
from kiif.questionnaires.actions import answering
from kiif.questionnaires.actions.saving import Sent, save
from kiif.questionnaires.models import Response, Snapshot
from kiif.ui.errors import Refused
from tests.factories import make_user
from tests.questionnaires import answer_factories as make

pytestmark = pytest.mark.django_db(transaction=True)
SHORT = make.document([make.question("text", "nom1")])


def together(act: Callable[[], Any], times: int = 4) -> list[Any]:
    """What each of several threads got from the same gesture: a value, or the refusal."""
    found: list[Any] = []
    gate = threading.Barrier(times)

    def run() -> None:
        gate.wait()
        try:
            found.append(act())
        except Refused as refused:
            found.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _turn in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def test_sent_by_two_hands_it_is_sent_once() -> None:
    owner = make_user()
    response = make.make_response(owner, make.make_collection(None, SHORT))
    save(response=response, by=Actor(user=owner), sent={"q_nom1": Sent("Prêt", 0)})
    key = response.pk
    found = together(lambda: answering.submit(response=Response.objects.get(pk=key), by=Actor(user=owner)))
    assert sorted(type(one).__name__ for one in found) == ["Refused", "Refused", "Refused", "Snapshot"]
    assert Snapshot.objects.count() == 1


def test_begun_in_two_tabs_there_is_one_draft() -> None:
    owner, collection = make_user(), make.make_collection(None, SHORT)
    found = together(lambda: answering.begin(collection=collection, by=Actor(user=owner)).pk)
    assert len(set(found)) == 1
    assert Response.objects.count() == 1
