"""QuerySets of programmes. Two readings of an application: by its carriers (`own`), by those who select (`visible_to`).

A person who is both never mixes them: what one carries is never seen as one who selects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, OuterRef, Q, QuerySet

from kiif.accounts.actor import Actor
from kiif.alliance.enums import STAFF_ROLES, Role
from kiif.programmes import readers
from kiif.programmes.enums import SENT, CallState, ConflictState, NoteReach, PairState, State

if TYPE_CHECKING:
    from kiif.programmes.models import (  # noqa: F401 -- names of type parameters
        Application,
        Call,
        Check,
        Conflict,
        CorrectionRequest,
        Edition,
        Note,
        Pair,
        Programme,
        Project,
    )

NOTHING = Q(pk__in=())
#: Roles that run the programmes of their house.
RUNNING_ROLES = frozenset({Role.COORDINATOR, Role.MANAGER, Role.ADVISOR})
#: Roles of an incubator that read what it may host.
HOSTING_ROLES = frozenset({Role.MANAGER, Role.ADVISOR, Role.COLLEAGUE})


def role_of(actor: Actor) -> str:
    return str(actor.acting_as.role) if actor.acting_as is not None else ""


def where_of(actor: Actor) -> int:
    """Key of the body acted in; 0, which no body has, without one."""
    return int(actor.acting_as.where_id) if actor.acting_as is not None else 0


def _of_alliance(actor: Actor, path: str) -> Q:
    alliance = actor.acting_as.alliance_id
    return Q(**{f"{path}owner_id": alliance}) | Q(**{f"{path}owner__alliance_id": alliance})


def run_by(actor: Actor, path: str = "") -> Q:
    """Programmes that this actor runs: the coordination all of its alliance, an incubator its own. `path` leads to the
    programme."""
    role = role_of(actor)
    if role == Role.COORDINATOR:
        return _of_alliance(actor, path)
    return Q(**{f"{path}owner_id": where_of(actor)}) if role in RUNNING_ROLES else NOTHING


def known_by_team(actor: Actor, path: str = "") -> Q:
    """Programmes of the alliance, for its teams."""
    return _of_alliance(actor, path) if role_of(actor) in STAFF_ROLES else NOTHING


def hosted_by(actor: Actor, path: str = "") -> Q:
    """Calls in which the incubator acted in hosts, for its teams. `path` leads to the call."""
    if role_of(actor) not in HOSTING_ROLES:
        return NOTHING
    from kiif.programmes.models import Host

    mine = Host.objects.filter(incubator_id=where_of(actor), left_at__isnull=True)
    return Q(**{f"{path}pk__in": mine.values("call_id")})


class ProgrammeQuerySet(QuerySet["Programme"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the alliance, for its teams; the public reads calls."""
        return self if actor.is_system else self.filter(known_by_team(actor))

    def run_by(self, actor: Actor) -> Self:
        return self if actor.is_system else self.filter(run_by(actor))


class EditionQuerySet(QuerySet["Edition"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the alliance, for its teams; rehearsals for who runs the programme."""
        if actor.is_system:
            return self
        seen = known_by_team(actor, "programme__") & Q(rehearsal_of__isnull=True)
        return self.filter(seen | run_by(actor, "programme__"))

    def real(self) -> Self:
        return self.filter(rehearsal_of__isnull=True)


class CallQuerySet(QuerySet["Call"]):
    def visible_to(self, actor: Actor) -> Self:
        """The team's page: published calls for every team of the alliance, those in preparation and rehearsals for who
        runs the programme or hosts."""
        if actor.is_system:
            return self
        real = Q(edition__rehearsal_of__isnull=True)
        seen = known_by_team(actor, "edition__programme__") & real & ~Q(state=CallState.DRAFT)
        mine = run_by(actor, "edition__programme__") | (hosted_by(actor) & real)
        return self.filter(seen | mine)

    def run_by(self, actor: Actor) -> Self:
        """Those that this actor manages."""
        return self if actor.is_system else self.filter(run_by(actor, "edition__programme__"))

    def public(self) -> Self:
        """What any visitor reads."""
        shown = (CallState.PUBLISHED, CallState.CANCELLED, CallState.ARCHIVED)
        rows = self.filter(state__in=shown, edition__rehearsal_of__isnull=True, published_at__isnull=False)
        return rows.filter(edition__programme__ended_at__isnull=True)

    def with_ties(self) -> Self:
        return self.select_related("edition__programme__owner", "collection")


class CheckQuerySet(QuerySet["Check"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of calls that one runs, and one's own."""
        if actor.is_system:
            return self
        mine = Q(user=actor.user) if actor.user is not None else NOTHING
        return self.filter(mine | run_by(actor, "call__edition__programme__"))


def carried_by(actor: Actor, path: str = "") -> Q:
    """Applications that this person carries: owner of the answer, or one of those who write it."""
    if actor.user is None:
        return NOTHING
    from kiif.questionnaires.models import Participant, Response

    owned = Response.objects.filter(owner=actor.user).values("pk")
    shared = Participant.objects.filter(user=actor.user).values("response_id")
    return Q(**{f"{path}response_id__in": owned}) | Q(**{f"{path}response_id__in": shared})


def barred_from(actor: Actor) -> QuerySet[Any]:
    """Keys of applications that a confirmed conflict takes away from this person; from the one in whose place they act,
    too: what somebody may not read is not lent."""
    from kiif.programmes.models import Conflict

    lent = getattr(actor.acting_as, "delegation", None) is not None
    people = [actor.user.pk] if actor.user is not None else []
    people += [actor.acting_as.user_id] if lent else []
    return Conflict.objects.filter(person_id__in=people, state=ConflictState.CONFIRMED).values("application_id")


def concerned(actor: Actor, call: Call | None = None) -> Q:
    """Applications that concern the incubator acted in: it is wished for, or no host is chosen yet. `call`: of this one
    only."""
    if role_of(actor) not in HOSTING_ROLES:
        return NOTHING
    from kiif.programmes.models import Host, HostWish

    wished = HostWish.objects.filter(host__incubator_id=where_of(actor), host__left_at__isnull=True)
    if call is None:
        return Q(pk__in=wished.values("application_id")) | (Q(host_open=True) & hosted_by(actor, "call__"))
    hosts = Exists(Host.objects.filter(call=call, incubator_id=where_of(actor), left_at__isnull=True))
    return Q(pk__in=wished.filter(host__call=call).values("application_id")) | Q(hosts, host_open=True)


def _read_in(actor: Actor, call: Call) -> Q:
    """What somebody who does not run a call reads of it."""
    from kiif.programmes.rules import is_real

    read = concerned(actor, call) if is_real(actor, call) else NOTHING
    for reader in readers.every():
        read |= reader.readable(actor)
    return read


def sees(actor: Actor, path: str = "application_id", call: Call | None = None) -> Exists:
    """That the application of a row (its key at `path`) is one that this actor sees. Asked row by row: what rows are
    about is mostly narrowed already, and the list of all that somebody sees is long. `call`: as in `visible_to`."""
    from kiif.programmes.models import Application

    return Exists(Application.objects.visible_to(actor, call).filter(pk=OuterRef(path)))


class ApplicationQuerySet(QuerySet["Application"]):
    def visible_to(self, actor: Actor, call: Call | None = None) -> Self:
        """As one who selects: who runs the call (drafts too, without their answers: `programmes.reading`), the hosts
        that it concerns, those whom a reader names; never what one carries, nor what a conflict bars.

        `call`: of this one only, with its ties. Whether one runs it is then known, and the database is asked for the
        rest alone: PostgreSQL takes longer to plan the whole condition than to answer.
        """
        from kiif.programmes.rules import runs as runs_it

        if call is not None:
            rows = self.filter(call=call)
            if not (actor.is_system or runs_it(actor, call)):
                rows = rows.sent().filter(_read_in(actor, call))
            return rows.open_to(actor)
        if actor.is_system:
            return self
        if actor.user is None:
            return self.none()
        runs = run_by(actor, "call__edition__programme__")
        real = Q(call__edition__rehearsal_of__isnull=True)
        read = concerned(actor) & real
        for reader in readers.every():
            read |= reader.readable(actor)
        return self.filter(runs | (read & Q(state__in=SENT))).open_to(actor)

    def run_by(self, actor: Actor, call: Call | None = None) -> Self:
        """Of the visible ones, those of calls that this actor runs: shorter than `visible_to`. `call`: as there."""
        from kiif.programmes.rules import runs as runs_it

        if call is not None:
            whole = actor.is_system or runs_it(actor, call)
            return self.filter(call=call).open_to(actor) if whole else self.none()
        rows = self if actor.is_system else self.filter(run_by(actor, "call__edition__programme__"))
        return rows.open_to(actor)

    def open_to(self, actor: Actor) -> Self:
        """Neither carried by this person nor barred from them: what is left to ask of a call that one runs. `NOT
        EXISTS` rather than `NOT IN`: PostgreSQL takes the latter to leave out half of the rows, and plans for a list
        what fits a handful."""
        from kiif.questionnaires.models import Participant, Response

        if actor.is_system:
            return self
        if actor.user is None:
            return self.none()
        owned = Response.objects.filter(pk=OuterRef("response_id"), owner=actor.user)
        shared = Participant.objects.filter(response_id=OuterRef("response_id"), user=actor.user)
        barred = barred_from(actor).filter(application_id=OuterRef("pk"))
        return self.filter(~Exists(owned), ~Exists(shared), ~Exists(barred))

    def own(self, actor: Actor) -> Self:
        """As one who carries."""
        return self.filter(carried_by(actor))

    def sent(self) -> Self:
        return self.filter(state__in=SENT)

    def begun(self) -> Self:
        return self.filter(state=State.DRAFT)

    def with_ties(self) -> Self:
        return self.select_related("project", "call__edition__programme__owner", "organisation", "response")


class ProjectQuerySet(QuerySet["Project"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those with an application that one reads, and those that one carries."""
        from kiif.programmes.models import Application

        if actor.is_system:
            return self
        read = Application.objects.visible_to(actor).values("project_id")
        return self.filter(Q(pk__in=read) | self._carried(actor))

    def own(self, actor: Actor) -> Self:
        return self.filter(self._carried(actor))

    def _carried(self, actor: Actor) -> Q:
        from kiif.programmes.models import Application

        if actor.user is None:
            return NOTHING
        mine = Application.objects.own(actor).values("project_id")
        return Q(pk__in=mine) | Q(carriers=actor.user.pk)


class ApplicationPairQuerySet(QuerySet["Pair"]):
    def visible_to(self, actor: Actor) -> Self:
        """Pairs of calls that one runs, both applications seen."""
        from kiif.programmes.models import Application

        if actor.is_system:
            return self
        seen = Application.objects.run_by(actor)
        # asked pair by pair: there are few, and two lists of all applications would be crossed
        return self.filter(Exists(seen.filter(pk=OuterRef("first_id"))), Exists(seen.filter(pk=OuterRef("second_id"))))

    def open(self) -> Self:
        gone = (State.MERGED, State.WITHDRAWN)
        rows = self.filter(state=PairState.OPEN)
        return rows.exclude(first__state__in=gone).exclude(second__state__in=gone)


class ConflictQuerySet(QuerySet["Conflict"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own, and those of calls that one runs (of applications that one may see)."""

        if actor.is_system:
            return self
        runs = run_by(actor, "application__call__edition__programme__")
        mine = Q(person=actor.user) if actor.user is not None else NOTHING
        return self.filter(mine | (runs & Q(sees(actor))))

    def confirmed(self) -> Self:
        return self.filter(state=ConflictState.CONFIRMED)


class CorrectionRequestQuerySet(QuerySet["CorrectionRequest"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of applications that one carries, and of calls that one runs (of applications that one may see)."""
        from kiif.programmes.models import Application

        if actor.is_system:
            return self
        seen = Application.objects.run_by(actor).values("pk")
        mine = Application.objects.own(actor).values("pk")
        return self.filter(Q(application_id__in=seen) | Q(application_id__in=mine))

    def open(self) -> Self:
        return self.filter(answered_at__isnull=True, closed_at__isnull=True)


class NoteQuerySet(QuerySet["Note"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own; those for who runs the call; those of the house; those for all who read the application."""

        if actor.is_system:
            return self
        if actor.user is None:
            return self.none()
        house = Q(reach=NoteReach.HOUSE, house_id=where_of(actor)) if role_of(actor) in STAFF_ROLES else NOTHING
        team = Q(reach=NoteReach.TEAM) & run_by(actor, "application__call__edition__programme__")
        read = Q(author=actor.user) | Q(reach=NoteReach.EVERY) | house | team
        return self.filter(read, sees(actor))
