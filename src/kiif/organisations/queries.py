"""QuerySets of organisations. `visible_to` is the whole fiche, `known_to` its public facts (name, commune, themes)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.alliance.enums import STAFF_ROLES, Role
from kiif.alliance.queries import NOTHING
from kiif.organisations.enums import PairState, Status

if TYPE_CHECKING:
    from kiif.organisations.models import (  # noqa: F401 -- names of type parameters
        Batch,
        DuplicatePair,
        Merge,
        Organisation,
        Tie,
    )

M_co = TypeVar("M_co", bound=Model, covariant=True)
#: Rows weighed against each other by `find`.
CANDIDATES = 200


def role_of(actor: Actor) -> str:
    """Role acted under; empty for carriers and visitors."""
    return str(actor.acting_as.role) if actor.acting_as is not None else ""


def alliance_of(actor: Actor) -> int | None:
    """Key of the alliance acted in."""
    return int(actor.acting_as.where.alliance_key) if actor.acting_as is not None else None


def open_ties(path: str = "", day: date | None = None) -> Q:
    """Ties that open rights on this day (today): accepted, confirmed, started, not ended; `path` leads to the tie."""
    day = day or timezone.localdate()
    running = Q(**{f"{path}until__isnull": True}) | Q(**{f"{path}until__gt": day})
    sides = Q(**{f"{path}accepted_at__isnull": False, f"{path}confirmed_at__isnull": False})
    return running & sides


def _of_team(actor: Actor, path: str = "") -> Q:
    """Organisations of the alliance that this actor works for, in one of its teams."""
    if role_of(actor) not in STAFF_ROLES:
        return NOTHING
    return Q(**{f"{path}alliance_id": alliance_of(actor)})


class OrganisationQuerySet(QuerySet["Organisation"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those whose whole fiche this actor reads: teams the directory of their alliance, a person the own ones."""
        if actor.is_system:
            return self
        if actor.user is None:
            return self.none()
        return self.filter(_of_team(actor) | Q(pk__in=self._of_person(actor)))

    def known_to(self, actor: Actor) -> Self:
        """Those whose public facts this actor reads; a partner reads nothing more of active ones."""
        if actor.is_system:
            return self
        if actor.user is None:
            return self.none()
        seen = _of_team(actor) | Q(pk__in=self._of_person(actor))
        if role_of(actor) == Role.PARTNER:
            seen |= Q(alliance_id=alliance_of(actor), status=Status.ACTIVE)
        return self.filter(seen)

    def _of_person(self, actor: Actor) -> QuerySet[Any]:
        from kiif.organisations.models import Tie

        return Tie.objects.filter(open_ties(), user=actor.user).values("organisation_id")

    def of_person(self, actor: Actor) -> Self:
        """Those that this person is in, confirmed on both sides."""
        return self.filter(pk__in=self._of_person(actor)) if actor.user is not None else self.none()

    def alive(self) -> Self:
        """Without the rows that turned out to be another one."""
        return self.exclude(status=Status.MERGED)

    def active(self) -> Self:
        return self.filter(status=Status.ACTIVE)

    def with_place(self) -> Self:
        """With commune and department in the same query."""
        return self.select_related("commune__department")

    def for_list(self) -> Self:
        return self.with_place().prefetch_related("stewards")

    def about(self, theme: str) -> Self:
        """Those that bear this theme."""
        return self.filter(themes__contains=f",{theme},")

    def matching(self, text: str) -> Self:
        """Those whose names, place or numbers hold every word typed, whatever accents and case."""
        from kiif.territories.lookup import fold

        rows = self
        for word in _joined_numbers(fold(text[:100])).split()[:8]:
            rows = rows.filter(search_text__contains=word)
        return rows


def _joined_numbers(text: str) -> str:
    """ "852 379 999" typed in groups is one number: groups of digits that follow each other are tied."""
    joined: list[str] = []
    for word in text.split():
        tied = joined and word.isdigit() and joined[-1].lstrip("w").isdigit() and len(joined[-1]) + len(word) <= 14
        if tied and len(word) in (3, 4, 5):
            joined[-1] += word
        else:
            joined.append(word)
    return " ".join(joined)


def find(actor: Actor, text: str, limit: int = 20, *, closed: bool = True) -> list[Organisation]:
    """Organisations that this actor knows, best first: same number, same name, start of the name, words anywhere.

    For pickers and the search of the house: names, commune, numbers; case and accents do not matter. Closed ones come
    last, or not at all with `closed=False`; rows that were merged never come.
    """
    from kiif.organisations.models import Organisation
    from kiif.territories.lookup import fold

    asked = fold(text[:100])
    if not asked:
        return []
    rows = Organisation.objects.known_to(actor).alive().matching(text).with_place()
    if not closed:
        rows = rows.active()
    found = list(rows.order_by("status", "name_key", "pk")[:CANDIDATES])
    found.sort(key=lambda row: (_distance(row, asked), row.status != Status.ACTIVE, row.name_key, row.pk))
    return found[:limit]


def _distance(row: Organisation, asked: str) -> int:
    from kiif.territories.lookup import fold

    names = {fold(row.name), fold(row.usual_name), row.name_key} - {""}
    bare = asked.replace(" ", "")
    if bare in (row.siren, row.siret, row.rna.lower()) or asked in names:
        return 0
    if any(name.startswith(asked) for name in names):
        return 1
    return 2 if any(asked in name for name in names) else 3


class TieQuerySet(QuerySet["Tie"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own, and those of organisations whose fiche one reads."""
        from kiif.organisations.models import Organisation

        if actor.is_system:
            return self
        if actor.user is None:
            return self.none()
        seen = Organisation.objects.visible_to(actor).values("pk")
        return self.filter(Q(user=actor.user) | Q(organisation_id__in=seen))

    def of_person(self, actor: Actor) -> Self:
        """One's own, at whatever stage."""
        return self.filter(user=actor.user) if actor.user is not None else self.none()

    def of_organisation(self, organisation: Organisation) -> Self:
        """The people of an organisation whose fiche the actor reads."""
        return self.filter(organisation=organisation)

    def current(self, day: date | None = None) -> Self:
        """Not ended, whether or not both sides have spoken."""
        day = day or timezone.localdate()
        return self.filter(Q(until__isnull=True) | Q(until__gt=day))

    def opening(self) -> Self:
        """Those that open rights today."""
        return self.filter(open_ties())


class _OfTeam(QuerySet[M_co]):
    path = ""

    def visible_to(self, actor: Actor) -> Self:
        """For the teams of the alliance."""
        if actor.is_system:
            return self
        return self.filter(_of_team(actor, self.path)) if actor.user is not None else self.none()


class PairQuerySet(_OfTeam["DuplicatePair"]):
    path = "first__"

    def open(self) -> Self:
        """Waiting for somebody to look, both rows still there."""
        merged = Status.MERGED
        return self.filter(state=PairState.OPEN).exclude(first__status=merged).exclude(second__status=merged)

    def with_both(self) -> Self:
        return self.select_related("first__commune__department", "second__commune__department")


class MergeQuerySet(_OfTeam["Merge"]):
    path = "kept__"


class BatchQuerySet(_OfTeam["Batch"]):
    pass
