"""Drafts are reminded by themselves before the closing, once in each time, and never once they are sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kiif.accounts.actor import system
from kiif.journal.models import JournalEntry
from kiif.mailbox.models import Mail
from kiif.programmes import tasks_drafts
from kiif.programmes.actions import applications_bulk
from kiif.programmes.application_mails import may_open_reminder
from kiif.programmes.models import Application, Call, Reminder
from tests.factories import make_user
from tests.programmes import factories as make
from tests.programmes.call_factories import Place, make_place

pytestmark = pytest.mark.django_db


def _closing(call: Call, **left: float) -> None:
    Call.objects.filter(pk=call.pk).update(closes_at=timezone.now() + timedelta(**left))


def _draft(place: Place, **fields: object) -> Application:
    made = make.make_application(place.call, make_user(), "draft")
    Application.objects.filter(pk=made.pk).update(**{"begun_at": timezone.now() - timedelta(days=4), **fields})
    return made


def _run() -> int:
    return int(tasks_drafts.remind_drafts.function()["reminded"])


@pytest.fixture
def place() -> Place:
    return make_place()


def test_three_days_before_then_the_day_before_and_not_more(place: Place) -> None:
    draft = _draft(place)
    sent = make.make_application(place.call, make_user(), "submitted")
    _closing(place.call, days=4)
    assert (tasks_drafts.something_waits(), _run()) == (False, 0)
    _closing(place.call, days=2, hours=20)
    assert (tasks_drafts.something_waits(), _run(), _run()) == (True, 1, 0)
    (mail,) = Mail.objects.filter(kind="programmes.draft_reminder")
    assert mail.to == draft.response.owner
    assert "quelques jours" in mail.text
    # two days later, on the last day
    Reminder.objects.update(at=timezone.now() - timedelta(hours=50))
    _closing(place.call, hours=18)
    assert (_run(), _run()) == (1, 0)
    assert "moins d’un jour" in Mail.objects.filter(kind="programmes.draft_reminder").latest("pk").text
    assert not Reminder.objects.filter(application=sent).exists()
    assert JournalEntry.objects.filter(verb="programmes.drafts_reminded").count() == 2
    _closing(place.call, hours=-1)
    Reminder.objects.update(at=timezone.now() - timedelta(hours=50))
    assert _run() == 0


def test_a_word_of_the_team_counts(place: Place) -> None:
    _draft(place)
    _closing(place.call, days=2, hours=20)
    applications_bulk.remind_drafts(call=place.call, words="Plus que trois jours.", by=place.coordinator)
    assert _run() == 0
    Reminder.objects.all().delete()
    assert _run() == 1


def test_a_draft_begun_just_now_and_a_rehearsal_are_left_alone(place: Place) -> None:
    _closing(place.call, days=2)
    fresh = _draft(place, begun_at=timezone.now() - timedelta(hours=2))
    edition = make.make_edition(place.call.edition.programme, rehearsal_of=place.call.edition)
    rehearsed = make.make_call(edition, closes_at=timezone.now() + timedelta(days=2))
    other = make.make_application(rehearsed, make_user(), "draft")
    Application.objects.filter(pk=other.pk).update(begun_at=timezone.now() - timedelta(days=4))
    assert _run() == 0
    Application.objects.filter(pk=fresh.pk).update(begun_at=timezone.now() - timedelta(days=2))
    assert _run() == 1


def test_what_is_sent_meanwhile_receives_nothing(place: Place) -> None:
    draft = _draft(place)
    _closing(place.call, days=2)
    assert _run() == 1
    reminder = Reminder.objects.get()
    owner = draft.response.owner
    assert (reminder.by, may_open_reminder(owner, reminder)) == (system("programmes").user, True)
    Application.objects.filter(pk=draft.pk).update(state="submitted", submitted_at=timezone.now())
    assert not may_open_reminder(owner, reminder)
