"""Who reads boards and summaries, who exports and publishes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.factories import World
from tests.permissions.matrix import LOGIN, PUBLIC, row
from tests.programmes.factories import make_application, make_call, make_edition, make_host, make_programme
from tests.steering.factories import answered_call, published


def _hosted(world: World) -> Mapping[str, Any]:
    """A call of the alliance in which the incubator hosts."""
    call = make_call(make_edition(make_programme(world.alliance)))
    make_application(call, None, "submitted", make_host(call, world.incubator))
    return {"public_id": call.public_id}


def _edition(world: World) -> Mapping[str, Any]:
    return {"public_id": answered_call(world.alliance).edition.public_id}


def _hosted_edition(world: World) -> Mapping[str, Any]:
    call = make_call(make_edition(make_programme(world.alliance)))
    make_host(call, world.incubator)
    return {"public_id": call.edition.public_id}


def _programme(world: World) -> Mapping[str, Any]:
    call = make_call(make_edition(make_programme(world.alliance)))
    make_host(call, world.incubator)
    return {"slug": call.edition.programme.slug}


def _home(world: World) -> Mapping[str, Any]:
    call = make_call(make_edition(make_programme(world.alliance)), closes_at=timezone.now() + timedelta(days=3))
    make_host(call, world.incubator)
    return {}


def _open(world: World) -> Mapping[str, Any]:
    return {"public_id": published(world.alliance).edition.public_id}


def _board(**options: Any) -> Any:
    """The team of the call and its hosts; the other teams are told why not."""
    return row(
        default=404,
        visitor=LOGIN,
        coordinator=200,
        advisor=200,
        manager=200,
        impersonating=200,
        other_advisor=403,
        **options,
    )


ROWS = {
    "steering:home": row(
        default=404, visitor=LOGIN, coordinator=200, advisor=200, manager=200, impersonating=200, partner=200,
        kwargs=_home,
    ),
    "steering:call": _board(kwargs=_hosted),
    "steering:call-map": _board(kwargs=_hosted),
    "steering:exports": row(
        default=404, visitor=LOGIN, coordinator=200, advisor=403, manager=403, other_advisor=403, impersonating=403,
        kwargs=_hosted,
    ),
    "steering:exports#ask": row(
        default=404, visitor=LOGIN, coordinator=302, advisor=403, manager=403, other_advisor=403, impersonating=403,
        kwargs=_hosted, method="post", data=lambda world: {"parts": ["facts"], "facts": ["title"]},
    ),
    "steering:summary": row(default=404, visitor=LOGIN, partner=200, kwargs=_hosted),
    "steering:edition": _board(kwargs=_hosted_edition),
    "steering:programme": _board(kwargs=_programme),
    "steering:open-data-prepare": row(
        default=404, visitor=LOGIN, coordinator=200, advisor=403, manager=403, other_advisor=403, impersonating=403,
        kwargs=_edition,
    ),
    "steering:open-data-prepare#publish": row(
        default=404, visitor=LOGIN, coordinator=302, advisor=403, manager=403, other_advisor=403, impersonating=403,
        kwargs=_edition, method="post",
    ),
    "steering:open-data-withdraw": row(
        default=404, visitor=LOGIN, coordinator=200, advisor=403, manager=403, other_advisor=403, impersonating=403,
        kwargs=_edition,
    ),
    "steering:open-data-list": PUBLIC,
    "steering:open-data": row(default=200, kwargs=_open),
    "steering:open-data-csv": row(default=200, impersonating=403, kwargs=_open),
    "steering:open-data-json": row(default=200, impersonating=403, kwargs=_open),
}  # fmt: skip
