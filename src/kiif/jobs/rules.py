"""Who may look after the jobs of everybody. A higher floor adds its coordinators with `operators.append`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import rules

if TYPE_CHECKING:
    from kiif.accounts.actor import Actor
    from kiif.jobs.models import Run

#: Predicates of the actor; one true is enough. Filled by higher floors in `apps.ready()`.
operators: list[Callable[[Actor], bool]] = []


@rules.predicate
def operate(actor: Actor, run: Run | None = None) -> bool:
    """Administrators of the instance, and whom a higher floor says."""
    if actor.user is None or not actor.user.is_active:
        return False
    return actor.user.is_superuser or any(may(actor) for may in operators)


@rules.predicate
def own(actor: Actor, run: Run | None = None) -> bool:
    return run is not None and actor.user is not None and run.created_by_id == actor.user.pk


@rules.predicate
def not_through_another(actor: Actor, run: Run | None = None) -> bool:
    """Somebody who looks with another person's eyes takes nothing away."""
    return actor.impersonator is None


rules.add_rule("jobs.operate", operate & not_through_another)
rules.add_rule("jobs.view_run", own | operate)
rules.add_rule("jobs.download_run", own & not_through_another)
