"""What may set somebody against an application: facts that we hold, looked for over a whole call at once.

Facts only propose: the person, or who runs the call, says what they are worth (`actions.conflicts`). Taking part in an
application is no matter of opinion and bars at once. Rooms above add what they know:

    conflicts.register("support", find)   # find(call, people) gives Facts, people being keys of accounts
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone

from kiif.accounts.models import User
from kiif.alliance.models import Delegation, Membership
from kiif.organisations.models import Organisation, Tie
from kiif.organisations.names import COMMON_DOMAINS, domain_of
from kiif.programmes.enums import SENT, ConflictReason, ConflictState, State
from kiif.programmes.models import Application, Call, Conflict, Project
from kiif.programmes.queries import ApplicationQuerySet
from kiif.questionnaires.models import Mandate, Participant, Response

#: Mail houses that the directory of organisations does not list: sharing one says nothing either.
MORE_COMMON_DOMAINS: Final = COMMON_DOMAINS | {
    *("aol.com", "gmx.fr", "gmx.com", "msn.com", "me.com", "mac.com", "live.com", "hotmail.be", "outlook.com"),
    *("numericable.fr", "club-internet.fr", "aliceadsl.fr", "9online.fr", "cegetel.net", "tutanota.com", "tuta.io"),
    *("posteo.net", "gandi.net", "netcourrier.com", "caramail.com", "rocketmail.com", "ymail.com"),
}
#: A tie, or a post, that ended longer ago than this is no longer proposed.
FORGOTTEN_AFTER: Final = dt.timedelta(days=5 * 365)

Reason = tuple[str, str]


@dataclass(frozen=True, order=True)
class Fact:
    """One reason why a person may be in conflict with an application: a `ConflictReason` and the words of the fact."""

    application_id: int
    person_id: int
    reason: str
    words: str = ""


@dataclass(frozen=True)
class Proposal:
    """All the facts about a person and an application. `certain`: it needs nobody to confirm it."""

    application_id: int
    person_id: int
    reasons: tuple[Reason, ...]

    @property
    def certain(self) -> bool:
        return any(code == ConflictReason.CARRIER for code, _words in self.reasons)


Finder = Callable[[Call, Collection[int]], Iterable[Fact]]
_finders: dict[str, Finder] = {}


def register(key: str, find: Finder) -> None:
    """Adds a source of facts; the same key is replaced."""
    _finders[key] = find


def proposals(call: Call, people: Collection[int] | Iterable[int]) -> list[Proposal]:
    """What we know of these people (keys of accounts) and the applications of a call, by application then person.

    A fixed number of queries, whatever the sizes. Nothing is written.
    """
    wanted = set(people)
    book = _Book.of(call)
    if not wanted or not book.applications:
        return []
    found: dict[tuple[int, int], set[Reason]] = defaultdict(set)
    facts = [fact for find in (_carriers, _mandates, _organisations, _support, _houses, _domains, _co_editors)
             for fact in find(book, wanted)]  # fmt: skip
    facts += [fact for find in _finders.values() for fact in find(call, wanted)]
    for fact in facts:
        if fact.person_id in wanted:
            found[(fact.application_id, fact.person_id)].add((str(fact.reason), fact.words))
    return [Proposal(app, person, tuple(sorted(reasons))) for (app, person), reasons in sorted(found.items())]


def barred_people(application: Application) -> set[int]:
    """Keys of the people who must see nothing of this application as those who select: a confirmed conflict, or a part
    in it. Whoever writes to a team about an application leaves them out."""
    confirmed = Conflict.objects.filter(application=application, state=ConflictState.CONFIRMED)
    return set(confirmed.values_list("person_id", flat=True)) | carriers_of(application)


def carriers_of(application: Application) -> set[int]:
    """Keys of the people who write this application. Asks nothing when its participants were fetched before."""
    fetched = getattr(application.response, "_prefetched_objects_cache", {}).get("participants")
    rows = Participant.objects.filter(response_id=application.response_id) if fetched is None else fetched
    shared = (row.user_id for row in rows)
    owner = application.response.owner_id
    return set(shared) | ({owner} if owner is not None else set())


def waiting_for(person: User, application: Application) -> Conflict | None:
    """The question that this person must settle before reading this application, if any."""
    rows = Conflict.objects.filter(person=person, application=application, state=ConflictState.PROPOSED)
    return rows.first()


@dataclass(frozen=True)
class _Book:
    """The applications of a call, and who carries each."""

    call: Call
    applications: dict[int, dict[str, Any]]
    carriers: dict[int, set[int]]
    organisations: dict[int, int]

    @classmethod
    def of(cls, call: Call) -> _Book:
        rows = Application.objects.filter(call=call, state__in=(*SENT, State.DRAFT))
        fields = ("pk", "response_id", "response__owner_id", "project_id", "organisation_id", "siren", "contact_email")
        applications = {row["pk"]: row for row in rows.values(*fields)}
        return cls(call, applications, _carried(rows, applications), _named(call, applications))

    def by_carrier(self) -> dict[int, set[int]]:
        """Applications of each carrier."""
        return _turned(self.carriers)

    def by_organisation(self) -> dict[int, set[int]]:
        out: dict[int, set[int]] = defaultdict(set)
        for application, organisation in self.organisations.items():
            out[organisation].add(application)
        return out


def _turned(groups: dict[int, set[int]]) -> dict[int, set[int]]:
    out: dict[int, set[int]] = defaultdict(set)
    for key, members in groups.items():
        for member in members:
            out[member].add(key)
    return out


def _carried(rows: ApplicationQuerySet, applications: dict[int, dict[str, Any]]) -> dict[int, set[int]]:
    """Who carries each application: owner and people of its answer, and who follows the project."""
    carriers: dict[int, set[int]] = {key: set() for key in applications}
    by_response = {row["response_id"]: key for key, row in applications.items()}
    by_project: dict[int, list[int]] = defaultdict(list)
    for key, row in applications.items():
        by_project[row["project_id"]].append(key)
        if (owner := row["response__owner_id"]) is not None:
            carriers[key].add(owner)
    shared = Participant.objects.filter(response__application__in=rows)
    for response, user in shared.values_list("response_id", "user_id"):
        carriers[by_response[response]].add(user)
    follow = Project.carriers.through.objects.filter(project__applications__in=rows)
    for project, user in follow.values_list("project_id", "user_id").distinct():
        for key in by_project[project]:
            carriers[key].add(user)
    return carriers


def _named(call: Call, applications: dict[int, dict[str, Any]]) -> dict[int, int]:
    """The organisation of the directory behind each application: as chosen, else by its number."""
    known = {key: row["organisation_id"] for key, row in applications.items() if row["organisation_id"]}
    numbers = {row["siren"] for key, row in applications.items() if key not in known and row["siren"]}
    rows = Organisation.objects.filter(alliance_id=call.edition.programme.owner.alliance_key, siren__in=numbers)
    by_number = dict(rows.filter(merged_into__isnull=True).values_list("siren", "pk")) if numbers else {}
    for key, row in applications.items():
        if key not in known and (found := by_number.get(row["siren"])):
            known[key] = found
    return known


def _carriers(book: _Book, people: set[int]) -> Iterable[Fact]:
    for application, carriers in book.carriers.items():
        for person in carriers & people:
            yield Fact(application, person, ConflictReason.CARRIER)


def _mandates(book: _Book, people: set[int]) -> Iterable[Fact]:
    """People of the team who wrote for the carriers, whether the mandate runs or ended: their words are in it."""
    by_response = {row["response_id"]: key for key, row in book.applications.items()}
    rows = Mandate.objects.filter(staff_id__in=people, response__application__call=book.call)
    for response, person in rows.values_list("response_id", "staff_id").distinct():
        if person is not None and response in by_response:
            yield Fact(by_response[response], person, ConflictReason.MANDATE)


def _recent(field: str = "until") -> Q:
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gt": timezone.localdate() - FORGOTTEN_AFTER})


def _organisations(book: _Book, people: set[int]) -> Iterable[Fact]:
    """People of the organisation that applies, recognised or not yet, there or gone not long ago."""
    by_organisation = book.by_organisation()
    ties = Tie.objects.filter(_recent(), user_id__in=people, organisation_id__in=by_organisation)
    for tie in ties.select_related("organisation"):
        for application in by_organisation[tie.organisation_id]:
            yield Fact(application, tie.user_id, ConflictReason.ORGANISATION, str(tie.organisation))


def _posts(people: set[int]) -> list[tuple[int, int, str]]:
    """(person, incubator or partner, its name): posts held now or not long ago, but in the alliance; those held in
    somebody's place too."""
    rows = Membership.objects.filter(_recent(), user_id__in=people, where__alliance__isnull=False)
    own = rows.order_by().values_list("user_id", "where_id", "where__name")
    lent = Delegation.objects.filter(
        _recent(), to_id__in=people, since__lte=timezone.localdate(), membership__where__alliance__isnull=False
    )
    held = lent.order_by().values_list("to_id", "membership__where_id", "membership__where__name")
    return list(own.union(held))


def _support(book: _Book, people: set[int]) -> Iterable[Fact]:
    """The incubator in which somebody works follows the organisation that applies."""
    by_organisation = book.by_organisation()
    followed: dict[int, set[int]] = defaultdict(set)
    through = Organisation.stewards.through.objects.filter(organisation_id__in=by_organisation)
    for organisation, incubator in through.values_list("organisation_id", "incubator_id"):
        followed[incubator] |= by_organisation[organisation]
    for person, where, name in _posts(people):
        for application in followed.get(where, ()):
            yield Fact(application, person, ConflictReason.SUPPORT, name)


def _houses(book: _Book, people: set[int]) -> Iterable[Fact]:
    """Somebody who carries the application works in the same house."""
    by_carrier = book.by_carrier()
    inside: dict[int, set[int]] = defaultdict(set)
    for carrier, where, _name in _posts(set(by_carrier)):
        inside[where] |= by_carrier[carrier]
    for person, where, name in _posts(people):
        for application in inside.get(where, ()):
            yield Fact(application, person, ConflictReason.ORGANISATION, name)


def _domain(email: str | None) -> str:
    domain = domain_of(email or "")
    return "" if domain in MORE_COMMON_DOMAINS else domain


def _domains(book: _Book, people: set[int]) -> Iterable[Fact]:
    """An address of the same domain as the contact, the organisation or a carrier."""
    by_carrier = book.by_carrier()
    by_domain: dict[str, set[int]] = defaultdict(set)
    for application, row in book.applications.items():
        by_domain[_domain(row["contact_email"])].add(application)
    by_organisation = book.by_organisation()
    organisations = Organisation.objects.filter(pk__in=by_organisation).exclude(email="")
    for organisation, email in organisations.values_list("pk", "email"):
        by_domain[_domain(email)] |= by_organisation[organisation]
    for carrier, email in User.objects.filter(pk__in=by_carrier).values_list("pk", "email"):
        by_domain[_domain(email)] |= by_carrier[carrier]
    by_domain.pop("", None)
    for person, email in User.objects.filter(pk__in=people).values_list("pk", "email"):
        domain = _domain(email)
        for application in by_domain.get(domain, ()):
            yield Fact(application, person, ConflictReason.DOMAIN, domain)


def _co_editors(book: _Book, people: set[int]) -> Iterable[Fact]:
    """Somebody wrote another application with one of those who carry this one."""
    others = _written_with(book, people)
    by_carrier = book.by_carrier()
    for person, carrier, title in others:
        for application in by_carrier[carrier] if carrier != person else ():
            yield Fact(application, person, ConflictReason.CO_EDITOR, title)


def _written_with(book: _Book, people: set[int]) -> list[tuple[int, int, str]]:
    """(person, carrier of this call, title): applications of other calls that both wrote."""
    mine = _written_by(people, book.call)
    if not mine:
        return []
    theirs = _written_by(set(book.by_carrier()), book.call, among=set(mine))
    titles = dict(
        Application.objects.filter(response_id__in=set(mine) & set(theirs)).values_list("response_id", "title")
    )
    return [
        (person, carrier, titles[response])
        for response in titles
        for person in mine[response]
        for carrier in theirs[response]
    ]


def _written_by(people: set[int], call: Call, among: set[int] | None = None) -> dict[int, set[int]]:
    """Who, of these people, wrote each answer of the other calls."""
    answers = Response.objects.filter(application__isnull=False).exclude(application__call=call)
    if among is not None:
        answers = answers.filter(pk__in=among)
    out: dict[int, set[int]] = defaultdict(set)
    for response, owner in answers.filter(owner_id__in=people).values_list("pk", "owner_id"):
        out[response].add(owner)
    shared = Participant.objects.filter(user_id__in=people, response__in=answers)
    for response, user in shared.values_list("response_id", "user_id"):
        out[response].add(user)
    return out
