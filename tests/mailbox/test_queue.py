from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from django.core import mail as django_mail
from django.db import transaction
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.jobs.models import Run
from kiif.mailbox import actions, addresses, message, registry, unsubscribe
from kiif.mailbox.enums import Cadence, Reason, State
from kiif.mailbox.models import Mail, Preference
from kiif.ui.errors import Refused
from tests.factories import make_user
from tests.mailbox.factories import BY, NEWS, code, due, news, notice

pytestmark = pytest.mark.django_db


def sent(capture: Any, *calls: Any) -> list[Mail]:
    """The mails queued by these calls, after their transaction committed."""
    with capture(execute=True):
        mails = [call() for call in calls]
    for mail in mails:
        mail.refresh_from_db()
    return mails


def test_a_mail_leaves_after_the_transaction(django_capture_on_commit_callbacks: Any) -> None:
    user = make_user("Noé Lac", language="en")
    with django_capture_on_commit_callbacks(execute=True):
        mail = notice(user, message="Bonjour")
        assert (mail.state, django_mail.outbox) == (State.QUEUED, [])
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.address, mail.error) == (State.SENT, 1, user.email, "")
    [letter] = django_mail.outbox
    assert (letter.subject, letter.to) == ("A word from Noé", [f"Noé Lac <{user.email}>"])
    assert "Bonjour" in letter.body
    assert letter.extra_headers["Message-ID"] == f"<{mail.uid}@127.0.0.1>"


@pytest.mark.django_db(transaction=True)
def test_nothing_leaves_when_the_transaction_is_undone() -> None:
    user = make_user()
    with transaction.atomic():
        notice(user)
        transaction.set_rollback(True)
    assert (Mail.objects.count(), Run.objects.count(), django_mail.outbox) == (0, 0, [])


def test_once_for_each_key(django_capture_on_commit_callbacks: Any) -> None:
    user = make_user()
    first, second = sent(
        django_capture_on_commit_callbacks, lambda: notice(user, key="k"), lambda: notice(user, key="k")
    )
    third = notice(user, key="k")
    assert (first.pk, len(django_mail.outbox)) == (second.pk, 1)
    assert third.pk == first.pk


def test_unknown_missing_and_impossible_values() -> None:
    user = make_user()
    good = {"name": "x", "message": "", "link": "https://kiif.example"}
    for bad in ({"name": "x"}, {**good, "more": "x"}, {**good, "link": "javascript:alert(1)"}):
        with pytest.raises(ValueError, match=r"tests\.notice"):
            actions.queue_mail(kind="tests.notice", to=user, context=bad, by=BY)
    with pytest.raises(LookupError, match=r"tests\.unknown"):
        actions.queue_mail(kind="tests.unknown", to=user, context={}, by=BY)
    with pytest.raises(ValueError, match="recipient"):
        actions.queue_mail(kind="tests.notice", context=good, by=BY)
    assert Mail.objects.count() == 0
    actions.queue_mail(kind="tests.notice", to=user, context=good, by=BY)
    assert Mail.objects.count() == 1


def test_about_something_that_nobody_answers_for_is_our_mistake() -> None:
    user = make_user()
    with pytest.raises(LookupError, match="register_visibility"):
        notice(user, about=Preference.objects.create(user=user, category="x", cadence=Cadence.NOW))
    assert Mail.objects.count() == 0


class TestHeaders:
    @pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x85", "\u2028", "\u2029", "\x0b", "\x0c", "\x00"])
    def test_a_line_break_in_a_subject_is_refused(self, end: str) -> None:
        with pytest.raises(Refused):
            notice(make_user(), name=f"Noé{end}Bcc: all@exemple.test")
        assert Mail.objects.count() == 0

    @pytest.mark.parametrize(
        "address",
        [
            "a@exemple.test\nBcc: b@exemple.test",
            "a@exemple.test\r\nBcc: b@exemple.test",
            "a@exemple.test, b@exemple.test",
            "a@exemple.test\x00",
            "not an address",
            "a@",
        ],
    )
    def test_an_address_is_one_address(self, address: str) -> None:
        with pytest.raises(Refused):
            notice(None, address=address)
        assert Mail.objects.count() == 0
        assert notice(None, address="A@Exemple.test").address == "a@exemple.test"

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("Noé\nBcc: x@exemple.test", "Noé Bcc x exemple.test"),
            ('Noé" <x@exemple.test>', "Noé x exemple.test"),
            ("=?utf-8?q?a=0ABcc:?=", "=?utf-8?q?a=0ABcc ?="),
            ("", ""),
        ],
    )
    def test_a_name_never_makes_a_second_header(self, name: str, expected: str) -> None:
        user = make_user(name or "x")
        user.full_name = name
        user.save()
        mail = notice(user)
        mail.address = user.email
        raw = message.build(mail).message().as_bytes()
        parsed = message_from_bytes(raw)
        assert parsed.get_all("Bcc") is None
        assert len(parsed.get_all("To", [])) == 1
        assert addresses.with_name(name, user.email) in {
            user.email,
            f"{expected} <{user.email}>",
            f'"{expected}" <{user.email}>',
        }

    def test_percent_encoded_breaks_are_words(self) -> None:
        mail = notice(make_user(), name="a%0d%0aBcc: b")
        mail.address = "a@exemple.test"
        assert message_from_bytes(message.build(mail).message().as_bytes()).get_all("Bcc") is None


class TestOptional:
    def test_list_unsubscribe_on_optional_mails_only(self, django_capture_on_commit_callbacks: Any) -> None:
        user = make_user()
        sent(django_capture_on_commit_callbacks, lambda: news(user), lambda: notice(user))
        optional, needed = django_mail.outbox
        link = optional.extra_headers["List-Unsubscribe"].strip("<>")
        assert optional.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert unsubscribe.read(link.rsplit("/", 1)[1]) == unsubscribe.Subscription("tests-news", user_id=user.pk)
        assert link in optional.body
        assert "List-Unsubscribe" not in needed.extra_headers

    def test_never_means_withheld(self, django_capture_on_commit_callbacks: Any) -> None:
        user = make_user()
        Preference.objects.create(user=user, category="tests-news", cadence=Cadence.NONE)
        optional, needed = sent(django_capture_on_commit_callbacks, lambda: news(user), lambda: notice(user))
        assert (optional.state, optional.reason, needed.state) == (State.WITHHELD, Reason.UNSUBSCRIBED, State.SENT)
        assert len(django_mail.outbox) == 1

    def test_an_address_without_an_account_can_end_them_too(self, django_capture_on_commit_callbacks: Any) -> None:
        Preference.objects.create(address="a@exemple.test", category="tests-news", cadence=Cadence.NONE)
        ended, other = sent(
            django_capture_on_commit_callbacks,
            lambda: news(None, address="A@exemple.test"),
            lambda: news(None, address="b@exemple.test"),
        )
        assert (ended.state, other.state) == (State.WITHHELD, State.SENT)

    def test_a_digest_does_not_delay_an_appointment(self) -> None:
        from tests.mailbox.test_calendar import a_meeting

        user = make_user()
        Preference.objects.create(user=user, category="tests-news", cadence=Cadence.DAILY)
        assert news(user).cadence == Cadence.DAILY
        assert news(user, calendar=a_meeting()).cadence == Cadence.NOW


class TestLimits:
    def test_of_a_kind_for_a_recipient(self) -> None:
        user, other = make_user(), make_user()
        for number in range(3):
            notice(user, key=f"k{number}")
        with pytest.raises(Refused, match="Notice"):
            notice(user)
        assert notice(user, key="k0").key == "k0"
        notice(other)
        assert Mail.objects.count() == 4

    def test_a_hundred_invitations_to_one_address(self) -> None:
        refused = 0
        for _number in range(100):
            try:
                notice(None, address="a@exemple.test")
            except Refused:
                refused += 1
        assert (Mail.objects.count(), refused) == (3, 97)

    def test_of_a_sender(self, settings: Any) -> None:
        settings.MAILBOX_SENDER_LIMIT = 2
        sender = Actor(user=make_user())
        for _number in range(2):
            notice(make_user(), by=sender)
        with pytest.raises(Refused, match="2"):
            notice(make_user(), by=sender)
        notice(make_user(), by=Actor(user=make_user()))

    def test_of_a_recipient_in_all(self, settings: Any) -> None:
        settings.MAILBOX_RECIPIENT_LIMIT = 2
        user = make_user()
        notice(user)
        news(user)
        with pytest.raises(Refused):
            news(user)

    def test_a_patient_kind_leaves_another_day(self, settings: Any) -> None:
        settings.MAILBOX_RECIPIENT_LIMIT = 2
        user, before = make_user(), timezone.now()
        made = [due(user) for _number in range(5)]
        days = [(mail.next_try_at - before).days if mail.next_try_at else 0 for mail in made]
        assert days == [0, 0, 1, 1, 2]
        assert list(Mail.objects.due(timezone.now()).values_list("pk", flat=True)) == [made[1].pk, made[0].pk]
        assert Mail.objects.due(before + timedelta(days=2)).count() == 4
        with pytest.raises(Refused):
            notice(user)

    def test_what_waits_for_another_day_holds_no_other_mail_back(self, settings: Any) -> None:
        settings.MAILBOX_RECIPIENT_LIMIT = 5
        user = make_user()
        made = [due(user) for _number in range(4)]
        assert [mail.next_try_at is None for mail in made] == [True, True, False, False]
        assert code(user).next_try_at is None


def test_secret_mails_are_blanked_once_sent(django_capture_on_commit_callbacks: Any, settings: Any) -> None:
    user = make_user()
    mail, other = sent(django_capture_on_commit_callbacks, lambda: code(user), lambda: notice(user))
    assert (mail.subject, mail.text, mail.html, mail.blanked) == ("Code", "", "", True)
    assert "BCDF-GHJK" in django_mail.outbox[0].subject
    assert (other.text != "", other.blanked) == (True, False)


def test_language_of_the_person_or_the_one_asked(db: None) -> None:
    person = make_user(language="en")
    assert notice(person).language == "en"
    assert notice(person, language="fr").language == "fr"
    assert notice(None, address="a@exemple.test").language == "fr"
    assert notice(make_user(language="xx")).language == "fr"


def test_drafts_wait_for_a_person(django_capture_on_commit_callbacks: Any) -> None:
    author = make_user()
    [mail] = sent(django_capture_on_commit_callbacks, lambda: notice(make_user(), by=Actor(user=author), draft=True))
    assert (mail.state, django_mail.outbox) == (State.DRAFT, [])
    with django_capture_on_commit_callbacks(execute=True):
        actions.release_draft(mail=mail, by=Actor(user=author))
    mail.refresh_from_db()
    assert (mail.state, len(django_mail.outbox)) == (State.SENT, 1)


def test_every_registered_kind_has_good_texts_in_both_languages() -> None:
    from kiif.mailbox import texts

    problems = {}
    for kind in registry.kinds():
        for language in ("fr", "en"):
            try:
                text = texts.default(kind, language)
                found: Any = texts.problems(kind, text.subject, text.body)
            except (LookupError, ValueError) as error:
                found = str(error)
            if found:
                problems[kind.key, language] = found
    assert problems == {}
    assert NEWS in registry.kinds()
