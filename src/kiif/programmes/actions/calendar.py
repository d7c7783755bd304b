"""The calendar of a call: its own hours and the dates beside them, written together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import clean
from kiif.journal import diff
from kiif.programmes.actions.call_common import DATES, check_dates, follow, grow, locked, note
from kiif.programmes.actions.programmes import fill
from kiif.programmes.enums import CallState
from kiif.programmes.models import Call, Moment
from kiif.ui.errors import Refused

MOMENT_FIELDS: Final = ("kind", "title", "starts_at", "ends_at", "place", "link", "public")


@transaction.atomic
def set_calendar(
    *,
    call: Call,
    by: Actor,
    fields: Mapping[str, Any],
    moments: Sequence[Mapping[str, Any]] = (),
    revision: int | None = None,
) -> Call:
    """Writes the hours of the call (`fields`: DATES) and its dates: each has `pk` (None: a new one), `remove`, and
    MOMENT_FIELDS. Raises NotAllowed, Refused (disorder; an old page; a published closing brought forward).
    """
    row = locked(call, by, revision)
    before = diff.snapshot(row, DATES)
    closing = row.closes_at
    fill(row, DATES, fields)
    check_dates(row)
    earlier = closing is not None and (row.closes_at is None or row.closes_at < closing)
    if earlier and row.state == CallState.PUBLISHED and row.applications.exists():
        raise Refused(
            _("People write with the announced closing in mind: it may be later, never earlier."), field="closes_at"
        )
    clean(row)
    row.save()
    follow(row)
    touched = sum(_write_moment(row, moment) for moment in moments)
    changes = diff.difference(before, row)
    if changes or touched:
        grow(row)
        note(by, "calendar_changed", row, row, changes=changes, data={"dates": touched})
    return row


def _write_moment(call: Call, given: Mapping[str, Any]) -> int:
    """Creates, changes or removes one date; 1 if something was written."""
    key = given.get("pk")
    found = call.moments.filter(pk=key).first() if key else None
    if given.get("remove"):
        return found.delete()[0] if found is not None else 0
    if key and found is None:
        raise Refused(_("One of the dates was removed by somebody else: open the page again."))
    moment = found or Moment(call=call)
    before = {name: getattr(moment, name) for name in MOMENT_FIELDS}
    fill(moment, MOMENT_FIELDS, given)
    if found is not None and before == {name: getattr(moment, name) for name in MOMENT_FIELDS}:
        return 0
    if moment.ends_at and moment.starts_at and moment.ends_at <= moment.starts_at:
        raise Refused(_("“%(title)s” ends before it starts: check both moments.") % {"title": moment.title})
    clean(moment)
    moment.save()
    return 1
