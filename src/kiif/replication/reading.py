"""What a reading link shows: results kept, short list, studies. Never who was met, nor what is said of people.

Whoever holds the address may forward it: lines about actors met and interviews stay out, as do names of authors, notes
of the short list, scores with their evidence, files, journal and mail addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from kiif.opendata import base
from kiif.opendata.errors import DataError
from kiif.replication import dossier, engine
from kiif.replication.actions.sharing import hash_of
from kiif.replication.models import FeasibilityStudy, Link, Result, Search

#: Territories of a result that a reader sees.
SHOWN = 20


def open_link(token: str) -> Link | None:
    """The open link of this token; None when it is unknown, closed or past."""
    found = Link.objects.select_related("solution").filter(
        token_hash=hash_of(token[:100]), revoked_at__isnull=True, expires_at__gt=timezone.now()
    )
    return found.first()


@dataclass(frozen=True)
class ReadStudy:
    """A study without what concerns people met."""

    study: FeasibilityStudy
    facts: list[dossier.Fact]
    place: dossier.Place | None
    parts: list[dossier.Written]
    words: str
    tone: str


@dataclass(frozen=True)
class ReadSearch:
    search: Search
    result: Result | None
    rows: list[dict[str, Any]]
    kept: list[str]
    studies: list[ReadStudy]


def gather(link: Link) -> dict[str, Any]:
    """The context of the page."""
    searches = link.solution.searches.prefetch_related("picks", "own_criteria").order_by("pk")
    return {"link": link, "solution": link.solution, "searches": [_search(search) for search in searches]}


def _search(search: Search) -> ReadSearch:
    result = search.results.order_by("-number").first()
    names = _names(search)
    kept = [names.get(pick.code, pick.code) for pick in search.picks.all() if not pick.excluded]
    studies = [_study(row) for row in search.studies.select_related("search__solution", "result")]
    return ReadSearch(search, result, result.rows[:SHOWN] if result else [], kept, studies)


def _names(search: Search) -> dict[str, str]:
    try:
        frame = base.load_level(engine.level_of(search.level))
    except DataError:
        return {}
    return dict(zip(frame["code"], frame["name"], strict=True))


def _study(row: FeasibilityStudy) -> ReadStudy:
    return ReadStudy(
        row,
        dossier.facts_of(row),
        dossier.place_of(row),
        dossier.parts_of(row, people=False),
        dossier.decision_words(row),
        dossier.decision_tone(row),
    )
