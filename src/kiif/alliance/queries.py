"""QuerySets of the alliance. Every list starts at `visible_to(actor)`; each has a twin predicate in `rules.py`.

Periods are half-open: `since` is the first day, `until` the first day without it; an empty `until` means "still".
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.alliance.enums import OVERSEEING_ROLES, STAFF_ROLES, Kind, Role

if TYPE_CHECKING:
    from kiif.alliance.models import (  # noqa: F401 -- names of type parameters
        AccessReview,
        Alliance,
        Body,
        Branch,
        Coverage,
        Delegation,
        Incubator,
        Invitation,
        Membership,
        Partner,
        ReviewLine,
        Sending,
    )

M_co = TypeVar("M_co", bound=Model, covariant=True)
NOTHING = Q(pk__in=())


def on(day: date, path: str = "") -> Q:
    """Rows whose period holds this day; `path` leads to the row that has the period ("membership__")."""
    started = Q(**{f"{path}since__lte": day})
    return started & (Q(**{f"{path}until__isnull": True}) | Q(**{f"{path}until__gt": day}))


def within(alliance_id: int | None, path: str = "") -> Q:
    """Bodies of this alliance, itself included; `path` leads to the body ("where__")."""
    if alliance_id is None:
        return NOTHING
    return Q(**{f"{path}alliance_id": alliance_id}) | Q(**{f"{path}pk": alliance_id})


def _not_gone(path: str = "") -> Q:
    left = f"{path}left_on"
    return Q(**{f"{left}__isnull": True}) | Q(**{f"{left}__gt": timezone.localdate()})


class _Visible(QuerySet[M_co]):
    """Base: the system sees everything; a visitor or a person without membership what `_seen_by` says."""

    def visible_to(self, actor: Actor) -> Self:
        """What this actor may see, and no more."""
        if actor.is_system:
            return self
        return self.filter(self._seen_by(actor))

    def _seen_by(self, actor: Actor) -> Q:
        raise NotImplementedError


def _incubators_seen_by(actor: Actor, path: str = "") -> Q:
    seen = _not_gone(path)
    acting = actor.acting_as
    if acting is None:
        return seen
    if acting.role in STAFF_ROLES:
        seen |= Q(**{f"{path}alliance_id": acting.alliance_id})
    return seen | Q(**{f"{path}pk": acting.where_id})


def _partners_seen_by(actor: Actor, path: str = "") -> Q:
    acting = actor.acting_as
    if acting is None:
        return NOTHING
    seen = Q(**{f"{path}pk": acting.where_id})
    if acting.role in STAFF_ROLES:
        seen |= Q(**{f"{path}alliance_id": acting.alliance_id})
    return seen


def _overseen_by(actor: Actor, path: str) -> Q:
    """Whatever happens in the bodies that this actor steers or supports; `path` leads to the body."""
    acting = actor.acting_as
    if acting is None:
        return NOTHING
    if acting.role in OVERSEEING_ROLES:
        return within(acting.alliance_id, path)
    if acting.role == Role.MANAGER:
        return Q(**{f"{path}pk": acting.where_id})
    return NOTHING


class BodyQuerySet(_Visible["Body"]):
    def _seen_by(self, actor: Actor) -> Q:
        return (
            Q(kind=Kind.ALLIANCE)
            | (Q(kind=Kind.INCUBATOR) & _incubators_seen_by(actor, "as_incubator__"))
            | (Q(kind=Kind.PARTNER) & _partners_seen_by(actor, "as_partner__"))
        )

    def steered_by(self, actor: Actor) -> Self:
        """Bodies whose people this actor manages or supports."""
        return self if actor.is_system else self.filter(_overseen_by(actor, ""))

    def alive(self) -> Self:
        """Without the incubators that left the alliance."""
        return self.exclude(kind=Kind.INCUBATOR, as_incubator__left_on__lte=timezone.localdate())


class AllianceQuerySet(_Visible["Alliance"]):
    def _seen_by(self, actor: Actor) -> Q:
        return Q()


class IncubatorQuerySet(_Visible["Incubator"]):
    def _seen_by(self, actor: Actor) -> Q:
        return _incubators_seen_by(actor)

    def members(self, day: date | None = None) -> Self:
        """Incubators that belong to their alliance on this day (today when not given)."""
        day = day or timezone.localdate()
        return self.filter(Q(left_on__isnull=True) | Q(left_on__gt=day), joined_on__lte=day)

    def with_figures(self) -> Self:
        """Adds `branch_count`, `department_count`, `team_count`: what is open today."""
        today = timezone.localdate()
        branch_open = Q(branches__opened_on__lte=today) & (
            Q(branches__closed_on__isnull=True) | Q(branches__closed_on__gt=today)
        )
        return self.annotate(
            branch_count=Count("branches", filter=branch_open, distinct=True),
            department_count=Count("coverages", filter=on(today, "coverages__"), distinct=True),
            team_count=Count("memberships", filter=on(today, "memberships__"), distinct=True),
        )


class PartnerQuerySet(_Visible["Partner"]):
    def _seen_by(self, actor: Actor) -> Q:
        return _partners_seen_by(actor)


class BranchQuerySet(_Visible["Branch"]):
    def _seen_by(self, actor: Actor) -> Q:
        acting = actor.acting_as
        today = timezone.localdate()
        seen = (Q(closed_on__isnull=True) | Q(closed_on__gt=today)) & _incubators_seen_by(actor, "incubator__")
        if acting is None:
            return seen
        if acting.role in STAFF_ROLES:
            seen |= Q(incubator__alliance_id=acting.alliance_id)
        return seen | Q(incubator_id=acting.where_id)

    def open(self, day: date | None = None) -> Self:
        day = day or timezone.localdate()
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day), opened_on__lte=day)


class CoverageQuerySet(_Visible["Coverage"]):
    def _seen_by(self, actor: Actor) -> Q:
        return _incubators_seen_by(actor, "incubator__")

    def on(self, day: date | None = None) -> Self:
        """Coverage that holds on this day (today when not given)."""
        return self.filter(on(day or timezone.localdate()))


class MembershipQuerySet(_Visible["Membership"]):
    def _seen_by(self, actor: Actor) -> Q:
        if actor.user is None:
            return NOTHING
        seen = Q(user_id=actor.user.pk) | _overseen_by(actor, "where__")
        acting = actor.acting_as
        if acting is not None and acting.role in {Role.ADVISOR, Role.COLLEAGUE, Role.PARTNER}:
            seen |= Q(where_id=acting.where_id) & on(timezone.localdate())
        return seen

    def current(self, day: date | None = None) -> Self:
        """Memberships that hold on this day (today when not given)."""
        return self.filter(on(day or timezone.localdate()))

    def of(self, user_id: int | None) -> Self:
        """Current memberships of a person, the widest role first, with what a request needs of them."""
        rows = self.current().filter(user_id=user_id).exclude(where__as_incubator__left_on__lte=timezone.localdate())
        return rows.select_related("where__as_incubator", "user", "branch").order_by("role_rank", "since", "pk")

    def with_ties(self) -> Self:
        return self.select_related("user", "where", "branch")


class InvitationQuerySet(_Visible["Invitation"]):
    def _seen_by(self, actor: Actor) -> Q:
        if actor.user is None:
            return NOTHING
        return Q(invited_by_id=actor.user.pk) | _overseen_by(actor, "where__")

    def pending(self) -> Self:
        """Neither accepted nor withdrawn, and still in time."""
        return self.open().filter(expires_at__gt=timezone.now())

    def open(self) -> Self:
        """Neither accepted nor withdrawn; perhaps too late."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)

    def with_ties(self) -> Self:
        return self.select_related("where", "invited_by", "accepted_by", "branch")


class SendingQuerySet(_Visible["Sending"]):
    def _seen_by(self, actor: Actor) -> Q:
        if actor.user is None:
            return NOTHING
        return Q(invitation__invited_by_id=actor.user.pk) | _overseen_by(actor, "invitation__where__")


class DelegationQuerySet(_Visible["Delegation"]):
    def _seen_by(self, actor: Actor) -> Q:
        if actor.user is None:
            return NOTHING
        mine = Q(membership__user_id=actor.user.pk) | Q(to_id=actor.user.pk)
        return mine | _overseen_by(actor, "membership__where__")

    def unfinished(self, day: date | None = None) -> Self:
        """Running or to come: nobody stopped them and the return date is ahead."""
        return self.filter(ended_at__isnull=True, until__gt=day or timezone.localdate())

    def running(self, day: date | None = None) -> Self:
        """Delegations that give rights on this day: started, not over, under a membership that still holds."""
        day = day or timezone.localdate()
        return self.unfinished(day).filter(on(day, "membership__"), since__lte=day)

    def with_ties(self) -> Self:
        return self.select_related("membership__user", "membership__where__as_incubator", "membership__branch", "to")


class AccessReviewQuerySet(_Visible["AccessReview"]):
    def _seen_by(self, actor: Actor) -> Q:
        return NOTHING if actor.user is None else _overseen_by(actor, "where__")

    def open(self) -> Self:
        return self.filter(confirmed_at__isnull=True)

    def with_progress(self) -> Self:
        """Adds `line_count` and `answered_count`."""
        return self.annotate(
            line_count=Count("lines", distinct=True),
            answered_count=Count("lines", filter=~Q(lines__answer=""), distinct=True),
        )


class ReviewLineQuerySet(_Visible["ReviewLine"]):
    def _seen_by(self, actor: Actor) -> Q:
        return NOTHING if actor.user is None else _overseen_by(actor, "review__where__")


def people_seen_by(actor: Actor, users: QuerySet[Any]) -> QuerySet[Any]:
    """Restricts a queryset of people to those whose membership this actor may see (and oneself)."""
    from kiif.alliance.models import Membership

    if actor.is_system:
        return users
    if actor.user is None:
        return users.none()
    seen = Membership.objects.visible_to(actor).filter(user_id=OuterRef("pk"))
    return users.filter(Exists(seen) | Q(pk=actor.user.pk))
