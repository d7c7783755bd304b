"""Two rows for one organisation: kept apart, merged with history, parted again within a month."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.journal.actions import record
from kiif.organisations import duplicates, merging
from kiif.organisations.actions.common import FIELDS, require
from kiif.organisations.enums import PairState, Status
from kiif.organisations.models import DuplicatePair, Merge, Organisation, Tie
from kiif.organisations.queries import TieQuerySet
from kiif.ui.errors import Refused

#: What a merge may change in the row that stays, and what is kept to undo it.
KEPT = (*FIELDS, "status", "closed_on", "sources")


#: Among what a merge moved: ties that somebody gave themselves by entering the row that went.
SELF_ENTERED = "self_entered"
TIES = "organisations.tie.organisation"


def _who() -> str:
    return _("Duplicates are settled by the incubators that follow these organisations and by the coordination.")


@transaction.atomic
def keep_apart(*, pair: DuplicatePair, by: Actor, note: str = "") -> DuplicatePair:
    """Says that two rows are two organisations: the pair is not proposed again. Raises NotAllowed, Refused."""
    require("organisations.merge", by, pair.first, _who())
    pair = DuplicatePair.objects.select_for_update(of=("self",)).get(pk=pair.pk)
    if pair.state != PairState.OPEN:
        raise Refused(_("Somebody already settled this pair."))
    _decide(pair, PairState.DISTINCT, by, note)
    record(
        by=by,
        verb="organisations.kept_apart",
        obj=pair.first,
        data={"other": str(pair.second)},
        scope=pair.first.alliance,
    )
    return pair


def _decide(pair: DuplicatePair, state: str, by: Actor, note: str = "") -> None:
    pair.state, pair.note, pair.decided_at, pair.decided_by = state, note[:300], timezone.now(), by.user
    pair.save(update_fields=["state", "note", "decided_at", "decided_by"])


@transaction.atomic
def merge(*, kept: Organisation, gone: Organisation, by: Actor, take: Iterable[str] = ()) -> Merge:
    """Makes two rows one: `gone` becomes a signpost to `kept`, to which everything that pointed to it now points.

    Facts that `kept` lacks come from `gone`, and those named in `take` too, with their sources. What moved is written
    down, so that `undo_merge` can give it back for thirty days. People who entered one of the rows, and whom nobody
    recognised, ask again for what comes from the other.

    Raises NotAllowed (both rows must be theirs to change), Refused (the same row, already merged, two alliances).
    """
    for row in (kept, gone):
        require("organisations.merge", by, row, _who())
    rows = Organisation.objects.select_for_update(of=("self",)).in_bulk(sorted((kept.pk, gone.pk)))
    if kept.pk == gone.pk:
        raise Refused(_("Choose two different organisations."))
    kept, gone = rows[kept.pk], rows[gone.pk]
    if kept.is_merged or gone.is_merged:
        raise Refused(_("One of them was merged meanwhile: look again."))
    if kept.alliance_id != gone.alliance_id:
        raise Refused(_("Organisations of two alliances are not merged."))
    before, gone_before = _photograph(kept), _photograph(gone)
    taken = set(take) & set(FIELDS)
    stewards = [i for i in gone.stewards.all() if i not in kept.stewards.all()]
    to_recognise = _not_alone_in(gone, self_entered(kept))
    gone.status, gone.closed_on, gone.merged_into = Status.MERGED, None, kept
    gone.version += 1
    gone.save()
    changes = _complete(kept, gone_before, gone, taken)
    kept.stewards.add(*stewards)
    moved = merging.move(gone, kept)
    moved["stewards"] = [incubator.pk for incubator in stewards]
    to_recognise += self_entered(kept).filter(pk__in=moved.get(TIES, ())).values_list("pk", flat=True)
    Tie.objects.filter(pk__in=to_recognise).update(confirmed_at=None)
    moved[SELF_ENTERED] = to_recognise
    done = Merge.objects.create(kept=kept, gone=gone, before=before, gone_before=gone_before, moved=moved, by=by.user)
    _settle(kept, gone, by)
    data = {"other": str(gone), "moved": sum(len(keys) for keys in moved.values())}
    record(by=by, verb="organisations.merged", obj=kept, changes=changes, data=data, scope=kept.alliance)
    record(by=by, verb="organisations.merged_into", obj=gone, data={"other": str(kept)}, scope=kept.alliance)
    duplicates.look(kept)
    return done


def self_entered(organisation: Organisation) -> TieQuerySet:
    """Ties of people whom nobody recognised, because they entered the row themselves.

    A merge opens the other row to none of them, whichever row stays: they are asking there, until a team or a leader
    recognises them.
    """
    ties = Tie.objects.current().filter(organisation=organisation, asserted_by=F("user"))
    return ties.filter(confirmed_by=None, confirmed_at__isnull=False)


def _not_alone_in(other: Organisation, ties: Iterable[Tie]) -> list[int]:
    """Keys of the ties whose person did not enter the other row too, or is not alone in it, or it is followed."""
    followed = other.stewards.exists()
    people = set(Tie.objects.current().filter(organisation=other).values_list("user_id", flat=True))
    return [tie.pk for tie in ties if followed or other.created_by_id != tie.user_id or people - {tie.user_id}]


def _recognise(keys: Iterable[int]) -> None:
    """Gives back to each, in the row that they entered, what they had in it."""
    Tie.objects.filter(pk__in=keys, confirmed_at=None).update(confirmed_at=F("accepted_at"))


def _photograph(organisation: Organisation) -> dict[str, Any]:
    """The facts as JSON can keep them."""
    facts: dict[str, Any] = {}
    for name in KEPT:
        value = getattr(organisation, f"{name}_id" if name == "commune" else name)
        facts[name] = value.isoformat() if isinstance(value, date) else copy(value)
    return facts


def _put(organisation: Organisation, name: str, value: Any) -> None:
    if name in ("founded_on", "closed_on"):
        value = date.fromisoformat(value) if value else None
    setattr(organisation, f"{name}_id" if name == "commune" else name, value)


def _complete(kept: Organisation, other: dict[str, Any], gone: Organisation, taken: set[str]) -> dict[str, Any]:
    """Facts of the row that goes, where the kept one has none or where somebody chose them."""
    changes: dict[str, Any] = {}
    mine = _photograph(kept)
    number_taken = "siren" in taken or not kept.siren
    for name in FIELDS:
        wanted = name in taken or not mine[name]
        if name == "siret":  # a SIRET never goes without its SIREN
            wanted = wanted and (number_taken or other["siret"][:9] == kept.siren)
        if wanted and other[name] and other[name] != mine[name]:
            _put(kept, name, other[name])
            changes[name] = (mine[name], other[name])
            if name in other["sources"]:
                kept.sources[name] = other["sources"][name]
    if kept.siret and kept.siret[:9] != kept.siren:
        changes["siret"] = (kept.siret, "")
        kept.siret = ""
    kept.version += 1
    kept.save()
    return changes


def _settle(kept: Organisation, gone: Organisation, by: Actor) -> None:
    """The pair is merged; other pairs of the row that went are looked for again from the one that stays."""
    pairs = DuplicatePair.objects.filter(Q(first=gone) | Q(second=gone))
    for pair in pairs:
        if {pair.first_id, pair.second_id} == {kept.pk, gone.pk}:
            _decide(pair, PairState.MERGED, by)


@transaction.atomic
def undo_merge(*, done: Merge, by: Actor) -> Merge:
    """Parts two rows again: what moved and still is there goes back, the facts of the kept one become those of before.

    Facts that somebody changed since stay as they are. Raises NotAllowed, Refused (too late, already undone, or a row
    of today that bears the same number).
    """
    require("organisations.undo_merge", by, done.kept, _who())
    done = Merge.objects.select_for_update(of=("self",)).select_related("kept", "gone").get(pk=done.pk)
    if not done.can_be_undone:
        raise Refused(_("This merge can no longer be undone: a month has passed, or somebody undid it."))
    kept, gone = done.kept, done.gone
    if gone.merged_into_id != kept.pk or kept.is_merged:
        raise Refused(_("One of them was merged again since: undo that merge first."))
    _give_back(kept, done)
    for name in ("status", "closed_on"):
        _put(gone, name, done.gone_before[name])
    gone.merged_into = None
    gone.version += 1
    gone.save()
    moved = dict(done.moved)
    kept.stewards.remove(*moved.pop("stewards", []))
    _recognise(moved.pop(SELF_ENTERED, []))
    merging.move_back(moved, kept, gone)
    done.undone_at = timezone.now()
    done.save(update_fields=["undone_at"])
    pair = DuplicatePair.objects.filter(first_id=min(kept.pk, gone.pk), second_id=max(kept.pk, gone.pk)).first()
    if pair is not None:
        _decide(pair, PairState.DISTINCT, by, _("parted again"))
    record(by=by, verb="organisations.parted", obj=kept, data={"other": str(gone)}, scope=kept.alliance)
    return done


def _give_back(kept: Organisation, done: Merge) -> None:
    """Each fact that the merge brought and that nobody changed since."""
    now = _photograph(kept)
    for name in FIELDS:
        if now[name] != done.before[name] and now[name] == done.gone_before[name]:
            _put(kept, name, done.before[name])
            kept.sources.pop(name, None)
            if name in done.before["sources"]:
                kept.sources[name] = done.before["sources"][name]
    if done.before["siret"] and not kept.siret and done.before["siren"] == kept.siren:
        kept.siret = done.before["siret"]
    kept.version += 1
    kept.save()


def shared_people(first: Organisation, second: Organisation) -> list[Tie]:
    """People who are in both rows: they stay once."""
    users = Tie.objects.current().filter(organisation=first).values("user_id")
    return list(Tie.objects.current().filter(organisation=second, user_id__in=users).select_related("user"))
