"""Who may open which address of the alliance (see tests/permissions/README.md)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from kiif.alliance.models import AccessReview, Incubator
from tests.alliance import factories as make
from tests.factories import World
from tests.permissions.matrix import LOGIN, PUBLIC, Row, row

Kwargs = dict[str, Any]


def own(world: World) -> Kwargs:
    return {"slug": world.incubator.slug}


def own_body(world: World) -> Kwargs:
    return {"slug": world.incubator.slug}


def with_accent(world: World) -> Kwargs:
    Incubator.objects.filter(pk=world.incubator.pk).update(accent="#1d5f58")
    return own(world)


def other(world: World) -> Kwargs:
    return {"slug": world.other_incubator.slug}


def branch(world: World) -> Kwargs:
    return {"pk": make.make_branch(world.incubator).pk}


def colleague(world: World) -> Kwargs:
    return {"pk": make.make_membership(world.incubator, "colleague").pk}


def oneself(world: World) -> Kwargs:
    return {"pk": world.memberships["advisor"].pk}


def invitation(world: World) -> Kwargs:
    return {"pk": make.make_invitation(world.incubator).pk}


def delegation(world: World) -> Kwargs:
    member = make.make_membership(world.incubator, "colleague")
    return {"pk": make.make_delegation(member, world.people["advisor"]).pk}


def review(world: World) -> Kwargs:
    people = world.memberships["manager"]
    found = AccessReview.objects.filter(where_id=world.incubator.pk).first() or make.make_review(people.where)
    return {"pk": found.pk}


def partner(world: World) -> Kwargs:
    return {"slug": world.partner_body.slug}


def today(name: str) -> Any:
    return lambda world: {name: timezone.localdate().isoformat()}


def staff(**more: Any) -> Row:
    """Teams of the incubators and the coordination read; the others are told why not."""
    statuses: dict[str, Any] = {
        "visitor": LOGIN,
        "carrier": 403,
        "reviewer": 403,
        "partner": 403,
    }
    return row(default=200, **{**statuses, **more})


def coordination(**more: Any) -> Row:
    """The coordination alone."""
    return row(default=403, **{"visitor": LOGIN, "coordinator": 200, **more})


def direction(**more: Any) -> Row:
    """The direction of the incubator and the coordination; a support visit reads, and writes nothing."""
    statuses: dict[str, Any] = {"visitor": LOGIN, "coordinator": 200, "manager": 200}
    return row(default=403, **{**statuses, **more})


def direction_posts(**more: Any) -> Row:
    return direction(**{"method": "post", "coordinator": 302, "manager": 302, **more})


ROWS: dict[str, Row] = {
    "alliance:home": staff(),
    "alliance:members": PUBLIC,
    "alliance:member": row(default=200, kwargs=own),
    "alliance:logo": row(default=404, kwargs=own),
    "alliance:accent": row(default=200, kwargs=with_accent),
    "alliance:incubator": staff(kwargs=own),
    "alliance:incubator#other": staff(kwargs=other),
    "alliance:incubator-create": coordination(),
    "alliance:incubator-update": direction(kwargs=own),
    "alliance:incubator-update#other": direction(kwargs=other, manager=403),
    "alliance:incubator-end": coordination(kwargs=own),
    "alliance:incubator-end#post": coordination(kwargs=own, method="post", coordinator=302, data=today("on")),
    "alliance:incubator-export": direction_posts(kwargs=own, coordinator=200, manager=200),
    "alliance:coverage-change": coordination(kwargs=own),
    "alliance:branch-create": direction(kwargs=own),
    "alliance:branch": staff(kwargs=branch),
    "alliance:branch-update": direction(kwargs=branch),
    "alliance:branch-close": direction(kwargs=branch),
    "alliance:branch-close#post": direction_posts(kwargs=branch, data=today("closed_on")),
    "alliance:coverage": staff(),
    "alliance:coverage-department": staff(kwargs=lambda world: {"code": "33"}),
    "alliance:coverage-department#unknown": staff(
        kwargs=lambda world: {"code": "99"},
        advisor=404,
        other_advisor=404,
        manager=404,
        coordinator=404,
        impersonating=404,
    ),
    "alliance:team": direction(kwargs=own_body, advisor=200, impersonating=200),
    "alliance:team#partner": row(
        default=403, visitor=LOGIN, carrier=404, reviewer=404, partner=200, coordinator=200, kwargs=partner
    ),
    "alliance:invitations": direction(kwargs=own_body, impersonating=200),
    "alliance:invitation-create": direction(kwargs=own_body),
    "alliance:invitation-resend": row(
        default=404,
        visitor=LOGIN,
        manager=302,
        coordinator=302,
        impersonating=403,
        method="post",
        kwargs=invitation,
    ),
    "alliance:invitation-revoke": row(
        default=404,
        visitor=LOGIN,
        manager=302,
        coordinator=302,
        impersonating=403,
        method="post",
        kwargs=invitation,
    ),
    "alliance:invitation": row(default=404),
    "alliance:invitation-open": row(default=302, kwargs=lambda world: {"token": "inconnu"}),
    "alliance:membership": row(
        default=404,
        visitor=LOGIN,
        advisor=200,
        manager=200,
        coordinator=200,
        impersonating=200,
        kwargs=colleague,
    ),
    "alliance:membership-change": row(
        default=404,
        visitor=LOGIN,
        advisor=403,
        manager=200,
        coordinator=200,
        impersonating=403,
        kwargs=colleague,
    ),
    "alliance:membership-end": row(
        default=404,
        visitor=LOGIN,
        advisor=403,
        manager=200,
        coordinator=200,
        impersonating=403,
        kwargs=colleague,
    ),
    "alliance:membership-end#oneself": row(
        default=404,
        visitor=LOGIN,
        advisor=302,
        manager=302,
        coordinator=302,
        impersonating=403,
        method="post",
        kwargs=oneself,
    ),
    "alliance:partners": staff(),
    "alliance:partner-create": coordination(),
    "alliance:partner-update": coordination(kwargs=partner),
    "alliance:mine": row(default=200, visitor=LOGIN),
    "alliance:acting-as": row(default=302, visitor=LOGIN, impersonating=403, method="post"),
    "alliance:delegations": row(default=200, visitor=LOGIN),
    "alliance:delegation-create": row(default=200, visitor=LOGIN, carrier=403, impersonating=403),
    "alliance:delegation-end": row(
        default=404,
        visitor=LOGIN,
        advisor=302,
        manager=302,
        coordinator=302,
        impersonating=403,
        method="post",
        kwargs=delegation,
    ),
    "alliance:reviews": direction(impersonating=200),
    "alliance:review-open": coordination(method="post", coordinator=302),
    "alliance:review": row(default=404, visitor=LOGIN, manager=200, coordinator=200, impersonating=200, kwargs=review),
    "alliance:review#post": row(
        default=404,
        visitor=LOGIN,
        manager=302,
        coordinator=302,
        impersonating=403,
        method="post",
        kwargs=review,
    ),
}
