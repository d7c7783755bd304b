"""Whose figures somebody reads.

A conflict of interest and an application that one carries weigh on figures too: what tells what became of
applications, and every breakdown, leaves them out for this reader, so that no difference between a number and a list
tells anything of them. Everybody else counts them. The board says how many are left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from kiif.accounts.actor import Actor
from kiif.alliance.enums import Role
from kiif.programmes.enums import CallState
from kiif.programmes.queries import CallQuerySet, barred_from, carried_by, hosted_by, role_of, run_by

if TYPE_CHECKING:
    from kiif.programmes.models import Application, Call
    from kiif.steering.models import Export, OpenData  # noqa: F401 -- names of type parameters


def steered_by(actor: Actor) -> CallQuerySet:
    """Calls whose board this actor reads: who runs them, and the hosts of real ones."""
    from kiif.programmes.models import Call

    if actor.is_system:
        return Call.objects.all()
    hosted = hosted_by(actor) & Q(edition__rehearsal_of__isnull=True)
    return Call.objects.filter(run_by(actor, "edition__programme__") | hosted)


def summarised() -> CallQuerySet:
    """Calls that are told to partners at all: what they read is kept for these, also once their programme has ended."""
    from kiif.programmes.models import Call

    rows = Call.objects.filter(state__in=(CallState.PUBLISHED, CallState.ARCHIVED), published_at__isnull=False)
    return rows.filter(edition__rehearsal_of__isnull=True)


def summarised_for(actor: Actor) -> CallQuerySet:
    """Calls that a partner of the alliance reads the anonymised summary of: published ones."""
    if role_of(actor) != Role.PARTNER or actor.acting_as is None:
        return summarised().none()
    alliance = actor.acting_as.alliance_id
    owner = "edition__programme__owner"
    mine = Q(**{f"{owner}_id": alliance}) | Q(**{f"{owner}__alliance_id": alliance})
    return summarised().filter(mine)


def left_out(actor: Actor, calls: Iterable[Call]) -> list[int]:
    """Keys of the applications of these calls that this actor's figures do not count. One query."""
    from kiif.programmes.models import Application

    if actor.is_system or actor.user is None:
        return []
    wanted = {call.pk for call in calls}
    rows = Application.objects.filter(carried_by(actor) | Q(pk__in=barred_from(actor))).order_by()
    return [key for key, call in rows.values_list("pk", "call_id") if call in wanted]


def barred_since(actor: Actor, call: Call, since: dt.datetime) -> bool:
    """Whether a conflict took an application of this call away from this actor after this moment: a file made before
    may hold it."""
    from kiif.programmes.models import Conflict

    rows = Conflict.objects.confirmed().filter(person_id=actor.user.pk if actor.user else None)
    return bool(rows.filter(application__call=call, settled_at__gte=since).exists())


def counted(call: Call, without: list[int]) -> QuerySet[Application]:
    """Applications of a call that figures are made of."""
    from kiif.programmes.models import Application

    rows = Application.objects.filter(call=call).order_by()
    return rows.exclude(pk__in=without) if without else rows


class ExportQuerySet(QuerySet["Export"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own, of calls that one still runs."""
        if actor.is_system:
            return self
        if actor.user is None:
            return self.none()
        return self.filter(run_by(actor, "call__edition__programme__"), asked_by=actor.user)


class OpenDataQuerySet(QuerySet["OpenData"]):
    def public(self) -> Self:
        """What any visitor reads."""
        return self.filter(withdrawn_at__isnull=True, edition__rehearsal_of__isnull=True)

    def visible_to(self, actor: Actor) -> Self:
        """What is public, and what was withdrawn for who runs the programme."""
        if actor.is_system:
            return self
        public = Q(withdrawn_at__isnull=True, edition__rehearsal_of__isnull=True)
        return self.filter(public | run_by(actor, "edition__programme__"))
