"""One gesture on many applications: each alone, told one by one. What one refuses does not hold the others back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.decisions.actions.common import require_runs
from kiif.decisions.actions.letters import mark_ready, write
from kiif.decisions.actions.preparing import drop, prepare
from kiif.decisions.enums import Outcome
from kiif.decisions.models import Decision, Letter
from kiif.decisions.queries import applications_of
from kiif.programmes.models import Application, Call
from kiif.ui.errors import Refused

#: Applications of one gesture.
MOST: Final = 2_000
GESTURES: Final = frozenset({*Outcome.values, "write", "ready", "drop"})


@dataclass(frozen=True)
class Seen:
    """An application as the person saw it: the revision of its pending decision, 0 when there was none."""

    application: int
    revision: int


@dataclass(frozen=True)
class Told:
    """What became of one application. `why`: the reason when nothing was done; `address`: of its page, when one reads
    it."""

    number: str
    title: str
    done: bool
    why: str = ""
    address: str = ""


def apply(
    *, call: Call, gesture: str, seen: Sequence[Seen], scope: Collection[int], by: Actor, rank: int = 1
) -> list[Told]:
    """Does `gesture` on each application seen that is still in `scope` (keys, asked again at this moment).

    `rank`: of the first one on the reserve list; the next ones follow. What left the scope, changed since it was seen,
    or is refused, is told with its reason and left as it is. Raises NotAllowed for who does not run the call, Refused
    for an unknown gesture or too many applications.
    """
    require_runs(by, call)
    if gesture not in GESTURES:
        raise Refused(_("Choose what to do."), field="gesture")
    if len(seen) > MOST:
        raise Refused(_("Choose %(max)s applications at most.") % {"max": MOST})
    keys = [one.application for one in seen]
    found = {row.pk: row for row in applications_of(by, call).filter(pk__in=keys).select_related("project")}
    told = []
    for one in seen:
        row = found.get(one.application)
        if row is None:
            continue  # it may not be named any more: a conflict, or it is gone
        told.append(_one(row, one, (gesture, rank), by) if one.application in scope else _left(row))
        rank += 1 if gesture == Outcome.RESERVE and told[-1].done else 0
    return told


def _address(row: Application) -> str:
    return reverse("decisions:decide", args=[row.public_id])


def _left(row: Application) -> Told:
    return Told(row.number, row.title, False, _("It is no longer in the list that you saw."))


def _one(row: Application, seen: Seen, gesture: tuple[str, int], by: Actor) -> Told:
    try:
        with transaction.atomic():
            _do(row, seen, *gesture, by=by)
    except (Refused, PermissionDenied) as refusal:
        return Told(row.number, row.title, False, str(refusal), _address(row))
    return Told(row.number, row.title, True, address=_address(row))


def _do(row: Application, seen: Seen, gesture: str, rank: int, *, by: Actor) -> None:
    if gesture in Outcome.values:
        words = Decision.objects.filter(application=row).pending().values_list("words", flat=True).first() or ""
        place = rank if gesture == Outcome.RESERVE else None
        prepare(application=row, outcome=gesture, words=words, rank=place, by=by, revision=seen.revision)
        return
    decision = Decision.objects.filter(application=row).pending().first()
    if decision is None:
        raise Refused(_("No decision is being prepared for it."))
    if gesture == "drop":
        drop(decision=decision, by=by, revision=seen.revision)
    elif gesture == "write":
        if Letter.objects.filter(decision=decision).exists():
            raise Refused(_("Its letter is written already."))
        write(decision=decision, by=by)
    else:
        letter = Letter.objects.filter(decision=decision).first()
        if letter is None:
            raise Refused(_("No letter is written."))
        mark_ready(letter=letter, by=by)
