from __future__ import annotations

import re
from pathlib import Path

import allauth
import pytest
from django.conf import settings
from django.core import mail as outbox
from django.template.loader import get_template

from kiif.accounts import adapters, mail

KEYS = [kind.key for kind in mail.KINDS]
#: Mails of allauth that our settings never send: links instead of codes, several addresses, phone, social accounts.
UNREACHABLE = {"account/email/password_reset_key", "account/email/email_deleted", "account/email/email_confirm"}


def source(key: str, language: str) -> str:
    return get_template(f"mail/{key}.{language}.txt").template.source


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_texts_have_a_subject_and_use_their_placeholders_only(key: str, language: str) -> None:
    kind = next(kind for kind in mail.KINDS if kind.key == key)
    text = source(key, language)
    assert re.match(r"Subject: \S.+\n", text)
    assert set(re.findall(r"{([^}]*)}", text)) == set(kind.placeholders)
    assert len(text.splitlines()) > 2


@pytest.mark.parametrize("key", KEYS)
def test_french_texts_are_well_set(key: str) -> None:
    text = source(key, "fr").removeprefix("Subject:")
    assert "'" not in text
    assert not re.search(r"[^\u202f][;!?]", text)
    assert not re.search(r"[^\u00a0]:(?!//)", text)


def test_no_text_without_its_kind() -> None:
    folder = Path(mail.__file__).parent / "templates" / "mail"
    assert {path.name.rsplit(".", 2)[0] for path in folder.glob("*.txt")} == set(KEYS)


def test_every_mail_that_allauth_can_send_is_ours() -> None:
    templates = Path(allauth.__file__).parent / "templates"
    found = {
        str(path.relative_to(templates)).removesuffix("_subject.txt")
        for room in ("account", "mfa")
        for path in (templates / room / "email").glob("*_subject.txt")
    }
    assert found - UNREACHABLE == set(adapters._KINDS)
    assert set(adapters._KINDS.values()) <= set(KEYS)


def test_a_forgotten_placeholder_or_kind_is_an_error() -> None:
    with pytest.raises(ValueError, match="minutes"):
        mail.send("account.login_code", "a@exemple.test", {"code": "X"}, language="fr")
    with pytest.raises(LookupError):
        mail.send("account.unknown", "a@exemple.test", {}, language="fr")


def test_without_an_outbox_nothing_is_sent_by_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "_sender", [])
    with pytest.raises(RuntimeError, match="no sender"):
        mail.send("account.login_code", "a@exemple.test", {"code": "X", "minutes": 10}, language="fr")
    assert outbox.outbox == []


@pytest.mark.parametrize(("address", "masked"), [("yael@exemple.org", "y…@exemple.org"), ("", "…@")])
def test_an_address_is_masked(address: str, masked: str) -> None:
    assert adapters.mask(address) == masked
