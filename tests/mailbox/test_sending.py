"""Mail servers that fail in every way, and what becomes of the mail."""

import smtplib
import socketserver
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from kiif.accounts.actor import VISITOR, Actor
from kiif.jobs.models import Run
from kiif.journal.models import JournalEntry
from kiif.mailbox import actions, registry
from kiif.mailbox.actions import sending
from kiif.mailbox.enums import Cadence, Reason, State
from kiif.mailbox.models import Mail, Preference
from kiif.ui.errors import NotAllowed, Refused
from tests.factories import make_user
from tests.mailbox.factories import BY, code, news, notice

pytestmark = pytest.mark.django_db
ADMIN_FIELDS = {"is_superuser": True, "is_staff": True}


class Failing(BaseEmailBackend):
    """Raises what the test wants, when opened or when given a mail; counts what it was given."""

    on_open: Exception | None = None
    on_send: BaseException | None = None
    given = 0

    def open(self) -> bool:
        if Failing.on_open:
            raise Failing.on_open
        return True

    def send_messages(self, email_messages: Any) -> int:
        Failing.given += 1
        if Failing.on_send:
            raise Failing.on_send
        return len(email_messages)


@pytest.fixture
def server(settings: Any) -> Iterator[type[Failing]]:
    settings.EMAIL_BACKEND = "tests.mailbox.test_sending.Failing"
    yield Failing
    Failing.on_open = Failing.on_send = None
    Failing.given = 0


def try_again(mail: Mail) -> Mail:
    """One more attempt, as if its pause were over."""
    Mail.objects.filter(pk=mail.pk).update(next_try_at=None)
    actions.deliver(mail.pk)
    mail.refresh_from_db()
    return mail


def pause(mail: Mail) -> float:
    assert mail.next_try_at is not None
    return round((mail.next_try_at - timezone.now()).total_seconds() / 60, 1)


class TestOutcomes:
    def test_a_server_that_cannot_be_reached_then_recovers(self, server: type[Failing]) -> None:
        mail = notice(make_user())
        server.on_open = ConnectionRefusedError(111, "Connection refused")
        try_again(mail)
        assert (mail.state, mail.attempts, pause(mail), server.given) == (State.QUEUED, 1, 1.0, 0)
        assert "Connection refused" in mail.error
        assert actions.send_due() == 0
        server.on_open = None
        assert actions.send_due(now=timezone.now() + timedelta(minutes=2)) == 1
        try_again(mail)
        assert (mail.state, mail.attempts, mail.error, server.given) == (State.SENT, 2, "", 1)

    @pytest.mark.parametrize(
        "answer",
        [
            smtplib.SMTPRecipientsRefused({"a@exemple.test": (450, b"Greylisted")}),
            smtplib.SMTPSenderRefused(451, b"Greylisted", "x@exemple.test"),
            smtplib.SMTPDataError(452, b"Greylisted"),
        ],
    )
    def test_not_now(self, server: type[Failing], answer: Exception) -> None:
        server.on_send = answer
        mail = try_again(notice(make_user()))
        assert (mail.state, pause(mail)) == (State.QUEUED, 1.0)
        assert mail.error.endswith("Greylisted")
        assert "exemple.test" not in mail.error

    @pytest.mark.parametrize(
        "answer",
        [
            smtplib.SMTPRecipientsRefused({"a@exemple.test": (550, b"No such person")}),
            smtplib.SMTPDataError(554, b"Refused"),
            smtplib.SMTPNotSupportedError("SMTPUTF8"),
        ],
    )
    def test_never(self, server: type[Failing], answer: Exception) -> None:
        server.on_send = answer
        mail = try_again(notice(make_user()))
        assert (mail.state, mail.attempts, mail.next_try_at) == (State.FAILED, 1, None)
        try_again(mail)
        assert server.given == 1

    @pytest.mark.parametrize(
        "cut",
        [smtplib.SMTPServerDisconnected("closed"), TimeoutError("timed out"), OSError("reset"), RuntimeError("?")],
    )
    def test_a_talk_that_breaks_off_is_never_begun_again(self, server: type[Failing], cut: Exception) -> None:
        """The server may have taken the mail: only a person may send it a second time."""
        server.on_send = cut
        mail = try_again(notice(make_user()))
        assert mail.state == State.SENDING
        server.on_send = None
        for _attempt in range(3):
            try_again(mail)
            actions.send_due(now=timezone.now() + timedelta(days=1))
        assert (mail.state, server.given) == (State.SENDING, 1)

    def test_pauses_grow_and_end(self, server: type[Failing]) -> None:
        server.on_open = OSError("down")
        mail = notice(make_user())
        pauses = []
        while try_again(mail).state == State.QUEUED:
            pauses.append(pause(mail))
        assert pauses == [1, 5, 15, 60, 240, 720, 1440]
        assert (mail.state, mail.attempts) == (State.FAILED, 8)

    def test_a_mail_that_cannot_be_built_was_not_sent(
        self, server: type[Failing], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(mail: Mail) -> None:
            raise RuntimeError("a template of ours")

        monkeypatch.setattr(sending, "build", broken)
        mail = try_again(notice(make_user()))
        assert (mail.state, server.given) == (State.QUEUED, 0)


def test_run_twice_sends_once() -> None:
    mail = notice(make_user())
    assert [actions.deliver(mail.pk), actions.deliver(mail.pk)] == [State.SENT, State.SENT]
    assert len(django_mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_once() -> None:
    mail = notice(make_user())
    Mail.objects.filter(pk=mail.pk).update(state=State.QUEUED, sent_at=None)
    django_mail.outbox.clear()
    barrier = threading.Barrier(4)

    def work() -> None:
        from django.db import connection

        try:
            barrier.wait()
            actions.deliver(mail.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(django_mail.outbox) == 1


class TestReader:
    """Asked at the moment of sending, whatever was true when the mail was written."""

    def test_a_closed_account(self) -> None:
        user = make_user()
        mail = notice(user)
        user.is_active = False
        user.save()
        assert try_again(mail).reason == Reason.INACTIVE
        assert (mail.state, django_mail.outbox) == (State.WITHHELD, [])

    def test_a_person_who_was_erased(self) -> None:
        user = make_user()
        mail = notice(user)
        user.delete()
        mail.refresh_from_db()
        assert (try_again(mail).reason, django_mail.outbox) == (Reason.ERASED, [])

    def test_what_the_reader_may_not_open(self) -> None:
        registry.register_visibility(Preference, lambda user, obj: obj.user_id == user.pk)
        owner, other = make_user(), make_user()
        about = Preference.objects.create(user=owner, category="x", cadence=Cadence.NOW)
        seen, unseen = notice(owner, about=about), notice(other, about=about)
        assert (try_again(seen).state, try_again(unseen).state) == (State.SENT, State.WITHHELD)
        assert unseen.reason == Reason.NOT_VISIBLE
        assert [letter.to for letter in django_mail.outbox] == [[f"{owner.full_name} <{owner.email}>"]]

    def test_a_right_withdrawn_meanwhile(self) -> None:
        registry.register_visibility(Preference, lambda user, obj: obj.user_id == user.pk)
        owner = make_user()
        about = Preference.objects.create(user=owner, category="x", cadence=Cadence.NOW)
        mail = notice(owner, about=about)
        about.user = make_user()
        about.save()
        assert (try_again(mail).reason, django_mail.outbox) == (Reason.NOT_VISIBLE, [])

    def test_what_no_longer_exists(self) -> None:
        registry.register_visibility(Preference, lambda user, obj: True)
        about = Preference.objects.create(user=make_user(), category="x", cadence=Cadence.NOW)
        mail = notice(make_user(), about=about)
        about.delete()
        assert (try_again(mail).reason, django_mail.outbox) == (Reason.GONE, [])

    def test_somebody_who_unsubscribed_meanwhile(self) -> None:
        user = make_user()
        mail = news(user)
        Preference.objects.create(user=user, category="tests-news", cadence=Cadence.NONE)
        assert (try_again(mail).reason, django_mail.outbox) == (Reason.UNSUBSCRIBED, [])

    def test_the_address_is_the_one_of_the_moment(self) -> None:
        user = make_user()
        mail, given = notice(user), notice(user, address="old@exemple.test")
        user.email = "new@exemple.test"
        user.save()
        assert (try_again(mail).address, try_again(given).address) == ("new@exemple.test", "old@exemple.test")


class TestOperator:
    def cut(self, **fields: Any) -> Mail:
        mail = notice(make_user())
        long_ago = timezone.now() - timedelta(minutes=11)
        Mail.objects.filter(pk=mail.pk).update(state=State.SENDING, sending_at=long_ago, **fields)
        Run.objects.all().delete()
        mail.refresh_from_db()
        return mail

    def failed(self) -> Mail:
        mail = notice(make_user())
        Mail.objects.filter(pk=mail.pk).update(state=State.FAILED, attempts=8, error="550 no")
        Run.objects.all().delete()
        mail.refresh_from_db()
        return mail

    def test_send_again(self, django_capture_on_commit_callbacks: Any) -> None:
        admin = Actor(user=make_user(**ADMIN_FIELDS))
        for mail in (self.failed(), self.cut()):
            with django_capture_on_commit_callbacks(execute=True):
                actions.retry(mail=mail, by=admin)
            mail.refresh_from_db()
            assert (mail.state, mail.attempts, mail.error) == (State.SENT, 1, "")
        assert len(django_mail.outbox) == 2
        assert [entry.verb for entry in JournalEntry.objects.all()] == ["mailbox.retried"] * 2

    def test_a_mail_on_its_way_is_left_alone(self) -> None:
        mail = self.cut()
        Mail.objects.filter(pk=mail.pk).update(sending_at=timezone.now())
        for action in (actions.retry, actions.mark_sent):
            with pytest.raises(Refused):
                action(mail=mail, by=BY)

    def test_a_blanked_mail_cannot_be_sent_again(self) -> None:
        mail = self.failed()
        Mail.objects.filter(pk=mail.pk).update(blanked=True)
        with pytest.raises(Refused):
            actions.retry(mail=mail, by=BY)

    def test_mark_sent(self) -> None:
        mail = actions.mark_sent(mail=self.cut(), by=BY)
        assert (mail.state, mail.sent_at) == (State.SENT, mail.sending_at)

    def test_looked_at(self) -> None:
        mail = self.failed()
        assert list(Mail.objects.in_trouble()) == [mail]
        actions.mark_looked_at(mail=mail, by=BY)
        actions.mark_looked_at(mail=mail, by=BY)
        assert (list(Mail.objects.in_trouble()), JournalEntry.objects.count()) == ([], 1)

    @pytest.mark.parametrize("verb", ["retry", "mark_sent", "mark_looked_at"])
    def test_only_those_who_look_after_the_outbox(self, verb: str) -> None:
        admin = make_user(**ADMIN_FIELDS)
        mail = self.cut() if verb == "mark_sent" else self.failed()
        before = mail.state
        for by in (VISITOR, Actor(user=make_user()), Actor(user=mail.to), Actor(user=admin, impersonator=make_user())):
            with pytest.raises(NotAllowed):
                getattr(actions, verb)(mail=mail, by=by)
        mail.refresh_from_db()
        assert (mail.state, JournalEntry.objects.count()) == (before, 0)
        getattr(actions, verb)(mail=mail, by=Actor(user=admin))
        assert JournalEntry.objects.count() == 1

    def test_drafts_of_others(self) -> None:
        draft = notice(make_user(), by=Actor(user=make_user()), draft=True)
        for verb in (actions.release_draft, actions.discard_draft):
            with pytest.raises(NotAllowed):
                verb(mail=draft, by=Actor(user=make_user()))
        actions.discard_draft(mail=draft, by=BY)
        draft.refresh_from_db()
        assert (draft.state, draft.reason) == (State.WITHHELD, Reason.DISCARDED)

    def test_bounce(self) -> None:
        mail = notice(make_user())
        actions.deliver(mail.pk)
        found = actions.record_bounce(message_id=mail.message_id, reason="550 5.1.1\r\nunknown")
        assert found is not None
        assert (found.pk, found.state, found.error) == (mail.pk, State.FAILED, "550 5.1.1 unknown")
        assert actions.record_bounce(message_id="<somebody@else>", reason="x") is None


class Talk(socketserver.StreamRequestHandler):
    """Enough of SMTP for one client; hangs up where `server.cut_at` says."""

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    server: Any

    def handle(self) -> None:
        self.say("220 test")
        for raw in self.rfile:
            verb = raw.decode("latin-1").strip().upper()
            if verb.startswith(self.server.cut_at) or (verb == "DATA" and not self.take()):
                return
            self.say("221 bye" if verb == "QUIT" else "250 ok")
            if verb == "QUIT":
                return

    def take(self) -> bool:
        """Receives one mail; False if the line is to be cut before saying so."""
        self.say("354 go on")
        body = b""
        while not body.endswith(b"\r\n.\r\n"):
            body += self.rfile.readline()
        self.server.taken.append(body.decode())
        return bool(self.server.cut_at != "AFTER DATA")


class TestRealServer:
    """Django's SMTP back-end against a socket of ours, which closes the line where the test wants."""

    @pytest.fixture
    def listen(self, settings: Any) -> Iterator[Callable[[str], list[str]]]:
        servers: list[Any] = []

        def start(cut_at: str) -> list[str]:
            server: Any = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
            server.cut_at, server.taken, server.daemon_threads = cut_at, [], True
            threading.Thread(target=server.serve_forever, daemon=True).start()
            servers.append(server)
            settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
            settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address[:2]
            settings.EMAIL_TIMEOUT = 5
            return server.taken

        yield start
        for server in servers:
            server.shutdown()
            server.server_close()

    @pytest.mark.parametrize(
        ("cut_at", "state", "taken"),
        [
            ("NEVER", State.SENT, 1),
            ("EHLO", State.QUEUED, 0),
            ("RCPT", State.SENDING, 0),
            ("AFTER DATA", State.SENDING, 1),
        ],
    )
    def test_where_the_line_is_cut(
        self, listen: Callable[[str], list[str]], cut_at: str, state: str, taken: int
    ) -> None:
        received = listen(cut_at)
        mail = notice(make_user(), message="Bonjour")
        for _attempt in range(2):
            actions.deliver(mail.pk)
        mail.refresh_from_db()
        assert (mail.state, len(received)) == (state, taken)


def test_secret_words_stay_where_a_newcomer_reads_them(settings: Any) -> None:
    settings.DEMO = True
    settings.EMAIL_BACKEND = "kiif.mailbox.backends.KeepInOutboxBackend"
    mail = try_again(code(make_user()))
    assert (mail.state, mail.blanked) == (State.SENT, False)
    settings.DEMO = False
    assert try_again(code(make_user())).blanked is True
