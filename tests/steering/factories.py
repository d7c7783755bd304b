"""Calls with enough applications to be told of. All invented."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from kiif.accounts.actor import Actor, system
from kiif.alliance.models import Alliance
from kiif.programmes.enums import State
from kiif.programmes.models import Application, Call
from kiif.steering import actions
from kiif.steering.models import OpenData
from tests.programmes.factories import make_application, make_call, make_edition, make_programme

SYSTEM: Actor = system("tests")


def closed_call(alliance: Alliance, **fields: Any) -> Call:
    now = timezone.now()
    asked = {
        "opens_at": now - timedelta(days=60), "closes_at": now - timedelta(days=30),
        "answers_by": (now - timedelta(days=2)).date(), **fields,
    }  # fmt: skip
    return make_call(make_edition(make_programme(alliance)), **asked)


def some(call: Call, count: int, state: str, **fields: Any) -> list[Application]:
    """Applications in a state; answered ones five days ago."""
    decided = {"decided_at": timezone.now() - timedelta(days=5)} if state in ("accepted", "refused", "reserve") else {}
    return [make_application(call, None, state, **{**decided, **fields}) for _ in range(count)]


def answered_call(alliance: Alliance) -> Call:
    """Six accepted, nine refused, over two classes of territories."""
    call = closed_call(alliance)
    some(call, 6, State.ACCEPTED, rural="rural")
    some(call, 7, State.REFUSED, rural="rural")
    some(call, 2, State.REFUSED, rural="urban")
    return call


def published(alliance: Alliance) -> OpenData:
    return actions.publish(edition=answered_call(alliance).edition, by=SYSTEM)
