"""A call from its creation to its end: settings, form, calendar, publication, more time, cancelling."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import clean, require
from kiif.journal import diff
from kiif.programmes import clearing, mapping, signals
from kiif.programmes.actions.call_common import DATES, check_dates, follow, grow, locked, note
from kiif.programmes.actions.call_mails import tell_of_cancelling, tell_of_more_time
from kiif.programmes.actions.programmes import fill, free_slug
from kiif.programmes.enums import CALL_TRANSITIONS, CallState
from kiif.programmes.models import Call, Edition
from kiif.questionnaires.actions.collections import open_collection
from kiif.questionnaires.enums import Audience
from kiif.questionnaires.loaded import newest
from kiif.questionnaires.models import Collection, Questionnaire
from kiif.ui.errors import Refused

FIELDS: Final = (
    "title", "summary", "presentation", "offers", "places", "minutes", "consortium", "most_hosts", "contact_name",
    "contact_email",
)  # fmt: skip


@transaction.atomic
def create_call(
    *, edition: Edition, by: Actor, fields: Mapping[str, Any], questionnaire: Questionnaire | None = None
) -> Call:
    """Creates a call in preparation. `fields`: FIELDS and those of DATES. Raises NotAllowed, Refused."""
    require("programmes.change_programme", by, edition, _("Only the team that runs this programme opens its calls."))
    made = Call(edition=edition, created_by=by.user)
    fill(made, (*FIELDS, *DATES), fields)
    # guarded: an address is unique among all calls
    made.slug = free_slug(Call.objects.all(), made.title, 80, "appel")
    check_dates(made)
    clean(made)
    made.save()
    note(by, "call_created", made, made)
    return set_form(call=made, questionnaire=questionnaire, by=by) if questionnaire is not None else made


@transaction.atomic
def change_call(*, call: Call, by: Actor, fields: Mapping[str, Any], revision: int | None = None) -> Call:
    """Changes the words and settings of a call. Raises NotAllowed, Refused (an old page, a field that is not right)."""
    row = locked(call, by, revision)
    before = diff.snapshot(row, FIELDS)
    fill(row, FIELDS, fields)
    clean(row)
    row.save()
    if changes := diff.difference(before, row):
        grow(row)
        note(by, "call_changed", row, row, changes=changes)
    return row


@transaction.atomic
def set_form(*, call: Call, questionnaire: Questionnaire, by: Actor) -> Call:
    """Chooses the questionnaire that people fill, and guesses which question gives which fact.

    Raises NotAllowed, Refused: nothing published yet, applications begun on another form.
    """
    row = locked(call, by)
    if row.collection is not None and row.collection.questionnaire_id == questionnaire.pk:
        return row
    if row.applications.exists():
        raise Refused(_("Applications were begun with the present form: it no longer changes."))
    version = newest(questionnaire)
    if version is None:
        raise Refused(_("Publish the questionnaire first: people always answer a published version."))
    # guarded: an address is unique among all collections
    slug = free_slug(Collection.objects.all(), row.slug, 80, "appel")
    row.collection = open_collection(
        questionnaire=questionnaire, by=by, use="call", about=row,
        fields={
            "title": row.title, "slug": slug, "audience": Audience.ACCOUNT, "one_each": False,
            "opens_at": row.opens_at, "closes_at": row.ends_at, "grace": row.grace,
        },
    )  # fmt: skip
    row.facts = mapping.guess(version)
    row.save(update_fields=["collection", "facts"])
    grow(row)
    note(by, "form_chosen", row, row, data={"questionnaire": questionnaire.title})
    return row


@transaction.atomic
def set_facts(*, call: Call, by: Actor, chosen: Mapping[str, str], revision: int | None = None) -> Call:
    """Says which question gives which fact (`mapping.FACTS`). Raises NotAllowed, Refused."""
    row = locked(call, by, revision)
    if row.collection is None:
        raise Refused(_("Choose the form of the call first."))
    row.facts = mapping.checked(row, chosen)
    row.save(update_fields=["facts"])
    grow(row)
    note(by, "facts_set", row, row)
    return row


def _may_become(call: Call, state: str) -> None:
    if state not in CALL_TRANSITIONS[call.state]:
        raise Refused(
            _("This call is %(before)s: it cannot become “%(after)s”.")
            % {"before": call.get_state_display(), "after": CallState(state).label}
        )


@transaction.atomic
def publish(*, call: Call, by: Actor) -> Call:
    """Opens the public page. Raises NotAllowed, Refused with the first thing that blocks."""
    row = locked(call, by)
    _may_become(row, CallState.PUBLISHED)
    blocking = [lack.sentence for lack in clearing.lacks(row) if lack.blocking]
    if blocking:
        raise Refused(blocking[0])
    row.state, row.published_at = CallState.PUBLISHED, timezone.now()
    row.save(update_fields=["state", "published_at"])
    grow(row)
    note(by, "call_published", row, row)
    signals.call_published.send(Call, call=row, by=by)
    return row


@transaction.atomic
def cancel(*, call: Call, by: Actor, words: str) -> Call:
    """Cancels a call, with the words that everybody reads; who began or sent an application is told.

    Raises NotAllowed, Refused (no words, a call put away).
    """
    row = locked(call, by)
    _may_become(row, CallState.CANCELLED)
    if not words.strip():
        raise Refused(_("Say why: the people who were going to apply will read it."), field="words")
    row.state, row.state_words = CallState.CANCELLED, words.strip()[:1_000]
    row.save(update_fields=["state", "state_words"])
    grow(row)
    note(by, "call_cancelled", row, row, data={"words": row.state_words})
    tell_of_cancelling(row, by)
    return row


@transaction.atomic
def archive(*, call: Call, by: Actor) -> Call:
    """Puts a finished call away: its page stays readable. Raises NotAllowed, Refused while it is open."""
    row = locked(call, by)
    _may_become(row, CallState.ARCHIVED)
    if row.state == CallState.PUBLISHED and (row.ends_at is None or timezone.now() < row.ends_at):
        raise Refused(_("Applications are still received: wait for the closing, or cancel the call."))
    row.state = CallState.ARCHIVED
    row.save(update_fields=["state"])
    grow(row)
    note(by, "call_archived", row, row)
    return row


@transaction.atomic
def prolong(*, call: Call, until: dt.datetime, by: Actor, words: str = "") -> Call:
    """Moves the announced closing later; late applications follow by as much. Who began is told.

    Raises NotAllowed, Refused (a moment that is not later, a call that is not published).
    """
    row = locked(call, by)
    if row.state != CallState.PUBLISHED or row.closes_at is None:
        raise Refused(_("Only a published call with a closing is given more time."))
    if until <= row.closes_at or until <= timezone.now():
        raise Refused(_("Choose a moment that comes later than the present closing, and than now."), field="until")
    before = diff.snapshot(row, DATES)
    if row.late_until is not None:
        row.late_until = max(until, row.late_until + (until - row.closes_at))
    row.closes_at = until
    check_dates(row)
    row.save(update_fields=["closes_at", "late_until"])
    follow(row)
    grow(row)
    note(by, "prolonged", row, row, changes=diff.difference(before, row), data={"words": words})
    tell_of_more_time(row, by, words)
    return row
