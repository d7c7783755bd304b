"""People with what their account holds: a password, a second factor, accepted terms, a visit."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.core import mail
from django.test import Client
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.accounts.middleware import VISIT_KEY
from kiif.accounts.models import ConsentText, SupportVisit, User
from tests.factories import make_user, sign_in

PASSWORD = "girafe-orange-tombe-du-toit"


def person(name: str = "", **fields: Any) -> User:
    return make_user(name, password=PASSWORD, **fields)


def support(name: str = "Camille Support", *, factor: bool = True) -> User:
    user = person(name, is_staff=True, is_superuser=True)
    if factor:
        add_totp(user)
    return user


def add_totp(user: User) -> Authenticator:
    totp = TOTP.activate(user, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(user)
    return totp.instance


def totp_code(user: User, step: int = 0) -> str:
    """The code that the person's application shows now (or `step` steps later)."""
    authenticator = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    _before, now, _after = yield_hotp_counters_from_time()
    return format_hotp_value(hotp_value(decrypt(authenticator.data["secret"]), now + step))


def recovery_codes(user: User) -> list[str]:
    return Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()


def terms(version: str = "1", *, days_ago: int = 10, kind: str = "terms", required: bool = True) -> ConsentText:
    at = timezone.now() - dt.timedelta(days=days_ago)
    common = {"kind": kind, "version": version, "required": required, "published_at": at}
    ConsentText.objects.create(language="en", title="Terms", body="English text", **common)
    return ConsentText.objects.create(language="fr", title="Conditions", body="Texte français", **common)


def visiting(helper: User, visited: User, *, minutes: int = 30) -> tuple[Client, SupportVisit]:
    """A client of a support person who sees the product as somebody else."""
    now = timezone.now()
    visit = SupportVisit.objects.create(
        support=helper, person=visited, reason="A demandé de l’aide", ends_at=now + dt.timedelta(minutes=minutes)
    )
    client = sign_in(helper)
    session = client.session
    session[VISIT_KEY] = visit.pk
    session.save()
    return client, visit


def of(user: User) -> Actor:
    return Actor(user=user)


def mails_to(address: str) -> list[Any]:
    return [message for message in mail.outbox if address in message.to]
