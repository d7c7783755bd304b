from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rules
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.mailbox.models import Mail
from kiif.ui.today import Gesture, Source

if TYPE_CHECKING:
    from kiif.accounts.actor import Actor


def _in_trouble(actor: Actor) -> Any:
    return Mail.objects.in_trouble() if rules.test_rule("mailbox.operate", actor) else None


def _tell(actor: Actor, rows: Any) -> list[Gesture]:
    count = rows.count()
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


#: For who looks after the outbox: the mails that did not leave, or that nobody can be sure about.
IN_TROUBLE = Source(_in_trouble, _tell)
