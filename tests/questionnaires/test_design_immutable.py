"""The database itself refuses to rewrite a published version, on whichever engine this run uses."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from kiif.journal import guards
from kiif.questionnaires import immutable
from kiif.questionnaires.models import Questionnaire, Version

DRAFT = {"format": "kiif-questionnaire/1", "title": {"fr": "Essai"}, "languages": ["fr"]}


@pytest.fixture
def version(world: Any) -> Version:
    made = Questionnaire.objects.create(title="Essai", owner=world.incubator, draft=DRAFT)
    return Version.objects.create(
        questionnaire=made, number=1, definition=DRAFT, sha256="x", published_by=world.people["manager"]
    )


def refused(change: Any, *args: Any, **kwargs: Any) -> None:
    with pytest.raises(DatabaseError, match=immutable.MESSAGE), transaction.atomic():
        change(*args, **kwargs)


def test_every_trigger_is_there_and_kiif_check_knows_them(db: None) -> None:
    assert immutable.GUARD.installed(connection) == immutable.GUARD.names(connection.vendor)
    assert immutable.GUARD in guards.every()


def test_a_published_version_can_neither_change_nor_go(version: Version) -> None:
    rows = Version.objects.filter(pk=version.pk)
    before = rows.values().get()
    changes = {"definition": {}, "number": 2, "sha256": "y", "note": "autre"}
    for field, value in changes.items():
        refused(rows.update, **{field: value})
    refused(rows._raw_delete, "default")
    assert rows.values().get() == before


def test_it_forgets_who_published_it_when_the_account_goes(version: Version) -> None:
    Version.objects.filter(pk=version.pk).update(published_by=None)
    version.refresh_from_db()
    assert (version.published_by, version.number) == (None, 1)
