"""How many mails a person may cause, and a recipient may receive, in 24 hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.mailbox.models import Mail
from kiif.ui.errors import Refused

if TYPE_CHECKING:
    from kiif.accounts.actor import Actor
    from kiif.accounts.models import User
    from kiif.mailbox.registry import MailKind

#: Mails that one person's gestures may cause in 24 hours (setting MAILBOX_SENDER_LIMIT).
PER_SENDER = 1_000
#: Mails of all kinds that one recipient may receive in 24 hours (setting MAILBOX_RECIPIENT_LIMIT).
PER_RECIPIENT = 200
WINDOW = timedelta(hours=24)


def leaves_at(*, kind: MailKind, user: User | None, address: str, by: Actor) -> datetime | None:
    """When a mail may leave: None for at once. Nothing is counted twice for one key.

    Raises Refused, with what to do, when one of the limits is reached. What a recipient received never refuses a
    `patient` kind: it leaves another day, as many a day as the limit lets. What waits so is not counted against others.
    """
    now = timezone.now()
    recent = Mail.objects.filter(created_at__gt=now - WINDOW)
    theirs = recent.filter(to=user) if user is not None else recent.filter(address=address)
    gone = theirs.exclude(next_try_at__gt=now, attempts=0)
    most = getattr(settings, "MAILBOX_RECIPIENT_LIMIT", PER_RECIPIENT)
    refusal = ""
    if gone.filter(kind=kind.key).count() >= kind.daily_limit:
        refusal = _("This person has received enough mails of this kind today: “%(kind)s”. Try again tomorrow.") % {
            "kind": kind.label
        }
    elif gone.count() >= most:
        refusal = _("This person has received a great many mails today. Try again tomorrow.")
    if refusal and not kind.patient:
        raise Refused(refusal)
    limit = getattr(settings, "MAILBOX_SENDER_LIMIT", PER_SENDER)
    if by.user is not None and recent.filter(created_by=by.user).count() >= limit:
        raise Refused(
            _("You have sent %(limit)s mails in 24 hours, the most allowed. Go on tomorrow, or ask the coordination.")
            % {"limit": limit}
        )
    if not refusal:
        return None
    waiting = theirs.filter(next_try_at__gt=now, attempts=0).count()
    return now + WINDOW * (1 + waiting // max(min(kind.daily_limit, most), 1))
