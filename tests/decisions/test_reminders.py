"""Reminders of a place that waits for a reply: once by stage, never after the reply."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from kiif.decisions import actions
from kiif.decisions.actions import reminders
from kiif.decisions.models import Decision
from kiif.decisions.tasks import remind as job
from kiif.decisions.tasks import something_waits
from kiif.mailbox.models import Mail
from kiif.programmes.enums import State
from tests.decisions.factories import carrier, coordinator_of, make_ready, publish_all
from tests.programmes.factories import make_application, make_call

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def call():
    return make_call(contact_email="equipe@kiif.example", contact_name="L’équipe inventée")


@pytest.fixture
def offered(call):
    """A place offered twelve days ago, whose last day is in two."""
    by = coordinator_of(call)
    application = make_application(call, None, State.REVIEW)
    make_ready(application, "accepted", by)
    publish_all(call, by, 1)
    Decision.objects.update(published_at=timezone.now() - 12 * DAY, reply_by=timezone.localdate() + 2 * DAY)
    return Decision.objects.get()


def run():
    return job.function()["sent"]


def reminded():
    return list(Mail.objects.filter(kind=reminders.KIND).order_by("pk").values_list("to", flat=True))


def test_once_by_stage_and_again_the_day_before(offered):
    owner = offered.application.response.owner
    assert (something_waits(), run(), run(), run()) == (True, 1, 0, 0)
    assert reminded() == [owner.pk]
    mail = Mail.objects.get(kind=reminders.KIND)
    assert str(offered.application.title or offered.application.number) in mail.subject
    assert "/decisions/" in mail.text
    tomorrow = timezone.localdate() + DAY
    by = coordinator_of(offered.application.call)
    assert reminders.remind(decision=offered, by=by, today=tomorrow) == 1
    assert reminders.remind(decision=offered, by=by, today=tomorrow) == 0
    assert reminders.remind(decision=offered, by=by, today=tomorrow + DAY) == 0
    assert reminded() == [owner.pk] * 2


@pytest.mark.parametrize("answer", ["confirmed", "declined"])
def test_who_replied_hears_nothing_more(offered, answer):
    actions.reply(decision=offered, answer=answer, by=carrier(offered.application))
    assert (something_waits(), run(), reminded()) == (False, 0, [])


@pytest.mark.parametrize(
    ("published", "until", "sent"),
    [(12, 5, 1), (12, 6, 0), (12, 0, 1), (12, -1, 0), (1, 2, 0), (2, 2, 1)],
    ids=["five-days", "six-days", "last-day", "over", "just-written", "written-two-days-ago"],
)
def test_the_days_of_a_reminder(offered, published, until, sent):
    Decision.objects.update(published_at=timezone.now() - published * DAY, reply_by=timezone.localdate() + until * DAY)
    assert run() == sent


def test_more_days_begin_again(offered):
    run()
    later = timezone.localdate() + 4 * DAY
    actions.extend(decision=offered, until=later, by=coordinator_of(offered.application.call))
    assert (run(), run(), len(reminded())) == (1, 0, 2)


def test_a_rehearsal_and_a_refusal_write_to_nobody(offered, call):
    call.edition.rehearsal_of = make_call().edition
    call.edition.save()
    assert (something_waits(), run()) == (False, 0)
    call.edition.rehearsal_of = None
    call.edition.save()
    assert run() == 1


def test_a_limit_of_mails_delays_it_and_refuses_nothing(offered, settings):
    settings.MAILBOX_RECIPIENT_LIMIT = 0
    assert run() == 1
    assert Mail.objects.get(kind=reminders.KIND).next_try_at > timezone.now()
