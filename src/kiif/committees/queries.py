"""QuerySets of committees: who runs the call prepares; members see their own session, and nothing once removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q, QuerySet

from kiif.accounts.actor import Actor
from kiif.committees.enums import RUNNING, SessionState
from kiif.programmes.queries import NOTHING, run_by, sees

if TYPE_CHECKING:
    from kiif.committees.models import Item, Member, Scenario, Session  # noqa: F401 -- names of type parameters

_CALL = "call__edition__programme__"


def sits(actor: Actor) -> QuerySet[Any]:
    """Keys of the sessions in which this person sits today."""
    from kiif.committees.models import Member

    if actor.user is None:
        return Member.objects.none().values("session_id")
    return Member.objects.filter(person=actor.user, removed_at__isnull=True).values("session_id")


class SessionQuerySet(QuerySet["Session"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of calls that one runs, and those in which one sits."""
        if actor.is_system:
            return self
        if actor.user is None:
            return self.none()
        return self.filter(run_by(actor, _CALL) | Q(pk__in=sits(actor)))

    def running(self) -> Self:
        return self.filter(state__in=RUNNING)

    def to_come(self) -> Self:
        return self.exclude(state=SessionState.CLOSED)

    def with_ties(self) -> Self:
        return self.select_related("call__edition__programme__owner")


class SeatQuerySet(QuerySet["Member"]):
    def visible_to(self, actor: Actor) -> Self:
        from kiif.committees.models import Session

        return self.filter(session__in=Session.objects.visible_to(actor))

    def sitting(self) -> Self:
        return self.filter(removed_at__isnull=True)


class ItemQuerySet(QuerySet["Item"]):
    def visible_to(self, actor: Actor) -> Self:
        """Of the sessions that one sees, the dossiers that one may read: nothing that one carries or is barred from."""
        from kiif.committees.models import Session

        if actor.is_system:
            return self
        return self.filter(sees(actor), session__in=Session.objects.visible_to(actor))

    def with_ties(self) -> Self:
        return self.select_related("session", "application__project", "application__organisation")


class ScenarioQuerySet(QuerySet["Scenario"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own, and those shared, in the sessions that one sees."""
        from kiif.committees.models import Session

        if actor.is_system:
            return self
        mine = Q(author=actor.user) if actor.user is not None else NOTHING
        return self.filter(Q(shared=True) | mine, session__in=Session.objects.visible_to(actor))
