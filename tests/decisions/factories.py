"""Decisions and the people round them, for tests. All invented."""

from __future__ import annotations

from typing import Any

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.alliance.enums import Role
from kiif.programmes.models import Call
from tests.alliance.factories import acting, anybody, make_membership
from tests.programmes.factories import alliance_of


def coordinator_of(call: Call) -> Actor:
    """Somebody of the coordination of the call's alliance."""
    return acting(make_membership(alliance_of(call), Role.COORDINATOR))


def carrier(application: Any) -> Actor:
    """Who carries it, acting for nobody."""
    user: User = application.response.owner
    return anybody(user)


def make_ready(application: Any, outcome: str, by: Actor, **fields: Any) -> Any:
    """A pending decision whose letter was read again: ready to be published."""
    from kiif.decisions import actions

    if outcome == "reserve":
        fields.setdefault("rank", 1)
    decision = actions.prepare(application=application, outcome=outcome, by=by, **fields)
    letter = actions.write(decision=decision, by=by)
    feedback = "" if outcome == "accepted" else "Un projet lu avec soin."
    actions.save_letter(letter=letter, subject=letter.subject, body=letter.body, feedback=feedback, by=by)
    actions.mark_ready(letter=letter, by=by)
    return decision


def publish_all(call: Call, by: Actor, expected: int) -> Any:
    from uuid import uuid4

    from kiif.decisions import actions

    return actions.publish(call=call, token=uuid4(), expected=expected, by=by)
