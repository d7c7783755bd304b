"""Who may do what with placements and cohorts. `view` rules have their twin in `queries.py`."""

from __future__ import annotations

from typing import Any

import rules
from django.db.models import QuerySet
from rules import predicate

from kiif.accounts.actor import Actor
from kiif.alliance.enums import Role
from kiif.alliance.rules import is_system, may_write
from kiif.cohorts.models import Cohort, CohortEvent, Member, Placement
from kiif.cohorts.queries import at_my_house
from kiif.programmes.models import Application, Call, Host
from kiif.programmes.queries import HOSTING_ROLES, role_of, where_of
from kiif.programmes.rules import runs
from kiif.questionnaires.enums import ParticipantRole

#: Roles of an incubator that speak for it.
SPEAKING_ROLES = frozenset({Role.MANAGER, Role.ADVISOR})
_WRITERS = (ParticipantRole.EDIT, ParticipantRole.SUBMIT)


def call_of(obj: Any) -> Call:
    """The call that an object of this room hangs on."""
    if isinstance(obj, Call):
        return obj
    if isinstance(obj, Cohort | Application | Host):
        return obj.call
    if isinstance(obj, Placement):
        return obj.application.call
    cohort: Cohort = obj.cohort
    return cohort.call


@predicate
def runs_its_call(actor: Actor, obj: Any) -> bool:
    return bool(runs(actor, call_of(obj)))


@predicate
def sees_placement(actor: Actor, placement: Placement) -> bool:
    return Placement.objects.visible_to(actor).filter(pk=placement.pk).exists()


@predicate
def sees_member(actor: Actor, member: Member) -> bool:
    return Member.objects.visible_to(actor).filter(pk=member.pk).exists()


@predicate
def sees_cohort(actor: Actor, cohort: Cohort) -> bool:
    return Cohort.objects.visible_to(actor).filter(pk=cohort.pk).exists()


@predicate
def concerned_by_event(actor: Actor, event: CohortEvent) -> bool:
    return CohortEvent.objects.concerning(actor).filter(pk=event.pk).exists()


@predicate
def of_the_house(actor: Actor, obj: Any) -> bool:
    """Works in the incubator that hosts."""
    host = obj if isinstance(obj, Host) else obj.host
    return role_of(actor) in HOSTING_ROLES and host.incubator_id == where_of(actor)


@predicate
def speaks_for_the_house(actor: Actor, obj: Any) -> bool:
    return role_of(actor) in SPEAKING_ROLES and bool(of_the_house(actor, obj))


@predicate
def directs_the_house(actor: Actor, host: Host) -> bool:
    return role_of(actor) == Role.MANAGER and bool(of_the_house(actor, host))


@predicate
def writes_it(actor: Actor, obj: Any) -> bool:
    """Owner of the answer, or one of those who write it with them."""
    response = obj.application.response
    if actor.user is None:
        return False
    if response.owner_id == actor.user.pk:
        return True
    return bool(response.participants.filter(user=actor.user, role__in=_WRITERS).exists())


@predicate
def carries_it(actor: Actor, obj: Any) -> bool:
    return Application.objects.own(actor).filter(pk=obj.application_id).exists()


def spoken_for(actor: Actor) -> QuerySet[Placement]:
    """Placements of projects that the house acted in hosts, for who speaks in its name."""
    rows = Placement.objects.hosted().filter(at_my_house(actor))
    return rows if role_of(actor) in SPEAKING_ROLES else rows.none()


@predicate
def member_hosted_here(actor: Actor, member: Member) -> bool:
    return spoken_for(actor).filter(application_id=member.application_id).exists()


rules.add_rule("cohorts.view_placement", is_system | sees_placement)
rules.add_rule("cohorts.view_member", is_system | sees_member)
rules.add_rule("cohorts.view_cohort", is_system | sees_cohort)
rules.add_rule("cohorts.view_event", is_system | concerned_by_event)
#: to match, open a cohort, write to it: who runs the call (obj: what hangs on it)
rules.add_rule("cohorts.run", is_system | (may_write & runs_its_call))
rules.add_rule("cohorts.run_placement", is_system | (may_write & runs_its_call & sees_placement))
rules.add_rule("cohorts.run_member", is_system | (may_write & runs_its_call & sees_member))
rules.add_rule("cohorts.answer_as_host", is_system | (may_write & speaks_for_the_house & sees_placement))
rules.add_rule("cohorts.answer_as_carrier", is_system | (may_write & writes_it))
rules.add_rule("cohorts.withdraw_host", is_system | (may_write & (runs_its_call | directs_the_house)))
rules.add_rule("cohorts.sign_as_carrier", is_system | (may_write & writes_it))
rules.add_rule("cohorts.sign_as_host", is_system | (may_write & member_hosted_here & sees_member))
rules.add_rule("cohorts.carry_member", carries_it)
