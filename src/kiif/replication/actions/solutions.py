"""A solution: described, changed, taken over from a trial, removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.journal import diff
from kiif.journal.actions import record
from kiif.replication.actions import trials
from kiif.replication.actions.common import Conflict, check, lock
from kiif.replication.enums import MAX_SITES, VISITOR_DAYS
from kiif.replication.models import Site, Solution
from kiif.replication.profiles import PROFILES
from kiif.territories.enums import Level
from kiif.territories.models import Territory
from kiif.ui.errors import NotAllowed, Refused

#: What people type, in the order of the page, with the most characters kept.
TEXTS = {"name": 120, "kind": 20, "does": 2_000, "audience": 1_000, "needs": 1_000, "never": 1_000}


@transaction.atomic
def describe_solution(
    *, by: Actor, texts: Mapping[str, str], sites: Sequence[str] = (), visitor_key: str = ""
) -> Solution:
    """A new solution, of the person (and the body acted for), or of a visitor's session.

    Raises Refused for an empty name, an unknown kind, unknown communes or too many of them.
    """
    if by.user is None and not visitor_key and not by.is_system:
        raise NotAllowed(_("Sign in, or start a trial, to describe a solution."))
    if by.impersonator is not None:
        raise NotAllowed(_("You are looking with somebody's eyes: nothing can be written."))
    if by.user is None and not by.is_system:
        trials.room_for_solution(visitor_key)
    solution = Solution(**_clean(texts), owner=by.user, owner_body_id=getattr(by.acting_as, "where_id", None))
    if by.user is None:
        solution.visitor_key = visitor_key
    solution.save()
    _set_sites(solution, sites)
    record(by=by, verb="replication.solution_described", obj=solution)
    return solution


@transaction.atomic
def change_solution(
    *,
    solution: Solution,
    by: Actor,
    texts: Mapping[str, str],
    sites: Sequence[str] | None = None,
    version: int,
    visitor_key: str = "",
) -> Solution:
    """Changes what is said of it. `version` is the one that the editor had; Conflict when it is not the last."""
    locked = lock(solution)
    check("replication.change", by, locked, visitor_key)
    if locked.version != version:
        raise Conflict(locked)
    before = diff.snapshot(locked, TEXTS)
    for name, value in _clean(texts).items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save()
    if sites is not None:
        _set_sites(locked, sites)
    record(by=by, verb="replication.solution_changed", obj=locked, changes=diff.difference(before, locked))
    return locked


@transaction.atomic
def adopt(*, by: Actor, visitor_key: str) -> int:
    """The trials of this session become those of the person who just signed in; how many."""
    if by.user is None or not visitor_key:
        return 0
    tried = list(Solution.objects.select_for_update(of=("self",)).filter(visitor_key=visitor_key, owner__isnull=True))
    for solution in tried:
        solution.owner = by.user
        solution.owner_body_id = getattr(by.acting_as, "where_id", None)
        solution.visitor_key = ""
        solution.save(update_fields=["owner", "owner_body", "visitor_key"])
        record(by=by, verb="replication.solution_adopted", obj=solution)
    return len(tried)


@transaction.atomic
def remove_solution(*, solution: Solution, by: Actor, visitor_key: str = "") -> None:
    """Removes it with its searches. Refused while a feasibility study exists: others wrote in it."""
    locked = lock(solution)
    if not (locked.owner_id is None and visitor_key and locked.visitor_key == visitor_key):
        check("replication.share", by, locked)
    if any(search.studies.exists() for search in locked.searches.all()):
        raise Refused(_("A feasibility study was opened for this solution: close it first, others wrote in it."))
    record(by=by, verb="replication.solution_removed", obj=locked)
    locked.delete()


@transaction.atomic
def forget_visitors(*, by: Actor) -> int:
    """Trials that nobody took over in time are forgotten; how many. A scheduled job calls it."""
    limit = timezone.now() - timedelta(days=VISITOR_DAYS)
    old = Solution.objects.filter(owner__isnull=True, updated_at__lt=limit).exclude(visitor_key="")
    count = old.count()
    old.delete()
    return count


def _clean(texts: Mapping[str, str]) -> dict[str, Any]:
    values = {}
    for name, limit in TEXTS.items():
        text = texts.get(name, "").replace("\x00", "").strip()
        if len(text) > limit:
            raise Refused(_("At most %(n)s characters here.") % {"n": limit}, field=name)
        values[name] = text
    if not values["name"]:
        raise Refused(_("Give your solution a name."), field="name")
    if values["kind"] not in PROFILES:
        raise Refused(_("Choose the kind of solution that is nearest to yours."), field="kind")
    return values


def _set_sites(solution: Solution, codes: Sequence[str]) -> None:
    wanted = list(dict.fromkeys(code.strip() for code in codes if code.strip()))
    if len(wanted) > MAX_SITES:
        raise Refused(_("At most %(n)s sites: give the most telling ones.") % {"n": MAX_SITES}, field="sites")
    known = Territory.objects.at(Level.COMMUNE).open().filter(code__in=wanted).values_list("code", flat=True)
    if unknown := sorted(set(wanted) - set(known)):
        raise Refused(_("This commune is not known: %(code)s.") % {"code": unknown[0]}, field="sites")
    solution.sites.exclude(commune_code__in=wanted).delete()
    there = set(solution.sites.values_list("commune_code", flat=True))
    Site.objects.bulk_create(Site(solution=solution, commune_code=code) for code in wanted if code not in there)
