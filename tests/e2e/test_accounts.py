"""Signing in, a virtual authenticator application, a virtual passkey: in a real browser, under the real policy."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from kiif.accounts.models import User
from tests.accounts.factories import PASSWORD, person


@pytest.fixture
def address(live_server: LiveServer) -> str:
    """By its name: a browser makes no passkey for a number."""
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def user() -> User:
    return person("Yaël Orsenne", email="yael@exemple.test")


def _sign_in(page: Page, address: str, user: User) -> None:
    page.goto(f"{address}/compte/connexion/")
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main .btn.go")
    page.wait_for_url(f"{address}/")


def _prove(page: Page) -> None:
    page.fill("[name=password]", PASSWORD)
    page.click("main .btn.go")


def _totp(secret: str, step: int = 0) -> str:
    now = list(yield_hotp_counters_from_time())[1]
    return format_hotp_value(hotp_value(secret, now + step))


def test_an_application_is_added_and_asked_for(page: Page, address: str, user: User) -> None:
    _sign_in(page, address, user)
    page.goto(f"{address}/compte/second-facteur/application/")
    _prove(page)
    secret = (page.text_content("#totp-key") or "").replace(" ", "")
    page.fill("[name=code]", _totp(secret))
    page.click("main .btn.go")
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    page.context.clear_cookies()
    page.goto(f"{address}/compte/connexion/")
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main .btn.go")
    expect(page).to_have_url(re.compile("second-facteur"))
    page.fill("[name=code]", _totp(secret, 1))
    page.click("main .btn.go")
    expect(page).to_have_url(f"{address}/")


def test_a_passkey_is_added_and_opens_the_account_alone(page: Page, address: str, user: User) -> None:
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    _sign_in(page, address, user)
    page.goto(f"{address}/compte/second-facteur/cles/nouvelle/")
    _prove(page)
    page.fill("[name=name]", "Mon téléphone")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    page.goto(f"{address}/compte/second-facteur/cles/")
    expect(page.locator("main")).to_contain_text("Mon téléphone")
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).count() == 1
    page.context.clear_cookies()
    page.goto(f"{address}/compte/connexion/?next=/compte/profil/")
    page.click("#passkey_login")
    expect(page).to_have_url(f"{address}/compte/profil/")
    page.goto(f"{address}/compte/")
    expect(page.locator("main")).to_contain_text("Yaël Orsenne")


def test_a_passkey_is_the_second_factor_after_a_password(page: Page, address: str, user: User) -> None:
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    _sign_in(page, address, user)
    page.goto(f"{address}/compte/second-facteur/cles/nouvelle/")
    _prove(page)
    page.click("#mfa_webauthn_add")
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    page.context.clear_cookies()
    page.goto(f"{address}/compte/connexion/")
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main .btn.go")
    page.click("#mfa_webauthn_authenticate")
    expect(page).to_have_url(f"{address}/")


def test_a_passkey_that_fails_says_why_in_the_page(page: Page, address: str, user: User) -> None:
    page.goto(f"{address.replace('localhost', '127.0.0.1')}/compte/connexion/")
    trouble = page.locator("#passkey-trouble")
    expect(trouble).to_be_hidden()
    page.click("#passkey_login")
    expect(trouble).to_contain_text("localhost")


def test_after_signing_out_the_back_button_shows_nothing(page: Page, address: str, user: User) -> None:
    _sign_in(page, address, user)
    page.goto(f"{address}/compte/profil/")
    assert page.input_value("[name=full_name]") == "Yaël Orsenne"
    page.goto(f"{address}/compte/deconnexion/")
    page.click("main .btn.go")
    page.wait_for_url(f"{address}/")
    page.go_back()
    page.go_back()
    expect(page).to_have_url(re.compile("/compte/connexion/"))
    expect(page.locator("body")).not_to_contain_text("Yaël Orsenne")


def test_everything_works_without_javascript(browser: object, address: str, user: User) -> None:
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")  # type: ignore[attr-defined] # a Browser
    page = context.new_page()
    _sign_in(page, address, user)
    page.goto(f"{address}/compte/profil/")
    page.fill("[name=phone]", "06 12 34 56 78")
    page.click("main .btn.go")
    expect(page.locator("main")).to_contain_text("06 12 34 56 78")
    context.close()
