"""Messages to a filtered set of the cohort: written, looked at, sent once."""

from __future__ import annotations

import re
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import clean, link, require
from kiif.cohorts import audience as audiences
from kiif.cohorts import mails
from kiif.cohorts.actions.common import scope_of, who_runs
from kiif.cohorts.audience import Recipient
from kiif.cohorts.models import Broadcast, Cohort
from kiif.journal.actions import record
from kiif.mailbox.actions import queue_mail
from kiif.ui.errors import Refused

#: What may be written between braces in a message, as people type it.
PLACES: Final = ("prenom", "nom", "projet", "accueil", "promotion")
_PLACE = re.compile(r"\{([^{}\n]{1,40})\}")
MOST_PEOPLE: Final = 1_000


@transaction.atomic
def write_broadcast(
    *,
    cohort: Cohort,
    subject: str,
    text: str,
    audience: str,
    filters: dict[str, Any],
    by: Actor,
    broadcast: Broadcast | None = None,
    revision: int | None = None,
) -> Broadcast:
    """Keeps a message without sending it. Raises NotAllowed; Refused for a placeholder that does not exist, a message
    that was sent, a stale page."""
    require("cohorts.run", by, cohort, who_runs())
    row = Broadcast(cohort=cohort, created_by=by.user) if broadcast is None else _locked(broadcast)
    _check_still(row, revision)
    if unknown := [name for name in _PLACE.findall(f"{subject} {text}") if name not in PLACES]:
        raise Refused(
            _("{%(name)s} does not exist. These do: %(known)s.")
            % {"name": unknown[0], "known": ", ".join(f"{{{name}}}" for name in PLACES)},
            field="text",
        )
    row.subject, row.text, row.audience, row.filters = " ".join(subject.split()), text.strip(), audience, filters
    row.revision += 1
    clean(row)
    row.save()
    return row


def _locked(broadcast: Broadcast) -> Broadcast:
    rows = Broadcast.objects.select_for_update(of=("self",)).select_related("cohort__call__edition__programme__owner")
    return rows.get(pk=broadcast.pk)


def _check_still(row: Broadcast, revision: int | None) -> None:
    if row.sent_at is not None:
        raise Refused(_("This message was sent: write another one."))
    if revision is not None and row.pk and revision != row.revision:
        raise Refused(_("Somebody changed this message since you opened the page. Reload it."))


@transaction.atomic
def send_broadcast(*, broadcast: Broadcast, by: Actor, revision: int) -> int:
    """Sends it to whom its filters keep now; gives how many people. Twice is once.

    Raises NotAllowed; Refused when it was sent, when it changed since the page was read, or when nobody is left.
    """
    require("cohorts.run", by, broadcast, who_runs())
    row = _locked(broadcast)
    _check_still(row, revision)
    found = audiences.of_broadcast(row)
    if not found:
        raise Refused(_("Nobody corresponds to these filters any more."))
    if len(found) > MOST_PEOPLE:
        raise Refused(_("At most %(n)s people at a time: narrow the filters.") % {"n": MOST_PEOPLE})
    row.sent_at, row.sent_by, row.count = timezone.now(), by.user, len(found)
    row.revision += 1
    row.save()
    if not mails.stays_inside(row.cohort.call):
        for one in found:
            _queue(row, one, by)
    record(
        by=by, verb="cohorts.message_sent", obj=row.cohort, data={"subject": str(row), "count": len(found)},
        scope=scope_of(row.cohort.call),
    )  # fmt: skip
    return len(found)


def _queue(row: Broadcast, one: Recipient, by: Actor) -> None:
    queue_mail(
        kind="cohorts.message",
        to=one.user,
        context={
            "cohort": str(row.cohort),
            "link": link("cohorts:my-cohort", row.cohort.public_id),
            "subject": filled(row.subject, row, one),
            "text": filled(row.text, row, one),
        },
        by=by,
        about=row,
        key=f"cohorts.message:{row.public_id}:{one.user.pk}",
    )


def filled(text: str, row: Broadcast, one: Recipient) -> str:
    """The words for this person. Values are never read again for placeholders."""
    hosts = [str(member.placement.host) for member in one.members if member.placement is not None]
    values = {
        "prenom": one.user.get_short_name(),
        "nom": str(one.user),
        "projet": ", ".join(member.application.title for member in one.members),
        "accueil": ", ".join(dict.fromkeys(hosts)) or _("to be found"),
        "promotion": str(row.cohort),
    }
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), text)
