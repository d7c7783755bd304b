from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.journal.models import JournalEntry
from kiif.mailbox import actions, registry, unsubscribe
from kiif.mailbox import today as mailbox_today
from kiif.mailbox.enums import Cadence, Reason, State
from kiif.mailbox.models import Mail, MailTemplate, Preference
from kiif.mailbox.unsubscribe import Subscription
from kiif.ui import today
from kiif.ui.errors import NotAllowed, Refused
from tests.factories import World, make_user, sign_in
from tests.mailbox.factories import BY, code, news, notice

pytestmark = pytest.mark.django_db
KEEP = "kiif.mailbox.backends.KeepInOutboxBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
#: Queries that a page of the product may ask at most.
CEILING = 20


def mails(count: int, to: User) -> None:
    for number in range(count):
        mail = news(to, key=f"k{number}", by=Actor(user=make_user()))
        Mail.objects.filter(pk=mail.pk).update(state=State.SENT, sent_at=timezone.now(), address=to.email)


@pytest.mark.parametrize("name", ["mailbox:outbox", "mailbox:received"])
def test_queries_do_not_grow(name: str, world: World) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, person = world.client("coordinator"), world.people["coordinator"]
    client.get(reverse(name))
    counts = []
    for rows in (1, 3):
        Mail.objects.all().delete()
        mails(rows, person)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(name)).content.decode().count("News") >= rows
        counts.append(len(queries))
    assert counts[0] == counts[1] <= CEILING


class TestSecrets:
    def test_a_code_is_shown_to_nobody(self, world: World) -> None:
        """Neither in a list, nor on a page, nor in an export, nor to a support person who visits."""
        mail = code(world.people["advisor"])
        pages = [
            reverse("mailbox:outbox"),
            reverse("mailbox:outbox") + "?format=csv",
            reverse("mailbox:received"),
            reverse("mailbox:mail", args=[mail.pk]),
            reverse("mailbox:mail-html", args=[mail.pk]),
        ]
        for role in ("advisor", "coordinator", "impersonating"):
            client = world.client(role)
            for page in pages:
                response = client.get(page)
                content = response.getvalue() if response.streaming else response.content
                assert b"BCDF-GHJK" not in content, (role, page)
        actions.deliver(mail.pk)
        assert "BCDF-GHJK" in django_mail.outbox[0].body

    def test_the_words_follow_the_object_they_are_about(self, world: World) -> None:
        """Whoever looks after the outbox sees that a mail exists; its words only if they may open its object."""
        registry.register_visibility(Preference, lambda user, obj: user.pk == obj.user_id)
        about = Preference.objects.create(user=world.people["advisor"], category="x", cadence=Cadence.NOW)
        mail = notice(world.people["advisor"], message="MARKER", about=about)
        url = reverse("mailbox:mail", args=[mail.pk])
        assert b"MARKER" not in world.client("coordinator").get(url).content
        assert b"MARKER" in world.client("advisor").get(url).content
        assert world.client("other_advisor").get(url).status_code == 404


def test_html_runs_nothing(world: World) -> None:
    mail = notice(world.people["advisor"], name="<script>x</script>", message='<img src=x onerror="x">')
    response = world.client("advisor").get(reverse("mailbox:mail-html", args=[mail.pk]))
    policy = response["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    page = response.content.decode()
    assert "<script" not in page
    assert "<img" not in page


class TestUnsubscribe:
    def url(self, subscription: Subscription) -> str:
        return reverse("mailbox:unsubscribe", args=[unsubscribe.token(subscription)])

    def test_one_click_without_signing_in(self) -> None:
        """What a mail program sends (RFC 8058): a POST, no cookie, no token of ours."""
        user = make_user()
        client = Client(enforce_csrf_checks=True)
        url = self.url(Subscription("tests-news", user_id=user.pk))
        assert client.get(url).status_code == 200
        assert Preference.objects.count() == 0, "opening the link changes nothing"
        assert client.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert Preference.objects.get().cadence == Cadence.NONE
        client.post(url, {"again": "1"})
        assert Preference.objects.get().cadence == Cadence.NOW

    def test_only_what_was_signed(self) -> None:
        client = Client()
        url = self.url(Subscription("tests-news", user_id=make_user().pk))
        assert client.post(url[:-1] + "x").status_code == 404
        assert Preference.objects.count() == 0

    def test_an_address(self) -> None:
        Client().post(self.url(Subscription("tests-news", address="A@exemple.test")))
        assert Preference.objects.get().address == "a@exemple.test"


def test_preferences_page() -> None:
    user = make_user()
    client = sign_in(user)
    url = reverse("mailbox:preferences")
    assert "tests-news" in client.get(url).content.decode()
    wrong = client.post(url, {"tests-news": "hourly"})
    assert (wrong.status_code, Preference.objects.count()) == (422, 0)
    everything = {category.key: Cadence.WEEKLY for category in registry.optional_categories()}
    assert client.post(url, everything).status_code == 302
    assert Preference.objects.get(user=user, category="tests-news").cadence == Cadence.WEEKLY


class TestTexts:
    GOOD = {"subject": "Bonjour {name}", "body": "**{name}**\n\n{message}\n\n[Ouvrir]({link})"}

    def save(self, client: Client, **changes: str) -> Any:
        url = reverse("mailbox:text", args=["tests.notice", "fr"])
        return client.post(url, {**self.GOOD, **changes})

    def test_a_new_version_is_what_mails_say(self, world: World) -> None:
        client = world.client("coordinator")
        assert self.save(client).status_code == 302
        assert self.save(client, subject="Salut {name}").status_code == 302
        assert list(MailTemplate.objects.order_by("version").values_list("version", flat=True)) == [1, 2]
        mail = notice(make_user(), name="Noé", message="un mot")
        assert (mail.subject, "un mot" in mail.text, "<strong>Noé</strong>" in mail.html) == ("Salut Noé", True, True)
        assert JournalEntry.objects.filter(verb="mailbox.text_changed").count() == 2
        client.post(reverse("mailbox:text-give-up", args=["tests.notice", "fr"]))
        assert notice(make_user(), name="Noé").subject == "A word from Noé"

    @pytest.mark.parametrize(
        "changes",
        [
            {"body": "Hello {unknown}"},
            {"body": "Hello {name.__class__}"},
            {"body": "{{ name.__class__ }} {% load i18n %}"},
            {"body": "{0.__init__}"},
            {"subject": "Hello {settings}"},
            {"subject": ""},
            {"body": "[x](javascript:alert(1))"},
        ],
    )
    def test_what_is_refused_is_not_kept(self, world: World, changes: dict[str, str]) -> None:
        client = world.client("coordinator")
        response = self.save(client, **changes)
        assert (response.status_code, MailTemplate.objects.count()) == (422, 0)
        for value in changes.values():
            from django.utils.html import escape

            assert value == "" or escape(value) in response.content.decode(), "what was typed stays"
        with pytest.raises(Refused):
            actions.save_text(kind="tests.notice", language="fr", by=BY, **{**self.GOOD, **changes})
        assert self.save(client).status_code == 302

    def test_a_required_placeholder(self, world: World) -> None:
        with pytest.raises(Refused, match="code"):
            actions.save_text(kind="tests.code", language="fr", subject="x", body="no code", by=BY)
        actions.save_text(kind="tests.code", language="fr", subject="x", body="{code}", by=BY)

    def test_of_an_incubator(self, world: World) -> None:
        """A manager changes the texts of the incubator, which its mails then say, and nobody else's."""
        manager, incubator = world.actor("manager"), world.incubator
        text = {"kind": "tests.notice", "language": "fr", **self.GOOD}
        actions.save_text(**text, by=manager, scope=incubator)
        assert notice(make_user(), name="Noé", scope=incubator).subject == "Bonjour Noé"
        assert notice(make_user(), name="Noé", scope=world.other_incubator).subject == "A word from Noé"
        assert notice(make_user(), name="Noé").subject == "A word from Noé"
        for scope in (None, world.other_incubator):
            with pytest.raises(NotAllowed):
                actions.save_text(**text, by=manager, scope=scope)
        actions.save_text(**{**text, "subject": "Commun"}, by=world.actor("coordinator"))
        assert notice(make_user(), scope=incubator, name="Noé").subject == "Bonjour Noé"
        actions.give_up_text(kind="tests.notice", language="fr", by=manager, scope=incubator)
        assert notice(make_user(), scope=incubator).subject == "Commun"
        with pytest.raises(Refused):
            actions.give_up_text(kind="tests.notice", language="fr", by=manager, scope=incubator)

    def test_some_mails_are_the_same_for_everybody(self, world: World) -> None:
        """Nobody reads the text that an incubator would give to a sign-in code: it cannot be written."""
        client, pour = world.client("manager"), f"?pour=alliance.incubator:{world.incubator.pk}"
        assert b"account.login_code" not in client.get(reverse("mailbox:texts") + pour).content
        assert client.get(reverse("mailbox:text", args=["account.login_code", "fr"]) + pour).status_code == 404
        with pytest.raises(Refused):
            actions.save_text(
                kind="account.login_code",
                language="fr",
                subject="x",
                body="{code}",
                by=world.actor("manager"),
                scope=world.incubator,
            )
        assert client.get(reverse("mailbox:text", args=["tests.notice", "fr"]) + pour).status_code == 200

    def test_mails_about_a_team_speak_in_its_name(self, world: World) -> None:
        mail = notice(world.people["advisor"], about=world.memberships["advisor"])
        assert mail.scope == f"alliance.incubator:{world.incubator.pk}"

    def test_every_kind_can_be_previewed(self, world: World) -> None:
        client = world.client("coordinator")
        for kind in registry.kinds():
            for language in ("fr", "en"):
                response = client.get(reverse("mailbox:text-preview", args=[kind.key, language]))
                assert response.status_code == 200, kind.key
        assert client.get(reverse("mailbox:text", args=["tests.nothing", "fr"])).status_code == 404
        assert client.get(reverse("mailbox:text", args=["tests.notice", "xx"])).status_code == 404
        assert client.get(reverse("mailbox:texts") + "?pour=auth.user:1").status_code == 404


class TestDevelopmentMailbox:
    @pytest.fixture
    def urls(self) -> list[str]:
        mail = code(make_user())
        pages = ("mailbox:development-mail", "mailbox:development-html")
        return [reverse("mailbox:development"), *(reverse(page, args=[mail.pk]) for page in pages)]

    @pytest.mark.parametrize(
        ("switches", "is_open"),
        [
            ({"DEBUG": False, "DEMO": False, "EMAIL_BACKEND": KEEP}, False),
            ({"DEBUG": False, "DEMO": True, "EMAIL_BACKEND": SMTP}, False),
            ({"DEBUG": False, "DEMO": True, "EMAIL_BACKEND": KEEP}, True),
            ({"DEBUG": True, "DEMO": False, "EMAIL_BACKEND": SMTP}, True),
        ],
    )
    def test_exists_only_where_no_mail_leaves(
        self, settings: Any, urls: list[str], switches: dict[str, Any], is_open: bool
    ) -> None:
        for name, value in switches.items():
            setattr(settings, name, value)
        answers = [Client().get(url) for url in urls]
        assert {answer.status_code for answer in answers} == {200 if is_open else 404}
        shown = [b"BCDF-GHJK" in answer.content for answer in answers]
        assert shown == [is_open] * 3


class TestToday:
    def test_failures_wait_for_the_coordination(self, world: World) -> None:
        coordinator = world.actor("coordinator")
        assert today.told(coordinator, [mailbox_today.IN_TROUBLE]) == []
        mail = notice(make_user())
        Mail.objects.filter(pk=mail.pk).update(state=State.FAILED)
        cut = notice(make_user())
        Mail.objects.filter(pk=cut.pk).update(state=State.SENDING, sending_at=timezone.now() - timedelta(hours=1))
        [gesture] = today.told(coordinator, [mailbox_today.IN_TROUBLE])
        assert "2" in str(gesture.about)
        assert today.told(world.actor("advisor"), [mailbox_today.IN_TROUBLE]) == []
        page = world.client("coordinator").get(gesture.url)
        assert page.content.decode().count("A word from") == 2


class TestPrivacy:
    def test_export_holds_only_theirs(self) -> None:
        from kiif.accounts.privacy import who_sees
        from kiif.mailbox import privacy

        mine, other = make_user(), make_user()
        notice(mine, message="MINE")
        notice(other, message="OTHER")
        code(mine)
        exported = str(privacy.export(mine))
        assert ("MINE" in exported, "OTHER" in exported, "BCDF" in exported) == (True, False, False)
        assert privacy.seen_by(mine) != []
        assert privacy.seen_by(mine) in [sentences for _label, sentences in who_sees(mine)]
        assert privacy.seen_by(mine) not in [sentences for _label, sentences in who_sees(make_user())]

    def test_erasure_leaves_no_word(self) -> None:
        from kiif.mailbox import privacy

        mine, other = make_user("Marqueur Inventé"), make_user()
        kept = notice(other, message="OTHER")
        waiting = notice(mine, message="SECRETWORD", key=f"k:{mine.email}")
        notice(None, address=mine.email, message="SECRETWORD")
        notice(other, by=Actor(user=mine))
        Preference.objects.create(user=mine, category="tests-news", cadence=Cadence.NONE)
        for _twice in range(2):
            privacy.erase(mine)
        rows = str(list(Mail.objects.values_list()))
        assert ("SECRETWORD" in rows, mine.email in rows, "OTHER" in rows) == (False, False, True)
        assert not Mail.objects.filter(to=mine).exists()
        assert not Mail.objects.filter(created_by=mine).exists()
        assert not Preference.objects.filter(user=mine).exists()
        waiting.refresh_from_db()
        kept.refresh_from_db()
        assert (waiting.state, kept.state) == (State.WITHHELD, State.QUEUED)

    def test_erasure_takes_the_name_out_of_the_mails_of_others(self) -> None:
        from kiif.mailbox import privacy

        mine, other = make_user("Zoé d’Inventée"), make_user()
        naming = notice(other, message="Zoé d’Inventée a accepté votre invitation.")
        addressed = notice(other, message=f"Écrivez à {mine.email}.")
        apart = notice(other, message="Rien de personnel.")
        Mail.objects.update(state=State.WITHHELD, reason=Reason.GONE)
        privacy.erase(mine)
        rows = str(list(Mail.objects.values_list()))
        assert ("Zoé d" in rows, mine.email in rows, "Rien de personnel" in rows) == (False, False, True)
        blanked = set(Mail.objects.filter(blanked=True).values_list("pk", flat=True))
        assert blanked == {naming.pk, addressed.pk}
        assert not Mail.objects.get(pk=apart.pk).blanked

    def test_nothing_about_an_erased_person_leaves(self) -> None:
        from allauth.account.models import EmailAddress

        from kiif.mailbox import privacy

        mine, other = make_user("Zoé d’Inventée"), make_user()
        EmailAddress.objects.create(user=mine, email="autre@exemple.test")
        naming = notice(other, message="Zoé d’Inventée arrive demain.")
        leaving = notice(other, message="Zoé d’Inventée arrive demain.", name="Ida")
        Mail.objects.filter(pk=leaving.pk).update(state=State.SENDING, sending_at=timezone.now())
        elsewhere = notice(None, address="autre@exemple.test", message="Un mot.")
        apart = notice(other, message="Rien de personnel.")
        privacy.erase(mine)
        states = dict(Mail.objects.values_list("pk", "state"))
        assert states == {
            naming.pk: State.WITHHELD,
            leaving.pk: State.SENDING,
            elsewhere.pk: State.WITHHELD,
            apart.pk: State.QUEUED,
        }
        words = str(list(Mail.objects.exclude(pk=apart.pk).values_list("subject", "text", "html", "address")))
        assert ("Zoé d" in words, "autre@" in words) == (False, False)

    def test_what_is_being_sent_does_not_write_erased_words_back(self) -> None:
        from kiif.mailbox import privacy
        from kiif.mailbox.actions import sending

        mine, other = make_user("Zoé d’Inventée"), make_user()
        notice(other, message="Zoé d’Inventée arrive demain.")
        mail = sending._take(Mail.objects.get().pk)
        assert mail is not None
        privacy.erase(mine)
        sending._write(mail, sending.Outcome("sent"))
        mail.refresh_from_db()
        assert (mail.state, mail.text) == (State.SENT, "")


def test_account_mails_go_through_the_outbox() -> None:
    from kiif.accounts import mail as account_mail

    user = make_user(language="en")
    account_mail.send("account.login_code", user.email, {"code": "BCDF-GHJK", "minutes": 10}, language="en", user=user)
    mail = Mail.objects.get()
    assert (mail.kind, mail.to, mail.address, mail.is_secret) == ("account.login_code", user, user.email, True)
    account_mail.send(
        "account.unknown_account",
        "x@exemple.test",
        {"address": "x@exemple.test", "signup_url": "https://k.example"},
        language="fr",
        user=None,
    )
    assert Mail.objects.get(to=None).address == "x@exemple.test"
    for _number in range(60):
        account_mail.send("account.login_code", user.email, {"code": "A", "minutes": 1}, language="en", user=user)
    assert Mail.objects.filter(to=user).count() == 30
