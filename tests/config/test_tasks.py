"""What the platform does by itself, for floors that know no jobs."""

import datetime as dt

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from kiif.accounts import trail
from kiif.accounts.actor import Actor
from kiif.config import tasks
from kiif.jobs import schedule
from kiif.journal import chain
from tests.factories import make_user


def test_each_has_its_rhythm() -> None:
    rhythms = {
        name: rhythm.every
        for name, rhythm in schedule._rhythms.items()
        if rhythm.job.function.__module__ == tasks.__name__
    }
    assert rhythms == {"journal.seal": dt.timedelta(hours=1), "search.rebuild": dt.timedelta(days=1)}


@pytest.mark.django_db
def test_the_journal_is_sealed_once_settled() -> None:
    person = make_user("Ida Romarin")
    with transaction.atomic():
        trail.record(by=Actor(user=person), verb="accounts.signed_up", obj=person)
    assert tasks.seal_journal.function() == {"entries": 0}
    with time_machine.travel(timezone.now() + chain.SETTLED_AFTER + dt.timedelta(minutes=1), tick=False):
        assert tasks.seal_journal.function() == {"entries": 1}
        assert tasks.seal_journal.function() == {"entries": 0}
    assert chain.verify() == []


@pytest.mark.django_db
def test_the_index_is_made_anew() -> None:
    assert tasks.rebuild_search.function() == {}
