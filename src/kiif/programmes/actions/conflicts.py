"""Conflicts of interest: proposed from facts, confirmed or set aside by people, said by oneself at any time.

A confirmed one takes the application away from the person everywhere (`Application.objects.visible_to`), at once; rooms
above follow (`signals.barred`, `signals.unbarred`): reads are recused, marks no longer count.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor, system
from kiif.accounts.models import User
from kiif.alliance.actions.common import require
from kiif.journal.actions import record
from kiif.programmes import signals
from kiif.programmes.conflicts import Proposal, proposals
from kiif.programmes.enums import ConflictReason, ConflictState
from kiif.programmes.models import Application, Call, Conflict
from kiif.questionnaires.actions.people import end_mandate
from kiif.questionnaires.models import Mandate
from kiif.ui.errors import NotAllowed, Refused

MOST_WORDS = 1_000


def _who() -> str:
    return _("Conflicts of interest are settled by the person, or by who runs the call.")


@transaction.atomic
def propose(*, call: Call, people: Iterable[int], by: Actor) -> list[Conflict]:
    """Writes what facts say of these people (keys of accounts) and this call; gives the new rows.

    Done twice it writes nothing more. What somebody settled stays as it is; facts found since are added to what waits.
    Who takes part in an application is barred at once. Raises NotAllowed.
    """
    require("programmes.change_call", by, call, _("Conflicts are looked for by who runs the call."))
    found = proposals(call, people)
    known = {
        (row.application_id, row.person_id): row
        for row in Conflict.objects.select_for_update(of=("self",)).filter(application__call=call)
    }
    fresh = [_row(one) for one in found if (one.application_id, one.person_id) not in known]
    Conflict.objects.bulk_create(fresh, ignore_conflicts=True)
    certain = [row for row in fresh if row.state == ConflictState.CONFIRMED]
    for one in found:
        row = known.get((one.application_id, one.person_id))
        if row is not None and _add_to(row, one, by):
            certain.append(row)
    if fresh:
        record(by=by, verb="programmes.conflicts_proposed", obj=call, data={"count": len(fresh)}, scope=_scope(call))
    for row in _stored(certain):
        _follow(row, by)
    return _stored(fresh)


def _scope(call: Call) -> Model:
    return call.edition.programme.owner.specific


def _stored(rows: list[Conflict]) -> list[Conflict]:
    """The rows as the database has them: somebody else may have written the same at the same moment."""
    pairs = {(row.application_id, row.person_id) for row in rows}
    kept = Conflict.objects.filter(
        application_id__in={pair[0] for pair in pairs}, person_id__in={pair[1] for pair in pairs}
    ).select_related("application__call__edition__programme__owner", "person")
    return [row for row in kept.order_by("pk") if (row.application_id, row.person_id) in pairs]


def _row(one: Proposal) -> Conflict:
    now = timezone.now()
    return Conflict(
        application_id=one.application_id,
        person_id=one.person_id,
        reasons=[list(reason) for reason in one.reasons],
        state=ConflictState.CONFIRMED if one.certain else ConflictState.PROPOSED,
        settled_at=now if one.certain else None,
    )


def _add_to(row: Conflict, one: Proposal, by: Actor) -> bool:
    """Adds facts found since to a row; True when they bar at once somebody who was not."""
    reasons = [list(reason) for reason in one.reasons]
    new = [reason for reason in reasons if reason not in row.reasons]
    barred_now = one.certain and row.state != ConflictState.CONFIRMED
    if not new and not barred_now:
        return False
    row.reasons = [*row.reasons, *new]
    if barred_now:
        _settle(row, ConflictState.CONFIRMED, by, row.words)
    else:
        row.save(update_fields=["reasons"])
    return barred_now


def _settle(row: Conflict, state: str, by: Actor, words: str) -> None:
    row.state, row.words = state, words.strip()[:MOST_WORDS]
    row.settled_by, row.settled_at = by.user, timezone.now()
    row.save(update_fields=["state", "words", "settled_by", "settled_at", "reasons"])


def _follow(row: Conflict, by: Actor) -> None:
    """What a bar ends at once: a mandate would leave the person reading, and writing, the application."""
    running = Mandate.objects.filter(response_id=row.application.response_id, staff_id=row.person_id)
    for mandate in running.filter(ended_at__isnull=True).select_related("response"):
        end_mandate(mandate=mandate, by=system("programmes"))
    signals.barred.send(Conflict, conflict=row, by=by)


def _lock(conflict: Conflict) -> Conflict:
    rows = Conflict.objects.select_for_update(of=("self",))
    return rows.select_related("application__call__edition__programme__owner", "person").get(pk=conflict.pk)


def _may_settle(conflict: Conflict, by: Actor, words: str) -> None:
    """The person for their own; who runs the call for the others, who then says why."""
    if by.impersonator is None and by.user is not None and conflict.person_id == by.user.pk:
        return
    require("programmes.change_application", by, conflict.application, _who())
    if not words.strip():
        raise Refused(_("Say why: you settle it in somebody else’s place."), field="words")


def _write(conflict: Conflict, verb: str, by: Actor) -> None:
    record(
        by=by,
        verb=verb,
        obj=conflict.application,
        data={"person": conflict.person, "words": conflict.words},
        scope=_scope(conflict.application.call),
    )


@transaction.atomic
def confirm(*, conflict: Conflict, by: Actor, words: str = "") -> Conflict:
    """Yes, there is one: the application is gone for the person from now on. Raises NotAllowed, Refused."""
    row = _lock(conflict)
    _may_settle(row, by, words)
    if row.state == ConflictState.CONFIRMED:
        return row
    if row.state == ConflictState.DISMISSED:
        raise Refused(_("This conflict was set aside: say it again from the application if something changed."))
    _settle(row, ConflictState.CONFIRMED, by, words)
    _write(row, "programmes.conflict_confirmed", by)
    _follow(row, by)
    return row


@transaction.atomic
def dismiss(*, conflict: Conflict, by: Actor, words: str = "") -> Conflict:
    """No, the fact is no conflict. Only what was proposed is set aside; see `reverse`. Raises NotAllowed, Refused."""
    row = _lock(conflict)
    _may_settle(row, by, words)
    if row.state == ConflictState.DISMISSED:
        return row
    if row.state == ConflictState.CONFIRMED:
        raise Refused(_("This conflict is confirmed: only who runs the call may reverse it, with a reason."))
    _settle(row, ConflictState.DISMISSED, by, words)
    _write(row, "programmes.conflict_dismissed", by)
    return row


@transaction.atomic
def declare(*, application: Application, by: Actor, words: str) -> Conflict:
    """I am in conflict with this application, whatever the facts: at any time, after scoring too.

    For an application that one reads (else Http404 is the view's answer). Raises NotAllowed, Refused.
    """
    if by.user is None or by.impersonator is not None:
        raise NotAllowed(_("A conflict of interest is declared by the person, in their own name."))
    if not words.strip():
        raise Refused(_("Say in a few words what ties you to this application: nobody but who runs the call reads it."),
                      field="words")  # fmt: skip
    return _bar(application, by.user, by, words, "programmes.conflict_declared")


@transaction.atomic
def bar(*, application: Application, person: User, by: Actor, words: str) -> Conflict:
    """Who runs the call knows that somebody is in conflict. Raises NotAllowed, Refused."""
    require("programmes.change_application", by, application, _who())
    if not words.strip():
        raise Refused(_("Say why: you settle it in somebody else’s place."), field="words")
    return _bar(application, person, by, words, "programmes.conflict_confirmed")


def _bar(application: Application, person: User, by: Actor, words: str, verb: str) -> Conflict:
    Conflict.objects.get_or_create(application=application, person=person)
    row = _lock(Conflict.objects.get(application=application, person=person))
    if row.state == ConflictState.CONFIRMED:
        return row
    said = [str(ConflictReason.OWN_WORDS), ""]
    if by.user is not None and by.user.pk == person.pk and said not in row.reasons:
        row.reasons = [*row.reasons, said]
    _settle(row, ConflictState.CONFIRMED, by, words)
    _write(row, verb, by)
    _follow(row, by)
    return row


@transaction.atomic
def reverse(*, conflict: Conflict, by: Actor, words: str) -> Conflict:
    """A confirmed conflict was a mistake: the person reads the application again. By who runs the call, never for
    oneself, never for who takes part in the application. Raises NotAllowed, Refused."""
    row = _lock(conflict)
    if by.user is not None and row.person_id == by.user.pk:
        raise NotAllowed(_("Nobody lifts their own conflict of interest: somebody else who runs the call may."))
    require("programmes.change_application", by, row.application, _who())
    if row.state != ConflictState.CONFIRMED:
        raise Refused(_("This conflict is not confirmed: there is nothing to reverse."))
    if any(code == ConflictReason.CARRIER for code, _words in row.reasons) and _still_carries(row):
        raise Refused(_("This person takes part in the application: nobody can lift that."))
    if not words.strip():
        raise Refused(_("Say why this conflict is lifted."), field="words")
    _settle(row, ConflictState.DISMISSED, by, words)
    _write(row, "programmes.conflict_reversed", by)
    signals.unbarred.send(Conflict, conflict=row, by=by)
    return row


def _still_carries(row: Conflict) -> bool:
    people = proposals(row.application.call, [row.person_id])
    return any(one.application_id == row.application_id and one.certain for one in people)
