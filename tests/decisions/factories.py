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
