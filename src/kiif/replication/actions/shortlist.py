"""The short list of a search: kept with a note, set aside with a reason, in an order that people choose."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.journal.actions import record
from kiif.opendata import indicators
from kiif.replication import engine
from kiif.replication.actions.common import check, lock
from kiif.replication.enums import MAX_ASIDE, MAX_PICKS
from kiif.replication.models import Pick, Search
from kiif.ui.errors import Refused


@transaction.atomic
def pick(*, search: Search, by: Actor, code: str, note: str = "", visitor_key: str = "") -> Pick:
    """Keeps a territory on the short list, at its end. A territory set aside comes back."""
    locked = _open(search, by, visitor_key)
    if code not in set(indicators.load_indicators(engine.level_of(locked.level)).codes.tolist()):
        raise Refused(_("This territory is not compared in this search."), field="code")
    existing = locked.picks.filter(code=code).first()
    kept = locked.picks.filter(excluded=False)
    if (existing is None or existing.excluded) and kept.count() >= MAX_PICKS:
        raise Refused(_("A short list holds at most %(n)s territories: set some aside.") % {"n": MAX_PICKS})
    position = (kept.aggregate(last=Max("position"))["last"] or 0) + 1
    chosen = existing or Pick(search=locked, code=code, picked_by=by.user)
    if existing is None or existing.excluded:
        chosen.excluded, chosen.reason, chosen.position = False, "", position
    if note:
        chosen.note = note[:2_000]
    chosen.save()
    record(by=by, verb="replication.picked", obj=chosen, scope=locked.solution)
    return chosen


@transaction.atomic
def exclude(*, search: Search, by: Actor, code: str, reason: str, visitor_key: str = "") -> Pick:
    """Sets a territory aside, with the reason: it stays visible, out of the list."""
    locked = _open(search, by, visitor_key)
    if not reason.strip():
        raise Refused(_("Say why in a few words: somebody will ask."), field="reason")
    if code not in set(indicators.load_indicators(engine.level_of(locked.level)).codes.tolist()):
        raise Refused(_("This territory is not compared in this search."), field="code")
    if locked.picks.filter(excluded=True).exclude(code=code).count() >= MAX_ASIDE:
        raise Refused(
            _("At most %(n)s territories are set aside one by one: a condition rules out more.") % {"n": MAX_ASIDE},
            field="reason",
        )
    chosen, _made = Pick.objects.update_or_create(
        search=locked,
        code=code,
        defaults={"excluded": True, "reason": reason.strip()[:300]},
        create_defaults={"excluded": True, "reason": reason.strip()[:300], "picked_by": by.user},
    )
    record(by=by, verb="replication.set_aside", obj=chosen, scope=locked.solution, data={"reason": reason[:300]})
    return chosen


@transaction.atomic
def write_note(*, chosen: Pick, by: Actor, note: str, visitor_key: str = "") -> Pick:
    _open(chosen.search, by, visitor_key)
    chosen.note = note[:2_000]
    chosen.save(update_fields=["note"])
    record(by=by, verb="replication.pick_noted", obj=chosen, scope=chosen.search.solution)
    return chosen


@transaction.atomic
def move(*, chosen: Pick, by: Actor, up: bool, visitor_key: str = "") -> None:
    """One place up or down among those kept; nothing at the ends."""
    locked = _open(chosen.search, by, visitor_key)
    kept = list(locked.picks.filter(excluded=False).order_by("position", "pk"))
    at = next((i for i, other in enumerate(kept) if other.pk == chosen.pk), None)
    to = None if at is None else at + (-1 if up else 1)
    if at is None or to is None or not 0 <= to < len(kept):
        return
    kept[at], kept[to] = kept[to], kept[at]
    for position, other in enumerate(kept, 1):
        if other.position != position:
            other.position = position
            other.save(update_fields=["position"])
    record(by=by, verb="replication.pick_moved", obj=chosen, scope=locked.solution)


@transaction.atomic
def remove_pick(*, chosen: Pick, by: Actor, visitor_key: str = "") -> None:
    """Takes it off the short list, as if nobody had chosen it. Refused when a study was opened for it."""
    locked = _open(chosen.search, by, visitor_key)
    if locked.studies.filter(code=chosen.code).exists():
        raise Refused(_("A feasibility study is open for this territory: it stays on the list."))
    record(by=by, verb="replication.pick_removed", obj=chosen, scope=locked.solution)
    chosen.delete()


def _open(search: Search, by: Actor, visitor_key: str) -> Search:
    locked = lock(search)
    check("replication.change", by, locked, visitor_key)
    return locked
