"""The people who run a call, today: whom one writes to, and whether somebody is still one of them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.timezone import localdate as today

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.alliance.actions.acting import standings
from kiif.alliance.enums import Role
from kiif.alliance.models import Membership
from kiif.alliance.queries import on
from kiif.programmes.conflicts import barred_people
from kiif.programmes.models import Application, Call
from kiif.programmes.rules import runs


def team(call: Call, application: Application | None = None) -> list[User]:
    """Who runs the call: the coordination of its alliance, the managers of the incubator that owns the programme.
    Without those who may not see this application."""
    owner = call.edition.programme.owner
    running = Q(role=Role.COORDINATOR, where_id=owner.alliance_key) | Q(role=Role.MANAGER, where_id=owner.pk)
    barred = barred_people(application) if application is not None else set()
    people = User.objects.filter(is_active=True, memberships__in=Membership.objects.filter(on(today()) & running))
    return [user for user in people.distinct() if user.pk not in barred]


def still_runs(user: User, obj: Any) -> bool:
    """Whether a person runs the programme of this object as one of what they may act as today."""
    if not user.is_active:
        return False
    return any(runs(Actor(user=user, acting_as=one), obj) for one in standings(Actor(user=user)))
