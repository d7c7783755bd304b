"""What who looks after the outbox decides."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

import rules
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.journal.actions import record
from kiif.mailbox.actions.queue import send_later
from kiif.mailbox.enums import Reason, State
from kiif.mailbox.models import Mail
from kiif.ui.errors import NotAllowed, Refused

if TYPE_CHECKING:
    from kiif.accounts.actor import Actor

_UID = re.compile(r"<?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@")


def _may_operate(by: Actor) -> None:
    if not by.is_system and not rules.test_rule("mailbox.operate", by):
        raise NotAllowed(_("Looking after the outbox is up to the coordination of the alliance."))


def _locked(mail: Mail) -> Mail:
    locked: Mail = Mail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
    return locked


@transaction.atomic
def retry(*, mail: Mail, by: Actor) -> Mail:
    """Sends again a mail that failed, or one that was cut and that somebody knows did not arrive.

    Raises Refused for a mail that is on its way, sent, withheld, or whose text was blanked.
    """
    _may_operate(by)
    locked = _locked(mail)
    if locked.state != State.FAILED and not locked.is_cut:
        raise Refused(_("Only a mail that failed or was cut can be sent again."))
    if locked.blanked:
        raise Refused(_("The text of this mail was erased after sending: ask the person to start again."))
    before = locked.state
    locked.state = State.QUEUED
    locked.attempts = 0
    locked.next_try_at = locked.sending_at = locked.seen_at = None
    locked.error = ""
    locked.save()
    record(by=by, verb="mailbox.retried", obj=locked, changes={"state": (before, locked.state)})
    send_later(locked)
    return locked


@transaction.atomic
def mark_sent(*, mail: Mail, by: Actor) -> Mail:
    """Closes a cut mail: the person has it, or does not need it any more."""
    _may_operate(by)
    locked = _locked(mail)
    if not locked.is_cut:
        raise Refused(_("Only a mail that was cut in the middle can be marked as sent."))
    locked.state = State.SENT
    locked.sent_at = locked.sending_at
    locked.save()
    locked.items.filter(state=State.QUEUED).update(state=State.SENT, sent_at=locked.sent_at)
    record(by=by, verb="mailbox.marked_sent", obj=locked, changes={"state": (State.SENDING, State.SENT)})
    return locked


@transaction.atomic
def mark_looked_at(*, mail: Mail, by: Actor) -> Mail:
    """Says that somebody has looked at a failure: it no longer waits among the gestures of the day."""
    _may_operate(by)
    locked = _locked(mail)
    if locked.state != State.FAILED:
        raise Refused(_("Only a mail that failed can be set aside."))
    if locked.seen_at is None:
        locked.seen_at = timezone.now()
        locked.save(update_fields=["seen_at"])
        record(by=by, verb="mailbox.looked_at", obj=locked)
    return locked


def _may_decide_draft(mail: Mail, by: Actor) -> None:
    if by.is_system or rules.test_rule("mailbox.operate", by):
        return
    if by.user is None or mail.created_by_id != by.user.pk or not by.can_write:
        raise NotAllowed(_("This draft is not yours: its author, or the coordination, sends it or sets it aside."))


@transaction.atomic
def release_draft(*, mail: Mail, by: Actor) -> Mail:
    """Sends a mail that waited for a person to read it."""
    locked = _locked(mail)
    _may_decide_draft(locked, by)
    if locked.state != State.DRAFT:
        raise Refused(_("This mail is no longer a draft."))
    locked.state = State.QUEUED
    locked.save(update_fields=["state"])
    record(by=by, verb="mailbox.released", obj=locked, changes={"state": (State.DRAFT, State.QUEUED)})
    send_later(locked)
    return locked


@transaction.atomic
def discard_draft(*, mail: Mail, by: Actor) -> Mail:
    """Sets a draft aside; its row stays, so that its key is not queued again."""
    locked = _locked(mail)
    _may_decide_draft(locked, by)
    if locked.state != State.DRAFT:
        raise Refused(_("This mail is no longer a draft."))
    locked.state = State.WITHHELD
    locked.reason = Reason.DISCARDED
    locked.save(update_fields=["state", "reason"])
    record(by=by, verb="mailbox.discarded", obj=locked, changes={"state": (State.DRAFT, State.WITHHELD)})
    return locked


@transaction.atomic
def record_bounce(*, message_id: str, reason: str) -> Mail | None:
    """A mail came back. For the webhook of a provider; gives the mail, None if it is not one of ours.

    `message_id` is the Message-ID header that we wrote; `reason` the provider's words, kept on one line.
    """
    match = _UID.search(message_id.lower())
    if match is None:
        return None
    mail: Mail | None = Mail.objects.select_for_update(of=("self",)).filter(uid=uuid.UUID(match[1])).first()
    if mail is None or mail.state not in (State.SENT, State.SENDING):
        return mail
    mail.state = State.FAILED
    mail.error = " ".join(reason.split())[:500]
    mail.seen_at = None
    mail.save(update_fields=["state", "error", "seen_at"])
    return mail
