"""The index follows the rows, in the transaction that changes them.

modelsearch would queue a job at each save; here a thing is found as soon as its transaction ends, and not at all if it
fails. A person's name stands in the index of the rows that point to them (memberships…): these follow too, which
is also how an erased person leaves the index.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model
from django.db.models.signals import post_save
from modelsearch import index
from modelsearch.signal_handlers import post_save_signal_handler

#: Fields of a person that rows pointing to them may be found by.
_TELLING = {"full_name", "email"}
#: A person with more rows than this is reindexed for the first ones; the nightly rebuild does the rest.
_MOST_ROWS = 500


def connect() -> None:
    """Called once, when all apps are ready."""
    for model in index.get_indexed_models():
        post_save.disconnect(post_save_signal_handler, sender=model)
        if getattr(model, "search_auto_update", True):
            post_save.connect(_index_row, sender=model, dispatch_uid=f"search.{model._meta.label}")
    post_save.connect(_index_rows_of_person, sender=get_user_model(), dispatch_uid="search.people")


def _index_row(instance: Model, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        index.insert_or_update_object(instance)


def _index_rows_of_person(
    instance: Model, created: bool, raw: bool = False, update_fields: Collection[str] | None = None, **kwargs: Any
) -> None:
    if raw or created or (update_fields is not None and not _TELLING & set(update_fields)):
        return
    for row in _rows_pointing_to(instance):
        index.insert_or_update_object(row)


def _rows_pointing_to(person: Model) -> Iterator[Model]:
    for model in index.get_indexed_models():
        for field in model._meta.concrete_fields:
            if field.many_to_one and field.related_model is type(person):
                yield from model._default_manager.filter(**{field.name: person})[:_MOST_ROWS]
