"""Whether a mail may still go to its recipient, asked at the moment of sending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiif.mailbox import registry
from kiif.mailbox.enums import Cadence, Reason
from kiif.mailbox.models import Mail, Preference

if TYPE_CHECKING:
    from kiif.accounts.models import User


def why_not(mail: Mail) -> Reason | None:
    """The reason to withhold a mail, None to send it."""
    if mail.to is None and not mail.address:
        return Reason.ERASED
    if mail.to is not None and not mail.to.is_active:
        return Reason.INACTIVE
    if mail.is_optional and _refused(mail):
        return Reason.UNSUBSCRIBED
    return _about(mail) if mail.about_type_id is not None else None


def _about(mail: Mail) -> Reason | None:
    """The reason that lies in what the mail tells of."""
    if mail.about is None:
        return Reason.GONE
    if registry.is_rehearsal(mail.about):
        return Reason.REHEARSAL
    if mail.to is not None and not may_open(mail.to, mail):
        return Reason.NOT_VISIBLE
    return None


def may_open(user: User, mail: Mail) -> bool:
    """Whether a person may open what a mail is about. What is gone, or nobody answers for, may not be opened."""
    about = mail.about
    if about is None:
        return False
    try:
        return bool(registry.visibility_of(type(about))(user, about))
    except LookupError:
        return False


def _refused(mail: Mail) -> bool:
    category = registry.kind(mail.kind).category_key
    return Preference.objects.cadence_for(category, user=mail.to, address=mail.address) == Cadence.NONE
