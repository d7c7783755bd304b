from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.journal.models import JournalEntry
from kiif.mailbox import actions, registry, unsubscribe
from kiif.mailbox.enums import Cadence, Reason, State
from kiif.mailbox.models import Mail, Preference
from kiif.mailbox.unsubscribe import Subscription
from kiif.ui.errors import NotAllowed, Refused
from tests.factories import make_user
from tests.mailbox.factories import code, news, notice

pytestmark = pytest.mark.django_db
DAY = date(2027, 5, 6)


def reader(cadence: str = Cadence.DAILY, **fields: Any) -> User:
    user = make_user(language="en", **fields)
    Preference.objects.create(user=user, category="tests-news", cadence=cadence)
    return user


def compose(capture: Any, cadence: str = Cadence.DAILY, day: date = DAY) -> int:
    with capture(execute=True):
        return actions.compose_digests(cadence=cadence, day=day)


def test_told_together_once(django_capture_on_commit_callbacks: Any) -> None:
    user, other = reader(full_name="Noé Lac"), reader(Cadence.WEEKLY)
    with django_capture_on_commit_callbacks(execute=True):
        items = [news(user, title=title) for title in ("First", "Second")]
        news(other, title="Later")
        notice(user)
    assert len(django_mail.outbox) == 1, "only what is not optional left at once"
    assert [compose(django_capture_on_commit_callbacks), compose(django_capture_on_commit_callbacks)] == [1, 0]
    [_notice, letter] = django_mail.outbox
    assert letter.subject == "Your digest: 2 messages"
    assert [letter.body.count(words) for words in ("First", "Second", "Later", "Noé")] == [1, 1, 0, 1]
    assert letter.alternatives[0].content.count("<li") == 2
    for item in items:
        item.refresh_from_db()
        assert (item.state, item.digest.state) == (State.SENT, State.SENT)
    assert compose(django_capture_on_commit_callbacks, Cadence.WEEKLY) == 1
    assert "Later" in django_mail.outbox[-1].body


def test_only_what_the_reader_may_still_open(django_capture_on_commit_callbacks: Any) -> None:
    registry.register_visibility(Preference, lambda user, obj: obj.category != "hidden")
    user = reader()
    about = Preference.objects.create(user=make_user(), category="x", cadence=Cadence.NOW)
    hidden, shown = news(user, title="Hidden", about=about), news(user, title="Shown")
    Preference.objects.filter(pk=about.pk).update(category="hidden")
    assert compose(django_capture_on_commit_callbacks) == 1
    [letter] = django_mail.outbox
    assert (letter.subject, "Hidden" in letter.body, "Shown" in letter.body) == ("Your digest: 1 message", False, True)
    hidden.refresh_from_db()
    shown.refresh_from_db()
    assert (hidden.state, hidden.reason, shown.state) == (State.WITHHELD, Reason.NOT_VISIBLE, State.SENT)


def test_nothing_left_to_tell_sends_nothing(django_capture_on_commit_callbacks: Any) -> None:
    user = reader()
    news(user)
    Preference.objects.filter(user=user).update(cadence=Cadence.NONE)
    assert compose(django_capture_on_commit_callbacks) == 1
    digest = Mail.objects.get(kind="mailbox.digest")
    assert (digest.state, digest.reason, django_mail.outbox) == (State.WITHHELD, Reason.NOTHING_LEFT, [])


def test_a_digest_that_fails_leaves_its_items_for_the_next_one(
    django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import smtplib

    from django.core.mail.backends.locmem import EmailBackend

    def refuse(self: Any, messages: Any) -> int:
        raise smtplib.SMTPDataError(554, b"no")

    user = reader()
    item = news(user)
    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", refuse)
        compose(django_capture_on_commit_callbacks)
    item.refresh_from_db()
    assert (item.state, item.digest) == (State.QUEUED, None)
    assert compose(django_capture_on_commit_callbacks, day=DAY + timedelta(days=1)) == 1
    assert len(django_mail.outbox) == 1


class TestPreferences:
    def test_what_waits_follows_the_new_choice(self, django_capture_on_commit_callbacks: Any) -> None:
        user = reader()
        mail = news(user)
        with django_capture_on_commit_callbacks(execute=True):
            actions.set_preferences(choices={"tests-news": Cadence.NOW}, by=Actor(user=user))
        mail.refresh_from_db()
        assert (mail.state, len(django_mail.outbox)) == (State.SENT, 1)
        assert [entry.verb for entry in JournalEntry.objects.all()] == ["mailbox.preferences_changed"]

    def test_the_same_choice_is_no_event(self) -> None:
        user = reader()
        actions.set_preferences(choices={"tests-news": Cadence.DAILY}, by=Actor(user=user))
        assert JournalEntry.objects.count() == 0

    @pytest.mark.parametrize("choices", [{"tests-news": "hourly"}, {"account": Cadence.NONE}, {"nothing": Cadence.NOW}])
    def test_only_what_can_be_chosen(self, choices: dict[str, str]) -> None:
        user = make_user()
        with pytest.raises(Refused):
            actions.set_preferences(choices=choices, by=Actor(user=user))
        assert Preference.objects.count() == 0
        actions.set_preferences(choices={"tests-news": Cadence.NONE}, by=Actor(user=user))
        assert Preference.objects.count() == 1

    def test_not_through_another_person(self) -> None:
        user = make_user()
        with pytest.raises(NotAllowed):
            actions.set_preferences(choices={"tests-news": Cadence.NONE}, by=Actor(user=user, impersonator=make_user()))
        assert Preference.objects.count() == 0


class TestUnsubscribeLink:
    def test_signed(self) -> None:
        token = unsubscribe.token(Subscription("tests-news", user_id=3))
        assert unsubscribe.read(token) == Subscription("tests-news", user_id=3)
        for forged in (token[:-1], token + "x", "x", "", token.replace(":", "")):
            assert unsubscribe.read(forged) is None

    def test_of_a_person_who_is_gone(self) -> None:
        actions.unsubscribe(subscription=Subscription("tests-news", user_id=987_654))
        assert Preference.objects.count() == 0


def test_prune(django_capture_on_commit_callbacks: Any) -> None:
    user = make_user()
    ages = {"fresh": 1, "half a year": 190, "two years": 740}
    for name, days in ages.items():
        mail = notice(user, key=name)
        created = timezone.now() - timedelta(days=days)
        Mail.objects.filter(pk=mail.pk).update(state=State.SENT, sent_at=created, created_at=created)
    waiting = code(user)
    Mail.objects.filter(pk=waiting.pk).update(created_at=timezone.now() - timedelta(days=800))
    assert actions.prune() == {"blanked": 1, "deleted": 1}
    left = {mail.key: mail.blanked for mail in Mail.objects.exclude(pk=waiting.pk)}
    assert (left, Mail.objects.count()) == ({"fresh": False, "half a year": True}, 3)
