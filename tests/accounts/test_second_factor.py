"""Abuse cases 14 and 15: the second factor is asked everywhere, its codes work once, sessions change with it."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from kiif.accounts import second_factor
from kiif.accounts.models import User
from kiif.journal.models import JournalEntry
from tests.accounts.conftest import Letterbox
from tests.accounts.factories import PASSWORD, add_totp, person, recovery_codes, support, totp_code
from tests.factories import sign_in

pytestmark = pytest.mark.django_db


def with_password(user: User, client: Client | None = None) -> tuple[Client, object]:
    client = client or Client()
    return client, client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def confirmed(client: Client, user: User) -> None:
    """Proves again who one is, as pages about safety ask."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def test_the_code_is_asked_after_the_password() -> None:
    user = person()
    add_totp(user)
    client, response = with_password(user)
    assert response.url == reverse("mfa_authenticate")
    assert not signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": totp_code(user)})
    assert signed_in(client)


def test_the_code_is_asked_after_a_code_by_mail(letters: Letterbox) -> None:
    user = person()
    add_totp(user)
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": user.email})
    code = letters.to(user.email)[0].words["code"]
    response = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert response.url == reverse("mfa_authenticate")
    assert not signed_in(client)


def test_a_new_password_does_not_replace_the_second_factor(letters: Letterbox) -> None:
    user = person()
    add_totp(user)
    client = Client()
    client.post(reverse("account_reset_password"), {"email": user.email})
    code = letters.to(user.email)[0].words["code"]
    client.post(reverse("account_confirm_password_reset_code"), {"code": code})
    new = "sept-lapins-sous-la-lampe"
    client.post(reverse("account_complete_password_reset"), {"password1": new, "password2": new})
    assert not signed_in(client)
    response = client.post(reverse("account_login"), {"login": user.email, "password": new})
    assert response.url == reverse("mfa_authenticate")
    assert not signed_in(client)


def test_the_administration_has_the_same_door() -> None:
    user = support()
    client = Client()
    response = client.get("/admin/")
    assert response.url == f"{reverse('admin:login')}?next=/admin/"
    assert client.get(response.url).url == f"{reverse('account_login')}?next=%2Fadmin%2F"
    posted = client.post(reverse("admin:login"), {"username": user.email, "password": PASSWORD})
    assert posted.url.startswith(reverse("account_login"))
    assert not signed_in(client)
    with_password(user, client)
    client.post(reverse("mfa_authenticate"), {"code": totp_code(user)})
    assert client.get("/admin/").status_code == 200


def test_the_administration_is_closed_to_others() -> None:
    client = sign_in(person())
    assert client.get(reverse("admin:login")).status_code == 403
    assert client.get("/admin/accounts/user/").status_code == 302


def test_a_code_of_the_application_works_once_and_never_after_a_newer_one() -> None:
    user = person()
    add_totp(user)
    now, next_one = totp_code(user), totp_code(user, 1)
    for code, opens in ((now, True), (now, False), (next_one, True), (now, False)):
        client, _response = with_password(user)
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert signed_in(client) is opens


def test_a_used_code_stays_used_when_the_cache_forgets() -> None:
    from django.core.cache import cache

    user = person()
    add_totp(user)
    code = totp_code(user)
    client, _response = with_password(user)
    client.post(reverse("mfa_authenticate"), {"code": code})
    cache.clear()
    again, _response = with_password(user)
    again.post(reverse("mfa_authenticate"), {"code": code})
    assert signed_in(client)
    assert not signed_in(again)


def test_a_recovery_code_works_once() -> None:
    user = person()
    add_totp(user)
    code = recovery_codes(user)[0]
    first, _response = with_password(user)
    first.post(reverse("mfa_authenticate"), {"code": code})
    second, _response = with_password(user)
    second.post(reverse("mfa_authenticate"), {"code": code})
    assert signed_in(first)
    assert not signed_in(second)
    assert code not in recovery_codes(user)


@override_settings(ACCOUNT_RATE_LIMITS={"login_failed": "100/m/ip,5/300s/key", "login_failed_anywhere": "50/h/key"})
def test_codes_cannot_be_guessed_for_long() -> None:
    user = person()
    add_totp(user)
    client, _response = with_password(user)
    for _number in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client.post(reverse("mfa_authenticate"), {"code": totp_code(user)})
    assert not signed_in(client)


def test_secrets_are_not_readable_in_the_database() -> None:
    user = person()
    add_totp(user)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert "JBSWY3DPEHPK3PXP" not in stored
    assert recovery_codes(user)[0] not in stored


def test_secrets_survive_a_change_of_key() -> None:
    user = person()
    with override_settings(SECRET_KEY="old-key"):
        add_totp(user)
    with override_settings(SECRET_KEY="new-key", SECRET_KEY_FALLBACKS=["old-key"]):
        client, _response = with_password(user)
        client.post(reverse("mfa_authenticate"), {"code": totp_code(user)})
        assert signed_in(client)


@pytest.mark.django_db(transaction=True)
def test_adding_an_application_warns_rotates_the_session_and_ends_the_others(letters: Letterbox) -> None:
    user = person()
    client, _response = with_password(user)
    elsewhere, _response = with_password(user)
    confirmed(client, user)
    before = client.session.session_key
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    step = list(yield_hotp_counters_from_time())[1]
    code = format_hotp_value(hotp_value(secret, step))
    response = client.post(reverse("mfa_activate_totp"), {"code": code})
    assert response.url == reverse("mfa_view_recovery_codes")
    assert client.session.session_key != before
    assert client.get(reverse("people:account")).status_code == 200
    assert elsewhere.get(reverse("people:account")).status_code == 302
    assert UserSession.objects.get(user=user).session_key == client.session.session_key
    assert "account.second_factor_added" in letters.keys
    assert JournalEntry.objects.filter(verb="accounts.second_factor_added").count() == 1
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200
    assert client.get(reverse("mfa_download_recovery_codes"))["Content-Type"].startswith("text/plain")


def test_pages_about_safety_ask_again_who_one_is() -> None:
    user = person()
    client = sign_in(user)
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "people:erasure"):
        assert client.get(reverse(name)).url.startswith(reverse("account_reauthenticate"))
    confirmed(client, user)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


class TestRequirement:
    @pytest.fixture(autouse=True)
    def _role(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(second_factor, "_requirements", [*second_factor._requirements, self.since])

    days = 3

    def since(self, user: User) -> dt.date | None:
        if not user.full_name.startswith("Manager"):
            return None
        return timezone.localdate() - dt.timedelta(days=self.days)

    def test_before_the_end_of_the_grace_period_a_banner(self) -> None:
        client = sign_in(person("Manager Inventée"))
        page = client.get(reverse("people:account"))
        assert page.status_code == 200
        assert reverse("mfa_index") in page.content.decode().split("<main")[0]
        ordinary = sign_in(person("Yaël Orsenne")).get(reverse("people:account"))
        assert reverse("mfa_index") not in ordinary.content.decode().split("<main")[0]

    def test_after_it_only_enrolment_and_the_way_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(TestRequirement, "days", 15)
        user = person("Manager Inventée")
        client = sign_in(user)
        for name in ("people:account", "home", "people:my-data"):
            assert client.get(reverse(name)).url.startswith(reverse("mfa_index"))
        assert client.post(reverse("people:profile"), {"full_name": "X"}).url == reverse("mfa_index")
        assert client.get(reverse("mfa_index")).status_code == 200
        confirmed(client, user)
        assert client.get(reverse("mfa_activate_totp")).status_code == 200
        assert client.post(reverse("account_logout")).status_code == 302
        assert not signed_in(client)

    def test_a_fragment_is_sent_there_by_the_browser(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(TestRequirement, "days", 15)
        client = sign_in(person("Manager Inventée"))
        answer = client.get(reverse("people:account"), HTTP_HX_REQUEST="true")
        assert answer["HX-Redirect"] == reverse("mfa_index")

    def test_with_a_second_factor_everything_is_open(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(TestRequirement, "days", 15)
        user = person("Manager Inventée")
        add_totp(user)
        assert sign_in(user).get(reverse("people:account")).status_code == 200

    def test_the_last_factor_cannot_be_removed(self) -> None:
        user = person("Manager Inventée")
        add_totp(user)
        client = sign_in(user)
        client.post(reverse("mfa_reauthenticate"), {"code": totp_code(user)})
        page = client.post(reverse("mfa_deactivate_totp"))
        assert page.status_code == 200
        assert second_factor.has_one(user)

    def test_anybody_else_may_remove_it(self, letters: Letterbox) -> None:
        user = person("Yaël Orsenne")
        add_totp(user)
        client = sign_in(user)
        client.post(reverse("mfa_reauthenticate"), {"code": totp_code(user)})
        client.post(reverse("mfa_deactivate_totp"))
        assert not Authenticator.objects.filter(user=user).exists()
        assert letters.keys == ["account.second_factor_removed"]

    def test_the_earliest_date_counts(self) -> None:
        user = person("Manager Inventée", is_staff=True, date_joined=timezone.now() - dt.timedelta(days=100))
        assert second_factor.required_since(user) == user.date_joined


def test_administrators_need_one_from_the_start() -> None:
    user = support(factor=False)
    duty = second_factor.duty_of(user)
    assert duty is not None
    assert duty.deadline == user.date_joined + dt.timedelta(days=14)
    assert duty.days_left == 14
    assert second_factor.duty_of(person()) is None


def test_a_passkey_of_somebody_else_is_not_found() -> None:
    mine, other = person(), person()
    key = Authenticator.objects.create(user=other, type=Authenticator.Type.WEBAUTHN, data={"name": "clé"})
    client = sign_in(mine)
    confirmed(client, mine)
    for name in ("mfa_remove_webauthn", "mfa_edit_webauthn"):
        assert client.get(reverse(name, args=[key.pk])).status_code == 404
        assert client.post(reverse(name, args=[key.pk]), {"name": "à moi"}).status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()
