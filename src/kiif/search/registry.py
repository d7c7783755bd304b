"""What can be found: each app registers its sources in `apps.ready()`.

    registry.register(Source("incubators", _("Incubators"), Incubator, visible_to=Incubator.objects.visible_to))

A model mixes in `modelsearch.index.Indexed` and declares `search_fields`. A room that has its own way to search (a big
table, an official register) gives `find` instead of a model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from kiif.accounts.actor import Actor


@dataclass(frozen=True)
class Hit:
    """One thing found: a line of text, where it leads, a few words that tell it from its namesakes."""

    title: str
    url: str
    hint: str = ""


def _address(obj: Any) -> str:
    address: str = obj.get_absolute_url()
    return address


def _nothing(obj: Any) -> str:
    return ""


@dataclass(frozen=True)
class Source:
    """A kind of thing that the search finds.

    With a model: `visible_to(actor)` gives the QuerySet of what this actor may see (with the relations that `title`,
    `url` and `hint` read). Without: `find(actor, text, limit)` gives the hits, best first, already restricted.
    `order` places the group among the others.
    """

    key: str
    label: Any
    model: type[Model] | None = None
    visible_to: Callable[[Actor], QuerySet[Any]] | None = None
    title: Callable[[Any], str] = str
    url: Callable[[Any], str] = _address
    hint: Callable[[Any], str] = _nothing
    find: Callable[[Actor, str, int], list[Hit]] | None = None
    order: int = 50

    def __post_init__(self) -> None:
        if (self.find is None) == (self.model is None or self.visible_to is None):
            raise ValueError(f"Source {self.key!r} needs either a model with visible_to, or find")


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Adds a source; the same key is replaced."""
    _sources[source.key] = source


def sources() -> list[Source]:
    """All sources, in the order of their groups."""
    return sorted(_sources.values(), key=lambda source: (source.order, source.key))


def get(key: str) -> Source | None:
    return _sources.get(key)
