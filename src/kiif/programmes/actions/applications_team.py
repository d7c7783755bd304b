"""What the team does with an application: eligibility, review, corrections, notes; never a decision of selection."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor, system
from kiif.alliance.actions.common import require
from kiif.journal.actions import record
from kiif.programmes import application_mails as mails
from kiif.programmes.actions import states
from kiif.programmes.enums import CorrectionKind, NoteReach, State, Verdict
from kiif.programmes.models import Application, Correction, CorrectionRequest, Note
from kiif.programmes.queries import where_of
from kiif.questionnaires.actions import answering
from kiif.questionnaires.enums import ResponseState
from kiif.ui.errors import NotAllowed, Refused

#: States in which corrections may be asked.
CORRECTABLE: Final = frozenset({State.SUBMITTED, State.REVIEW})


@dataclass(frozen=True)
class ToCorrect:
    """One answer to correct: the identifier of its question, what is wrong (`CorrectionKind`), in words."""

    field_key: str
    kind: str
    words: str = ""


@dataclass(frozen=True)
class Door:
    """Another way, opened with a refusal: a few words, an address (a page of ours, or https)."""

    words: str = ""
    url: str = ""


def locked(application: Application, by: Actor, seen: str = "") -> Application:
    """The row, locked, for who runs the call and is not barred from it. `seen`: its state on the page of who decides.

    Raises NotAllowed, Refused when somebody changed it meanwhile.
    """
    row = Application.objects.with_ties().select_for_update(of=("self",)).get(pk=application.pk)
    require("programmes.change_application", by, row, _("Only the team that runs this call handles its applications."))
    if seen and seen != row.state:
        raise Refused(
            _("Meanwhile this application became “%(state)s”. Look at it again before deciding.")
            % {"state": State(row.state).label}
        )
    return row


def note_in_journal(application: Application, verb: str, by: Actor, **more: Any) -> None:
    record(by=by, verb=verb, obj=application, scope=application.call.edition.programme.owner.specific, **more)


@transaction.atomic
def decide_eligibility(
    *, application: Application, eligible: bool, by: Actor, words: str = "", door: Door | None = None, seen: str = ""
) -> Application:
    """A person says whether it fits the call. No: its carriers read why, and what else is open to them.

    Eligible puts it in review. Raises NotAllowed, Refused (no words, no door, another state).
    """
    row = locked(application, by, seen)
    if row.state not in (State.SUBMITTED, State.INELIGIBLE, State.REVIEW):
        raise Refused(_("Eligibility is decided on an application that was received and not yet answered."))
    door = door or Door()
    if not eligible:
        check_refusal(words, door)
    row.eligibility = Verdict.YES if eligible else Verdict.NO
    row.eligibility_by, row.eligibility_at = by.user, timezone.now()
    row.door_words, row.door_url = ("", "") if eligible else (door.words.strip()[:300], door.url.strip()[:300])
    row.save(update_fields=["eligibility", "eligibility_by", "eligibility_at", "door_words", "door_url"])
    to = State.REVIEW if eligible else State.INELIGIBLE
    moved = states.move(application=row, to=to, by=by, words=words, verb="programmes.eligibility_decided")
    if not eligible:
        close_corrections(application=moved, by=by)
        mails.tell_of_eligibility(moved, by)
    return moved


def check_refusal(words: str, door: Door) -> None:
    """Raises Refused unless a refusal says why and opens a door."""
    if not words.strip():
        raise Refused(_("Say why: the people who wrote this application will read it."), field="words")
    if not door.words.strip():
        raise Refused(
            _("Open a door: another programme, the webinars, the next edition, somebody to talk to."),
            field="door_words",
        )
    if door.url and not door.url.startswith(("/", "https://", "http://", "mailto:")):
        raise Refused(_("An address begins with “https://”, “mailto:” or “/” for a page of ours."), field="door_url")


@transaction.atomic
def put_in_review(*, application: Application, by: Actor, seen: str = "") -> Application:
    """Eligible: it goes to those who read."""
    return decide_eligibility(application=application, eligible=True, by=by, seen=seen)


@transaction.atomic
def take_back(*, application: Application, by: Actor, seen: str = "") -> Application:
    """Back to "received": eligibility is to be decided again."""
    row = locked(application, by, seen)
    row.eligibility, row.eligibility_by, row.eligibility_at = "", None, None
    row.door_words, row.door_url = "", ""
    row.save(update_fields=["eligibility", "eligibility_by", "eligibility_at", "door_words", "door_url"])
    return states.move(application=row, to=State.SUBMITTED, by=by)


@transaction.atomic
def ask_corrections(
    *, application: Application, items: Sequence[ToCorrect], until: dt.datetime, by: Actor, words: str = ""
) -> CorrectionRequest:
    """Asks the carriers to correct these answers, and these only, until then; they are told what is wrong with each.

    Raises NotAllowed, Refused (nothing named, asked already, date gone, not in a state to be corrected).
    """
    row = locked(application, by)
    if row.state not in CORRECTABLE:
        raise Refused(_("Corrections are asked of an application that was received and not yet answered."))
    if not items:
        raise Refused(_("Tick at least one answer to correct."), field="items")
    if any(item.kind not in CorrectionKind.values for item in items):
        raise Refused(_("Say what is wrong with each answer."), field="items")
    if row.correction_requests.open().exists():
        raise Refused(_("Corrections are asked already: wait for them, or give them up first."))
    asked = CorrectionRequest.objects.create(
        application=row,
        words=words.strip()[:1_000],
        until=until,
        asked_by=by.user,
        before=row.response.snapshots.first(),
    )
    Correction.objects.bulk_create(
        Correction(request=asked, field_key=item.field_key, kind=item.kind, words=item.words.strip()[:600])
        for item in {item.field_key: item for item in items}.values()
    )
    keys = list(dict.fromkeys(item.field_key for item in items))
    answering.reopen(response=row.response, fields=keys, until=until, words=words, by=by, tell=False)
    data = {"questions": len(keys), "until": until.isoformat()}
    note_in_journal(row, "programmes.corrections_asked", by, data=data)
    mails.tell_of_request(asked, by)
    return asked


@transaction.atomic
def close_corrections(*, application: Application, by: Actor) -> None:
    """Gives up the corrections that are asked: what was sent stays as it was. Nothing when none is."""
    row = locked(application, by)
    open_ones = row.correction_requests.open()
    if not open_ones.exists() and row.response.state != ResponseState.REOPENED:
        return
    open_ones.update(closed_at=timezone.now())
    answering.close_again(response=row.response, by=by)
    row.corrections_due = None
    row.save(update_fields=["corrections_due"])
    application.corrections_due = None
    note_in_journal(row, "programmes.corrections_closed", by)


@transaction.atomic
def withdraw_for(*, application: Application, words: str, by: Actor) -> Application:
    """Withdraws as its carriers asked the team to; they are told. Raises Refused without the words of the request."""
    row = locked(application, by)
    if row.state == State.DRAFT:
        raise Refused(_("A draft is withdrawn by its carriers."))
    if not words.strip():
        raise Refused(_("Write who asked, how and why: they will read it."), field="words")
    moved = states.move(application=row, to=State.WITHDRAWN, by=by, words=words, verb="programmes.withdrawn_for")
    answering.withdraw(response=row.response, by=system("programmes"))
    mails.tell_of_withdrawal(moved, by)
    return moved


@transaction.atomic
def add_note(*, application: Application, text: str, by: Actor, reach: str = NoteReach.TEAM) -> Note:
    """A note between colleagues, by anybody who reads the application as one who selects."""
    if by.impersonator is not None or by.user is None:
        raise NotAllowed(_("You are looking with somebody else’s eyes: nothing can be changed during a support visit."))
    row = Application.objects.visible_to(by).filter(pk=application.pk).first()
    if row is None:
        raise NotAllowed(_("Only those who read an application write notes on it."))
    if not text.strip():
        raise Refused(_("Write the note first."), field="text")
    if reach not in NoteReach.values:
        raise Refused(_("Say who reads the note."), field="reach")
    note = Note.objects.create(
        application=row, text=text.strip()[:4_000], reach=reach, author=by.user, house_id=where_of(by) or None
    )
    note_in_journal(row, "programmes.noted", by)
    return note


@transaction.atomic
def remove_note(*, note: Note, by: Actor) -> None:
    """Its author takes a note off."""
    if by.impersonator is not None or by.user is None or note.author_id != by.user.pk:
        raise NotAllowed(_("Only its author removes a note."))
    note_in_journal(note.application, "programmes.note_removed", by)
    note.delete()
