"""Who may do what with accounts. Support people are superusers, and whoever a higher floor adds."""

from __future__ import annotations

from collections.abc import Callable

import rules

from kiif.accounts.actor import Actor
from kiif.accounts.models import User

_support: list[Callable[[User], bool]] = [lambda user: user.is_superuser]


def register_support(predicate: Callable[[User], bool]) -> None:
    """Adds people who may see the product as somebody else."""
    if predicate not in _support:
        _support.append(predicate)


@rules.predicate
def is_support(actor: Actor) -> bool:
    user = actor.user
    return bool(user and user.is_active and actor.can_write and any(predicate(user) for predicate in _support))


@rules.predicate
def is_somebody_else(actor: Actor, person: User) -> bool:
    return bool(actor.user and actor.user.pk != person.pk)


@rules.predicate
def is_an_ordinary_account(actor: Actor, person: User) -> bool:
    return person.is_active and not person.is_superuser and not person.is_staff and person.anonymised_at is None


rules.add_rule("accounts.support", is_support)
rules.add_rule("accounts.see_as_user", is_support & is_somebody_else & is_an_ordinary_account)
