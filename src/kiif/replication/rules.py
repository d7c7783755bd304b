"""Who may do what with a solution, its searches and its studies. `view` has its twin in `queries.py`."""

from __future__ import annotations

from typing import Any

import rules
from django.utils import timezone
from rules import predicate

from kiif.accounts.actor import Actor
from kiif.replication.models import Entry, FeasibilityStudy, Grant, Search, Section, Solution


def solution_of(obj: Any) -> Solution:
    """The solution that an object hangs on (a solution on itself)."""
    if isinstance(obj, Solution):
        return obj
    if isinstance(obj, FeasibilityStudy):
        return obj.search.solution
    if isinstance(obj, Section | Entry):
        return obj.study.search.solution
    if isinstance(obj, Search):
        return obj.solution
    return obj.solution if hasattr(obj, "solution") else obj.search.solution  # type: ignore[no-any-return]  # a room's row


def _where(actor: Actor) -> Any:
    return getattr(actor.acting_as, "where_id", None)


def _grants(actor: Actor, obj: Any) -> list[Grant]:
    """Shares that reach this actor today."""
    if actor.user is None:
        return []
    where, today = _where(actor), timezone.localdate()
    return [
        grant
        for grant in solution_of(obj).grants.all()
        if (grant.until is None or grant.until >= today)
        and (grant.user_id == actor.user.pk or (where is not None and grant.body_id == where))
    ]


@predicate
def is_system(actor: Actor, obj: Any = None) -> bool:
    return actor.is_system


@predicate
def may_write(actor: Actor, obj: Any = None) -> bool:
    """Not while a support person looks with somebody's eyes; a visitor writes in one's own trial."""
    return actor.impersonator is None


@predicate
def owns(actor: Actor, obj: Any) -> bool:
    return actor.user is not None and solution_of(obj).owner_id == actor.user.pk


@predicate
def acts_for_its_body(actor: Actor, obj: Any) -> bool:
    where = _where(actor)
    return where is not None and solution_of(obj).owner_body_id == where


@predicate
def reads_by_grant(actor: Actor, obj: Any) -> bool:
    return bool(_grants(actor, obj))


@predicate
def writes_by_grant(actor: Actor, obj: Any) -> bool:
    return any(grant.may_write for grant in _grants(actor, obj))


can_view = is_system | owns | acts_for_its_body | reads_by_grant
can_change = is_system | (may_write & (owns | acts_for_its_body | writes_by_grant))
can_share = is_system | (may_write & (owns | acts_for_its_body))

rules.add_rule("replication.view", can_view)
rules.add_rule("replication.change", can_change)
rules.add_rule("replication.share", can_share)


def is_visitors(obj: Any, visitor_key: str) -> bool:
    """Made in this very session, before any account."""
    solution = solution_of(obj)
    return bool(visitor_key) and solution.owner_id is None and solution.visitor_key == visitor_key
