"""Who may open feasibility studies, sharing and the atlas. Somebody else's study does not exist."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from kiif.replication.actions.sharing import hash_of
from kiif.replication.enums import Part
from kiif.replication.models import FeasibilityStudy, Link
from tests.factories import World
from tests.permissions.matrix import LOGIN, row
from tests.replication import study_factories as make

Kwargs = Callable[[World], Mapping[str, Any]]
TOKEN = "jeton-de-la-matrice"


def study_of(world: World, *, body: bool = False) -> FeasibilityStudy:
    """A study of the carrier; prepared for the incubator when `body`."""
    fields = {"owner_body": world.incubator} if body else {}
    return make.make_study(make.make_search(make.make_solution(world.people["carrier"], **fields)))


def study(world: World) -> Mapping[str, Any]:
    return {"pk": study_of(world).pk}


def of_body(world: World) -> Mapping[str, Any]:
    return {"pk": study_of(world, body=True).pk}


def _with(kwargs: Kwargs, **more: Any) -> Kwargs:
    return lambda world: {**kwargs(world), **more}


def line(world: World) -> Mapping[str, Any]:
    mine = study_of(world)
    return {"pk": mine.pk, "line": make.make_line(mine, "risk").pk}


def search(world: World) -> Mapping[str, Any]:
    return {"pk": study_of(world).search_id}


def solution(world: World) -> Mapping[str, Any]:
    return {"pk": study_of(world).search.solution_id}


def solution_of_body(world: World) -> Mapping[str, Any]:
    return {"pk": study_of(world, body=True).search.solution_id}


def share(world: World) -> Mapping[str, Any]:
    mine = study_of(world).search.solution
    return {"pk": mine.pk, "grant": make.share(mine, world.people["reviewer"]).pk}


def link(world: World) -> Mapping[str, Any]:
    made = Link.objects.filter(token_hash=hash_of(TOKEN)).first() or Link.objects.create(
        solution=study_of(world).search.solution,
        label="essai",
        token_hash=hash_of(TOKEN),
        expires_at=timezone.now() + timedelta(days=1),
    )
    return {"pk": made.solution_id, "link": made.pk}


def token(world: World) -> Mapping[str, Any]:
    link(world)
    return {"token": TOKEN}


def mine(kwargs: Kwargs, status: int = 200, **more: Any) -> Any:
    """The carrier, alone; a visitor is sent to the sign-in page; with another's eyes nothing is sent."""
    if more.get("method") == "post":
        more = {"impersonating": 403, **more}
    return row(default=404, visitor=LOGIN, carrier=status, kwargs=kwargs, **more)


def team(kwargs: Kwargs, status: int, impersonating: int, **more: Any) -> Any:
    """The carrier, and the team of the incubator that it is prepared for."""
    return row(
        default=404, visitor=LOGIN, carrier=status, advisor=status, manager=status, impersonating=impersonating,
        kwargs=kwargs, **more,
    )  # fmt: skip


STUDY_ROWS = {
    "replication:studies": mine(search),
    "replication:study-open": mine(_with(search, code="200071819"), 302, method="post"),
    "replication:study": row(
        default=404, visitor=LOGIN, carrier=200, advisor=200, manager=200, impersonating=200, kwargs=of_body
    ),
    "replication:study#other": mine(study),
    "replication:study-part": mine(_with(study, part=Part.NEED)),
    "replication:study-part#write": team(
        _with(of_body, part=Part.NEED), 302, 403, method="post", data=lambda world: {"text": "Rosa", "version": "0"}
    ),
    "replication:study-versions": mine(_with(study, part=Part.NEED)),
    "replication:study-pulse": mine(study, method="post"),
    "replication:study-decide": mine(study),
    "replication:study-decide#write": mine(study, 422, method="post", data=lambda world: {"decision": "go"}),
    "replication:study-files": mine(study),
    "replication:study-history": mine(study),
    "replication:study-pdf": mine(study),
    "replication:study-docx": mine(study),
    "replication:line-create": mine(_with(study, kind="risk")),
    "replication:line-create#write": team(
        _with(of_body, kind="risk"), 302, 403, method="post", data=lambda world: {"title": "Un risque"}
    ),
    "replication:line-change": mine(line),
    "replication:line-remove": mine(line),
    "replication:line-remove#write": mine(line, 302, method="post"),
    "replication:study-proposals": mine(study),
    "replication:study-proposals#none": mine(study, 422, method="post"),
    "replication:my-studies": row(default=200, visitor=LOGIN),
    "replication:sharing": mine(solution),
    "replication:share-person": mine(solution, 422, method="post"),
    "replication:share-body": mine(solution, 422, method="post"),
    "replication:share-body#body": team(solution_of_body, 422, 403, method="post"),
    "replication:share-end": mine(share, 302, method="post", reviewer=403),
    "replication:link-create": mine(solution, 422, method="post"),
    "replication:link-close": mine(link, 302, method="post"),
    "replication:reading": row(default=200, kwargs=token),
    "replication:reading#wrong": row(default=404, kwargs=lambda world: {"token": "faux"}),
    "replication:atlas": row(
        default=200, visitor=LOGIN, carrier=403, reviewer=403, partner=403
    ),
}  # fmt: skip
