"""The one frame of every mail: why it came, how to choose, in plain text and in HTML."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from kiif.mailbox import registry, unsubscribe
from kiif.mailbox.models import Mail


@dataclass(frozen=True)
class Letter:
    """What leaves: subject, plain text, HTML, and the address that ends the category (empty when there is none)."""

    subject: str
    text: str
    html: str
    unsubscribe_url: str = ""


def compose(mail: Mail) -> Letter:
    """The complete mail of a row."""
    subscription = unsubscribe.subscription_of(mail)
    return frame(
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        language=mail.language,
        category=_category(mail),
        has_account=mail.to_id is not None,
        unsubscribe_url=unsubscribe.link(subscription) if subscription else "",
    )


def _category(mail: Mail) -> str:
    try:
        return str(registry.category(registry.kind(mail.kind).category_key).label)
    except LookupError:
        return ""


def frame(
    *, subject: str, text: str, html: str, language: str, category: str, has_account: bool, unsubscribe_url: str
) -> Letter:
    """Puts a body in the frame, in the language of its reader."""
    with translation.override(language):
        preferences_url = settings.BASE_URL + reverse("mailbox:preferences") if has_account else ""
        why = (
            _("You receive this mail because you have an account on kiif.")
            if has_account
            else _("This mail was sent to this address from kiif, the platform of incubators of social innovation.")
        )
        lines = [why]
        if preferences_url:
            lines.append(_("Choose what you receive: %(url)s") % {"url": preferences_url})
        if unsubscribe_url:
            lines.append(_("No longer receive these mails: %(url)s") % {"url": unsubscribe_url})
        footer = "\n".join(lines)
        context = {
            "subject": subject,
            "content": mark_safe(html),  # noqa: S308 -- made by kiif.mailbox.markup, which escapes every value
            "language": language,
            "why": why,
            "category": category,
            "site_url": settings.BASE_URL,
            "preferences_url": preferences_url,
            "unsubscribe_url": unsubscribe_url,
        }
        page = get_template("mailbox/layout.html").render(context)
    return Letter(subject, f"{text.rstrip()}\n\n-- \n{footer}\n", page, unsubscribe_url)
