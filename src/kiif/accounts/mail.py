"""Mails about accounts. The outbox lives on a higher floor and gives us its letterbox when it starts (`mailbox.apps`).

    mail.set_sender(sender)          # sender(key, address, context, language, user)
    for kind in mail.KINDS: …        # key, label, placeholders with an example, to register there

Texts: `templates/mail/<key>.<language>.txt`, first line `Subject: …`, placeholders in braces, no logic. `address` is
authoritative: when somebody changes their address, the old one is warned although the person has a new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from kiif.accounts.models import User


@dataclass(frozen=True)
class Kind:
    """A kind of mail. `placeholders` maps each name of its text to an example. None of them can be unsubscribed."""

    key: str
    label: Any
    placeholders: Mapping[str, str] = field(default_factory=dict)


_SITE = "https://kiif.example"
_WHERE = {"name": "Yaël Orsenne", "date": "6 mai 2027, 10:42", "device": "Firefox, Linux"}
KINDS: tuple[Kind, ...] = (
    Kind("account.login_code", _("Sign-in code"), {"code": "BCDF-GHJK", "minutes": "10"}),
    Kind("account.identity_code", _("Code to prove who one is"), {"code": "BCDF-GHJK", "minutes": "10"}),
    Kind("account.email_confirmation", _("Confirmation of an address"), {"code": "BCDF-GHJK", "minutes": "15"}),
    Kind("account.password_reset", _("Code to choose a new password"), {"code": "BCDF-GHJK", "minutes": "15"}),
    Kind("account.password_changed", _("Password changed"), {**_WHERE, "reset_url": f"{_SITE}/compte/…"}),
    Kind(
        "account.email_changed",
        _("Sign-in address changed"),
        {**_WHERE, "new_address": "y…@exemple.org", "contact": "contact@exemple.org"},
    ),
    Kind(
        "account.unknown_account",
        _("No account for this address"),
        {"address": "yael@exemple.org", "signup_url": f"{_SITE}/compte/inscription/"},
    ),
    Kind(
        "account.account_already_exists",
        _("An account exists for this address"),
        {"address": "yael@exemple.org", "login_url": f"{_SITE}/compte/connexion/", "reset_url": f"{_SITE}/compte/…"},
    ),
    Kind("account.second_factor_added", _("Second factor added"), {**_WHERE, "security_url": f"{_SITE}/compte/…"}),
    Kind("account.second_factor_removed", _("Second factor removed"), {**_WHERE, "security_url": f"{_SITE}/compte/…"}),
    Kind("account.recovery_codes", _("New recovery codes"), {**_WHERE, "security_url": f"{_SITE}/compte/…"}),
    Kind("account.new_sign_in", _("Sign-in from a new device"), {**_WHERE, "sessions_url": f"{_SITE}/compte/…"}),
    Kind(
        "account.erasure_requested",
        _("Erasure asked"),
        {"name": "Yaël Orsenne", "date": "5 juin 2027", "privacy_url": f"{_SITE}/compte/mes-donnees/"},
    ),
    Kind("account.erasure_cancelled", _("Erasure cancelled"), {"name": "Yaël Orsenne"}),
    Kind(
        "account.inactivity",
        _("Account unused for a long time"),
        {"name": "Yaël Orsenne", "date": "5 juin 2027", "login_url": f"{_SITE}/compte/connexion/"},
    ),
)


class Sender(Protocol):
    def __call__(
        self, key: str, address: str, context: Mapping[str, str], language: str, user: User | None
    ) -> object: ...


_sender: list[Sender] = []


def set_sender(sender: Sender) -> None:
    """Gives the function that queues a mail; the last one given counts."""
    _sender[:] = [sender]


def send(key: str, address: str, context: Mapping[str, object], *, language: str, user: User | None = None) -> None:
    """Queues a mail of a kind of `KINDS`.

    Raises LookupError for another kind, ValueError if a placeholder lacks, RuntimeError where no outbox was given.
    """
    kind = next((kind for kind in KINDS if kind.key == key), None)
    if kind is None:
        raise LookupError(key)
    if lacking := set(kind.placeholders) - set(context):
        raise ValueError(f"{key} lacks {sorted(lacking)}")
    if not _sender:
        raise RuntimeError("kiif.accounts.mail has no sender: the mailbox app gives it in ready()")
    words = {name: str(context[name]) for name in kind.placeholders}
    _sender[0](key, address, words, language, user)
