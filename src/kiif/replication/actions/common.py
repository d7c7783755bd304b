"""What every action of replication does first: lock, check the right, refuse what was changed meanwhile."""

from __future__ import annotations

from typing import Any, TypeVar

import rules
from django.db.models import Model
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.replication.rules import is_visitors
from kiif.ui.errors import NotAllowed, Refused

M = TypeVar("M", bound=Model)


class Conflict(Refused):
    """Somebody else wrote in between. `current` is the row as it is now: the page shows both, nothing is lost."""

    def __init__(self, current: Any) -> None:
        super().__init__(_("Somebody changed this while you were writing. Both texts are below: keep what is right."))
        self.current = current


def check(rule: str, by: Actor, obj: Any, visitor_key: str = "") -> None:
    """Raises NotAllowed unless the rule allows, or it is the trial of this very session."""
    if is_visitors(obj, visitor_key) and rule != "replication.share":
        return
    if by.impersonator is not None:
        raise NotAllowed(_("You are looking with somebody's eyes: nothing can be written."))
    if not rules.test_rule(rule, by, obj):
        raise NotAllowed(_("This search is shared with you for reading only. Ask its owner for the right to write."))


def lock(row: M) -> M:
    """The row as the database has it, locked until the end of the transaction."""
    manager = type(row)._default_manager
    return manager.select_for_update(of=("self",)).get(pk=row.pk)
