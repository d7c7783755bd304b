"""Who may do what with programmes and applications. `view` rules have their twin in `queries.py`."""

from __future__ import annotations

from typing import Any

import rules
from rules import predicate

from kiif.accounts.actor import Actor
from kiif.alliance.enums import STAFF_ROLES, Role
from kiif.alliance.rules import body_of, is_inside, is_system, may_write, same_alliance
from kiif.programmes.enums import CallState
from kiif.programmes.models import Application, Call, Edition, Programme
from kiif.programmes.queries import HOSTING_ROLES, RUNNING_ROLES, role_of, where_of


def programme_of(obj: Any) -> Programme:
    """The programme that an object is in: itself, an edition, a call, what hangs on a call or on an application."""
    if isinstance(obj, Programme):
        return obj
    if isinstance(obj, Edition):
        return obj.programme
    if isinstance(obj, Call):
        return obj.edition.programme
    if hasattr(obj, "application"):
        return programme_of(obj.application)
    return programme_of(obj.call)


@predicate
def runs(actor: Actor, obj: Any) -> bool:
    """Runs this programme: coordination of its alliance, managers and advisors of the incubator that owns it."""
    owner, role = programme_of(obj).owner, role_of(actor)
    if role == Role.COORDINATOR:
        return bool(same_alliance(actor, body_of(owner)))
    return role in RUNNING_ROLES and bool(is_inside(actor, owner))


@predicate
def of_its_teams(actor: Actor, obj: Any) -> bool:
    return role_of(actor) in STAFF_ROLES and bool(same_alliance(actor, body_of(programme_of(obj).owner)))


@predicate
def hosts(actor: Actor, call: Call) -> bool:
    if role_of(actor) not in HOSTING_ROLES:
        return False
    return call.hosts.filter(incubator_id=where_of(actor), left_at__isnull=True).exists()


@predicate
def is_real(actor: Actor, obj: Any) -> bool:
    edition = obj if isinstance(obj, Edition) else obj.edition
    return edition.rehearsal_of_id is None


@predicate
def is_prepared(actor: Actor, call: Call) -> bool:
    return call.state == CallState.DRAFT


@predicate
def founds(actor: Actor, obj: Any = None) -> bool:
    """May create a programme: for the alliance (coordination) or for the own incubator."""
    return role_of(actor) in RUNNING_ROLES


@predicate
def carries(actor: Actor, application: Application) -> bool:
    return Application.objects.own(actor).filter(pk=application.pk).exists()


def seen(actor: Actor, application: Application) -> None:
    """Notes that this very object was read through `visible_to(actor)` to show a page: rules do not ask again."""
    application.__dict__["_seen_by"] = actor


@predicate
def reads(actor: Actor, application: Application) -> bool:
    if application.__dict__.get("_seen_by") is actor:
        return True
    return Application.objects.visible_to(actor).filter(pk=application.pk).exists()


rules.add_rule("programmes.view_programme", is_system | of_its_teams)
rules.add_rule("programmes.add_programme", is_system | (may_write & founds))
rules.add_rule("programmes.change_programme", is_system | (may_write & runs))
rules.add_rule("programmes.view_edition", is_system | (of_its_teams & is_real) | runs)
rules.add_rule("programmes.view_call", is_system | runs | (is_real & (hosts | (of_its_teams & ~is_prepared))))
rules.add_rule("programmes.change_call", is_system | (may_write & runs))
rules.add_rule("programmes.view_application", is_system | reads)
rules.add_rule("programmes.carry_application", is_system | carries)
#: to decide of an application, ask for corrections, merge: who runs the call and is not barred from it
rules.add_rule("programmes.change_application", is_system | (may_write & runs & reads))
