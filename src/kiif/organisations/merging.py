"""Who points to an organisation: each room says it in `apps.ready()`, and a merge moves it.

    merging.register(Application, "organisation")
    merging.register(Seat, "organisation", unique=("cohort",))   # one row for each cohort and organisation

Rows that the kept organisation already has (same values in `unique`) stay with the row that went: nothing is lost, and
undoing the merge finds them there. A test refuses a foreign key to Organisation that nobody registered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model

from kiif.organisations.models import Organisation


@dataclass(frozen=True)
class Pointer:
    """A field of a model that points to an organisation. `unique`: fields that, with it, name one row."""

    model: type[Model]
    field: str
    unique: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.model._meta.label_lower}.{self.field}"


_pointers: dict[str, Pointer] = {}
#: Models of this room that tell the story of a row and stay with it.
OWN_STORY = frozenset({"organisations.merge", "organisations.duplicatepair", "organisations.organisation"})


def register(model: type[Model], field: str, *, unique: Iterable[str] = ()) -> None:
    """Declares that `model.field` points to an organisation; the same field is replaced."""
    pointer = Pointer(model, field, tuple(unique))
    _pointers[pointer.key] = pointer


def pointers() -> list[Pointer]:
    return sorted(_pointers.values(), key=lambda pointer: pointer.key)


def unregistered() -> list[str]:
    """Fields that point to an organisation and that no room registered: a merge would forget them."""
    missing = []
    for model in apps.get_models():
        if model._meta.label_lower in OWN_STORY or model._meta.auto_created:
            continue
        for field in model._meta.get_fields():
            points = field.is_relation and not field.auto_created and field.related_model is Organisation
            if points and f"{model._meta.label_lower}.{field.name}" not in _pointers:
                missing.append(f"{model._meta.label_lower}.{field.name}")
    return sorted(missing)


def move(source: Organisation, target: Organisation) -> dict[str, list[Any]]:
    """Moves every registered row from one organisation to another; gives the keys moved, by field."""
    moved: dict[str, list[Any]] = {}
    for pointer in pointers():
        keys = _movable(pointer, source, target)
        if keys:
            pointer.model._default_manager.filter(pk__in=keys).update(**{pointer.field: target})
            moved[pointer.key] = keys
    return moved


def _movable(pointer: Pointer, source: Organisation, target: Organisation) -> list[Any]:
    manager = pointer.model._default_manager
    rows = manager.filter(**{pointer.field: source})
    if not pointer.unique:
        return list(rows.values_list("pk", flat=True))
    there = set(manager.filter(**{pointer.field: target}).values_list(*pointer.unique))
    return [pk for pk, *values in rows.values_list("pk", *pointer.unique) if tuple(values) not in there]


def move_back(moved: dict[str, list[Any]], source: Organisation, target: Organisation) -> int:
    """Moves back the rows of a merge that still point to `source`; gives how many."""
    count = 0
    for key, keys in moved.items():
        pointer = _pointers.get(key)
        if pointer is not None:
            rows = pointer.model._default_manager.filter(pk__in=keys, **{pointer.field: source})
            count += rows.update(**{pointer.field: target})
    return count
