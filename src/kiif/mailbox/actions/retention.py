from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from kiif.mailbox.enums import AT_REST, Reason, State
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


@transaction.atomic
def forget_rehearsed() -> int:
    """Deletes the mails that a rehearsal held back and whose object was erased with it. Gives how many."""
    held = Mail.objects.filter(state=State.WITHHELD, reason=Reason.REHEARSAL, about_type__isnull=False)
    about: dict[int, set[str]] = {}
    for kind, key in held.values_list("about_type_id", "about_id").distinct():
        about.setdefault(kind, set()).add(key)
    deleted = 0
    for kind, keys in about.items():
        model = ContentType.objects.get_for_id(kind).model_class()
        there = model._base_manager.filter(pk__in=keys).values_list("pk", flat=True) if model is not None else ()
        gone = keys - {str(key) for key in there}
        deleted += held.filter(about_type_id=kind, about_id__in=gone).delete()[1].get("mailbox.Mail", 0)
    return deleted
