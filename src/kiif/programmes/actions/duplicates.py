"""Applications received twice: found, looked at by a person, merged with their history, parted again within a month."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.journal.actions import record
from kiif.programmes import application_mails as mails
from kiif.programmes import signals, twins
from kiif.programmes.actions import states
from kiif.programmes.actions.applications_team import locked, note_in_journal
from kiif.programmes.enums import DECIDED, PairState, State
from kiif.programmes.models import Application, Call, Pair, Project
from kiif.questionnaires.enums import ParticipantRole, ResponseState
from kiif.questionnaires.models import Participant, Response
from kiif.ui.errors import Refused

#: How long a merge can be undone.
UNDO: Final = dt.timedelta(days=30)


@transaction.atomic
def look(*, call: Call, by: Actor) -> int:
    """Compares the applications of a call; gives how many pairs wait to be looked at. What a person said stays said."""
    found = twins.find(call)
    known = {(row.first_id, row.second_id): row for row in Pair.objects.filter(first__call=call)}
    known |= {(row.first_id, row.second_id): row for row in Pair.objects.filter(second__call=call)}
    fresh, changed, keys = [], [], set()
    for one in found:
        keys.add((one.first, one.second))
        row = known.get((one.first, one.second))
        reasons = [list(reason) for reason in one.reasons]
        if row is None:
            fresh.append(Pair(first_id=one.first, second_id=one.second, score=one.score, reasons=reasons))
        elif row.state == PairState.OPEN and (row.score, row.reasons) != (one.score, reasons):
            row.score, row.reasons = one.score, reasons
            changed.append(row)
    Pair.objects.bulk_create(fresh, ignore_conflicts=True)
    Pair.objects.bulk_update(changed, ["score", "reasons"], batch_size=200)
    stale = [row.pk for key, row in known.items() if row.state == PairState.OPEN and key not in keys]
    Pair.objects.filter(pk__in=stale).delete()
    return len(fresh) + sum(1 for key, row in known.items() if key in keys and row.state == PairState.OPEN)


def _pair(pair: Pair, by: Actor) -> Pair:
    row = Pair.objects.select_for_update(of=("self",)).get(pk=pair.pk)
    # in one order, whoever asks: two merges of the same applications wait for each other
    for key in sorted((row.first_id, row.second_id)):
        locked(Application.objects.get(pk=key), by)
    return row


def pair_of(one: Application, other: Application) -> Pair:
    """The pair of these two, made when nobody had thought of it."""
    first, second = sorted((one.pk, other.pk))
    return Pair.objects.get_or_create(first_id=first, second_id=second, defaults={"reasons": [["person", ""]]})[0]


@transaction.atomic
def keep_apart(*, pair: Pair, by: Actor, words: str = "") -> Pair:
    """A person says that they are two: the pair is not proposed any more."""
    row = _pair(pair, by)
    if row.state == PairState.MERGED:
        raise Refused(_("These two were merged. Part them first."))
    _decide(row, PairState.APART, by, words)
    note_in_journal(row.first, "programmes.kept_apart", by, data={"other": row.second.number})
    return row


@transaction.atomic
def merge(*, pair: Pair, keep: Application, by: Actor, words: str = "") -> Pair:
    """One goes on, the other stays readable and leads to it; its number too. Nothing that was written is lost.

    In two calls, both applications stay: the second one joins the project of the first. Raises NotAllowed, Refused
    (merged already, answered already, withdrawn).
    """
    row = _pair(pair, by)
    if row.state == PairState.MERGED:
        raise Refused(_("These two were merged already."))
    kept = locked(keep, by)
    gone = locked(row.second if row.first_id == kept.pk else row.first, by)
    if kept.pk not in (row.first_id, row.second_id):
        raise Refused(_("Choose which of the two goes on."))
    _check(kept, gone)
    row.gone, row.gone_state, row.gone_project = gone, gone.state, gone.project
    if kept.call_id == gone.call_id:
        states.move(application=gone, to=State.MERGED, by=by, words=words, verb="programmes.merged")
        Application.objects.filter(pk=gone.pk).update(merged_into=kept)  # guarded: the row that is locked
        row.joined = _join_people(gone, kept, by)
    row.moved = _join_projects(gone, kept)
    _decide(row, PairState.MERGED, by, words)
    note_in_journal(kept, "programmes.took_over", by, data={"gone": gone.number})
    signals.merged.send(Application, kept=kept, gone=gone, by=by)
    mails.tell_of_merge(gone, kept, by)
    return row


def _check(kept: Application, gone: Application) -> None:
    for one in (kept, gone):
        if one.state in (State.WITHDRAWN, State.MERGED):
            raise Refused(
                _("%(number)s was withdrawn or merged meanwhile: there is nothing to merge.") % {"number": one.number}
            )
    if kept.call_id == gone.call_id and gone.state in DECIDED:
        raise Refused(_("%(number)s was answered already: keep that one.") % {"number": gone.number})
    if gone.response.state == ResponseState.REOPENED:
        raise Refused(_("Corrections are asked of %(number)s: give them up first.") % {"number": gone.number})


def _join_projects(gone: Application, kept: Application) -> list[int]:
    """The number of the gone project leads to the other one; its other applications follow. Gives their keys."""
    before, after = gone.project, kept.project
    if before.pk == after.pk:
        return []
    there = set(after.applications.exclude(state__in=(State.WITHDRAWN, State.MERGED)).values_list("call_id", flat=True))
    moving = [row.pk for row in before.applications.exclude(state=State.MERGED) if row.call_id not in there]
    Application.objects.filter(pk__in=moving).update(project=after)  # guarded: those of the project that goes
    if not before.applications.exclude(state__in=(State.MERGED, State.WITHDRAWN)).exists():
        Project.objects.filter(pk=before.pk).update(merged_into=after)
    after.carriers.add(*before.carriers.all())
    return moving


def _join_people(gone: Application, kept: Application, by: Actor) -> list[int]:
    """Whoever wrote the gone application writes the answers of the other with its own people, as far as they could;
    its owner sends too. Gives the keys of those who come in."""
    before, after = gone.response, Response.objects.select_for_update(of=("self",)).get(pk=kept.response_id)
    wanted = {row.user_id: row.role for row in before.participants.all()}
    if before.owner_id:
        wanted[before.owner_id] = ParticipantRole.SUBMIT
    there = {after.owner_id, *after.participants.values_list("user_id", flat=True)}
    coming = [key for key in wanted if key not in there]
    Participant.objects.bulk_create(
        Participant(response=after, user_id=key, role=wanted[key], added_by=by.user) for key in coming
    )
    if coming:
        note_in_journal(kept, "programmes.joined", by, data={"from": gone.number, "people": len(coming)})
        record(
            by=by, verb="programmes.joined", obj=after, data={"from": gone.number, "people": len(coming)},
            scope=after.collection.owner.specific,
        )  # fmt: skip
    return coming


def _part_people(row: Pair, kept: Application) -> None:
    """Those who had come with the merge write there no more; what they wrote stays."""
    Participant.objects.filter(response_id=kept.response_id, user_id__in=row.joined).delete()
    kept.project.carriers.remove(*row.joined)
    row.joined = []


def _decide(row: Pair, state: str, by: Actor, words: str) -> None:
    row.state, row.decided_by, row.decided_at, row.words = state, by.user, timezone.now(), words.strip()[:1_000]
    row.save()


def until(pair: Pair) -> dt.datetime | None:
    """Until when a merge can be undone; None when it is not one."""
    return pair.decided_at + UNDO if pair.state == PairState.MERGED and pair.decided_at else None


@transaction.atomic
def part(*, pair: Pair, by: Actor) -> Pair:
    """Undoes a merge: both applications are again what they were. Raises NotAllowed, Refused (too late)."""
    row = _pair(pair, by)
    end = until(row)
    if end is None or row.gone is None:
        raise Refused(_("These two are not merged."))
    if timezone.now() >= end:
        raise Refused(_("A merge is undone within thirty days. This one is older."))
    gone = locked(row.gone, by)
    kept = row.second if row.first_id == gone.pk else row.first
    if row.gone_project is not None:
        Project.objects.filter(pk=row.gone_project.pk).update(merged_into=None)
        # guarded: those that the merge had moved
        Application.objects.filter(pk__in=row.moved).update(project=row.gone_project)
    if gone.state == State.MERGED:
        states.move(application=gone, to=row.gone_state, by=by, verb="programmes.parted")
        Application.objects.filter(pk=gone.pk).update(merged_into=None)  # guarded: the row that is locked
        _part_people(row, kept)
    _decide(row, PairState.APART, by, row.words)
    note_in_journal(kept, "programmes.parted", by, data={"other": gone.number})
    return row
