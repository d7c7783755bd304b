"""QuerySets of questionnaires: what may be designed, opened, read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q, QuerySet

from kiif.accounts.actor import Actor
from kiif.alliance.enums import STAFF_ROLES, Role
from kiif.questionnaires import uses
from kiif.questionnaires.enums import SENT

if TYPE_CHECKING:
    from kiif.questionnaires.models import Block, Collection, Questionnaire, Response, Version  # noqa: F401 -- type parameters

NOTHING = Q(pk__in=())
#: Roles that manage what their house has made; the coordination manages everything of the alliance.
MANAGING = frozenset({Role.COORDINATOR, Role.MANAGER, Role.ADVISOR})


def designs(actor: Actor) -> bool:
    """The teams of the alliance design: whoever acts under a role of staff."""
    return actor.acting_as is not None and actor.acting_as.role in STAFF_ROLES


def _of_my_house(actor: Actor, path: str) -> Q:
    """What belongs to a body of my alliance, for its teams; nothing for others."""
    if not designs(actor):
        return NOTHING
    alliance = actor.acting_as.alliance_id
    return Q(**{f"{path}_id": alliance}) | Q(**{f"{path}__alliance_id": alliance})


class QuestionnaireQuerySet(QuerySet["Questionnaire"]):
    def visible_to(self, actor: Actor) -> Self:
        """Every team of the alliance reads the questionnaires of the others: they are meant to be copied."""
        return self if actor.is_system else self.filter(_of_my_house(actor, "owner"))

    def with_ties(self) -> Self:
        return self.select_related("owner", "draft_by")


class VersionQuerySet(QuerySet["Version"]):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.is_system else self.filter(_of_my_house(actor, "questionnaire__owner"))


class BlockQuerySet(QuerySet["Block"]):
    def visible_to(self, actor: Actor) -> Self:
        """The delivered ones and those of the alliance's bodies."""
        if actor.is_system:
            return self
        return self.filter(Q(owner__isnull=True) | _of_my_house(actor, "owner")) if designs(actor) else self.none()


class CollectionQuerySet(QuerySet["Collection"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those whose answers one may manage. The public address of a collection is not this (see `views`)."""
        return self if actor.is_system else self.filter(_of_my_house(actor, "owner"))


class ResponseQuerySet(QuerySet["Response"]):
    def visible_to(self, actor: Actor, link_hashes: tuple[str, ...] = ()) -> Self:
        """Mine, those I take part in, those of collections of the body I act for, those that a use lets me read.

        `link_hashes`: digests of the personal links that this browser holds. A draft is read by its people only.
        """
        if actor.is_system:
            return self
        seen = Q(link_hash__in=link_hashes, owner__isnull=True) if link_hashes else NOTHING
        if actor.user is not None:
            seen |= Q(owner_id=actor.user.pk) | Q(participants__user_id=actor.user.pk)
            seen |= Q(mandates__staff_id=actor.user.pk, mandates__ended_at__isnull=True) & _managed(actor)
        seen |= _of_collections(actor) & Q(state__in=SENT)
        for use in uses.every():
            seen |= Q(collection__use=use.key, state__in=SENT) & use.readable(actor)
        return self.filter(pk__in=self.model._default_manager.filter(seen).values("pk"))

    def with_ties(self) -> Self:
        return self.select_related("collection__questionnaire", "collection__owner", "version", "owner")


def _of_collections(actor: Actor) -> Q:
    where: Any = getattr(actor.acting_as, "where_id", None)
    return Q(collection__owner_id=where, collection__use="") if where is not None and designs(actor) else NOTHING


def _managed(actor: Actor) -> Q:
    """Answers of the collections that this role manages: a mandate ends with the role under which it was given."""
    role = actor.acting_as.role if actor.acting_as is not None else ""
    if role == Role.COORDINATOR:
        return _of_my_house(actor, "collection__owner")
    return Q(collection__owner_id=actor.acting_as.where_id) if role in MANAGING else NOTHING
