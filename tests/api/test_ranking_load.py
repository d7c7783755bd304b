"""A ranking is work: one at a time in each process."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from ninja.errors import HttpError

from kiif.api import ranking
from kiif.replication import engine

MODEL = {"level": "department", "criteria": [{"id": "c", "indicator": "population", "weight": 1}]}


@pytest.mark.django_db
def test_a_second_ranking_waits_then_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def work(model: object) -> None:
        raise HttpError(422, "reached")

    monkeypatch.setattr(ranking, "WAIT_SECONDS", 0.01)
    monkeypatch.setattr(engine, "answer", work)

    def ask() -> tuple[int, str]:
        response = client.post("/api/v1/ranking", json.dumps(MODEL), content_type="application/json")
        return response.status_code, response.json()["error"]

    with ranking.ONE:
        status, sentence = ask()
    assert (status, sentence == "reached") == (429, False)
    assert ask() == (422, "reached"), "free again"
    assert ask() == (422, "reached"), "a failure frees it too"
