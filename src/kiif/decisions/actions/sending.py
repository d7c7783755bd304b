"""A letter leaves, comes back, leaves again for another address."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts import actor as actors
from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.decisions.actions.common import lock_application, require_decides
from kiif.decisions.enums import IN_TROUBLE, DecisionState, LetterState, Standing
from kiif.decisions.letters.standing import with_standing
from kiif.decisions.letters.values import address_of, context_of
from kiif.decisions.models import Decision, Letter, Sending
from kiif.journal.actions import record
from kiif.mailbox.actions import queue_mail
from kiif.mailbox.enums import Reason
from kiif.mailbox.enums import State as MailState
from kiif.mailbox.models import Mail
from kiif.programmes.conflicts import carriers_of
from kiif.ui.errors import Refused

KIND = "decisions.letter"


def send_letter(letter: Letter, by: Actor, to: User | None = None, address: str = "") -> Sending:
    """Gives a letter to the outbox, for who carries the application unless told otherwise.

    The product sends it, not a person: a limit on what somebody sends never keeps an answer back. When the outbox
    refuses (nobody to write to, too many mails that day), the sending says why and waits for somebody.
    """
    application = letter.decision.application
    if to is None and not address:
        owner = application.response.owner
        to = owner if owner is not None and owner.is_active else None
        address = "" if to is not None else address_of(application)
    sending = Sending(letter=letter, to=to, address=address, by=by.user, at=timezone.now())
    if to is None and not address:
        sending.returned_words = _("Nobody to write to: call them, or give another address.")
        sending.save()
        return sending
    number = letter.sendings.count() + 1
    try:
        with transaction.atomic():
            sending.mail = queue_mail(
                kind=KIND,
                to=to,
                address=address,
                context=context_of(letter),
                by=actors.system("decisions"),
                about=letter.decision,
                key=f"{KIND}:{letter.public_id}:{number}",
                language=letter.language,
            )
    except Refused as refusal:
        sending.returned_words = str(refusal)[:300]
    sending.save()
    return sending


def withhold(decision: Decision) -> None:
    """Keeps back the letters of a decision that have not left yet."""
    waiting = Mail.objects.filter(
        pk__in=Sending.objects.filter(letter__decision=decision).values("mail_id"),
        state__in=(MailState.DRAFT, MailState.QUEUED),
    )
    waiting.update(state=MailState.WITHHELD, reason=Reason.NOT_VISIBLE)


def _out(letter: Letter, by: Actor) -> Letter:
    application = lock_application(letter.decision.application)
    require_decides(by, application)
    locked = Letter.objects.select_for_update(of=("self",)).select_related("decision").get(pk=letter.pk)
    locked.decision.application = application
    if locked.state != LetterState.OUT:
        raise Refused(_("This letter has not left yet."))
    if locked.decision.state != DecisionState.PUBLISHED:
        raise Refused(_("Another decision was published since: its own letter counts."))
    return locked


@transaction.atomic
def mark_returned(*, letter: Letter, by: Actor, words: str = "") -> Sending:
    """Somebody saw the letter come back. Raises Refused for a letter that did not leave."""
    locked = _out(letter, by)
    sending = locked.sendings.first()
    if sending is None:
        raise Refused(_("This letter has not left yet."))
    if sending.returned_at is None:
        sending.returned_at, sending.returned_words = timezone.now(), words.strip()[:300]
        sending.save(update_fields=["returned_at", "returned_words"])
        record(by=by, verb="decisions.letter_returned", obj=locked)
    return sending


@transaction.atomic
def send_again(*, letter: Letter, by: Actor, to: User | None = None, address: str = "") -> Sending:
    """Sends a letter that failed or came back: to the same person, to somebody else who carries the application, or to
    an address that they gave.

    Raises Refused for a letter that is on its way or that arrived, for somebody outside the application, for an address
    that is none.
    """
    locked = _out(letter, by)
    standing = with_standing(Letter.objects.filter(pk=locked.pk)).get().standing
    if standing not in IN_TROUBLE and not to and not address:
        raise Refused(
            _("This letter is “%(standing)s”: it is sent again only if it came back.")
            % {"standing": Standing(standing).label}
        )
    if to is not None and to.pk not in carriers_of(locked.decision.application):
        raise Refused(_("This person does not carry this application."), field="to")
    if address:
        try:
            validate_email(address)
        except ValidationError as error:
            raise Refused(_("Write a complete address, such as name@example.org."), field="address") from error
    sending = send_letter(locked, by, to, address)
    record(by=by, verb="decisions.letter_sent_again", obj=locked)
    return sending
