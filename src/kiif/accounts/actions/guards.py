"""Who may act on an account: its person, an administrator of the instance, the system."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.ui.errors import NotAllowed


def is_self(by: Actor, person: User) -> bool:
    """Whether a person acts on their own account, with their own eyes."""
    return by.can_write and by.user is not None and by.user.pk == person.pk


def require_self(by: Actor, person: User) -> None:
    """Raises NotAllowed for anybody but the person, the system included."""
    if not is_self(by, person):
        raise NotAllowed(_("Only the person concerned can do this."))


def require_self_or_system(by: Actor, person: User) -> None:
    """Raises NotAllowed for any other person."""
    if not by.is_system:
        require_self(by, person)


def require_administrator(by: Actor) -> None:
    """Raises NotAllowed for whoever is neither an administrator of the instance nor the system."""
    if by.is_system:
        return
    if not by.can_write or by.user is None or not by.user.is_superuser:
        raise NotAllowed(_("Only an administrator of this instance can do this."))
