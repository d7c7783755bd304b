"""From an address to an object of any app: its model and its key, as they stand in the address.

Whether somebody may see what is found is never asked here: the registry of the floor that shows it says so.
"""

from __future__ import annotations

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model


def find(app: str, model: str, pk: str) -> Model | None:
    """The object of a model known by its names, or None when there is no such model, key or object."""
    try:
        return by_key(apps.get_model(app, model), pk)
    except LookupError:
        return None


def by_key(model: type[Model], pk: str) -> Model | None:
    """The object of a model, or None when there is none or when this can be no key of it."""
    try:
        found: Model | None = model._default_manager.filter(pk=pk).first()
    except (ValueError, ValidationError, OverflowError):
        return None
    return found
