"""Solutions, searches and studies for tests, made without going through the actions nor reading any pack."""

from __future__ import annotations

from typing import Any

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.replication.enums import Part
from kiif.replication.models import Entry, FeasibilityStudy, Grant, Pick, Result, Search, Section, Solution
from tests.factories import make_user

MODEL = {
    "format": "kiif-ranking/1",
    "level": "epci",
    "criteria": [{"id": "people", "indicator": "population", "scale": {"shape": "more", "low": 0, "high": 50000}}],
    "uncertainty": {"kind": "none"},
}


def make_solution(owner: User | None = None, **fields: Any) -> Solution:
    fields = {"name": "Garage inventé", "kind": "mobility", **fields}
    return Solution.objects.create(owner=owner or make_user(), **fields)


def make_search(solution: Solution | None = None, **fields: Any) -> Search:
    return Search.objects.create(solution=solution or make_solution(), model=MODEL, **{"level": "epci", **fields})


def make_study(search: Search | None = None, code: str = "200071819", **fields: Any) -> FeasibilityStudy:
    """A study of the Périgord Nontronnais, with its eight empty parts and a kept ranking where it is twelfth."""
    search = search or make_search()
    result = search.results.first() or Result.objects.create(
        search=search,
        number=1,
        model=MODEL,
        model_hash="0" * 16,
        data_version="essai",
        rows=[{"code": code, "name": "Périgord Nontronnais", "rank": 12, "band": "B", "acceptability": 0.62}],
    )
    fields = {"level": search.level, "name": "Périgord Nontronnais", "opened_by": search.solution.owner, **fields}
    study = FeasibilityStudy.objects.create(search=search, result=result, code=code, **fields)
    Section.objects.bulk_create(Section(study=study, part=part) for part in Part.values)
    Pick.objects.get_or_create(search=search, code=code)
    return study


def make_line(study: FeasibilityStudy, kind: str, title: str = "Ligne inventée", **fields: Any) -> Entry:
    return Entry.objects.create(study=study, kind=kind, title=title, **fields)


def share(solution: Solution, user: User, *, may_write: bool = False, **fields: Any) -> Grant:
    return Grant.objects.create(solution=solution, user=user, may_write=may_write, **fields)


def owner_of(study: FeasibilityStudy) -> Actor:
    return Actor(user=study.search.solution.owner)
