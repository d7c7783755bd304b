"""The database back-end of modelsearch, with every text normalised for French before it is indexed.

A model declares `search_fields` as usual (`modelsearch.index`); whatever it declares, all its searchable texts go into
the one column that is matched by prefix: the folded words as they are, and their stems closed by a mark so that a stem
is only met whole. `terms.wanted` asks the question in the same form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection
from modelsearch.index import AutocompleteField, RelatedFields, SearchField

from kiif.search.french import stem, words

#: Ends a stem in the index. No French word ends so, and it keeps a short stem from being a prefix of everything.
STEM_END = "qz"


def indexed_text(text: str) -> str:
    """Folded words of a text, then the marked stem of each, without repetition."""
    found = dict.fromkeys(words(text))
    stems = dict.fromkeys(stem(word) + STEM_END for word in found)
    return " ".join([*found, *stems])


def _texts(obj: Any, fields: Iterable[Any]) -> Iterator[str]:
    for field in fields:
        if isinstance(field, (SearchField, AutocompleteField)):
            yield _as_text(field.get_value(obj))
        elif isinstance(field, RelatedFields):
            for related in _related(field.get_value(obj)):
                yield from _texts(related, field.fields)


def _as_text(value: Any) -> str:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return " ".join(map(_as_text, value))
    return "" if value is None else str(value)


def _related(value: Any) -> Iterable[Any]:
    if value is None:
        return ()
    if hasattr(value, "all"):
        found: Iterable[Any] = value.all()
        return found
    return (value() if callable(value) else value,)


class _Folded:
    """What the indexer sees of an object: its key, and one field that holds all its words."""

    def __init__(self, obj: Any) -> None:
        self.pk = obj.pk
        self.folded = indexed_text(" ".join(_texts(obj, obj.get_search_fields())))

    def get_search_fields(self) -> list[Any]:
        return [_FoldedField("folded")]


class _FoldedField(AutocompleteField):  # type: ignore[misc] # the library is not typed
    def get_value(self, obj: Any) -> str:
        folded: str = obj.folded
        return folded


class FoldingIndex:
    """Mixed before the index class of an engine."""

    def add_items(self, model: Any, objs: Iterable[Any]) -> None:
        super().add_items(model, [_Folded(obj) for obj in objs])  # type: ignore[misc] # the class it is mixed with

    def _refresh_title_norms(self, full: bool = False) -> None:
        """Nothing: no title column is filled, and the average over all rows at each save would cost."""


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802 -- the name that modelsearch looks for
    """The back-end of the database in use: PostgreSQL, or SQLite with FTS5."""
    if connection.vendor == "postgresql":
        from modelsearch.backends.database.postgres import postgres as engine

        parent, index = engine.PostgresSearchBackend, engine.PostgresIndex
    else:
        from modelsearch.backends.database.sqlite import sqlite as engine

        parent, index = engine.SQLiteSearchBackend, engine.SQLiteIndex
    folding = type("FoldingIndex", (FoldingIndex, index), {})
    return type("SearchBackend", (parent,), {"index_class": folding})(params)
