"""Who may read and look after mails: people their own, the coordination the outbox, managers their own texts."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.mailbox import actions, registry, unsubscribe
from kiif.mailbox.enums import State
from kiif.mailbox.models import Mail
from kiif.mailbox.unsubscribe import Subscription
from tests.factories import World
from tests.permissions.matrix import LOGIN, SIGNED_IN, row


def _mail(world: World, **fields: Any) -> Mail:
    """A mail about a role, to the advisor."""
    context = {"body": "Incubateur inventé", "what": "direction", "link": "http://127.0.0.1:8000/x"}
    mail = actions.queue_mail(
        kind="alliance.role_changed",
        to=world.people["advisor"],
        context=context,
        about=world.memberships["advisor"],
        by=Actor(user=world.people["manager"]),
    )
    Mail.objects.filter(pk=mail.pk).update(**fields)
    return mail


def waiting(world: World) -> dict[str, Any]:
    return {"pk": _mail(world).pk}


def failed(world: World) -> dict[str, Any]:
    return {"pk": _mail(world, state=State.FAILED).pk}


def cut(world: World) -> dict[str, Any]:
    return {"pk": _mail(world, state=State.SENDING, sending_at=timezone.now() - timedelta(hours=1)).pk}


def draft(world: World) -> dict[str, Any]:
    return {"pk": _mail(world, state=State.DRAFT).pk}


TEXT = {"kind": "alliance.role_changed", "language": "fr"}
_READERS = {"visitor": LOGIN, "advisor": 200, "manager": 200, "coordinator": 200}
_OPERATOR = {"visitor": LOGIN, "advisor": 403, "manager": 403, "coordinator": 302, "impersonating": 403}
_EDITORS = {"visitor": LOGIN, "manager": 200, "coordinator": 200}
_GOOD = {"subject": "Votre rôle chez {body}", "body": "Désormais : {what}\n\n[Mes rôles]({link})"}

ROWS = {
    "mailbox:outbox": row(default=403, visitor=LOGIN, coordinator=200),
    "mailbox:received": SIGNED_IN,
    "mailbox:preferences": SIGNED_IN,
    "mailbox:preferences#save": row(
        default=302,
        visitor=LOGIN,
        impersonating=403,
        method="post",
        data=lambda world: {category.key: "weekly" for category in registry.optional_categories()},
    ),
    "mailbox:unsubscribe": row(
        default=200, kwargs=lambda world: {"token": unsubscribe.token(Subscription("alliance", address="a@b.test"))}
    ),
    "mailbox:unsubscribe#forged": row(default=404, kwargs=lambda world: {"token": "forged"}),
    "mailbox:mail": row(default=404, **_READERS, impersonating=200, kwargs=waiting),
    "mailbox:mail-html": row(default=404, **_READERS, impersonating=403, kwargs=waiting),
    "mailbox:mail-retry": row(default=404, **_OPERATOR, method="post", kwargs=failed),
    "mailbox:mail-looked-at": row(default=404, **_OPERATOR, method="post", kwargs=failed),
    "mailbox:mail-mark-sent": row(default=404, **_OPERATOR, method="post", kwargs=cut),
    "mailbox:mail-release": row(default=404, **{**_OPERATOR, "manager": 302}, method="post", kwargs=draft),
    "mailbox:mail-discard": row(default=404, **{**_OPERATOR, "manager": 302}, method="post", kwargs=draft),
    "mailbox:texts": row(default=403, **_EDITORS, impersonating=200),
    "mailbox:text": row(default=403, **_EDITORS, impersonating=200, kwargs=lambda world: TEXT),
    "mailbox:text#save": row(
        default=403,
        visitor=LOGIN,
        coordinator=302,
        method="post",
        kwargs=lambda world: TEXT,
        data=lambda world: _GOOD,
    ),
    "mailbox:text#save-own": row(
        default=404,
        visitor=LOGIN,
        manager=302,
        impersonating=403,
        method="post",
        kwargs=lambda world: TEXT,
        data=lambda world: _GOOD,
        query=lambda world: {"pour": f"alliance.incubator:{world.incubator.pk}"},
    ),
    "mailbox:text-preview": row(default=403, **_EDITORS, impersonating=200, kwargs=lambda world: TEXT),
    "mailbox:text-give-up": row(default=403, visitor=LOGIN, coordinator=302, method="post", kwargs=lambda world: TEXT),
    "mailbox:development": row(default=404),
    "mailbox:development-mail": row(default=404, kwargs=waiting),
    "mailbox:development-html": row(default=404, kwargs=waiting),
}
