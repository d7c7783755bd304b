"""Searching over everything that an actor may see. What one may not see is not counted either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, overload

from django.db.models import Model, QuerySet
from django.utils.formats import localize
from django.utils.translation import ngettext
from modelsearch.backends import get_search_backend

from kiif.accounts.actor import Actor
from kiif.search import registry
from kiif.search.french import fold, words
from kiif.search.registry import Hit, Source
from kiif.search.terms import normalise_query, terms, wanted

#: How many rows of one source are weighed against each other; beyond, the most recent ones.
CANDIDATES = 60
#: What a source that searches by itself is asked for when one wants all it has.
MOST_OF_OWN = 200


@dataclass(frozen=True)
class Group:
    """What one source answers: the first hits, best first, and how many there are in all.

    `total` is None for a source that searches by itself and does not count.
    """

    key: str
    label: Any
    hits: list[Hit]
    total: int | None

    @property
    def count_sentence(self) -> str:
        """ "3 results", in the reader's language; nothing for a source that does not count."""
        if self.total is None:
            return ""
        return ngettext("%(total)s result", "%(total)s results", self.total) % {"total": localize(self.total)}

    @property
    def more(self) -> bool:
        """Whether there is more than what is shown."""
        return self.total is not None and self.total > len(self.hits)


def search(actor: Actor, text: str, limit: int = 10, *, only: str = "", count: bool = False) -> list[Group]:
    """Groups of hits, at most `limit` in each, of all sources or of the one named; empty for an empty question.

    `count` asks for the exact totals, at the price of one query for each source.
    """
    text = normalise_query(text)
    if not terms(text):
        return []
    chosen = [source for source in registry.sources() if only in ("", source.key)]
    groups = [_ask(source, actor, text, limit, count=count) for source in chosen]
    return [group for group in groups if group.hits]


def matching(source: Source, actor: Actor, text: str) -> QuerySet[Any]:
    """What a source with a model finds for this actor, to go on from in SQL (pages, exports); unordered."""
    if source.model is None or source.visible_to is None:
        raise ValueError(f"Source {source.key!r} has no model")
    visible = source.visible_to(actor)
    asked = terms(text)
    return visible.filter(pk__in=_keys(source.model, asked)) if asked else visible.none()


class _Hits(Sequence[Hit]):
    """The hits of one source, read page by page, most recent first."""

    def __init__(self, source: Source, found: QuerySet[Any]) -> None:
        self._source = source
        self._found = found.order_by("-pk")

    def __len__(self) -> int:
        return self._found.count()

    @overload
    def __getitem__(self, wanted: int) -> Hit: ...

    @overload
    def __getitem__(self, wanted: slice) -> list[Hit]: ...

    def __getitem__(self, wanted: int | slice) -> Hit | list[Hit]:
        if isinstance(wanted, int):
            return hit_of(self._source, self._found[wanted])
        return [hit_of(self._source, row) for row in self._found[wanted]]


def page_of(source: Source, actor: Actor, text: str) -> Sequence[Hit]:
    """All hits of one source, for a paginator: most recent first, or in the order of a source that searches itself."""
    text = normalise_query(text)
    if source.find is not None:
        return source.find(actor, text, MOST_OF_OWN) if terms(text) else []
    return _Hits(source, matching(source, actor, text))


def hit_of(source: Source, row: Any) -> Hit:
    """One row of a source as a line of the results."""
    return Hit(source.title(row), source.url(row), source.hint(row))


def _keys(model: type[Model], asked: list[str]) -> Any:
    """Keys of the rows of a model that match: a subquery, or a list from an engine outside the database."""
    everything = model._default_manager.all()
    results = get_search_backend().autocomplete(wanted(asked), everything, order_by_relevance=False)
    if hasattr(results, "get_queryset"):
        return results.get_queryset().order_by().values("pk")
    return [found.pk for found in results[:1_000]]


def _ask(source: Source, actor: Actor, text: str, limit: int, *, count: bool) -> Group:
    if source.find is not None:
        return Group(source.key, source.label, source.find(actor, text, limit), None)
    found = matching(source, actor, text)
    rows = list(found.order_by("-pk")[: max(CANDIDATES, limit)])
    asked, folded = terms(text), fold(text)
    rows.sort(key=lambda row: _distance(source.title(row), asked, folded))
    hits = [hit_of(source, row) for row in rows[:limit]]
    total = found.count() if count else len(rows)
    return Group(source.key, source.label, hits, total)


def _distance(title: str, asked: list[str], text: str) -> tuple[int, int, str]:
    """How far a title is from the question: the same, begins so, holds all the words, holds some, elsewhere."""
    folded, held = fold(title), set(words(title))
    missing = sum(not any(word.startswith(term) for word in held) for term in asked)
    whole = sum(term not in held for term in asked)
    if folded == text:
        return 0, 0, folded
    if folded.startswith(text):
        return 1, whole, folded
    return 2 + missing, whole, folded
