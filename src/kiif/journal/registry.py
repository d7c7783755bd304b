"""Who may read which part of the journal: each app says it for its models, in `apps.ready()`.

    registry.register(Incubator, can_read=lambda actor, incubator: rules.test_rule("alliance.view_…", actor, incubator))
    registry.register_scope(Incubator, can_read=…)   # the journal of everything that happens in it
    registry.register_whole(lambda actor: …, restrict=lambda actor, entries: …)  # who reads beyond one organisation
    registry.register_hidden(lambda actor: Q(…))   # entries that somebody never reads, whatever journal they open

What nobody registered, nobody reads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q

from kiif.journal.queries import EntryQuerySet

M = TypeVar("M", bound=Model)
CanRead = Callable[[Any, Any], bool]
Hidden = Callable[[Any], Q | None]


@dataclass(frozen=True)
class Whole:
    """Who reads the large journal, and which part of it."""

    can_read: Callable[[Any], bool]
    restrict: Callable[[Any, EntryQuerySet], EntryQuerySet]


def _everything(actor: Any, entries: EntryQuerySet) -> EntryQuerySet:
    return entries


_objects: dict[type[Model], CanRead] = {}
_scopes: dict[type[Model], CanRead] = {}
_whole: list[Whole] = []
_hidden: list[Hidden] = []


def register(model: type[M], *, can_read: Callable[[Any, M], bool]) -> None:
    """Opens the History of a model's objects to those for whom `can_read(actor, obj)` is true."""
    _objects[model] = can_read


def register_scope(model: type[M], *, can_read: Callable[[Any, M], bool]) -> None:
    """Opens the journal of all that happens in an organisation of this model."""
    _scopes[model] = can_read


def register_whole(
    can_read: Callable[[Any], bool],
    *,
    restrict: Callable[[Any, EntryQuerySet], EntryQuerySet] = _everything,
) -> None:
    """Opens the journal of the instance to actors for whom `can_read` is true; `restrict` keeps their part of it."""
    whole = Whole(can_read, restrict)
    if whole not in _whole:
        _whole.append(whole)


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
    """Whether this actor reads the journal of the instance, or a part of it beyond one organisation."""
    return any(whole.can_read(actor) for whole in _whole)


def readable_by(actor: Any, entries: EntryQuerySet) -> EntryQuerySet:
    """What this actor reads in the journal of the instance: the part of the first registration that lets them."""
    for whole in _whole:
        if whole.can_read(actor):
            return whole.restrict(actor, entries)
    return entries.none()


def register_hidden(hidden: Hidden) -> None:
    """Adds a source of entries that an actor never reads, whatever journal they open (None: nothing is hidden)."""
    if hidden not in _hidden:
        _hidden.append(hidden)


def without_hidden(actor: Any, entries: EntryQuerySet) -> EntryQuerySet:
    """The entries without those that a higher floor hides from this actor."""
    for hidden in _hidden:
        if (found := hidden(actor)) is not None:
            entries = entries.exclude(pk__in=entries.model._default_manager.filter(found).values("pk"))
    return entries
