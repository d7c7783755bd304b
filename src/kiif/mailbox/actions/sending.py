"""From the outbox to the mail server, at most once.

The order is what makes it safe. 1. Open the connection: whatever fails here, nothing was said, so it is tried again.
2. Lock the row, ask whether its reader may still read it, write `sending`, commit. 3. Speak to the server. 4. Write
what became of it. A process killed between 2 and 4 leaves `sending`: nobody knows whether the server took the mail,
so no program sends it again; a person looks and decides (`outbox.retry`, `outbox.mark_sent`). A clear refusal by the
server proves that the mail did not leave; a connection that breaks in the middle proves nothing.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from django.core.mail import get_connection
from django.db import transaction
from django.utils import timezone

from kiif.mailbox import development, digest, recipients
from kiif.mailbox.enums import Reason, State
from kiif.mailbox.message import build
from kiif.mailbox.models import Mail

if TYPE_CHECKING:
    from django.core.mail import EmailMultiAlternatives

logger = logging.getLogger(__name__)

#: Pauses between attempts; after the last one the mail has failed.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
#: How many mails one connection carries in `send_due`.
BATCH = 50


@dataclass(frozen=True)
class Outcome:
    """What the mail server made of a mail. `unknown`: the talk broke off, it may have left."""

    kind: Literal["sent", "later", "never", "unknown"]
    error: str = ""


def deliver(mail_id: int) -> str:
    """Sends one mail if its time has come; gives its state. Safe to call twice, or from two workers at once."""
    _deliver_all([mail_id])
    state = Mail.objects.filter(pk=mail_id).values_list("state", flat=True).first()
    return state or ""


def send_due(*, now: datetime | None = None) -> int:
    """Sends the mails whose time has come (retries, and what a lost job left behind); gives how many were due."""
    due = list(Mail.objects.due(now or timezone.now()).order_by("created_at").values_list("pk", flat=True)[:BATCH])
    if due:
        _deliver_all(due)
    return len(due)


def _deliver_all(mail_ids: Sequence[int]) -> None:
    """Several mails through one connection."""
    waiting = list(Mail.objects.due(timezone.now()).filter(pk__in=mail_ids).order_by("created_at"))
    if not waiting:
        return
    connection = get_connection()
    try:
        _open(connection)
    except (OSError, smtplib.SMTPException) as error:
        for mail in waiting:
            _postpone(mail.pk, _describe(error))
        return
    with closing(connection):
        for mail in waiting:
            _deliver_one(mail.pk, connection)


def _open(connection: Any) -> None:
    """Connects and greets: all that can fail before a mail is named."""
    connection.open()
    talk = getattr(connection, "connection", None)
    if isinstance(talk, smtplib.SMTP):
        talk.ehlo_or_helo_if_needed()


def _deliver_one(mail_id: int, connection: Any) -> None:
    mail = _take(mail_id)
    if mail is None:
        return
    try:
        message = build(mail)
        message.message()
    except Exception as error:  # whatever it is, nothing was said to the server: it may be tried again
        logger.exception("Mail %s cannot be built", mail_id)
        forged = isinstance(error, ValueError)
        _write(mail, Outcome("never" if forged else "later", _describe(error)))
        return
    _write(mail, _hand_over(message, connection))


@transaction.atomic(durable=True)
def _take(mail_id: int) -> Mail | None:
    """Marks a mail as being sent, if it may still be; committed before anything is said to the server."""
    mail = Mail.objects.select_for_update(of=("self",)).due(timezone.now()).filter(pk=mail_id).first()
    if mail is None:
        return None
    reason = recipients.why_not(mail)
    if reason is None and mail.kind == digest.KIND and not digest.write(mail):
        reason = Reason.NOTHING_LEFT
    if reason is not None:
        _withhold(mail, reason)
        return None
    if not mail.address:
        assert mail.to is not None  # noqa: S101 -- `why_not` has just said so
        mail.address = mail.to.email
    mail.state = State.SENDING
    mail.sending_at = timezone.now()
    mail.attempts += 1
    mail.next_try_at = None
    mail.save()
    return mail


def _withhold(mail: Mail, reason: Reason) -> None:
    mail.state = State.WITHHELD
    mail.reason = reason
    mail.save()


def _hand_over(message: EmailMultiAlternatives, connection: Any) -> Outcome:
    """Speaks to the server and judges its answer."""
    try:
        taken = connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        codes = [int(code) for code, _text in error.recipients.values()]
        return Outcome("never" if codes and min(codes) >= 500 else "later", _describe(error))
    except smtplib.SMTPResponseException as error:
        return Outcome("never" if error.smtp_code >= 500 else "later", _describe(error))
    except smtplib.SMTPNotSupportedError as error:
        return Outcome("never", _describe(error))
    except Exception as error:  # any other back-end, any other break: nobody can say whether the mail left
        logger.exception("The talk with the mail server broke off")
        return Outcome("unknown", _describe(error))
    return Outcome("sent") if taken else Outcome("never", "the back-end took nothing")


def _describe(error: BaseException) -> str:
    """The answer of the server on one line, without the address it was about."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = [f"{code} {_decode(text)}" for code, text in error.recipients.values()]
    elif isinstance(error, smtplib.SMTPResponseException):
        answers = [f"{error.smtp_code} {_decode(error.smtp_error)}"]
    else:
        answers = [f"{type(error).__name__}: {error}"]
    return " ".join("; ".join(answers).split())[:500]


def _decode(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)


@transaction.atomic
def _write(mail: Mail, outcome: Outcome) -> None:
    """What became of a mail that was handed over."""
    mail.error = outcome.error
    if outcome.kind == "sent":
        mail.state = State.SENT
        mail.sent_at = timezone.now()
        if mail.is_secret and not development.is_open():
            blank(mail)
        mail.items.filter(state=State.QUEUED).update(state=State.SENT, sent_at=mail.sent_at)
    elif outcome.kind == "never":
        mail.state = State.FAILED
        mail.items.filter(state=State.QUEUED).update(digest=None)
    elif outcome.kind == "later":
        _plan(mail)
    # not the whole row, nor its words: the recipient, or somebody named, may have been erased in the meantime
    words = ["subject", "text", "html", "url", "blanked"] if mail.blanked else []
    mail.save(update_fields=["state", "error", "sent_at", "next_try_at", *words])


@transaction.atomic
def _postpone(mail_id: int, error: str) -> None:
    """The server could not be reached: nothing was said."""
    mail = Mail.objects.select_for_update(of=("self",)).filter(pk=mail_id, state=State.QUEUED).first()
    if mail is not None:
        mail.attempts += 1
        mail.error = error
        _plan(mail)
        mail.save()


def _plan(mail: Mail) -> None:
    """The next attempt, or the end of them."""
    if mail.attempts > len(PAUSES):
        mail.state = State.FAILED
        mail.items.filter(state=State.QUEUED).update(digest=None)
        return
    mail.state = State.QUEUED
    mail.next_try_at = timezone.now() + PAUSES[mail.attempts - 1]


def blank(mail: Mail) -> None:
    """Takes the words out of a row: codes and personal links are not kept."""
    mail.subject = mail.kind_label[:250]
    mail.text = mail.html = mail.url = ""
    mail.blanked = True
