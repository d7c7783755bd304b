"""QuerySets of replication. What one may see hangs on the solution: its searches and studies follow it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from kiif.accounts.actor import Actor

if TYPE_CHECKING:
    from kiif.replication.models import FeasibilityStudy, Search, Solution  # noqa: F401 -- names of type parameters

M_co = TypeVar("M_co", bound=Model, covariant=True)


def _where(actor: Actor) -> Any:
    return getattr(actor.acting_as, "where_id", None)


def _seen_by(actor: Actor, path: str = "") -> Q:
    """Solutions that are mine, my body's when I act for it, or shared with me or it; `path` leads to the solution."""
    if actor.user is None:
        return Q(pk__in=())
    today = timezone.localdate()
    running = Q(**{f"{path}grants__until__isnull": True}) | Q(**{f"{path}grants__until__gte": today})
    seen = Q(**{f"{path}owner_id": actor.user.pk}) | (Q(**{f"{path}grants__user_id": actor.user.pk}) & running)
    where = _where(actor)
    if where is not None:
        seen |= Q(**{f"{path}owner_body_id": where}) | (Q(**{f"{path}grants__body_id": where}) & running)
    return seen


class _Visible(QuerySet[M_co]):
    path = ""

    def visible_to(self, actor: Actor, visitor_key: str = "") -> Self:
        """What this actor may read; a visitor, what was made in this very session (`visitor_key`)."""
        if actor.is_system:
            return self
        seen = _seen_by(actor, self.path)
        if visitor_key:
            seen |= Q(**{f"{self.path}visitor_key": visitor_key, f"{self.path}owner__isnull": True})
        return self.filter(pk__in=self.model._default_manager.filter(seen).values("pk"))


class SolutionQuerySet(_Visible["Solution"]):
    pass


class SearchQuerySet(_Visible["Search"]):
    path = "solution__"

    def with_ties(self) -> Self:
        return self.select_related("solution__owner", "solution__owner_body", "updated_by")


class StudyQuerySet(_Visible["FeasibilityStudy"]):
    path = "search__solution__"

    def with_ties(self) -> Self:
        return self.select_related("search__solution__owner", "search__solution__owner_body", "result")
