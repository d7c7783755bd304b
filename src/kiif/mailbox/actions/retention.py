from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from kiif.mailbox.enums import AT_REST
from kiif.mailbox.models import Mail

#: The words of a mail are kept half a year, its row two years.
WORDS = timedelta(days=180)
ROW = timedelta(days=730)


@transaction.atomic
def prune(*, now: datetime | None = None) -> dict[str, int]:
    """Forgets old mails: first their words, then their rows. Gives how many of each."""
    now = now or timezone.now()
    at_rest = Mail.objects.filter(state__in=AT_REST)
    deleted = at_rest.filter(created_at__lt=now - ROW).delete()[1].get("mailbox.Mail", 0)
    old = at_rest.filter(created_at__lt=now - WORDS, blanked=False)
    blanked = old.update(text="", html="", calendar="", url="", blanked=True)
    return {"blanked": blanked, "deleted": deleted}
