"""The promised day on the public page: nothing before, late when it is, then when the answers were given."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kiif.decisions.models import Decision
from kiif.programmes import calendars
from kiif.programmes.models import Call
from tests.decisions.factories import coordinator_of, make_ready, publish_all
from tests.programmes.factories import make_application, make_call

pytestmark = pytest.mark.django_db


@pytest.fixture
def call() -> Call:
    """Closed a month ago; answers promised in two days."""
    now = timezone.now()
    return make_call(
        opens_at=now - timedelta(days=60),
        closes_at=now - timedelta(days=30),
        answers_by=timezone.localdate() + timedelta(days=2),
        contact_email="equipe@exemple.example",
    )


def said(call: Call) -> str:
    call.refresh_from_db()
    (line,) = [one for one in calendars.lines(call) if one.key == "reponses"]
    return line.words


def _promised(call: Call, days: int) -> None:
    Call.objects.filter(pk=call.pk).update(answers_by=timezone.localdate() + timedelta(days=days))


def test_a_promise_is_followed_for_everybody(client: Client, call: Call) -> None:
    by = coordinator_of(call)
    one, other = (make_application(call, None, "review") for _number in range(2))
    make_ready(one, "refused", by)
    assert said(call) == ""
    publish_all(call, by, 1)
    assert said(call) == "", "a first answer says nothing of the others before the promised day"
    _promised(call, -1)
    assert "en retard" in said(call)
    assert said(call) in client.get(call.public_url).content.decode()
    make_ready(other, "accepted", by)
    assert "en retard" in said(call)
    publish_all(call, by, 1)
    assert "avec 1 jour de retard" in said(call)
    _promised(call, 0)
    assert said(call).startswith("Toutes données au plus tard le")


def test_an_answer_that_replaces_another_one_is_not_late(call: Call) -> None:
    by = coordinator_of(call)
    application = make_application(call, None, "review")
    make_ready(application, "refused", by)
    publish_all(call, by, 1)
    Decision.objects.update(published_at=timezone.now() - timedelta(days=9))
    _promised(call, -5)
    before = said(call)
    assert "retard" not in before
    make_ready(application, "accepted", by, explanation="Une place s’est libérée.")
    publish_all(call, by, 1)
    assert said(call) == before


def test_a_call_that_promises_nothing_or_is_open_says_nothing(call: Call) -> None:
    make_application(call, None, "review")
    _promised(call, -1)
    assert said(call)
    Call.objects.filter(pk=call.pk).update(closes_at=timezone.now() + timedelta(days=1))
    assert said(call) == ""
    Call.objects.filter(pk=call.pk).update(answers_by=None)
    call.refresh_from_db()
    assert [one.key for one in calendars.lines(call) if one.key == "reponses"] == []
