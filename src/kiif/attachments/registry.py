"""What files may be attached to: each app says it for its models, in `apps.ready()`.

    registry.register(Incubator, can_read=…, can_write=…, organisation=lambda incubator: incubator)

`can_read(actor, obj)` and `can_write(actor, obj)` are asked each time; `organisation(obj)` names whose quota counts and
in whose journal it shows, or None. Nothing can be attached to a model that nobody registered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Rights:
    """Who reads, who writes, whose quota."""

    can_read: Callable[[Any, Any], bool]
    can_write: Callable[[Any, Any], bool]
    organisation: Callable[[Any], Model | None]


def _nobody(obj: Any) -> None:
    return None


_rights: dict[type[Model], Rights] = {}


def register(
    model: type[M],
    *,
    can_read: Callable[[Any, M], bool],
    can_write: Callable[[Any, M], bool],
    organisation: Callable[[M], Model | None] = _nobody,
) -> None:
    """Lets files be attached to the objects of a model. The same model is replaced."""
    _rights[model] = Rights(can_read, can_write, organisation)


def rights_on(obj: Model) -> Rights | None:
    """The rights registered for the class of an object, or for a class that it inherits."""
    return next((_rights[kind] for kind in type(obj).__mro__ if kind in _rights), None)


def can_read(actor: Any, obj: Model) -> bool:
    """Whether this actor sees the files of this object."""
    rights = rights_on(obj)
    return rights is not None and bool(rights.can_read(actor, obj))


def can_write(actor: Any, obj: Model) -> bool:
    """Whether this actor adds and removes files here; never with somebody else's eyes."""
    rights = rights_on(obj)
    return rights is not None and actor.can_write and bool(rights.can_write(actor, obj))
