"""Who is there, who leaves for a dossier, whether the quorum is reached; the method counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from kiif.committees.enums import MAJORITY_SHARES, QUORUM_SHARES, MemberRole
from kiif.committees.models import Member, Presence, Session
from kiif.methods.committee import voting
from kiif.programmes.models import Application, Conflict
from kiif.questionnaires.models import Participant


@dataclass(frozen=True)
class Room:
    """The members of a session today, and which are there (keys)."""

    session: Session
    members: tuple[Member, ...]
    there: frozenset[int]

    @property
    def voters(self) -> list[Member]:
        return [member for member in self.members if member.votes]

    @property
    def chair(self) -> Member | None:
        return next((member for member in self.members if member.role == MemberRole.CHAIR), None)

    def before(self, barred: Collection[int]) -> voting.Attendance:
        """The committee before a dossier. `barred`: people (keys of accounts) whom a conflict takes away from it."""
        voters = self.voters
        chair = self.chair
        return voting.Attendance(
            members=[member.key for member in voters],
            present=[member.key for member in voters if member.pk in self.there],
            recused=[member.key for member in voters if member.person_id in barred],
            chair=chair.key if chair is not None and chair.votes else "",
        )

    def leaving(self, barred: Collection[int]) -> list[Member]:
        """Members there, with a voice or not, who must leave for a dossier."""
        return [one for one in self.members if one.pk in self.there and one.person_id in barred]

    def count(self, barred: Collection[int] = ()) -> voting.Count:
        return voting.count(self.before(barred), quorum_of(self.session))


def room_of(session: Session) -> Room:
    """Two queries."""
    members = tuple(session.members.sitting().order_by("name", "pk"))
    there = Presence.objects.filter(member__session=session, left_at__isnull=True).values_list("member_id", flat=True)
    return Room(session, members, frozenset(there))


def quorum_of(session: Session) -> voting.Quorum:
    share, strictly = QUORUM_SHARES[session.quorum]
    return voting.Quorum(share, strictly, session.quorum_least)


def rule_of(session: Session) -> voting.Rule:
    share, strictly = MAJORITY_SHARES[session.majority]
    return voting.Rule(quorum_of(session), share, strictly, voting.Tie(session.tie))


def barred_from(applications: Collection[int]) -> dict[int, set[int]]:
    """For each application (key), the accounts that a confirmed conflict takes away from it, and those who carry it.

    Three queries, whatever the number.
    """
    found: dict[int, set[int]] = defaultdict(set)
    conflicts = Conflict.objects.confirmed().filter(application_id__in=applications)
    for application, person in conflicts.values_list("application_id", "person_id"):
        found[application].add(person)
    owners = Application.objects.filter(pk__in=applications, response__owner__isnull=False)  # guarded: keys are given
    for application, person in owners.values_list("pk", "response__owner_id"):
        found[application].add(person)
    shared = Participant.objects.filter(response__application__in=applications)
    for application, person in shared.values_list("response__application__pk", "user_id"):
        found[application].add(person)
    return found
