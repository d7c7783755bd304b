"""Who may read which part of the journal: each app says it for its models, in `apps.ready()`.

    registry.register(Incubator, can_read=lambda actor, incubator: rules.test_rule("alliance.view_…", actor, incubator))
    registry.register_scope(Incubator, can_read=…)   # the journal of everything that happens in it
    registry.register_whole(lambda actor: …)         # who reads the journal of the whole instance

What nobody registered, nobody reads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model

M = TypeVar("M", bound=Model)
CanRead = Callable[[Any, Any], bool]

_objects: dict[type[Model], CanRead] = {}
_scopes: dict[type[Model], CanRead] = {}
_whole: list[Callable[[Any], bool]] = []


def register(model: type[M], *, can_read: Callable[[Any, M], bool]) -> None:
    """Opens the History of a model's objects to those for whom `can_read(actor, obj)` is true."""
    _objects[model] = can_read


def register_scope(model: type[M], *, can_read: Callable[[Any, M], bool]) -> None:
    """Opens the journal of all that happens in an organisation of this model."""
    _scopes[model] = can_read


def register_whole(can_read: Callable[[Any], bool]) -> None:
    """Opens the journal of the whole instance to actors for whom the function is true."""
    if can_read not in _whole:
        _whole.append(can_read)


def _allows(rules: dict[type[Model], CanRead], actor: Any, obj: Model) -> bool:
    can_read = next((rules[kind] for kind in type(obj).__mro__ if kind in rules), None)
    return can_read is not None and bool(can_read(actor, obj))


def can_read_object(actor: Any, obj: Model) -> bool:
    """Whether this actor reads the History of this object."""
    return _allows(_objects, actor, obj)


def can_read_scope(actor: Any, scope: Model) -> bool:
    """Whether this actor reads the journal of this organisation."""
    return _allows(_scopes, actor, scope)


def can_read_whole(actor: Any) -> bool:
    """Whether this actor reads the journal of the whole instance."""
    return any(can_read(actor) for can_read in _whole)
