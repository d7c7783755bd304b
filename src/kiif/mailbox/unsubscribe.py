"""The link that ends the mails of a category, signed, without signing in (RFC 8058)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.urls import reverse

from kiif.mailbox import registry

if TYPE_CHECKING:
    from kiif.mailbox.models import Mail

_SALT = "kiif.mailbox.unsubscribe"


@dataclass(frozen=True)
class Subscription:
    """Whose, and which category. Exactly one of `user_id` and `address` is set."""

    category: str
    user_id: int | None = None
    address: str = ""


def token(subscription: Subscription) -> str:
    data = [subscription.category, subscription.user_id, subscription.address]
    return signing.dumps(data, salt=_SALT, compress=True)


def read(text: str) -> Subscription | None:
    """The subscription of a token, None if we did not sign it. It does not expire: old mails must work."""
    try:
        category, user_id, address = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Subscription(category, user_id, address)


def subscription_of(mail: Mail) -> Subscription | None:
    """What the recipient of an optional mail may end; None for a mail that cannot be refused."""
    if not mail.is_optional:
        return None
    category = registry.kind(mail.kind).category_key
    if mail.to_id is not None:
        return Subscription(category, user_id=mail.to_id)
    return Subscription(category, address=mail.address) if mail.address else None


def link(subscription: Subscription) -> str:
    return settings.BASE_URL + reverse("mailbox:unsubscribe", args=[token(subscription)])
