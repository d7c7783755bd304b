"""Dates of a cohort: each change leaves in the calendars of those who take part."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.alliance.actions.common import clean, link, require
from kiif.cohorts import mails, people
from kiif.cohorts.actions.common import scope_of, who_runs
from kiif.cohorts.enums import PRESENT
from kiif.cohorts.models import Cohort, CohortEvent, Feed, Member, Placement
from kiif.cohorts.models.cohort import new_nonce
from kiif.journal.actions import record
from kiif.mailbox import calendar
from kiif.mailbox.actions import queue_mail
from kiif.ui.errors import Refused

_FIELDS = ("title", "starts_at", "ends_at", "place", "link", "words")


@transaction.atomic
def write_event(*, cohort: Cohort, by: Actor, event: CohortEvent | None = None, **fields: Any) -> CohortEvent:
    """Adds a date, or changes one; invitations leave. `fields`: title, starts_at, ends_at, place, link, words.

    Raises NotAllowed; Refused for an end before the start, or a cancelled date.
    """
    require("cohorts.run", by, cohort, who_runs())
    row = CohortEvent(cohort=cohort) if event is None else _locked(event)
    if row.cancelled_at is not None:
        raise Refused(_("This date was cancelled: add another one."))
    for name in _FIELDS:
        setattr(row, name, fields.get(name, "") or "")
    if row.ends_at <= row.starts_at:
        raise Refused(_("It ends after it starts."), field="ends_at")
    row.sequence += 0 if event is None else 1
    clean(row)
    row.save()
    verb = "cohorts.event_added" if event is None else "cohorts.event_changed"
    record(by=by, verb=verb, obj=cohort, data={"title": row.title}, scope=scope_of(cohort.call))
    _invite(row, by)
    return row


def _locked(event: CohortEvent) -> CohortEvent:
    rows = CohortEvent.objects.select_for_update(of=("self",)).select_related("cohort__call__edition__programme__owner")
    return rows.get(pk=event.pk)


@transaction.atomic
def cancel_event(*, event: CohortEvent, by: Actor) -> CohortEvent:
    """Cancels a date, in the calendars too. Raises NotAllowed; Refused when it is cancelled or over."""
    require("cohorts.run", by, event, who_runs())
    row = _locked(event)
    if row.cancelled_at is not None:
        raise Refused(_("This date was cancelled already."))
    if row.ends_at < timezone.now():
        raise Refused(_("This date is over."))
    row.cancelled_at = timezone.now()
    row.sequence += 1
    row.save(update_fields=["cancelled_at", "sequence"])
    record(by=by, verb="cohorts.event_cancelled", obj=row.cohort, data={"title": row.title},
           scope=scope_of(row.cohort.call))  # fmt: skip
    _invite(row, by)
    return row


def guests(cohort: Cohort) -> list[User]:
    """People of the members who take part, and of their hosts."""
    members = list(Member.objects.filter(cohort=cohort, state__in=PRESENT).select_related("application__response"))
    carrying = people.carriers_by_application([member.application for member in members])
    hosted = Placement.objects.hosted().filter(application__in=[member.application_id for member in members])
    hosts = people.houses({placement.host for placement in hosted.select_related("host")})
    return list(dict.fromkeys(user for group in (carrying, hosts) for users in group.values() for user in users))


def _invite(row: CohortEvent, by: Actor) -> None:
    if mails.stays_inside(row.cohort.call) or row.ends_at < timezone.now():
        return
    gone = row.cancelled_at is not None
    for user in guests(row.cohort):
        facts = {
            "cohort": str(row.cohort),
            "title": row.title,
            "when": mails.moment_for(row.starts_at, user),
            "link": link("cohorts:calendar"),
        }
        if not gone:
            facts["place"] = row.place or row.link or "–"
        queue_mail(
            kind="cohorts.event_cancelled" if gone else "cohorts.event",
            to=user,
            context=facts,
            by=by,
            about=row,
            calendar=calendar.part(meeting_of(row, user), method="CANCEL" if gone else "REQUEST"),
        )


def meeting_of(row: CohortEvent, user: User | None = None) -> calendar.Meeting:
    """The date as a calendar holds it."""
    return calendar.Meeting(
        uid=f"cohorts.event:{row.public_id}",
        title=f"{row.title} ({row.cohort})",
        start=row.starts_at,
        end=row.ends_at,
        sequence=row.sequence,
        place=row.place,
        description=row.words,
        url=row.link,
        attendees=[calendar.Attendee(user.email, str(user))] if user else (),
    )


@transaction.atomic
def new_feed(*, by: Actor) -> Feed:
    """A new address for one's calendar; the old one falls. Raises Refused without a person."""
    if by.user is None or not by.can_write:
        raise Refused(_("Only the person makes their calendar address."))
    feed, made = Feed.objects.get_or_create(user=by.user)
    if not made:
        feed.nonce, feed.made_at = new_nonce(), timezone.now()
        feed.save(update_fields=["nonce", "made_at"])
    return feed
