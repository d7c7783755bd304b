"""From a row to what the mail server receives."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from kiif.mailbox import addresses, calendar, layout

if TYPE_CHECKING:
    from kiif.mailbox.models import Mail


def message_id(mail: Mail) -> str:
    """The Message-ID of a mail: the same at each attempt, so that a mail program sees a double as one."""
    return f"<{mail.uid}@{urlsplit(settings.BASE_URL).hostname or 'localhost'}>"


def build(mail: Mail) -> EmailMultiAlternatives:
    """The message with its plain text, its HTML, its calendar part. Raises ValueError for a forged header."""
    letter = layout.compose(mail)
    headers = {
        "Message-ID": message_id(mail),
        "Auto-Submitted": "auto-generated",
        "Content-Language": mail.language,
    }
    if letter.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[addresses.with_name(str(mail.to) if mail.to and mail.to.full_name else "", mail.address)],
        headers=headers,
    )
    message.attach_alternative(letter.html, "text/html")
    if mail.calendar:
        content = mail.calendar.encode()
        method = calendar.method_of(content)
        message.attach_alternative(mail.calendar, f"text/calendar; method={method}")
    return message
