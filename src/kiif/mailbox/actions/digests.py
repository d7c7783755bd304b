from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kiif.accounts.models import User
from kiif.mailbox import digest
from kiif.mailbox.actions.queue import send_later
from kiif.mailbox.enums import Cadence
from kiif.mailbox.models import Mail


def compose_digests(*, cadence: str, day: date | None = None) -> int:
    """Gathers what waits for a daily or weekly digest, one mail for each person; gives how many.

    Safe to run twice on one day: the key of a digest holds its person and its day.
    """
    if cadence not in (Cadence.DAILY, Cadence.WEEKLY):
        raise ValueError(f"There is no digest of rhythm {cadence!r}")
    day = day or timezone.localdate()
    people = User.objects.filter(pk__in=Mail.objects.for_digest(cadence).order_by().values("to").distinct()).order_by(
        "pk"
    )
    return sum(_gather(person, cadence, day) for person in people)


@transaction.atomic
def _gather(person: User, cadence: str, day: date) -> int:
    """One digest, with its items; its words are written when it is sent (`digest.write`)."""
    language = person.language if person.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    mail, made = Mail.objects.get_or_create(
        key=f"digest:{cadence}:{person.pk}:{day.isoformat()}",
        defaults={
            "kind": digest.KIND,
            "to": person,
            "language": language,
            "subject": digest.KIND,
            "system": "mailbox",
        },
    )
    if not made:
        return 0
    Mail.objects.for_digest(cadence).filter(to=person).update(digest=mail)
    send_later(mail)
    return 1
