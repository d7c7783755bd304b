"""QuerySets of committees: who runs the call prepares; members see their own session, and nothing once removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.alliance.models import Membership
from kiif.alliance.queries import on
from kiif.committees.enums import RUNNING, SessionState
from kiif.programmes.queries import NOTHING, run_by, sees

if TYPE_CHECKING:
    from kiif.committees.models import Item, Member, Scenario, Session  # noqa: F401 -- names of type parameters

_CALL = "call__edition__programme__"


def sits(actor: Actor) -> QuerySet[Any]:
    """Keys of the sessions in which this person sits today; the closed ones only as long as they may read them."""
    from kiif.committees.models import Member

    if actor.user is None:
        return Member.objects.none().values("session_id")
    rows = Member.objects.filter(person=actor.user, removed_at__isnull=True)
    return rows.exclude(Q(session__state=SessionState.CLOSED) & _gone(actor)).values("session_id")


def _gone(actor: Actor) -> Q:
    """On a seat: this person left the alliance of the session. Seats to come and under way went with the membership
    (`receivers.on_access_closed`); closed ones stay for the minutes, which they no longer read. An external expert does
    while their light access to this call is valid."""
    from kiif.reviews.enums import ReviewerState
    from kiif.reviews.models import Reviewer

    owner = f"session__{_CALL}owner_id"
    above = f"session__{_CALL}owner__alliance_id"
    ways = Q()
    for house in (owner, above):
        ways |= Q(where=OuterRef(house)) | Q(where__alliance=OuterRef(house))
    ever = Membership.objects.filter(ways, user=actor.user)
    expert = Reviewer.objects.filter(
        person=actor.user, external=True, round__call=OuterRef("session__call"), token_until__gt=timezone.now()
    ).exclude(Q(state=ReviewerState.LEFT) | Q(token_hash=""))
    return Q(Exists(ever)) & ~Exists(ever.filter(on(timezone.localdate()))) & ~Exists(expert)


def opening_seats(actor: Actor) -> QuerySet[Any]:
    """Seats that open dossiers: of running sessions, and of those to come whose members were invited to read."""
    from kiif.committees.models import Member

    early = Q(session__state=SessionState.PLANNED, session__read_before=True, session__invited_at__isnull=False)
    rows = Member.objects.filter(person=actor.user, removed_at__isnull=True)
    return rows.filter(Q(session__state__in=RUNNING) | early)


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
