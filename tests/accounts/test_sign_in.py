"""Abuse cases 12, 13, 16: nobody learns who has an account, guessing stops, redirects stay at home."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connections
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from kiif.accounts.models import User
from tests.accounts.conftest import Letterbox
from tests.accounts.factories import PASSWORD, person

pytestmark = pytest.mark.django_db

LIMITS = {"login_failed": "100/m/ip,5/300s/key", "login_failed_anywhere": "50/h/key"}


def sign_in(client: Client, email: str, password: str = PASSWORD, **extra: str) -> HttpResponse:
    return client.post(reverse("account_login"), {"login": email, "password": password}, **extra)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_person_signs_in_with_a_password_whatever_the_case_of_the_address() -> None:
    user = person(email="yael@exemple.test")
    client = Client()
    response = sign_in(client, "Yael@Exemple.TEST")
    assert response.status_code == 302
    assert response.url == reverse("home")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_person_signs_in_with_a_code(letters: Letterbox) -> None:
    user = person()
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": user.email})
    (letter,) = letters.to(user.email)
    assert letter.key == "account.login_code"
    wrong = client.post(reverse("account_confirm_login_code"), {"code": "XXXX-XXXX"})
    assert wrong.status_code == 200
    assert not signed_in(client)
    client.post(reverse("account_confirm_login_code"), {"code": letter.words["code"].lower().replace("-", "")})
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_closed_account_does_not_open() -> None:
    user = person(is_active=False)
    client = Client()
    assert sign_in(client, user.email).url == reverse("account_inactive")
    assert not signed_in(client)


GESTURES: dict[str, Callable[[Client, str], HttpResponse]] = {
    "password": lambda client, email: sign_in(client, email, "ce-n-est-pas-le-bon-mot"),
    "code": lambda client, email: client.post(reverse("account_request_login_code"), {"email": email}),
    "reset": lambda client, email: client.post(reverse("account_reset_password"), {"email": email}),
    "sign-up": lambda client, email: client.post(
        reverse("account_signup"),
        {"full_name": "Yaël Orsenne", "email": email, "password1": PASSWORD, "accepts": "on"},
    ),
}


def _seen(client: Client, response: HttpResponse, email: str) -> tuple[object, ...]:
    """What somebody outside sees of an answer and of the page behind it."""
    if response.status_code == 302:
        followed = client.get(response.url)
        body = followed.content.decode()
        where = (response.url, followed.status_code)
    else:
        body, where = response.content.decode(), (response.status_code,)
    token = client.cookies["kiif_csrf"].value if "kiif_csrf" in client.cookies else ""
    for changing in filter(None, (email, token)):
        body = body.replace(changing, "")
    lines = [line for line in body.splitlines() if "csrf" not in line.lower()]
    return (*where, sorted(client.cookies), "\n".join(lines))


@pytest.mark.parametrize("gesture", GESTURES)
def test_known_and_unknown_addresses_get_the_same_answer_and_one_mail_each(gesture: str, letters: Letterbox) -> None:
    user = person()
    unknown = "personne@exemple.test"
    answers = {}
    for email in (user.email, unknown):
        client = Client()
        answers[email] = _seen(client, GESTURES[gesture](client, email), email)
    assert answers[user.email] == answers[unknown]
    expected = 0 if gesture == "password" else 1
    assert [len(letters.to(email)) for email in (user.email, unknown)] == [expected, expected]


@pytest.mark.parametrize("gesture", ["password", "sign-up"])
@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])
def test_known_and_unknown_addresses_take_times_of_the_same_order(gesture: str, letters: Letterbox) -> None:
    known = [person().email for _number in range(5)]
    times: dict[bool, list[float]] = {True: [], False: []}
    for number, email in enumerate(known):
        for is_known in (True, False):
            client = Client()
            started = time.perf_counter()
            GESTURES[gesture](client, email if is_known else f"inconnue{number}@exemple.test")
            times[is_known].append(time.perf_counter() - started)
    ratio = statistics.median(times[True]) / statistics.median(times[False])
    assert 0.4 < ratio < 2.5


def test_a_wrong_code_for_an_unknown_address_reads_like_any_wrong_code(letters: Letterbox) -> None:
    user = person()
    bodies = []
    for email in (user.email, "personne@exemple.test"):
        client = Client()
        client.post(reverse("account_request_login_code"), {"email": email})
        response = client.post(reverse("account_confirm_login_code"), {"code": "BCDF-GHJK"})
        bodies.append((response.status_code, [str(e) for e in response.context["verify_form"].errors["code"]]))
    assert bodies[0] == bodies[1]


@override_settings(ACCOUNT_RATE_LIMITS=LIMITS)
def test_guessing_stops_and_a_forged_address_gives_no_new_count(caplog: pytest.LogCaptureFixture) -> None:
    user = person()
    client = Client()
    for number in range(5):
        answer = sign_in(client, user.email, "mauvais-mot-de-passe", HTTP_X_FORWARDED_FOR=f"10.0.0.{number}")
        assert answer.status_code == 200
    blocked = sign_in(client, user.email, PASSWORD, HTTP_X_FORWARDED_FOR="10.9.9.9")
    assert blocked.status_code == 429
    assert "data-reason" in blocked.content.decode()
    assert "Sign-in paused" in caplog.text
    assert user.email not in caplog.text
    assert PASSWORD not in caplog.text
    assert not signed_in(client)


@override_settings(ACCOUNT_RATE_LIMITS=LIMITS)
def test_the_owner_still_comes_in_from_elsewhere_and_from_a_familiar_browser() -> None:
    user = person()
    familiar = Client(REMOTE_ADDR="192.0.2.1")
    sign_in(familiar, user.email)
    familiar.post(reverse("account_logout"))
    attacker = Client(REMOTE_ADDR="192.0.2.1")
    assert [sign_in(attacker, user.email, "mauvais-mot").status_code for _ in range(6)] == [200] * 5 + [429]
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    sign_in(elsewhere, user.email)
    assert signed_in(elsewhere)
    sign_in(familiar, user.email)
    assert signed_in(familiar)


@override_settings(ACCOUNT_RATE_LIMITS={**LIMITS, "login_failed_anywhere": "8/h/key"})
def test_many_addresses_together_do_not_guess_more() -> None:
    user = person()
    statuses = [
        sign_in(Client(REMOTE_ADDR=f"192.0.2.{number}"), user.email, "mauvais-mot").status_code for number in range(10)
    ]
    assert statuses == [200] * 8 + [429] * 2


@override_settings(ACCOUNT_RATE_LIMITS=LIMITS)
def test_successes_do_not_count() -> None:
    user = person()
    for _number in range(7):
        client = Client()
        sign_in(client, user.email)
        assert signed_in(client)


@pytest.mark.django_db(transaction=True)
@override_settings(
    ACCOUNT_RATE_LIMITS=LIMITS,
    CACHES={"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}},
)
def test_workers_count_together() -> None:
    """Two threads, each with its own connection and its own cache object, as two workers have."""
    call_command("createcachetable", verbosity=0)
    user = person()
    statuses: list[int] = []

    def worker(times: int) -> None:
        statuses.extend(sign_in(Client(), user.email, "mauvais-mot").status_code for _number in range(times))
        caches.close_all()
        connections.close_all()

    for times in (3, 3):
        thread = threading.Thread(target=worker, args=(times,))
        thread.start()
        thread.join()
    assert statuses == [200] * 5 + [429]


def test_the_limits_are_in_a_cache_that_all_processes_share() -> None:
    from kiif.config import settings as real

    assert "locmem" not in real.CACHES["default"]["BACKEND"]
    assert real.CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] >= 100_000


OUTSIDE = [
    "//evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "https:evil.example",
    "https://evil.example/",
    "http://127.0.0.1/",
    "javascript:alert(1)",
    "%2F%2Fevil.example",
    "/%5Cevil.example\n//evil.example",
    "\t//evil.example",
    "///evil.example",
]


@pytest.mark.parametrize("address", OUTSIDE)
def test_after_signing_in_one_stays_here(address: str) -> None:
    user = person()
    client = Client()
    response = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD, "next": address})
    assert response.status_code == 302
    assert response.url == reverse("home")


@pytest.mark.parametrize("address", OUTSIDE)
def test_after_signing_out_one_stays_here(address: str) -> None:
    client = Client()
    client.force_login(person(), backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.post(reverse("account_logout"), {"next": address})
    assert response.url == reverse("home")


def test_one_goes_on_where_one_wanted_to_go() -> None:
    user = person()
    response = Client().post(
        reverse("account_login"), {"login": user.email, "password": PASSWORD, "next": "/compte/profil/?a=1"}
    )
    assert response.url == "/compte/profil/?a=1"


def test_a_forged_host_is_refused_and_never_gets_into_a_mail(letters: Letterbox) -> None:
    user = person()
    forged = Client().post(reverse("account_reset_password"), {"email": user.email}, HTTP_HOST="evil.example")
    assert forged.status_code == 400
    assert letters.letters == []
    unknown = "personne@exemple.test"
    for header in ({"HTTP_HOST": "localhost"}, {"HTTP_X_FORWARDED_HOST": "evil.example"}):
        Client().post(reverse("account_reset_password"), {"email": unknown}, **header)
    assert [letter.words["signup_url"] for letter in letters.letters] == [
        f"{settings.BASE_URL}{reverse('account_signup')}"
    ] * 2


def test_signing_out_needs_a_post_and_the_token() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person(), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("account_logout")).status_code == 200
    assert client.post(reverse("account_logout")).status_code == 403
    assert signed_in(client)


def test_login_csrf_is_refused() -> None:
    user = person()
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client, user.email).status_code == 403
    assert not signed_in(client)


def test_a_password_chosen_after_a_code_opens_and_ends_other_sessions(letters: Letterbox) -> None:
    user = person()
    other = Client()
    sign_in(other, user.email)
    client = Client()
    client.post(reverse("account_reset_password"), {"email": user.email})
    code = letters.to(user.email)[-1].words["code"]
    client.post(reverse("account_confirm_password_reset_code"), {"code": code})
    new = "sept-lapins-sous-la-lampe"
    done = client.post(reverse("account_complete_password_reset"), {"password1": new, "password2": new})
    assert done.url == reverse("account_password_reset_completed")
    assert not signed_in(client)
    assert other.get(reverse("people:account")).status_code == 302
    sign_in(client, user.email, new)
    assert signed_in(client)
    assert letters.to(user.email)[1].key == "account.password_changed"
    assert not User.objects.get(pk=user.pk).check_password(PASSWORD)
