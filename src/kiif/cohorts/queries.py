"""QuerySets of the room. Two readings as in `programmes`: `visible_to` for teams and hosts, `own` for carriers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef, Q, QuerySet

from kiif.accounts.actor import Actor
from kiif.cohorts.enums import OPEN, PRESENT, RUNNING, MemberState, PlacementState
from kiif.programmes.enums import State
from kiif.programmes.queries import HOSTING_ROLES, NOTHING, barred_from, carried_by, role_of, run_by, sees, where_of
from kiif.programmes.rules import runs

if TYPE_CHECKING:
    from kiif.cohorts.models import Cohort, CohortEvent, Member, Placement  # noqa: F401 -- names of type parameters
    from kiif.programmes.models import Application, Call


def at_my_house(actor: Actor, path: str = "") -> Q:
    """Placements with a host of the incubator acted in, for its team. `path` leads to the placement."""
    return Q(**{f"{path}host__incubator_id": where_of(actor)}) if role_of(actor) in HOSTING_ROLES else NOTHING


def hosted_here(actor: Actor) -> PlacementQuerySet:
    """Of `Placement.objects.visible_to`, those with the own house that run: it reads what it is asked to host, so all
    that is left to ask is whether the person is barred."""
    from kiif.cohorts.models import Placement
    from kiif.programmes.models import Application

    opened = Application.objects.sent().open_to(actor).filter(pk=OuterRef("application_id"))
    return Placement.objects.filter(at_my_house(actor)).running().filter(Exists(opened))


def without_host(actor: Actor, call: Call | None = None) -> QuerySet[Application]:
    """Accepted applications of calls that this actor runs and that no running placement holds: nobody is left out
    unnoticed."""
    from kiif.cohorts.models import Placement
    from kiif.programmes.models import Application

    running = Placement.objects.running().filter(application=OuterRef("pk"))
    rows = Application.objects.run_by(actor, call).filter(~Exists(running), state=State.ACCEPTED)
    return rows.exclude(member__state=MemberState.DROPPED)  # who gave up waits for nobody


def left_out(actor: Actor, call: Call) -> QuerySet[Application]:
    """Applications of a call that no figure of this person counts: a conflict bars them, or they carry them."""
    from kiif.programmes.models import Application

    rows = Application.objects.filter(call=call).order_by()  # guarded: of a call which is already seen
    if actor.is_system or actor.user is None:
        return rows.none()
    return rows.filter(carried_by(actor) | Q(pk__in=barred_from(actor)))


class PlacementQuerySet(QuerySet["Placement"]):
    def visible_to(self, actor: Actor, call: Call | None = None) -> Self:
        """Those of calls that one runs and those with the own house; never of an application that one may not see.
        `call`: of this one only, as for applications."""
        if call is not None:
            rows = self.filter(application__call=call)
            if not (actor.is_system or runs(actor, call)):
                rows = rows.filter(at_my_house(actor))
            return rows if actor.is_system else rows.filter(sees(actor, call=call))
        if actor.is_system:
            return self
        rows = self.filter(run_by(actor, "application__call__edition__programme__") | at_my_house(actor))
        return rows.filter(sees(actor))

    def own(self, actor: Actor) -> Self:
        """Of what one carries."""
        return self.filter(carried_by(actor, "application__"))

    def running(self) -> Self:
        return self.filter(state__in=RUNNING)

    def open(self) -> Self:
        """An answer is expected."""
        return self.filter(state__in=OPEN)

    def hosted(self) -> Self:
        return self.filter(state=PlacementState.HOSTED)

    def with_ties(self) -> Self:
        return self.select_related(
            "application__project", "application__call__edition__programme__owner", "host__incubator", "host__branch"
        )


class CohortQuerySet(QuerySet["Cohort"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of calls that one sees as a team."""
        from kiif.programmes.models import Call

        return self if actor.is_system else self.filter(call__in=Call.objects.visible_to(actor).values("pk"))

    def run_by(self, actor: Actor) -> Self:
        return self if actor.is_system else self.filter(run_by(actor, "call__edition__programme__"))

    def own(self, actor: Actor) -> Self:
        """Those in which one takes part with a project."""
        from kiif.cohorts.models import Member

        return self.filter(pk__in=Member.objects.own(actor).values("cohort_id"))

    def public(self) -> Self:
        return self.filter(public_at__isnull=False, call__edition__rehearsal_of__isnull=True)


class MemberQuerySet(QuerySet["Member"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of cohorts that one runs, those hosted by the own house; never of an application that is barred."""
        from kiif.cohorts.models import Placement

        if actor.is_system:
            return self
        here = Placement.objects.filter(at_my_house(actor)).running().values("application_id")
        rows = self.filter(run_by(actor, "cohort__call__edition__programme__") | Q(application_id__in=here))
        return rows.filter(sees(actor))

    def own(self, actor: Actor) -> Self:
        return self.filter(carried_by(actor, "application__"))

    def present(self) -> Self:
        """Who takes part in the life of the cohort."""
        return self.filter(state__in=PRESENT)

    def shown(self) -> Self:
        """Who agreed to be on the public page and did not give up."""
        return self.filter(public_at__isnull=False).exclude(state=MemberState.DROPPED)

    def with_ties(self) -> Self:
        return self.select_related(
            "application__project", "cohort__call__edition__programme__owner", "placement__host__incubator",
            "placement__host__branch",
        )  # fmt: skip


class EventQuerySet(QuerySet["CohortEvent"]):
    def concerning(self, actor: Actor) -> Self:
        """Dates of cohorts in which one takes part, hosts or that one runs."""
        from kiif.cohorts.models import Cohort, Member

        mine = Member.objects.own(actor).present().values("cohort_id")
        hosting = Member.objects.visible_to(actor).values("cohort_id")
        return self.filter(
            Q(cohort__in=mine) | Q(cohort__in=hosting) | Q(cohort__in=Cohort.objects.run_by(actor).values("pk"))
        )
