"""Who may open the pages of sharing out, conflicts, progress and scores. The programme is the alliance's; the first
incubator hosts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiif.programmes.models import Conflict
from kiif.reviews.models import Plan
from tests.factories import World, make_user
from tests.permissions.matrix import LOGIN, SIGNED_IN, row
from tests.programmes import factories as programmes
from tests.reviews import factories as make
from tests.reviews.matrix_reading import round_of

#: who runs the call opens it; a host sees the round and is told why not; the others know of nothing
_PAGE = {
    "default": 404, "visitor": LOGIN, "coordinator": 200, "advisor": 403, "manager": 403, "impersonating": 403,
}  # fmt: skip
_POST = {**_PAGE, "coordinator": 302, "method": "post"}
#: pages that hosts of the round read too
_SHARED = {**_PAGE, "advisor": 200, "manager": 200, "impersonating": 200}


def _round(world: World) -> Mapping[str, Any]:
    return {"public_id": round_of(world).public_id}


def _read(world: World, person: Any = None) -> Any:
    reviewer = make.make_reviewer(round_of(world), person or make_user())
    return make.make_assignment(reviewer, programmes.make_application(reviewer.round.call))


def _application(world: World) -> Mapping[str, Any]:
    read = _read(world)
    return {"public_id": read.round.public_id, "application_id": read.application.public_id}


def _reviewer(world: World) -> Mapping[str, Any]:
    read = _read(world)
    return {"public_id": read.round.public_id, "reviewer_id": read.reviewer.public_id}


def _pair(world: World) -> Mapping[str, Any]:
    read = _read(world)
    return {
        "public_id": read.round.public_id,
        "application_id": read.application.public_id,
        "reviewer_id": read.reviewer.public_id,
    }


def _taken(world: World) -> Mapping[str, Any]:
    read = _read(world)
    return {"public_id": read.round.public_id, "read_id": read.public_id}


def _plan(world: World) -> Mapping[str, Any]:
    plan = Plan.objects.create(round=round_of(world))
    return {"public_id": plan.round.public_id, "plan_id": plan.public_id}


def _conflict(world: World, what: str = "confirm") -> Mapping[str, Any]:
    read = _read(world)
    made = Conflict.objects.create(application=read.application, person=read.reviewer.person)
    return {"public_id": read.round.public_id, "pk": made.pk, "what": what}


def _question(world: World) -> Mapping[str, Any]:
    read = _read(world, world.people["reviewer"])
    return {"pk": Conflict.objects.create(application=read.application, person=read.reviewer.person).pk}


def _mine(world: World) -> Mapping[str, Any]:
    return {"public_id": _read(world, world.people["reviewer"]).public_id}


ALLOCATION_ROWS = {
    "reviews:my-conflicts": SIGNED_IN,
    "reviews:answer-conflict": row(
        default=404, visitor=LOGIN, reviewer=302, method="post", kwargs=_question, impersonating=403,
        data=lambda world: {"answer": "no"},
    ),
    "reviews:conflict": row(default=404, visitor=LOGIN, reviewer=200, kwargs=_mine),
    "reviews:conflicts": row(**_PAGE, kwargs=_round),
    "reviews:look-for-conflicts": row(**_POST, kwargs=_round),
    "reviews:settle-conflict": row(**_PAGE, kwargs=_conflict),
    "reviews:settle-conflict#unknown": row(
        **{**_PAGE, "coordinator": 404}, kwargs=lambda world: _conflict(world, "ailleurs")
    ),
    "reviews:allocation": row(**_PAGE, kwargs=_round),
    "reviews:allocation-decide": row(**{**_POST, "coordinator": 404}, kwargs=_round),
    "reviews:allocation-import": row(**_PAGE, kwargs=_round),
    "reviews:plan": row(**_PAGE, kwargs=_plan),
    "reviews:plan-apply": row(**_POST, kwargs=_plan),
    "reviews:board": row(**_PAGE, kwargs=_round),
    "reviews:board-readers": row(**_PAGE, kwargs=_round),
    "reviews:remind": row(**_PAGE, kwargs=_round),
    "reviews:assign": row(**_POST, kwargs=_round),
    "reviews:take-back": row(**_POST, kwargs=_taken),
    "reviews:twin-read": row(**_POST, kwargs=_taken),
    "reviews:sharing-application": row(**_PAGE, kwargs=_application),
    "reviews:bar": row(**_PAGE, kwargs=_pair),
    "reviews:sharing-reviewer": row(**_PAGE, kwargs=_reviewer),
    "reviews:results": row(**_SHARED, kwargs=_round),
    "reviews:compute": row(**_POST, kwargs=_round),
    "reviews:severities": row(**_PAGE, kwargs=_round),
    "reviews:result": row(**_SHARED, kwargs=_application),
}  # fmt: skip
