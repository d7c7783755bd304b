"""Answers already sent, for what reads them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from kiif.accounts.actor import Actor, system
from kiif.questionnaires import values
from kiif.questionnaires.actions.saving import write_answer
from kiif.questionnaires.enums import ResponseState
from kiif.questionnaires.loaded import definition_of, field_keys
from kiif.questionnaires.models import Collection, Response, Version

SYSTEM: Actor = system("tests")
DAY = dt.datetime(2026, 5, 20, 10, tzinfo=dt.UTC)


def send(collection: Collection, version: Version | None = None, **given: Any) -> Response:
    """A dossier sent with these values, by name of question."""
    version = version or collection.questionnaire.versions.order_by("-number").first()
    assert version is not None
    response = Response.objects.create(
        collection=collection, version=version, state=ResponseState.SUBMITTED, submitted_at=DAY
    )
    definition, fields = definition_of(version), field_keys(version)
    for name, document in given.items():
        question = definition.by_name[name]
        value = values.accept(question, document)
        write_answer(response, question, fields[question.id], value, 1, by=SYSTEM, at=timezone.now())
    return response
