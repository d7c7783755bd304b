"""Placements, cohorts and their people for tests, as rows. All invented."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.alliance.enums import Role
from kiif.alliance.models import Incubator, Membership
from kiif.cohorts.enums import Answer, PlacementState
from kiif.cohorts.models import Cohort, CohortEvent, Commitment, Member, Placement
from kiif.programmes.enums import State
from kiif.programmes.models import Application, Call, Host, Target
from tests.alliance import factories as alliances
from tests.factories import make_user
from tests.programmes import factories as programmes


def make_target(application: Application, code: str = "33", rank: int = 1) -> Target:
    return Target.objects.create(
        application=application, rank=rank, level="department", code=code, name=f"Département {code}",
        department_code=code,
    )  # fmt: skip


def make_accepted(call: Call, owner: User | None = None, *hosts: Host, code: str = "33", **fields: Any) -> Application:
    application = programmes.make_application(call, owner, State.ACCEPTED, *hosts, **fields)
    if code:
        make_target(application, code)
    return application


def make_placement(
    application: Application, host: Host, state: str = PlacementState.PROPOSED, **fields: Any
) -> Placement:
    now = timezone.now()
    both = {"host_answer": Answer.YES, "carrier_answer": Answer.YES, "hosted_at": now}
    known = both if state == PlacementState.HOSTED else {}
    closed = {"closed_at": now} if state in {"refused", "expired", "withdrawn", "reassigned", "ended"} else {}
    given = {"deadline": now + timedelta(days=8), **known, **closed, **fields}
    return Placement.objects.create(application=application, host=host, state=state, **given)


def make_cohort(call: Call, *applications: Application, **fields: Any) -> Cohort:
    cohort = Cohort.objects.create(call=call, **{"name": "Promotion inventée", **fields})
    for application in applications:
        make_member(cohort, application)
    return cohort


def make_member(cohort: Cohort, application: Application, **fields: Any) -> Member:
    hosted = Placement.objects.hosted().filter(application=application).first()
    return Member.objects.create(cohort=cohort, application=application, placement=hosted, **fields)


def make_commitment(cohort: Cohort, *, opened: bool = True, **fields: Any) -> Commitment:
    return Commitment.objects.create(
        cohort=cohort,
        opened_at=timezone.now() if opened else None,
        **{"title": "Charte inventée", "text": "Nous nous engageons.", **fields},
    )


def make_event(cohort: Cohort, **fields: Any) -> CohortEvent:
    start = timezone.now() + timedelta(days=5)
    return CohortEvent.objects.create(
        cohort=cohort,
        **{"title": "Journée inventée", "starts_at": start, "ends_at": start + timedelta(hours=3), **fields},
    )


def acting(user: User) -> Actor:
    """The person, under the membership that counts."""
    return Actor(user=user, acting_as=Membership.objects.of(user.pk).first())


def staff(where: Any, role: str = Role.ADVISOR, name: str = "") -> Actor:
    user = make_user(name)
    alliances.make_membership(where, role, user)
    return acting(user)


class Stage:
    """A call of an alliance with two hosts, each with its advisor, a coordinator, and what one adds."""

    def __init__(self, **fields: Any) -> None:
        self.alliance = alliances.make_alliance()
        programme = programmes.make_programme(self.alliance)
        self.call = programmes.make_call(programmes.make_edition(programme), **fields)
        self.houses: list[Incubator] = [alliances.make_incubator(self.alliance) for _n in range(2)]
        self.hosts = [
            programmes.make_host(self.call, house, departments=[code], places=2)
            for house, code in zip(self.houses, ("33", "23"), strict=True)
        ]
        self.coordinator = staff(self.alliance, Role.COORDINATOR, "Coline Inventée")
        self.advisors = [staff(house, Role.ADVISOR) for house in self.houses]
        self.carrier = make_user("Porteuse Inventée")

    @property
    def by(self) -> Actor:
        return self.coordinator

    @property
    def carrying(self) -> Actor:
        return Actor(user=self.carrier)

    def accepted(self, owner: User | None = None, **fields: Any) -> Application:
        return make_accepted(self.call, owner or self.carrier, **fields)
