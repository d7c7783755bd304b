from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kiif.accounts import links, mail, trail
from kiif.accounts.actions.erasure import erase_each
from kiif.accounts.actions.people import locked
from kiif.accounts.actor import Actor
from kiif.accounts.queries import people_to_anonymise, people_to_warn


def warn_inactive(*, by: Actor, limit: int = 200) -> list[int]:
    """Warns people who have not signed in for years that their account will be erased; gives their ids.

    One transaction each, at most `limit` of them; may run twice: nobody is warned a second time.
    """
    people = people_to_warn(timezone.now()).order_by("pk").values_list("pk", flat=True)[:limit]
    return [person_id for person_id in people if _warn(person_id, by)]


@transaction.atomic
def _warn(person_id: int, by: Actor) -> bool:
    user = locked(person_id)
    if user.inactivity_warned_at or user.anonymised_at:
        return False
    user.inactivity_warned_at = timezone.now()
    user.save(update_fields=["inactivity_warned_at"])
    trail.record(by=by, verb="accounts.inactivity_warned", obj=user)
    erasure = user.inactivity_warned_at + dt.timedelta(days=settings.INACTIVE_WARNING_DAYS)
    words = {
        "name": user.get_short_name(),
        "date": links.day(erasure, user.language),
        "login_url": links.absolute("account_login"),
    }
    mail.send("account.inactivity", user.email, words, language=user.language, user=user)
    return True


def anonymise_inactive(*, by: Actor, limit: int = 200) -> list[int]:
    """Erases people who were warned long enough ago and did not come back; gives their ids. May run twice."""
    people = people_to_anonymise(timezone.now()).order_by("pk").values_list("pk", flat=True)[:limit]
    return erase_each(people, by=by)
