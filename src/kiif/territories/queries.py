"""QuerySet vocabulary of territories."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from kiif.territories import rules
from kiif.territories.enums import Visibility

if TYPE_CHECKING:
    from kiif.accounts.actor import Actor
    from kiif.territories.models import (  # noqa: F401 -- names of type parameters
        DataImport,
        Draft,
        DrawnTerritory,
        Territory,
    )


class TerritoryQuerySet(models.QuerySet["Territory"]):
    """Official territories: public, so visible to all."""

    def visible_to(self, actor: Actor) -> Self:
        """Official territories are public data: everybody sees them."""
        return self

    def open(self) -> Self:
        """Those that exist today."""
        return self.filter(is_open=True)

    def at(self, level: str) -> Self:
        """Those of one level."""
        return self.filter(level=level)

    def with_parents(self) -> Self:
        """With region, department, EPCI and living area in the same query."""
        return self.select_related("region", "department", "epci", "living_area")

    def named(self, keys: Iterable[tuple[str, str]]) -> Self:
        """Those of these (level, code) pairs."""
        condition = Q(pk__in=[])
        for level, code in keys:
            condition |= Q(level=level, code=code)
        return self.filter(condition)

    def in_order(self, pks: list[int]) -> list[Any]:
        """Rows of these keys, in the order of the keys."""
        rows = {row.pk: row for row in self.filter(pk__in=pks)}
        return [rows[pk] for pk in pks if pk in rows]


class DrawnQuerySet(models.QuerySet["DrawnTerritory"]):
    """Living areas drawn by people."""

    def visible_to(self, actor: Actor) -> Self:
        """The same as ``rules.can_view``: public ones for everybody, those of members for people signed in, one's own
        and those of one's organisation. A withdrawn one is seen by those who may change or restore it.
        """
        if actor.is_system:
            return self
        shared = Q(visibility=Visibility.PUBLIC)
        if actor.is_authenticated:
            shared |= Q(visibility=Visibility.MEMBERS)
        if not rules.oversees(actor):
            shared &= Q(withdrawn_at__isnull=True)
        return self.filter(shared | self._mine(actor))

    def changeable_by(self, actor: Actor) -> Self:
        """One's own drawn for nobody else, and those drawn for the organisation that one acts for."""
        return self.filter(self._mine(actor))

    def _mine(self, actor: Actor) -> Q:
        if actor.user is None:
            return Q(pk__in=[])
        mine = Q(drawn_by=actor.user, drawn_for__isnull=True)
        body = rules.body_of(actor)
        return mine | Q(drawn_for_id=body) if body is not None else mine

    def for_list(self) -> Self:
        """With what a list shows: author and last version."""
        return self.select_related("drawn_by", "drawn_for", "current")

    def published(self) -> Self:
        """Public and not withdrawn."""
        return self.filter(visibility=Visibility.PUBLIC, withdrawn_at__isnull=True)

    def holding(self, territory_pk: int) -> Self:
        """Areas whose last version holds this commune."""
        return self.filter(current__members__territory_id=territory_pk)


class DraftQuerySet(models.QuerySet["Draft"]):
    """Drafts: only their author sees them."""

    def visible_to(self, actor: Actor) -> Self:
        """One's own drafts."""
        return self.filter(author=actor.user) if actor.user is not None else self.none()


class DataImportQuerySet(models.QuerySet["DataImport"]):
    """Imports of official files: for those who may import."""

    def visible_to(self, actor: Actor) -> Self:
        """All of them for coordinators, none for others."""
        return self if rules.may_import(actor) else self.none()
