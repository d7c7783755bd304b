"""My data: export, erasure, retention (abuse case 44 for what this app holds)."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterator

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kiif.accounts import actions, housekeeping, privacy
from kiif.accounts.actor import system
from kiif.accounts.models import Consent, ErasureRequest, KnownDevice, SupportVisit, User
from kiif.ui.errors import NotAllowed, Refused
from tests.accounts.conftest import Letterbox
from tests.accounts.factories import PASSWORD, add_totp, of, person, support, terms
from tests.factories import sign_in

pytestmark = pytest.mark.django_db


def confirmed(user: User) -> Client:
    client = Client(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux) Firefox/140.0")
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


@pytest.fixture
def holder() -> Iterator[list[int]]:
    """Another app that holds something about people; the ids it erased."""
    erased: list[int] = []
    held = privacy.Holder(
        "essai",
        "Essai",
        export=lambda user: {"notes": [f"note de {user.full_name}"]},
        erase=lambda user: erased.append(user.pk),
        seen_by=lambda user: ["Votre conseiller·ère voit vos notes."],
        files=lambda user: [("../../étude.pdf", io.BytesIO(b"%PDF-1.7 essai"))],
    )
    privacy.register(held)
    yield erased
    privacy._holders.pop("essai")


def test_the_page_says_who_sees_what(holder: list[int]) -> None:
    page = sign_in(person()).get(reverse("people:my-data")).content.decode()
    assert "Votre conseiller·ère voit vos notes." in page


def test_one_query_asks_all_holders_whether_they_hold_something() -> None:
    """Each new app adds a holder: the page must not become slower with each of them."""
    nobody = person()
    page = sign_in(nobody)
    page.get(reverse("people:my-data"))
    with CaptureQueriesContext(connection) as before:
        page.get(reverse("people:my-data"))
    for number in range(5):
        privacy.register(
            privacy.Holder(
                f"essai{number}",
                "Essai",
                export=lambda user: {},
                erase=lambda user: None,
                seen_by=lambda user: ["Jamais dit."],
                holds=lambda user: Exists(SupportVisit.objects.filter(support=user)),
            )
        )
    try:
        with CaptureQueriesContext(connection) as after:
            answer = page.get(reverse("people:my-data"))
    finally:
        for number in range(5):
            privacy._holders.pop(f"essai{number}")
    assert "Jamais dit." not in answer.content.decode()
    assert len(after) == len(before) <= 20


def test_the_archive_holds_everything_of_one_person_and_nothing_of_others(holder: list[int]) -> None:
    other = person("Ilan Veyrac", phone="06 98 76 54 32")
    user = person("Yaël Orsenne", phone="06 12 34 56 78")
    actions.give_consent(person=user, texts=[terms()], by=of(user))
    response = confirmed(user).post(reverse("people:my-data-export"))
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Cache-Control"].startswith("max-age=0")
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        assert sorted(archive.namelist()) == ["donnees.json", "essai/001-étude.pdf"]
        text = archive.read("donnees.json").decode()
        assert archive.read("essai/001-étude.pdf") == b"%PDF-1.7 essai"
    content = json.loads(text)
    assert content["accounts"]["account"]["full_name"] == "Yaël Orsenne"
    assert content["accounts"]["known_devices"][0]["label"] == "Firefox, Linux"
    assert content["accounts"]["consents"][0]["text"] == "Conditions (1)"
    assert content["essai"]["notes"] == ["note de Yaël Orsenne"]
    assert other.email not in text
    assert "Ilan" not in text
    assert user.password not in text


def test_the_archive_asks_who_one_is_and_then_comes(holder: list[int]) -> None:
    user = person()
    client = sign_in(user)
    asked = client.post(reverse("people:my-data-export"))
    assert asked.url.startswith(reverse("account_reauthenticate"))
    given = client.post(asked.url, {"password": PASSWORD, "next": reverse("people:my-data-export")})
    assert given["Content-Type"] == "application/zip"
    assert b"".join(given.streaming_content).startswith(b"PK")
    assert client.get(reverse("people:my-data-export")).status_code == 405


@override_settings(EXPORT_MAX_BYTES=5)
def test_the_archive_stays_bounded(holder: list[int]) -> None:
    user = person()
    with actions.export_data(person=user, by=of(user)) as file, zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["donnees.json"]
        left_out = json.loads(archive.read("donnees.json"))["files_left_out"]
    assert left_out == [{"app": "essai", "name": "../../étude.pdf", "bytes": 14}]


def test_nobody_exports_the_data_of_somebody_else() -> None:
    user = person()
    for by in (of(person()), of(support()), system("x")):
        with pytest.raises(NotAllowed):
            actions.export_data(person=user, by=by)


def test_erasure_is_asked_confirmed_and_cancelled(letters: Letterbox) -> None:
    user = person("Yaël Orsenne")
    client = confirmed(user)
    assert client.post(reverse("people:erasure")).status_code == 422
    assert not ErasureRequest.objects.exists()
    assert client.post(reverse("people:erasure"), {"understood": "on"}).url == reverse("people:my-data")
    request = ErasureRequest.objects.get(user=user)
    assert request.due_at - request.asked_at == pytest.approx(dt.timedelta(days=30), abs=dt.timedelta(seconds=5))
    assert actions.request_erasure(person=user, by=of(user)) == request
    assert client.get(reverse("people:erasure")).url == reverse("people:my-data")
    client.post(reverse("people:erasure-cancel"))
    request.refresh_from_db()
    assert request.cancelled_at is not None
    assert letters.keys == ["account.erasure_requested", "account.erasure_cancelled"]
    with pytest.raises(Refused):
        actions.cancel_erasure(person=user, by=of(user))
    with time_machine.travel(timezone.now() + dt.timedelta(days=31)):
        assert housekeeping.daily()["erased"] == 0
    user.refresh_from_db()
    assert user.full_name == "Yaël Orsenne"


def test_nobody_asks_for_somebody_else() -> None:
    user = person()
    for by in (of(person()), of(support()), system("x")):
        with pytest.raises(NotAllowed):
            actions.request_erasure(person=user, by=by)


def _everything() -> str:
    """Every value of every table, as one text. The journal's own erasure is tested in its room."""
    texts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("journal_", "sqlite_", "django_migrations")):
                continue
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 -- names of tables, from the database itself
            texts.extend(str(row) for row in cursor.fetchall())
    return "\n".join(texts)


def test_after_the_delay_nothing_of_the_person_is_left(letters: Letterbox, holder: list[int]) -> None:
    user = person("Marqueur Unique", email="marqueur.unique@exemple.test", phone="06 00 11 22 33")
    neighbour = person("Voisine Inventée")
    client = confirmed(user)
    add_totp(user)
    actions.give_consent(person=user, texts=[terms()], by=of(user))
    actions.start_visit(person=user, reason="Aide pour Marqueur Unique", by=of(support()))
    actions.request_erasure(person=user, by=of(user))
    month = timezone.localtime(user.date_joined).replace(day=1).date()
    with time_machine.travel(timezone.now() + dt.timedelta(days=29)):
        assert housekeeping.daily()["erased"] == 0
    with time_machine.travel(timezone.now() + dt.timedelta(days=31)):
        assert housekeeping.daily()["erased"] == 1
        assert housekeeping.daily()["erased"] == 0
    assert holder == [user.pk]
    left = _everything()
    for trace in ("Marqueur", "marqueur.unique", "06 00 11 22 33"):
        assert trace not in left
    assert "Voisine" in left
    row = User.objects.get(pk=user.pk)
    assert (row.is_active, row.has_usable_password(), row.initials) == (False, False, "–")
    assert timezone.localtime(row.date_joined).date() == month
    for model in (EmailAddress, Authenticator, UserSession, KnownDevice):
        assert not model.objects.filter(user=user).exists()
    assert SupportVisit.objects.get(person=user).reason == "–"
    assert ErasureRequest.objects.get(user=user).done_at is not None
    assert client.get(reverse("people:account")).status_code == 302
    assert neighbour.email in left
    assert Consent.objects.filter(user=user).count() == 1


def test_only_the_system_erases() -> None:
    user = person()
    for by in (of(user), of(support())):
        with pytest.raises(NotAllowed):
            actions.erase_person(person_id=user.pk, by=by)
    assert actions.erase_person(person_id=user.pk, by=system("test")) is True
    assert actions.erase_person(person_id=user.pk, by=system("test")) is False
    with pytest.raises(Refused):
        actions.reactivate(person=user, by=of(support()))


def test_the_only_administrator_cannot_leave_alone() -> None:
    last = support()
    with pytest.raises(Refused):
        actions.request_erasure(person=last, by=of(last))
    with pytest.raises(Refused):
        actions.erase_person(person_id=last.pk, by=system("test"))
    page = confirmed_support(last).get(reverse("people:erasure"))
    assert page.context["obstacles"]
    support("Dominique Support")
    assert actions.request_erasure(person=last, by=of(last)).pk


def confirmed_support(user: User) -> Client:
    from tests.accounts.factories import totp_code

    client = sign_in(user)
    client.post(reverse("mfa_reauthenticate"), {"code": totp_code(user)})
    return client


def test_an_obstacle_that_appears_later_makes_the_erasure_wait(letters: Letterbox) -> None:
    user = person()
    actions.request_erasure(person=user, by=of(user))
    obstacle = lambda someone: "Confiez d’abord votre équipe." if someone == user else None  # noqa: E731 -- registered once
    privacy.register_obstacle(obstacle)
    try:
        with time_machine.travel(timezone.now() + dt.timedelta(days=31)):
            assert housekeeping.daily()["erased"] == 0
    finally:
        privacy._obstacles.remove(obstacle)
    with time_machine.travel(timezone.now() + dt.timedelta(days=32)):
        assert housekeeping.daily()["erased"] == 1


class TestInactive:
    def quiet(self, years: float, **fields: object) -> User:
        at = timezone.now() - dt.timedelta(days=365.25 * years)
        return person(date_joined=at, last_login=at, **fields)

    def test_warned_once_then_erased_thirty_days_later(self, letters: Letterbox) -> None:
        silent, recent = self.quiet(2.1), self.quiet(1.9)
        assert housekeeping.daily()["warned"] == 1
        assert housekeeping.daily() == {"erased": 0, "warned": 0, "anonymised": 0, "visits_ended": 0}
        (letter,) = letters.letters
        assert (letter.key, letter.address) == ("account.inactivity", silent.email)
        with time_machine.travel(timezone.now() + dt.timedelta(days=31)):
            assert housekeeping.daily()["anonymised"] == 1
        silent.refresh_from_db()
        recent.refresh_from_db()
        assert silent.anonymised_at is not None
        assert recent.anonymised_at is None

    def test_who_comes_back_stays(self, letters: Letterbox) -> None:
        silent = self.quiet(3)
        housekeeping.daily()
        Client().post(reverse("account_login"), {"login": silent.email, "password": PASSWORD})
        silent.refresh_from_db()
        assert silent.inactivity_warned_at is None
        with time_machine.travel(timezone.now() + dt.timedelta(days=60)):
            assert housekeeping.daily()["anonymised"] == 0

    def test_administrators_are_left_alone(self, letters: Letterbox) -> None:
        self.quiet(5, is_superuser=True)
        assert housekeeping.daily()["warned"] == 0


def test_the_database_keeps_its_word() -> None:
    user = person("Yaël Orsenne")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(anonymised_at=timezone.now())
    due = timezone.now()
    ErasureRequest.objects.create(user=user, due_at=due)
    with pytest.raises(IntegrityError), transaction.atomic():
        ErasureRequest.objects.create(user=user, due_at=due)
