"""Whom a message is for: members that all the filters keep, then their people. Asked again when it leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q

from kiif.accounts.models import User
from kiif.cohorts import people
from kiif.cohorts.enums import Audience, MemberState, Side
from kiif.cohorts.models import Broadcast, Cohort, Member, Placement, Signature
from kiif.cohorts.queries import MemberQuerySet
from kiif.programmes.models import Conflict, Target


@dataclass
class Recipient:
    """A person, and the members for which they are written to."""

    user: User
    members: list[Member] = field(default_factory=list)


def members_of(cohort: Cohort, filters: dict[str, Any]) -> MemberQuerySet:
    """Members that every filter keeps. Without a state asked for: those who take part."""
    rows = Member.objects.filter(cohort=cohort)
    states = [state for state in filters.get("states", []) if state in MemberState.values]
    rows = rows.filter(state__in=states) if states else rows.present()
    if hosts := filters.get("hosts"):
        rows = rows.filter(placement__host_id__in=hosts)
    if filters.get("alone"):
        rows = rows.filter(~Exists(Placement.objects.hosted().filter(application_id=OuterRef("application_id"))))
    if departments := filters.get("departments"):
        aimed = Target.objects.filter(department_code__in=departments).values("application_id")
        rows = rows.filter(application_id__in=aimed)
    if commitment := filters.get("unsigned"):
        signed = Signature.objects.filter(commitment_id=commitment, member=OuterRef("pk"), side=Side.CARRIER)
        rows = rows.filter(~Exists(signed))
    if filters.get("consented"):
        rows = rows.filter(Q(consent_alumni_at__isnull=False))
    return rows.select_related("application__project", "application__response", "placement__host__incubator",
                               "placement__host__branch", "cohort")  # fmt: skip


def recipients(cohort: Cohort, audience: str, filters: dict[str, Any]) -> list[Recipient]:
    """People once each, by name, with the members that they are written to for. A fixed number of queries.

    Alumni are written to only when they agreed to be.
    """
    members = [member for member in members_of(cohort, filters) if _may_be_written_to(member)]
    found: dict[int, Recipient] = {}
    if audience in (Audience.CARRIERS, Audience.BOTH):
        carrying = people.carriers_by_application([member.application for member in members])
        for member in members:
            _add(found, carrying.get(member.application_id, []), member)
    if audience in (Audience.HOSTS, Audience.BOTH):
        _add_hosts(found, members)
    return sorted(found.values(), key=lambda one: (str(one.user), one.user.pk))


def _may_be_written_to(member: Member) -> bool:
    return member.state != MemberState.ALUMNI or member.consent_alumni_at is not None


def _add(found: dict[int, Recipient], users: list[User], member: Member) -> None:
    for user in users:
        one = found.setdefault(user.pk, Recipient(user))
        if member not in one.members:
            one.members.append(member)


def _add_hosts(found: dict[int, Recipient], members: list[Member]) -> None:
    hosts = {member.placement.host for member in members if member.placement is not None}
    houses = people.houses(hosts)
    barred = _barred(members)
    for member in members:
        if member.placement is not None:
            users = houses.get(member.placement.host_id, [])
            _add(found, [user for user in users if (member.application_id, user.pk) not in barred], member)


def _barred(members: list[Member]) -> set[tuple[int, int]]:
    """Who must hear nothing of an application."""
    rows = Conflict.objects.confirmed().filter(application__in=[member.application_id for member in members])
    return set(rows.values_list("application_id", "person_id"))


def of_broadcast(broadcast: Broadcast) -> list[Recipient]:
    return recipients(broadcast.cohort, broadcast.audience, broadcast.filters)
