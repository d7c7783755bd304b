"""What tests of calls start from: a house, its coordinator, a call with dates, a test and a host. All invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.alliance.enums import Role
from kiif.alliance.models import Alliance, Incubator
from kiif.programmes.enums import MomentKind
from kiif.programmes.models import Call, Moment
from tests.alliance import factories as alliances
from tests.programmes import factories as make


@dataclass
class Place:
    alliance: Alliance
    incubator: Incubator
    coordinator: Actor
    advisor: Actor
    call: Call


def make_place(**fields: Any) -> Place:
    """A published call of an alliance, open for thirty days, with somebody who runs it and somebody who does not."""
    alliance = alliances.make_alliance()
    incubator = alliances.make_incubator(alliance)
    call = make.make_call(make.make_edition(make.make_programme(alliance), name="2027", slug="2027"), **fields)
    return Place(
        alliance,
        incubator,
        alliances.acting(alliances.make_membership(alliance, Role.COORDINATOR)),
        alliances.acting(alliances.make_membership(incubator, Role.ADVISOR)),
        call,
    )


def make_moment(call: Call, days: int = 5, kind: str = MomentKind.INFORMATION, **fields: Any) -> Moment:
    start = timezone.now() + timedelta(days=days)
    asked = {"title": f"Rencontre inventée {days}", "starts_at": start, "ends_at": start + timedelta(hours=1), **fields}
    return Moment.objects.create(call=call, kind=kind, **asked)
