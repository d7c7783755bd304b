"""The mails of accounts, a lower floor: it wrote the texts, we give it the letterbox."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from kiif.accounts import actor as actors
from kiif.accounts import mail as account_mail
from kiif.mailbox import registry
from kiif.mailbox.registry import Category, MailKind
from kiif.ui.errors import Refused

if TYPE_CHECKING:
    from kiif.accounts.models import User

logger = logging.getLogger(__name__)


def send(key: str, address: str, context: Mapping[str, str], language: str, user: User | None) -> None:
    """Queues a mail of accounts. Beyond the limits it is dropped without a word: the page must not tell who exists."""
    from kiif.mailbox.actions import queue_mail

    by = actors.Actor(user=user) if user is not None else actors.system("accounts")
    try:
        queue_mail(kind=key, to=user, address=address, context=context, language=language, by=by)
    except Refused:
        logger.warning("A mail %s was not queued: the limits of its recipient are reached", key)


def connect() -> None:
    """Registers the kinds of accounts and gives the letterbox."""
    registry.register_category(Category("account", _("Your account"), order=10))
    for kind in account_mail.KINDS:
        registry.register(
            MailKind(
                kind.key,
                kind.label,
                "account",
                kind.placeholders,
                secret="code" in kind.placeholders,
                daily_limit=30,
                scoped=False,
            )
        )
    account_mail.set_sender(send)
