"""Who may do what with territories. Official ones are public; living areas drawn by people follow their visibility."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rules
from rules import predicate

from kiif.alliance.enums import Role
from kiif.territories.enums import Visibility

if TYPE_CHECKING:
    from kiif.accounts.actor import Actor


def body_of(actor: Actor) -> int | None:
    """Key of the body that the actor acts for, None for a carrier or a visitor."""
    where: int | None = getattr(actor.acting_as, "where_id", None)
    return where


def oversees(actor: Actor) -> bool:
    """Coordinators of an alliance look after the official data and after what is public."""
    return actor.is_system or getattr(actor.acting_as, "role", "") == Role.COORDINATOR


@predicate
def is_signed_in(actor: Actor) -> bool:
    return actor.is_system or actor.is_authenticated


@predicate
def can_write(actor: Actor) -> bool:
    return actor.can_write


@predicate
def acts_for_a_body(actor: Actor) -> bool:
    return actor.is_system or body_of(actor) is not None


@predicate
def is_coordinator(actor: Actor) -> bool:
    return oversees(actor)


@predicate
def is_shared_with(actor: Actor, drawn: Any) -> bool:
    """One must either read what is public, or be signed in and read what is for members (withdrawn: coordinators)."""
    if drawn is None or (drawn.withdrawn_at is not None and not oversees(actor)):
        return False
    return bool(
        drawn.visibility == Visibility.PUBLIC or (drawn.visibility == Visibility.MEMBERS and actor.is_authenticated)
    )


@predicate
def is_mine(actor: Actor, drawn: Any) -> bool:
    """One must act for the organisation that it was drawn for; what was drawn for none is its author's.

    Whoever leaves an organisation, or stood in for somebody there, leaves its areas behind.
    """
    if drawn is None or actor.user is None:
        return actor.is_system
    if drawn.drawn_for_id is None:
        return bool(drawn.drawn_by_id == actor.user.pk)
    return bool(drawn.drawn_for_id == body_of(actor))


@predicate
def is_draft_author(actor: Actor, draft: Any) -> bool:
    return draft is not None and actor.user is not None and draft.author_id == actor.user.pk


can_view = is_shared_with | is_mine
can_draw = is_signed_in & can_write
can_change = is_mine & can_write
can_publish = is_mine & acts_for_a_body & can_write
can_withdraw = (is_mine | is_coordinator) & can_write
may_import = is_coordinator & can_write

rules.add_rule("territories.view_drawn", can_view)
rules.add_rule("territories.draw_drawn", can_draw)
rules.add_rule("territories.change_drawn", can_change)
rules.add_rule("territories.publish_drawn", can_publish)
rules.add_rule("territories.withdraw_drawn", can_withdraw)
rules.add_rule("territories.change_draft", is_draft_author & can_write)
rules.add_rule("territories.import_data", may_import)
