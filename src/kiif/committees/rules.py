"""Who may do what with committees. `view_session` has its twin in `queries.py`."""

from __future__ import annotations

from typing import Any

import rules
from rules import predicate

from kiif.accounts.actor import Actor
from kiif.alliance.rules import is_system, may_write
from kiif.committees import queries
from kiif.committees.enums import DESK_ROLES, SessionState
from kiif.committees.models import Item, Member, Session
from kiif.programmes.models import Application
from kiif.programmes.rules import runs


def session_of(obj: Any) -> Session:
    """The session that an object is in: itself, or what hangs on it."""
    return obj if isinstance(obj, Session) else obj.session


@predicate
def runs_its_call(actor: Actor, obj: Any) -> bool:
    return bool(runs(actor, session_of(obj).call))


@predicate
def sits(actor: Actor, obj: Any) -> bool:
    return bool(queries.sits(actor).filter(session=session_of(obj)).exists())


@predicate
def at_desk(actor: Actor, obj: Any) -> bool:
    rows = Member.objects.filter(session=session_of(obj), person=actor.user, removed_at__isnull=True)
    return actor.user is not None and rows.filter(role__in=DESK_ROLES).exists()


@predicate
def is_not_closed(actor: Actor, obj: Any) -> bool:
    return session_of(obj).state != SessionState.CLOSED


@predicate
def reads_it(actor: Actor, item: Item) -> bool:
    return Application.objects.visible_to(actor).filter(pk=item.application_id).exists()


rules.add_rule("committees.view_session", is_system | runs_its_call | sits)
#: prepares: rules of the vote, members, agenda, minutes
rules.add_rule("committees.change_session", is_system | (may_write & runs_its_call))
#: holds the desk while it runs
rules.add_rule("committees.run_session", is_system | (may_write & (runs_its_call | at_desk)))
#: decides of a dossier: holds the desk, and nothing bars from it
rules.add_rule("committees.decide_item", is_system | (may_write & (runs_its_call | at_desk) & reads_it))
