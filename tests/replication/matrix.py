"""Who may open the pages of this room. Somebody else's search does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiif.replication.models import OwnCriterion, Pick, Result, Search
from tests.factories import World
from tests.permissions.matrix import PUBLIC, row
from tests.replication import factories as make
from tests.replication.matrix_study import STUDY_ROWS


def search_of(world: World) -> Search:
    """A search of the carrier, with one of each thing that has an address."""
    return make.bare(world.people["carrier"])


def _search(world: World) -> Mapping[str, Any]:
    return {"pk": search_of(world).pk}


def _of_body(world: World) -> Mapping[str, Any]:
    return {"pk": make.bare(world.people["carrier"], body=world.incubator).pk}


def _solution(world: World) -> Mapping[str, Any]:
    return {"pk": search_of(world).solution_id}


def _territory(world: World) -> Mapping[str, Any]:
    return {"pk": search_of(world).pk, "code": "200071819"}


def _own(world: World) -> Mapping[str, Any]:
    search = search_of(world)
    own = OwnCriterion.objects.create(search=search, label="Demandes", level="epci", source="essai.csv")
    return {"pk": search.pk, "own": own.pk}


def _pick(world: World) -> Mapping[str, Any]:
    search = search_of(world)
    return {"pk": search.pk, "chosen": Pick.objects.create(search=search, code="200071819").pk}


def _result(world: World) -> Mapping[str, Any]:
    search = search_of(world)
    fields = {"model": search.model, "model_hash": "x", "data_version": "x", "rows": []}
    return {"pk": search.pk, "number": Result.objects.create(search=search, number=1, **fields).number}


def _mine(kwargs: Any, status: int = 200, method: str = "get") -> Any:
    """The carrier's alone; whoever looks with somebody's eyes writes nowhere."""
    looking = 404 if method == "get" else 403
    return row(default=404, carrier=status, impersonating=looking, kwargs=kwargs, method=method)


ROWS = {
    **STUDY_ROWS,
    "replication:home": PUBLIC,
    "replication:solution-create": PUBLIC,
    "replication:solution": _mine(_solution),
    "replication:solution-change": _mine(_solution),
    "replication:solution-remove": _mine(_solution),
    "replication:search-create": _mine(_solution, 422, method="post"),
    "replication:results": _mine(_search),
    "replication:results#body": row(
        default=404, carrier=200, advisor=200, manager=200, impersonating=200, kwargs=_of_body
    ),
    "replication:ranking": _mine(_search),
    "replication:map-values": _mine(_search),
    "replication:excluded": _mine(_search),
    "replication:doubt": _mine(_search),
    "replication:criteria": _mine(_search),
    "replication:criteria#write": row(
        default=404, carrier=422, advisor=422, manager=422, impersonating=403, method="post", kwargs=_of_body
    ),
    "replication:criteria-preview": _mine(_search, method="post"),
    "replication:library": _mine(_search),
    "replication:weights-order": _mine(_search),
    "replication:weights-questions": _mine(_search),
    "replication:weights-points": _mine(_search),
    "replication:figures": _mine(_search),
    "replication:figures-remove": _mine(_own, 302, method="post"),
    "replication:why": _mine(_territory),
    "replication:score": _mine(_territory, 422, method="post"),
    "replication:kept": _mine(_search),
    "replication:kept-result": _mine(_result),
    "replication:shortlist": _mine(_search),
    "replication:pick": _mine(_search, 302, method="post"),
    "replication:exclude": _mine(_territory),
    "replication:pick-note": _mine(_pick, 302, method="post"),
    "replication:pick-move": _mine(_pick, 302, method="post"),
    "replication:pick-remove": _mine(_pick, 302, method="post"),
    "replication:spread": _mine(_search),
    "replication:paper": _mine(_search),
}
