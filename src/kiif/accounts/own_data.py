"""What this app holds about a person: the row, addresses, authenticators, sessions, devices, consents, visits."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.accounts import privacy
from kiif.accounts.actions.erasure import erase_own
from kiif.accounts.models import User
from kiif.accounts.queries import visits_to

_ROW = ("email", "full_name", "phone", "language", "date_joined", "last_login", "is_active", "is_staff")


def export(user: User) -> dict[str, Any]:
    """The account as JSON. Secrets (password, keys, tokens) are said to exist, never given."""
    return {
        "account": {name: getattr(user, name) for name in _ROW},
        "addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
        "second_factors": list(
            Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at").order_by("pk")
        ),
        "sessions": list(
            UserSession.objects.filter(user=user)
            .values("ip", "user_agent", "created_at", "last_seen_at")
            .order_by("pk")
        ),
        "known_devices": list(user.devices.values("label", "first_seen_at", "last_seen_at")),
        "consents": [
            {"text": str(c.text), "language": c.text.language, "given_at": c.given_at, "withdrawn_at": c.withdrawn_at}
            for c in user.consents.select_related("text")
        ],
        "erasure_requests": list(user.erasure_requests.values("asked_at", "due_at", "cancelled_at", "done_at")),
        "support_visits": [
            {"from": v.started_at, "until": v.ended_at or v.ends_at, "reason": v.reason} for v in visits_to(user)
        ],
        "support_visits_made": list(user.visits_made.values("started_at", "ended_at", "reason")),
    }


def seen_by(user: User) -> list[str]:
    """Who sees the account itself."""
    sentences = [
        _("Your password is stored in a form that nobody can read; your second factors are encrypted."),
        _("The administrators of this instance can see your name, your address and your phone number."),
    ]
    if visits_to(user).exists():
        sentences.append(_("Support saw the product as you: the visits are listed below, with their reason."))
    return sentences


def register() -> None:
    """Called in `apps.ready()`."""
    privacy.register(
        privacy.Holder("accounts", gettext_lazy("Your account"), export=export, erase=erase_own, seen_by=seen_by)
    )
    privacy.register_obstacle(last_administrator)


def last_administrator(user: User) -> str | None:
    """An instance keeps one administrator at least."""
    if not user.is_superuser:
        return None
    if User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk).exists():
        return None
    return _("You are the only administrator of this instance: name another one first.")
