"""A person's current memberships and the delegations that run in their favour, read once a request: the middleware, the
second factor, the support's entry and the account panel all need them."""

from __future__ import annotations

from kiif.accounts.models import User
from kiif.alliance.models import Delegation, Membership

_NAME, _LENT = "_own_memberships", "_lent_memberships"


def keep_own(user: User, memberships: list[Membership]) -> None:
    """Keeps what the middleware has read, as long as this object of the person lives: the request."""
    setattr(user, _NAME, memberships)


def own_of(user: User) -> list[Membership]:
    """The current memberships, the widest role first: those of the request, or read now."""
    known: list[Membership] | None = getattr(user, _NAME, None)
    return list(Membership.objects.of(user.pk)) if known is None else known


def lent_to(user: User) -> list[Delegation]:
    """The delegations that run in favour of somebody, the first to end first. Those of the request once they were asked
    in one (`keep_own`), or read now."""
    known: list[Delegation] | None = getattr(user, _LENT, None)
    if known is None:
        known = list(Delegation.objects.running().filter(to=user).with_ties().order_by("until", "pk"))
        if hasattr(user, _NAME):
            setattr(user, _LENT, known)
    return known
