"""Solutions and searches for tests."""

from __future__ import annotations

from typing import Any

from kiif.accounts.actor import Actor
from kiif.replication import actions
from kiif.replication.criteria import LIBRARY
from kiif.replication.models import Search, Solution
from kiif.replication.profiles import FALLBACK, starting_model

TEXTS = {"name": "Garage solidaire d’essai", "kind": "mobility", "does": "On y répare sa voiture."}


def describe(by: Actor, *, sites: tuple[str, ...] = ("24311",), visitor_key: str = "", **texts: str) -> Solution:
    return actions.describe_solution(by=by, texts=TEXTS | texts, sites=sites, visitor_key=visitor_key)


def open_for(solution: Solution, by: Actor, *, level: str = "epci", visitor_key: str = "") -> Search:
    return actions.open_search(solution=solution, by=by, level=level, visitor_key=visitor_key)


def bare(owner: Any = None, *, body: Any = None, visitor_key: str = "") -> Search:
    """A search made without any pack, as the permission matrix needs it."""
    solution = Solution.objects.create(
        name="Garage", kind="mobility", owner=owner, owner_body=body, visitor_key=visitor_key
    )
    model = starting_model("mobility", "epci", {LIBRARY[name].indicator for name in FALLBACK})
    return Search.objects.create(solution=solution, level="epci", model=model)
