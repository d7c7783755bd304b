"""Who is behind an application, a host, a call: whom one writes to. Nobody whom a conflict bars."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.utils.timezone import localdate as today

from kiif.accounts.models import User
from kiif.alliance.enums import Role
from kiif.alliance.models import Membership
from kiif.alliance.queries import on
from kiif.programmes.conflicts import barred_people, carriers_of
from kiif.programmes.models import Application, Host
from kiif.questionnaires.models import Participant


def carriers(application: Application) -> list[User]:
    """The people who carry an application, by name."""
    return list(User.objects.filter(pk__in=carriers_of(application), is_active=True))


def carriers_by_application(applications: Iterable[Application]) -> dict[int, list[User]]:
    """The same for many, in two queries: key of the application -> its people."""
    responses = {application.response_id: application.pk for application in applications}
    pairs = list(Participant.objects.filter(response_id__in=responses).values_list("response_id", "user_id"))
    owners = Application.objects.filter(response_id__in=responses, response__owner__isnull=False)
    pairs += list(owners.values_list("response_id", "response__owner_id"))
    people = {user.pk: user for user in User.objects.filter(pk__in={user for _r, user in pairs}, is_active=True)}
    found: dict[int, set[int]] = defaultdict(set)
    for response, user in pairs:
        if user in people:
            found[responses[response]].add(user)
    return {key: sorted((people[user] for user in users), key=str) for key, users in found.items()}


def house(host: Host, application: Application | None = None) -> list[User]:
    """Who speaks for a host: its contact and its managers; without a contact, its advisors too."""
    return houses([host], application)[host.pk]


def houses(hosts: Iterable[Host], application: Application | None = None) -> dict[int, list[User]]:
    """The same for many: key of the host -> its people. Without those who may not see this application."""
    hosts = list(hosts)
    staff = _staff({host.incubator_id for host in hosts})
    contacts = _contacts(hosts)
    barred = barred_people(application) if application is not None else set()
    found = {}
    for host in hosts:
        roles = staff.get(host.incubator_id, {})
        contact = contacts.get((host.contact_id, host.incubator_id))
        people = [*roles.get(Role.MANAGER, []), *([contact] if contact else roles.get(Role.ADVISOR, []))]
        found[host.pk] = [user for user in dict.fromkeys(people) if user.is_active and user.pk not in barred]
    return found


def _contacts(hosts: list[Host]) -> dict[tuple[int | None, int], User]:
    """(person, incubator) -> the contact of a host, as long as they belong to its incubator."""
    named = {host.contact_id for host in hosts if host.contact_id}
    if not named:
        return {}
    rows = Membership.objects.filter(on(today()), user_id__in=named, where_id__in={host.incubator_id for host in hosts})
    return {(row.user_id, row.where_id): row.user for row in rows.select_related("user")}


def _staff(incubators: set[int]) -> dict[int, dict[str, list[User]]]:
    found: dict[int, dict[str, list[User]]] = defaultdict(lambda: defaultdict(list))
    rows = Membership.objects.filter(on(today()), where_id__in=incubators, role__in=(Role.MANAGER, Role.ADVISOR))
    for row in rows.select_related("user").order_by("user__full_name", "pk"):
        found[row.where_id][row.role].append(row.user)
    return found
