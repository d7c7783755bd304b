"""A job keeps who asked for it as identifiers and gets the actor back when it runs, with the rights of then."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.ui.errors import NotAllowed

if TYPE_CHECKING:
    from kiif.accounts.models import User
    from kiif.jobs.models import Run

Restorer = Callable[["User", str], Actor]


def _person_alone(user: User, acting_as: str) -> Actor:
    return Actor(user=user)


_restorer: list[Restorer] = [_person_alone]


def set_restorer(restorer: Restorer) -> None:
    """Called by the floor that knows memberships: `restorer(user, acting_as)` gives the actor of now.

    `acting_as` is the `acting_key` (else the primary key, as text) of what the actor acted as when the job was asked
    for, "" for nothing.
    The restorer raises `NotAllowed` if that membership has ended.
    """
    _restorer[0] = restorer


def remember(actor: Actor) -> dict[str, Any]:
    """The columns of a job that say who asked for it."""
    standing = actor.acting_as
    acting_as = "" if standing is None else str(getattr(standing, "acting_key", getattr(standing, "pk", standing)))
    return {"created_by": actor.user, "acting_as": acting_as, "system": actor.system}


def restore(run: Run) -> Actor:
    """The actor of a job, with the rights of now. Raises NotAllowed if the account was closed meanwhile."""
    user = run.created_by
    if user is None:
        return Actor(system=run.system or run.name)
    if not user.is_active:
        raise NotAllowed(_("The account that asked for this work has been closed."))
    return _restorer[0](user, run.acting_as)
