"""Passwords: long ones, passphrases welcome, the guessable ones refused. No rule about kinds of characters."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from kiif.accounts.models import User

_LEET = str.maketrans("@4310!$5", "aaeioiss")
#: What people put when a long password is asked for: removed first, enough must remain.
_COMMON = (
    *("motdepasse", "password", "passwort", "azertyuiop", "qwertyuiop", "azerty", "qwerty", "abcdefghijkl", "abcdef"),
    *("bonjour", "soleil", "doudou", "chouchou", "loulou", "bienvenue", "welcome", "secret", "jetaime", "iloveyou"),
    *("admin", "administrateur", "administrator", "incubateur", "association", "alliance", "kiif", "lekiif"),
    *("marseille", "toulouse", "bordeaux", "france", "paris"),
)
_DIGITS_IN_ORDER = "01234567890123456789"


def _what_remains(password: str) -> str:
    folded = unicodedata.normalize("NFKD", password.casefold())
    text = "".join(c for c in folded if not unicodedata.combining(c))
    for run in sorted(set(re.findall(r"\d{3,}", text)), key=len, reverse=True):
        if run in _DIGITS_IN_ORDER or run in _DIGITS_IN_ORDER[::-1] or re.fullmatch(r"(19|20)\d\d", run):
            text = text.replace(run, "")
    text = text.translate(_LEET)
    for word in sorted(_COMMON, key=len, reverse=True):
        text = text.replace(word, "")
    return text


class GuessablePasswordValidator:
    """Refuses what is long but guessable: few different characters, a repeated piece, common words with numbers."""

    def validate(self, password: str, user: User | None = None) -> None:
        repeated = re.fullmatch(r"(.{1,6}?)\1+", password)
        if repeated or password.isdigit() or len(set(_what_remains(password))) < 5:
            raise ValidationError(
                _("This password is too easy to guess. Four or five words that have nothing in common work well."),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return _("Four or five words that have nothing in common work well.")
