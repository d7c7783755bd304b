"""Who may do what with organisations, their people and their duplicates. In words: `docs/rights.md`.

`view_organisation` and `view_facts` have their twins in `queries.py` (`visible_to`, `known_to`).
"""

from __future__ import annotations

from typing import Any

import rules
from rules import predicate

from kiif.accounts.actor import Actor
from kiif.alliance.enums import STAFF_ROLES, Role
from kiif.organisations.enums import TieRole
from kiif.organisations.models import Organisation, Tie
from kiif.organisations.queries import alliance_of, role_of

#: Technical support reads, and writes nothing.
WRITING_STAFF = STAFF_ROLES - {Role.SUPPORT}


def organisation_of(obj: Any) -> Organisation:
    """The organisation that an object hangs on (an organisation on itself)."""
    return obj if isinstance(obj, Organisation) else obj.organisation


def _ties(actor: Actor, obj: Any) -> list[Tie]:
    """Ties of this person that open rights on the organisation today."""
    if actor.user is None:
        return []
    return list(Tie.objects.opening().filter(organisation=organisation_of(obj), user=actor.user))


@predicate
def is_system(actor: Actor, obj: Any = None) -> bool:
    return actor.is_system


@predicate
def may_write(actor: Actor, obj: Any = None) -> bool:
    """Not while a support person looks with somebody's eyes."""
    return actor.can_write


@predicate
def is_staff(actor: Actor, obj: Any = None) -> bool:
    return role_of(actor) in STAFF_ROLES


@predicate
def is_writing_staff(actor: Actor, obj: Any = None) -> bool:
    return role_of(actor) in WRITING_STAFF


@predicate
def same_alliance(actor: Actor, obj: Any) -> bool:
    return bool(alliance_of(actor) == organisation_of(obj).alliance_id)


@predicate
def coordinates(actor: Actor, obj: Any = None) -> bool:
    return role_of(actor) == Role.COORDINATOR


@predicate
def is_partner(actor: Actor, obj: Any = None) -> bool:
    return role_of(actor) == Role.PARTNER


@predicate
def belongs_to_it(actor: Actor, obj: Any) -> bool:
    return bool(_ties(actor, obj))


@predicate
def writes_for_it(actor: Actor, obj: Any) -> bool:
    """Leads it, works or sits on its board: a volunteer reads."""
    return any(tie.may_write for tie in _ties(actor, obj))


@predicate
def leads_it(actor: Actor, obj: Any) -> bool:
    return any(tie.role == TieRole.LEADER for tie in _ties(actor, obj))


@predicate
def follows_it(actor: Actor, obj: Any) -> bool:
    """Works in one of the incubators that follow it; anybody of the teams when none does."""
    followers = [incubator.pk for incubator in organisation_of(obj).stewards.all()]
    return not followers or getattr(actor.acting_as, "where_id", None) in followers


@predicate
def is_active(actor: Actor, obj: Any) -> bool:
    return organisation_of(obj).is_active


@predicate
def is_alive(actor: Actor, obj: Any) -> bool:
    return not organisation_of(obj).is_merged


@predicate
def is_signed_in(actor: Actor, obj: Any = None) -> bool:
    return actor.user is not None


@predicate
def is_not_support(actor: Actor, obj: Any = None) -> bool:
    return role_of(actor) != Role.SUPPORT


@predicate
def is_oneself(actor: Actor, tie: Tie) -> bool:
    return actor.user is not None and tie.user_id == actor.user.pk


@predicate
def works_in_incubator(actor: Actor, obj: Any = None) -> bool:
    return is_writing_staff(actor) and getattr(actor.acting_as, "incubator", None) is not None


of_team = is_staff & same_alliance
team_writes = may_write & is_writing_staff & same_alliance
team_changes = team_writes & (coordinates | follows_it)

view = is_system | of_team | belongs_to_it
can_change = is_alive & (is_system | team_changes | (may_write & writes_for_it))
people = is_alive & (is_system | team_writes | (may_write & leads_it))

rules.add_rule("organisations.view_organisation", view)
rules.add_rule("organisations.view_facts", view | (is_partner & same_alliance & is_active))
rules.add_rule("organisations.view_directory", is_system | is_staff | is_partner)
rules.add_rule("organisations.view_duplicates", is_system | is_staff)
rules.add_rule("organisations.register", is_system | (may_write & is_signed_in & is_not_support))
rules.add_rule("organisations.import", is_system | (may_write & is_writing_staff))
rules.add_rule("organisations.change_organisation", can_change)
rules.add_rule("organisations.close_organisation", can_change)
rules.add_rule("organisations.follow", is_alive & (is_system | (team_writes & works_in_incubator)))
rules.add_rule("organisations.choose_followers", is_alive & (is_system | (team_writes & coordinates)))
rules.add_rule("organisations.manage_people", people)
rules.add_rule("organisations.assert_person", is_alive & (is_system | team_writes))
rules.add_rule("organisations.claim", is_alive & (may_write & is_signed_in & is_not_support))
rules.add_rule("organisations.accept_tie", is_system | (may_write & is_oneself))
rules.add_rule("organisations.end_tie", is_system | (may_write & is_oneself) | people)
rules.add_rule("organisations.merge", is_alive & (is_system | team_changes))
rules.add_rule("organisations.undo_merge", is_system | team_changes)
