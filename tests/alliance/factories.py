"""Bodies and people of the alliance for tests, made without going through the actions."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.alliance.actions.invitations import hash_of
from kiif.alliance.enums import Kind, PartnerKind, Role
from kiif.alliance.models import (
    AccessReview,
    Alliance,
    Body,
    Branch,
    Coverage,
    Delegation,
    Incubator,
    Invitation,
    Membership,
    Partner,
    ReviewLine,
)
from tests.factories import make_user

_number = count(1)


def days(number: int) -> date:
    """A day so many days from today (negative: before)."""
    return timezone.localdate() + timedelta(days=number)


def make_alliance(**fields: Any) -> Alliance:
    number = next(_number)
    fields = {"name": f"Alliance inventée {number}", "slug": f"alliance-{number}", **fields}
    return Alliance.objects.create(kind=Kind.ALLIANCE, **fields)


def make_incubator(alliance: Alliance | None = None, **fields: Any) -> Incubator:
    number = next(_number)
    fields = {
        "name": f"Incubateur inventé {number}",
        "slug": f"incubateur-{number}",
        "joined_on": days(-1000),
        **fields,
    }
    return Incubator.objects.create(kind=Kind.INCUBATOR, alliance=alliance or make_alliance(), **fields)


def make_partner(alliance: Alliance | None = None, **fields: Any) -> Partner:
    number = next(_number)
    fields = {
        "name": f"Fondation inventée {number}",
        "slug": f"fondation-{number}",
        "partner_kind": PartnerKind.FOUNDATION,
        **fields,
    }
    return Partner.objects.create(kind=Kind.PARTNER, alliance=alliance or make_alliance(), **fields)


def make_branch(incubator: Incubator | None = None, **fields: Any) -> Branch:
    number = next(_number)
    fields = {
        "name": f"Antenne inventée {number}",
        "commune_code": "33063",
        "commune_name": "Bordeaux",
        "opened_on": days(-500),
        **fields,
    }
    return Branch.objects.create(incubator=incubator or make_incubator(), **fields)


def make_coverage(incubator: Incubator, code: str = "33", **fields: Any) -> Coverage:
    return Coverage.objects.create(incubator=incubator, department_code=code, **{"since": days(-500), **fields})


def make_membership(where: Body, role: str, user: User | None = None, **fields: Any) -> Membership:
    body = Body.objects.get(pk=where.pk)
    fields = {"since": days(-100), **fields}
    return Membership.objects.create(user=user or make_user(), where=body, role=role, **fields)


def make_invitation(where: Body, token: str = "", **fields: Any) -> Invitation:
    number = next(_number)
    fields = {
        "email": f"invitee{number}@exemple.test",
        "role": Role.ADVISOR,
        "expires_at": timezone.now() + timedelta(days=5),
        "token_hash": hash_of(token or f"jeton-{number}"),
        **fields,
    }
    return Invitation.objects.create(where=Body.objects.get(pk=where.pk), **fields)


def make_delegation(membership: Membership, to: User | None = None, **fields: Any) -> Delegation:
    fields = {"since": days(-1), "until": days(10), "reason": "congés", **fields}
    return Delegation.objects.create(membership=membership, to=to or make_user(), **fields)


def make_review(where: Body, **fields: Any) -> AccessReview:
    fields = {"opened_on": days(-2), "due_on": days(15), **fields}
    review = AccessReview.objects.create(where=Body.objects.get(pk=where.pk), **fields)
    for membership in Membership.objects.current().filter(where=where):
        ReviewLine.objects.create(review=review, membership=membership)
    return review


def acting(membership: Membership) -> Actor:
    """The holder of a membership, acting under it."""
    membership = Membership.objects.select_related("where", "user").get(pk=membership.pk)
    return Actor(user=membership.user, acting_as=membership)


def acting_for(delegation: Delegation) -> Actor:
    """The delegate, acting in the place of the holder."""
    delegation = Delegation.objects.with_ties().get(pk=delegation.pk)
    return Actor(user=delegation.to, acting_as=delegation.as_membership())


def anybody(user: User | None = None) -> Actor:
    """A person without membership."""
    return Actor(user=user or make_user())
