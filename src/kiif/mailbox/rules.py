"""Who looks after the outbox, who changes texts. A higher floor adds its people to `operators` and `editors`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import rules

if TYPE_CHECKING:
    from kiif.accounts.actor import Actor
    from kiif.mailbox.models import Mail

#: Predicates of the actor (one true is enough) for the outbox of everybody; filled in `apps.ready()`.
operators: list[Callable[[Actor], bool]] = []
#: Predicates of the actor for the texts of everybody; texts of one organisation: `registry.register_scopes`.
editors: list[Callable[[Actor], bool]] = []


def _any(actor: Actor, predicates: list[Callable[[Actor], bool]]) -> bool:
    if actor.user is None or not actor.user.is_active:
        return False
    return actor.user.is_superuser or any(may(actor) for may in predicates)


@rules.predicate
def operate(actor: Actor, mail: Mail | None = None) -> bool:
    return _any(actor, operators)


@rules.predicate
def edit_common_texts(actor: Actor) -> bool:
    return _any(actor, editors)


@rules.predicate
def received(actor: Actor, mail: Mail | None) -> bool:
    return mail is not None and actor.user is not None and mail.to_id == actor.user.pk


@rules.predicate
def asked_for(actor: Actor, mail: Mail | None) -> bool:
    return mail is not None and actor.user is not None and mail.created_by_id == actor.user.pk


@rules.predicate
def not_secret(actor: Actor, mail: Mail | None) -> bool:
    """A mail with a code or a personal link is read in the mailbox of its recipient, nowhere else."""
    return mail is not None and not mail.is_secret


@rules.predicate
def may_open_its_object(actor: Actor, mail: Mail | None) -> bool:
    """Whoever looks after the outbox sees that a mail exists; its text only if they may open what it is about."""
    from kiif.mailbox.recipients import may_open

    return mail is not None and actor.user is not None and (mail.about_type_id is None or may_open(actor.user, mail))


@rules.predicate
def own_eyes(actor: Actor, mail: Mail | None = None) -> bool:
    """Nobody reads the mails of a person while looking with that person's eyes."""
    return actor.impersonator is None


@rules.predicate
def not_hidden(actor: Actor, mail: Mail | None) -> bool:
    """Nothing keeps this person from what the mail tells of (twin of `Mail.objects.visible_to`)."""
    from kiif.mailbox.models import Mail
    from kiif.mailbox.registry import hidden_from

    hidden = hidden_from(actor)
    return mail is not None and (hidden is None or not Mail.objects.filter(hidden, pk=mail.pk).exists())


rules.add_rule("mailbox.operate", operate & own_eyes)
rules.add_rule("mailbox.view_mail", received | ((asked_for | operate) & not_hidden))
rules.add_rule(
    "mailbox.read_mail",
    own_eyes & not_secret & (received | ((asked_for | operate) & not_hidden & may_open_its_object)),
)
rules.add_rule("mailbox.edit_common_texts", edit_common_texts & own_eyes)
