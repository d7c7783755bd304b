"""People without password and second factor prove who they are with a code before sensitive pages."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from kiif.accounts.models import User
from tests.accounts.conftest import Letterbox
from tests.accounts.factories import person
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db
SENSITIVE = ("account_email", "account_set_password", "mfa_activate_totp", "mfa_add_webauthn", "people:erasure")


@pytest.fixture
def user() -> User:
    return make_user("Sans Mot")


def code_for(client: Client, user: User, letters: Letterbox, back: str) -> object:
    client.post(reverse("people:prove"), {"next": back})
    return letters.to(user.email)[-1].words["code"]


@pytest.mark.parametrize("name", SENSITIVE)
def test_sensitive_pages_ask_for_a_code_first(name: str, user: User, letters: Letterbox) -> None:
    client = sign_in(user)
    asked = client.get(reverse(name))
    assert asked.url.startswith(reverse("people:prove"))
    assert client.get(asked.url).status_code == 200
    code = code_for(client, user, letters, reverse(name))
    assert client.get(asked.url).status_code == 200
    assert client.post(reverse("people:prove"), {"code": code, "next": reverse(name)}).url == reverse(name)
    assert client.get(reverse(name)).status_code == 200


def test_a_recent_sign_in_is_proof_enough(user: User, letters: Letterbox) -> None:
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": user.email})
    client.post(reverse("account_confirm_login_code"), {"code": letters.letters[-1].words["code"]})
    assert client.get(reverse("account_email")).status_code == 200
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=16)):
        assert client.get(reverse("account_email")).url.startswith(reverse("people:prove"))


def test_who_has_a_password_is_asked_for_it_instead() -> None:
    client = sign_in(person())
    assert client.get(reverse("people:erasure")).url.startswith(reverse("account_reauthenticate"))
    assert client.get(reverse("people:prove"), {"next": "/compte/"}).url == "/compte/"


def test_the_third_wrong_code_ends_the_attempt(user: User, letters: Letterbox) -> None:
    client = sign_in(user)
    code = code_for(client, user, letters, "/")
    for _number in range(3):
        assert client.post(reverse("people:prove"), {"code": "XXXX-XXXX"}).status_code == 422
    assert client.post(reverse("people:prove"), {"code": code}).status_code == 422
    assert client.get(reverse("account_email")).status_code == 302


def test_a_code_works_once_and_not_for_long(user: User, letters: Letterbox) -> None:
    client = sign_in(user)
    code = code_for(client, user, letters, "/")
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=11)):
        assert client.post(reverse("people:prove"), {"code": code}).status_code == 422
    code = code_for(client, user, letters, "/")
    assert client.post(reverse("people:prove"), {"code": code, "next": "//evil.example"}).url == reverse(
        "people:account"
    )
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=16)):
        assert client.post(reverse("people:prove"), {"code": code}).status_code == 422


@override_settings(ACCOUNT_RATE_LIMITS={"request_login_code": "20/m/ip,3/m/key"})
def test_codes_are_not_sent_without_end(user: User, letters: Letterbox) -> None:
    client = sign_in(user)
    for _number in range(6):
        client.post(reverse("people:prove"))
    assert len(letters.letters) == 3


def test_the_export_waits_for_the_proof(user: User) -> None:
    answer = sign_in(user).post(reverse("people:my-data-export"))
    assert answer.url.startswith(reverse("people:prove"))
