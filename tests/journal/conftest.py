import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from kiif.accounts.actor import Actor
from kiif.journal import verbs
from kiif.journal.actions import record
from tests.factories import make_user


@pytest.fixture(autouse=True)
def _verbs():
    verbs.register(
        {
            "journal.tried": "tried {object}",
            "journal.invited": "invited {guest} to {object}",
            "journal.left": "left {object}",
        }
    )


@pytest.fixture
def ida(db):
    return make_user("Ida Romarin")


@pytest.fixture
def group(db):
    return Group.objects.create(name="Les Mains vives")


@pytest.fixture
def write():
    """Writes an entry in a transaction of its own."""

    def _write(user, obj, verb="journal.tried", **more):
        with transaction.atomic():
            return record(by=Actor(user=user), verb=verb, obj=obj, **more)

    return _write
