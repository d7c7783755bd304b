from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.test import Client, override_settings
from django.urls import reverse

from kiif.accounts.models import Consent, ConsentText, User
from kiif.journal.models import JournalEntry
from tests.accounts.conftest import Letterbox
from tests.accounts.factories import PASSWORD, person, terms

pytestmark = pytest.mark.django_db


def data(**changes: str) -> dict[str, str]:
    values = {"full_name": "Yaël  Orsenne", "email": "Yael@exemple.test", "password1": PASSWORD, "accepts": "on"}
    return {name: value for name, value in {**values, **changes}.items() if value}


def sign_up(client: Client, **changes: str) -> object:
    return client.post(reverse("account_signup"), data(**changes))


def test_a_carrier_opens_an_account_and_confirms_the_address_with_a_code(letters: Letterbox) -> None:
    text = terms()
    client = Client()
    response = sign_up(client)
    assert response.url == reverse("account_email_verification_sent")
    user = User.objects.get()
    assert (user.full_name, user.email, user.language) == ("Yaël Orsenne", "yael@exemple.test", "fr")
    assert not EmailAddress.objects.get().verified
    assert "_auth_user_id" not in client.session
    (letter,) = letters.letters
    assert letter.key == "account.email_confirmation"
    client.post(reverse("account_email_verification_sent"), {"code": letter.words["code"]})
    assert client.session["_auth_user_id"] == str(user.pk)
    assert EmailAddress.objects.get().verified
    assert Consent.objects.get().text == text
    assert set(JournalEntry.objects.values_list("verb", flat=True)) == {"accounts.signed_up", "accounts.consent_given"}


def test_three_wrong_codes_end_the_attempt(letters: Letterbox) -> None:
    client = Client()
    sign_up(client)
    for _number in range(3):
        client.post(reverse("account_email_verification_sent"), {"code": "XXXX-XXXX"})
    client.post(reverse("account_email_verification_sent"), {"code": letters.letters[0].words["code"]})
    assert "_auth_user_id" not in client.session
    assert not EmailAddress.objects.get().verified


def test_the_terms_that_come_with_the_product_serve_where_none_was_published(letters: Letterbox) -> None:
    sign_up(Client())
    assert set(ConsentText.objects.values_list("kind", "version", "language")) == {
        ("terms", "1", "fr"),
        ("terms", "1", "en"),
    }
    assert Consent.objects.get().text.language == "fr"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", ""),
        ("email", "pas-une-adresse"),
        ("accepts", ""),
        ("password1", "court"),
        ("password1", "motdepasse2024"),
        ("password1", "yael@exemple.test"),
        ("password1", "aaaaaaaaaaaaaaaa"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(field: str, value: str) -> None:
    response = sign_up(Client(), **{field: value})
    assert response.status_code == 200
    assert response.context["form"].errors[field]
    assert not User.objects.exists()
    assert not ConsentText.objects.exists()


@pytest.mark.parametrize("password", ["correct cheval pile agrafe", "é" * 3 + "tonnante passoire de cuivre " * 8])
def test_a_long_passphrase_is_welcome(password: str, letters: Letterbox) -> None:
    sign_up(Client(), password1=password)
    assert User.objects.get().check_password(password)


def test_an_address_that_has_an_account_is_told_by_mail_only(letters: Letterbox) -> None:
    user = person(email="yael@exemple.test")
    client = Client()
    response = sign_up(client)
    assert response.url == reverse("account_email_verification_sent")
    (letter,) = letters.letters
    assert (letter.key, letter.address) == ("account.account_already_exists", user.email)
    assert User.objects.count() == 1
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert not Consent.objects.exists()


def test_no_field_of_the_model_can_be_slipped_in(letters: Letterbox) -> None:
    sign_up(Client(), is_staff="on", is_superuser="on", is_active="", anonymised_at="2020-01-01", phone="0600000000")
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.is_active, user.anonymised_at, user.phone) == (
        False,
        False,
        True,
        None,
        "",
    )


@override_settings(SIGNUP_OPEN=False)
def test_an_instance_may_close_the_door() -> None:
    client = Client()
    assert client.get(reverse("account_signup")).status_code == 200
    sign_up(client)
    assert not User.objects.exists()


def test_signing_up_again_ends_a_code_that_waited_for_an_unknown_address(letters: Letterbox) -> None:
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": "yael@exemple.test"})
    assert client.get(reverse("account_signup")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_an_account_is_opened_whole_outside_of_any_other_transaction(letters: Letterbox) -> None:
    terms()
    response = sign_up(Client())
    assert response.url == reverse("account_email_verification_sent")
    assert User.objects.get().email == "yael@exemple.test"
