"""What the matching of a call reads in the database, given to `methods.matching`. A fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from kiif.accounts.actor import Actor
from kiif.alliance.enums import Role
from kiif.alliance.models import Coverage, Membership
from kiif.alliance.queries import on
from kiif.cohorts.enums import WEIGHTS, MemberState, PlacementState
from kiif.cohorts.models import Matching, Placement
from kiif.methods import matching as method
from kiif.programmes.enums import ConflictState, State
from kiif.programmes.models import Application, Call, Conflict, Host

#: What a host or a carrier did that bars the pair from being proposed again.
_SAID_NO = (PlacementState.REFUSED,)


@dataclass(frozen=True)
class Book:
    """A matching ready to be asked: the method's words, and the rows behind them."""

    call: Call
    asked: method.Round
    applications: dict[str, Application]
    hosts: dict[str, Host]

    @cached_property
    def fits(self) -> dict[tuple[str, str], method.Fit]:
        return method.all_fits(self.asked)

    @cached_property
    def projects(self) -> dict[str, method.Project]:
        return {one.key: one for one in self.asked.projects}

    def project(self, application: Application) -> method.Project:
        return self.projects[str(application.pk)]

    def host(self, host: Host) -> method.Host:
        return next(one for one in self.asked.hosts if one.key == str(host.pk))

    def fits_for(self, application: Application) -> list[method.Fit]:
        """Every host for one application, the possible ones first."""
        return method.fits(self.asked, self.project(application))

    def fit(self, application: Application, host: Host) -> method.Fit | None:
        """None for a host that withdrew."""
        return self.fits.get((str(application.pk), str(host.pk)))


def weights_of(matching: Matching | None) -> dict[str, int]:
    """Those of the call, the usual ones where it says nothing."""
    return {**WEIGHTS, **(matching.weights if matching else {})}


def to_match(call: Call) -> Iterable[Application]:
    """Accepted applications without a running placement."""
    running = Placement.objects.running().filter(application__call=call).values("application_id")
    rows = Application.objects.filter(call=call, state=State.ACCEPTED).exclude(pk__in=running)
    rows = rows.exclude(member__state=MemberState.DROPPED)
    return rows.select_related("project", "response").prefetch_related("targets", "wishes").order_by("title", "pk")


def book(
    call: Call,
    applications: Iterable[Application] | None = None,
    *,
    without: Placement | None = None,
    matching: Matching | None = None,
    hosts: Iterable[Host] | None = None,
    by: Actor | None = None,
) -> Book:
    """The matching of a call: the applications without a host, or those given.

    `by`: who looks at a page, to whom places held by hidden projects are not told; actions count all places.
    `without`: a placement that is looked at as if it were not there (its project may go elsewhere). `matching`,
    `hosts`: when they are read already (by pages; actions read them again).
    """
    rows = list(to_match(call) if applications is None else applications)
    if hosts is None:
        hosts = call.hosts.select_related("incubator", "branch") if by is None else with_places(call, by)
    hosts = [host for host in hosts if host.left_at is None]
    matching = matching or Matching.objects.filter(call=call).first()
    asked = method.Round(
        projects=tuple(_project(row, {host.pk for host in hosts}) for row in rows),
        hosts=_hosts(hosts, without, by),
        weights=weights_of(matching),
        barred=_barred(rows, hosts),
    )
    return Book(call, asked, {str(row.pk): row for row in rows}, {str(host.pk): host for host in hosts})


def _project(application: Application, hosts: set[int]) -> method.Project:
    targets = [target.department_code for target in application.targets.all() if target.department_code]
    wishes = [str(wish.host_id) for wish in application.wishes.all() if wish.host_id in hosts]
    return method.Project(
        key=str(application.pk),
        departments=tuple(dict.fromkeys(targets)),
        wishes=tuple(wishes),
        themes=frozenset({*application.themes, *application.challenges}),
        stage=application.stage,
        language=application.language,
    )


def _hosts(hosts: list[Host], without: Placement | None, by: Actor | None) -> tuple[method.Host, ...]:
    taken = taken_places(hosts, by)
    covered: dict[int, set[str]] = defaultdict(set)
    rows = Coverage.objects.filter(on(localdate()), incubator_id__in={host.incubator_id for host in hosts})
    for incubator, code in rows.values_list("incubator_id", "department_code"):
        covered[incubator].add(code)
    made = [_host(host, taken.get(host.pk, 0), covered[host.incubator_id]) for host in hosts]
    if without is not None and without.is_running:
        made = [_with_one_back(one) if one.key == str(without.host_id) else one for one in made]
    return tuple(made)


def _with_one_back(host: method.Host) -> method.Host:
    return replace(host, taken=max(host.taken - 1, 0))


def with_places(call: Call, by: Actor) -> list[Host]:
    """Hosts of a call with `held`, the places that this person sees taken. One query."""
    seen = Placement.objects.visible_to(by, call).running().filter(host=OuterRef("pk")).order_by()
    held = Subquery(seen.values("host").annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    return list(call.hosts.select_related("incubator", "branch").annotate(held=Coalesce(held, 0)))


def taken_places(hosts: Iterable[Host], by: Actor | None = None) -> dict[int, int]:
    """Places that running placements hold, by host. `by`: those that this person sees."""
    hosts = list(hosts)
    known = {host.pk: getattr(host, "held", None) for host in hosts}
    if hosts and None not in known.values():
        return {key: int(n or 0) for key, n in known.items()}
    rows = Placement.objects.running().filter(host__in=[host.pk for host in hosts]).order_by()
    if by is not None:
        rows = rows.visible_to(by)
    return dict(rows.values("host_id").annotate(n=Count("pk")).values_list("host_id", "n"))


def _host(host: Host, taken: int, covered: set[str]) -> method.Host:
    own = frozenset(host.departments) or frozenset(covered)
    return method.Host(
        key=str(host.pk),
        places=host.places,
        taken=taken,
        departments=own,
        everywhere=host.incubator.national and not host.departments,
        themes=frozenset(host.themes),
        stages=frozenset(host.stages),
        languages=frozenset(host.languages),
    )


def _barred(applications: list[Application], hosts: list[Host]) -> dict[tuple[str, str], str]:
    """Pairs that were refused, and those whose people a confirmed conflict sets against each other."""
    keys = [application.pk for application in applications]
    found = {(str(app), str(host)): "refused" for app, host in _refusals(applications)}
    against: dict[int, set[int]] = defaultdict(set)
    rows = Conflict.objects.filter(application_id__in=keys, state=ConflictState.CONFIRMED)
    for application, person in rows.values_list("application_id", "person_id"):
        against[application].add(person)
    if not against:
        return found
    staff = _speaking({host.incubator_id for host in hosts})
    for application, people in against.items():
        for host in hosts:
            speaking = staff.get(host.incubator_id, set())
            if host.contact_id in people or (speaking and speaking <= people):
                found[(str(application), str(host.pk))] = "conflict"
    return found


def _refusals(applications: list[Application]) -> Iterable[tuple[int, int]]:
    """Applications and the hosts with which somebody said no; asked once, or read with the applications."""
    if applications and all("placements" in getattr(one, "_prefetched_objects_cache", {}) for one in applications):
        known = (placement for one in applications for placement in one.placements.all())
        return [(one.application_id, one.host_id) for one in known if one.state in _SAID_NO]
    rows = Placement.objects.filter(application_id__in=[one.pk for one in applications], state__in=_SAID_NO)
    return rows.values_list("application_id", "host_id")


def _speaking(incubators: set[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    rows = Membership.objects.filter(on(localdate()), where_id__in=incubators, role__in=(Role.MANAGER, Role.ADVISOR))
    for incubator, user in rows.values_list("where_id", "user_id"):
        found[incubator].add(user)
    return found
