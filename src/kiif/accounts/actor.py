"""Who acts. Every action takes an `Actor`, every list starts at `visible_to(actor)`.

A person may belong to several organisations. What they may see and do follows the one they are *acting as*,
never the sum of all: switching is visible, and the journal keeps it. A support person who looks at the product
"as" somebody is the `impersonator`; rights then only shrink (see `can_write`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser

if TYPE_CHECKING:
    from django.http import HttpRequest

    from kiif.accounts.models import User


@dataclass(frozen=True)
class Actor:
    """A person, the membership they act under (opaque here: set by a higher floor), who stands behind.

    `user` is None for visitors and for the system; `system` names the command or job that acts.
    """

    user: User | None = None
    acting_as: Any = None
    impersonator: User | None = None
    system: str = ""

    @property
    def is_authenticated(self) -> bool:
        return self.user is not None

    @property
    def is_system(self) -> bool:
        return bool(self.system)

    @property
    def can_write(self) -> bool:
        """False while somebody looks with another person's eyes."""
        return self.impersonator is None and (self.is_authenticated or self.is_system)

    def __str__(self) -> str:
        return str(self.user) if self.user else self.system or "–"


VISITOR = Actor()


def system(name: str) -> Actor:
    """The actor of a command, a job or the demo; `name` is shown in the journal."""
    return Actor(system=name)


def of(request: HttpRequest) -> Actor:
    """The actor of a request, set by the middlewares of accounts and alliance."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is not None:
        return actor
    user = getattr(request, "user", None)
    if user is None or isinstance(user, AnonymousUser):
        return VISITOR
    return Actor(user=user)
