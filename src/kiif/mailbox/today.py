from __future__ import annotations

from typing import TYPE_CHECKING

import rules
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.mailbox.models import Mail
from kiif.ui.today import Gesture

if TYPE_CHECKING:
    from kiif.accounts.actor import Actor


def gestures(actor: Actor) -> list[Gesture]:
    """For who looks after the outbox: the mails that did not leave, or that nobody can be sure about."""
    if not rules.test_rule("mailbox.operate", actor):
        return []
    count = Mail.objects.in_trouble().count()
    if not count:
        return []
    about = ngettext("%(count)s mail did not leave", "%(count)s mails did not leave", count) % {"count": count}
    return [
        Gesture(
            title=_("Look at the mails that failed"),
            about=about,
            url=f"{reverse('mailbox:outbox')}?incident=1",
            action=_("Look"),
            initials="@",
        )
    ]
