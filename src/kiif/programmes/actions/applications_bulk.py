"""What is done to many applications at once. The scope is computed again when it runs, row by row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.journal.actions import record
from kiif.programmes import application_mails as mails
from kiif.programmes.actions.applications_team import (
    Door,
    add_note,
    check_refusal,
    decide_eligibility,
    put_in_review,
)
from kiif.programmes.actions.call_common import require_run
from kiif.programmes.enums import SENT, Phase, State
from kiif.programmes.models import Application, Call, Reminder
from kiif.questionnaires.windows import moment
from kiif.ui.errors import NotAllowed, Refused

#: Nobody is reminded twice within this time.
QUIET: Final = dt.timedelta(hours=20)


@dataclass
class Done:
    """What became of each: those done, those left with the reason."""

    done: list[Application] = field(default_factory=list)
    left: list[tuple[Application, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Said:
    """What is said to all of them: words (of the refusal, of the note), and the door opened with a refusal."""

    words: str = ""
    door: Door = field(default_factory=Door)


def _still_received(application: Application) -> None:
    if application.state != State.SUBMITTED:
        raise Refused(_("It is no longer “received”."))
    if application.corrections_due is not None:
        raise Refused(_("Corrections are under way."))


def _to_review(application: Application, by: Actor, said: Said) -> None:
    _still_received(application)
    put_in_review(application=application, by=by)


def _ineligible(application: Application, by: Actor, said: Said) -> None:
    _still_received(application)
    decide_eligibility(application=application, eligible=False, words=said.words, door=said.door, by=by)


def _note(application: Application, by: Actor, said: Said) -> None:
    add_note(application=application, text=said.words, by=by)


#: Gesture → (what it does to one, the states that it applies to).
GESTURES: Final[dict[str, tuple[Callable[[Application, Actor, Said], None], frozenset[str]]]] = {
    "review": (_to_review, frozenset({State.SUBMITTED})),
    "ineligible": (_ineligible, frozenset({State.SUBMITTED})),
    "note": (_note, frozenset(SENT)),
}


def fitting(gesture: str, rows: Any) -> Any:
    """Of applications, those that the page of this gesture offers; asked again, row by row, when it runs."""
    rows = rows.filter(state__in=GESTURES[gesture][1])
    return rows if gesture == "note" else rows.filter(corrections_due__isnull=True)


def _check(gesture: str, said: Said) -> None:
    if gesture == "ineligible":
        check_refusal(said.words, said.door)
    if gesture == "note" and not said.words.strip():
        raise Refused(_("Write the note first."), field="words")


def scope(call: Call, by: Actor, gesture: str, keys: Iterable[Any]) -> Any:
    """The applications, among these, that the gesture applies to now and that this actor sees."""
    _act, fitting = GESTURES[gesture]
    rows = Application.objects.visible_to(by).with_ties().filter(call=call, state__in=fitting)
    return rows.filter(public_id__in=list(keys)).order_by("pk")


def in_bulk(*, call: Call, gesture: str, keys: Iterable[Any], by: Actor, said: Said | None = None) -> Done:
    """Does it to each of these that it still applies to; one that refuses does not stop the others.

    Raises NotAllowed, Refused (unknown gesture, words or door missing).
    """
    require_run(by, call)
    if gesture not in GESTURES:
        raise Refused(_("Choose what is to be done."))
    said = said or Said()
    _check(gesture, said)
    act, _fitting = GESTURES[gesture]
    asked, outcome = list(dict.fromkeys(str(key) for key in keys)), Done()
    fitting = list(scope(call, by, gesture, asked))
    for application in fitting:
        try:
            with transaction.atomic():
                act(application, by, said)
        except (Refused, NotAllowed) as refusal:
            outcome.left.append((application, str(refusal)))
        else:
            outcome.done.append(application)
    known = {str(row.public_id) for row in fitting}
    others = Application.objects.visible_to(by).with_ties().filter(call=call, public_id__in=set(asked) - known)
    outcome.left += [(row, _("It is “%(state)s” now.") % {"state": row.get_state_display()}) for row in others]
    return outcome


@transaction.atomic
def remind_drafts(*, call: Call, words: str, by: Actor) -> list[Reminder]:
    """Writes to the carriers of every draft that the call closes soon; what is sent meanwhile receives nothing.

    Raises NotAllowed, Refused (no words, no draft, the call is closed, told today already).
    """
    require_run(by, call)
    if not words.strip():
        raise Refused(_("Write the message first."), field="words")
    if call.phase() not in (Phase.OPEN, Phase.LATE):
        raise Refused(_("Drafts may be sent while the call is open: it is not."))
    rows = Application.objects.visible_to(by).begun().with_ties().filter(call=call).select_related("response__owner")
    fresh = rows.exclude(reminders__at__gte=timezone.now() - QUIET)
    if not rows.exists():
        raise Refused(_("There is no draft at the moment."))
    made = [Reminder(application=row, words=words.strip()[:2_000], by=by.user) for row in fresh]
    if not made:
        raise Refused(_("The carriers of these drafts were written to today already."))
    until = moment(call.ends_at) if call.ends_at else ""
    for reminder in Reminder.objects.bulk_create(made):
        mails.remind(reminder, until)
    owner = call.edition.programme.owner.specific
    record(by=by, verb="programmes.drafts_reminded", obj=call, scope=owner, data={"drafts": len(made)})
    return made
