"""Who may do what in the alliance. The list, in words, is `docs/rights.md`.

Every predicate receives the actor, then the object. Rights follow the membership acted under, never the sum of all.
`view_*` rules have a twin queryset (`queries.py`), and a test proves them equal on generated populations.
"""

from __future__ import annotations

from typing import Any

import rules

from kiif.accounts.actor import Actor
from kiif.alliance.enums import GRANTS, NOT_BY_DELEGATION, OVERSEEING_ROLES, STAFF_ROLES, Kind, Role
from kiif.alliance.models import (
    AccessReview,
    Body,
    Branch,
    Coverage,
    Delegation,
    Invitation,
    Membership,
    ReviewLine,
    Sending,
)


def role_of(actor: Actor) -> str:
    """Role acted under; empty without membership."""
    return actor.acting_as.role if actor.acting_as else ""


def grants_of(actor: Actor) -> frozenset[Role]:
    """Roles that this actor may give and take away, in the bodies that they steer."""
    if actor.is_system:
        return frozenset(Role)
    granted: frozenset[Role] = GRANTS.get(role_of(actor), frozenset())
    return granted if acts_for_oneself(actor) else granted - NOT_BY_DELEGATION


def body_of(obj: Any) -> Body:
    """The body that an object of the alliance belongs to (a body belongs to itself)."""
    if isinstance(obj, Branch | Coverage):
        return obj.incubator
    if isinstance(obj, Delegation):
        return obj.membership.where
    if isinstance(obj, ReviewLine):
        return obj.review.where
    if isinstance(obj, Sending):
        return obj.invitation.where
    if isinstance(obj, Membership | Invitation | AccessReview):
        return obj.where
    return obj  # type: ignore[no-any-return]  # a body


# --- Who the actor is ---


@rules.predicate
def is_system(actor: Actor, obj: Any = None) -> bool:
    return actor.is_system


@rules.predicate
def is_person(actor: Actor, obj: Any = None) -> bool:
    return actor.user is not None


@rules.predicate
def may_write(actor: Actor, obj: Any = None) -> bool:
    """Not while a support person looks with somebody's eyes."""
    return actor.can_write


@rules.predicate
def belongs_somewhere(actor: Actor, obj: Any = None) -> bool:
    return actor.acting_as is not None


@rules.predicate
def is_staff(actor: Actor, obj: Any = None) -> bool:
    """Of the alliance's own houses: coordination, incubators, technical support."""
    return role_of(actor) in STAFF_ROLES


@rules.predicate
def acts_for_oneself(actor: Actor, obj: Any = None) -> bool:
    """With one's own rights, not those of somebody absent."""
    return actor.acting_as is None or actor.acting_as.delegation is None


# --- Actor and body ---


@rules.predicate
def same_alliance(actor: Actor, obj: Any) -> bool:
    return actor.acting_as is not None and actor.acting_as.alliance_id == body_of(obj).alliance_key


@rules.predicate
def is_inside(actor: Actor, obj: Any) -> bool:
    """Acts in this very body."""
    return actor.acting_as is not None and actor.acting_as.where_id == body_of(obj).pk


@rules.predicate
def coordinates(actor: Actor, obj: Any = None) -> bool:
    """Coordinator of the alliance that the object is in (of any alliance when no object is given)."""
    if role_of(actor) != Role.COORDINATOR:
        return False
    return obj is None or bool(same_alliance(actor, obj))


@rules.predicate
def directs(actor: Actor, obj: Any) -> bool:
    """Manager of the incubator that the object is in."""
    return role_of(actor) == Role.MANAGER and bool(is_inside(actor, obj))


@rules.predicate
def oversees(actor: Actor, obj: Any) -> bool:
    """Reads whatever happens in the whole alliance: coordination, technical support."""
    return role_of(actor) in OVERSEEING_ROLES and bool(same_alliance(actor, obj))


manages = coordinates | directs
reads_people = oversees | directs


# --- What the object is ---


@rules.predicate
def is_public_body(actor: Actor, obj: Body) -> bool:
    """An alliance, or an incubator that is still a member: what any visitor may read."""
    if obj.kind == Kind.INCUBATOR:
        return obj.is_member
    return obj.kind == Kind.ALLIANCE


@rules.predicate
def is_partner_body(actor: Actor, obj: Body) -> bool:
    return obj.kind == Kind.PARTNER


@rules.predicate
def is_open_branch(actor: Actor, obj: Branch) -> bool:
    return obj.is_open and obj.incubator.is_member


@rules.predicate
def is_public_coverage(actor: Actor, obj: Coverage) -> bool:
    return obj.incubator.is_member


@rules.predicate
def is_current(actor: Actor, obj: Membership) -> bool:
    return obj.is_current


@rules.predicate
def works_among_colleagues(actor: Actor, obj: Any = None) -> bool:
    return role_of(actor) in {Role.ADVISOR, Role.COLLEAGUE, Role.PARTNER}


@rules.predicate
def is_oneself(actor: Actor, obj: Membership) -> bool:
    return actor.user is not None and obj.user_id == actor.user.pk


@rules.predicate
def sent_it(actor: Actor, obj: Invitation | Sending) -> bool:
    invitation = obj.invitation if isinstance(obj, Sending) else obj
    return actor.user is not None and invitation.invited_by_id == actor.user.pk


@rules.predicate
def gave_it(actor: Actor, obj: Delegation) -> bool:
    return actor.user is not None and obj.membership.user_id == actor.user.pk


@rules.predicate
def received_it(actor: Actor, obj: Delegation) -> bool:
    return actor.user is not None and obj.to_id == actor.user.pk


# --- Rules: seeing (twins of queries.py) ---

view_body = is_system | is_public_body | is_inside | (is_staff & same_alliance)
rules.add_rule("alliance.view_body", view_body)
rules.add_rule("alliance.view_alliance", view_body)
rules.add_rule("alliance.view_incubator", view_body)
rules.add_rule("alliance.view_partner", view_body)
rules.add_rule("alliance.view_branch", is_system | is_open_branch | is_inside | (is_staff & same_alliance))
rules.add_rule("alliance.view_coverage", is_system | is_public_coverage | is_inside | (is_staff & same_alliance))
rules.add_rule(
    "alliance.view_membership",
    is_system | is_oneself | (is_person & (reads_people | (works_among_colleagues & is_inside & is_current))),
)
rules.add_rule("alliance.view_invitation", is_system | sent_it | (is_person & reads_people))
rules.add_rule("alliance.view_sending", is_system | sent_it | (is_person & reads_people))
rules.add_rule("alliance.view_delegation", is_system | gave_it | received_it | (is_person & reads_people))
rules.add_rule("alliance.view_accessreview", is_system | (is_person & reads_people))
rules.add_rule("alliance.view_reviewline", is_system | (is_person & reads_people))

# --- Rules: pages and gestures ---

rules.add_rule("alliance.open_staff_pages", is_system | is_staff)
rules.add_rule("alliance.view_team", is_system | reads_people | (works_among_colleagues & is_inside))
rules.add_rule("alliance.read_reviews", is_system | (is_person & reads_people))
rules.add_rule("alliance.change_alliance", is_system | (may_write & coordinates))
rules.add_rule("alliance.add_incubator", is_system | (may_write & coordinates))
rules.add_rule("alliance.add_partner", is_system | (may_write & coordinates))
rules.add_rule("alliance.change_body", is_system | (may_write & manages))
rules.add_rule("alliance.end_incubator", is_system | (may_write & coordinates))
rules.add_rule("alliance.change_branch", is_system | (may_write & manages))
rules.add_rule("alliance.change_coverage", is_system | (may_write & coordinates))
rules.add_rule("alliance.invite", is_system | (may_write & manages))
rules.add_rule("alliance.change_invitation", is_system | (may_write & manages))
rules.add_rule("alliance.change_membership", is_system | (may_write & manages))
rules.add_rule("alliance.end_membership", is_system | (may_write & (manages | is_oneself)))
rules.add_rule("alliance.delegate", is_system | (may_write & acts_for_oneself & (manages | is_oneself)))
rules.add_rule("alliance.end_delegation", is_system | (may_write & (gave_it | received_it | manages)))
rules.add_rule("alliance.open_review", is_system | (may_write & coordinates))
rules.add_rule("alliance.answer_review", is_system | (may_write & manages))
rules.add_rule("alliance.export_body", is_system | (may_write & manages))
