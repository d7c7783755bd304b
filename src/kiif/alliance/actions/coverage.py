"""Which incubator covers which department, with history."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.accounts.actor import Actor
from kiif.alliance import departments
from kiif.alliance.actions.common import lock_body, require
from kiif.alliance.models import Coverage, Incubator
from kiif.journal.actions import record
from kiif.ui.errors import Refused


@transaction.atomic
def set_coverage(
    *, incubator: Incubator, codes: Collection[str], since: date, why: str = "", by: Actor
) -> tuple[list[str], list[str]]:
    """From `since` on, the incubator covers exactly these departments.

    What was open and is not named any more ends that day; what is new begins that day; the rest does not move.
    Returns the codes (begun, ended), sorted. Raises NotAllowed, Refused (unknown code, a later coverage exists,
    day to come or before the arrival of the incubator).
    """
    require("alliance.change_coverage", by, incubator, _("Coverage is decided by the alliance’s coordination."))
    lock_body(incubator)
    wanted = set(codes)
    _check(incubator, wanted, since)
    open_rows = {row.department_code: row for row in Coverage.objects.filter(incubator=incubator, until__isnull=True)}
    begun, ended = sorted(wanted - open_rows.keys()), sorted(open_rows.keys() - wanted)
    _check_history(incubator, {*begun, *ended}, since)
    for code in ended:
        _end(open_rows[code], since)
    Coverage.objects.bulk_create(
        [Coverage(incubator=incubator, department_code=code, since=since, why=why) for code in begun]
    )
    if begun or ended:
        data = {"begun": ", ".join(begun) or "–", "ended": ", ".join(ended) or "–", "since": since, "why": why}
        record(by=by, verb="alliance.coverage_changed", obj=incubator, data=data, scope=incubator)
    return begun, ended


def _check(incubator: Incubator, wanted: set[str], since: date) -> None:
    unknown = sorted(code for code in wanted if departments.find(code) is None)
    if unknown:
        raise Refused(
            ngettext("%(codes)s is not a department.", "%(codes)s are not departments.", len(unknown))
            % {"codes": ", ".join(unknown)},
            field="codes",
        )
    if since > timezone.localdate():
        raise Refused(_("Coverage is recorded when it begins: give today or a day before."), field="since")
    if since < incubator.joined_on:
        raise Refused(_("The incubator was not yet a member of the alliance on that day."), field="since")


def _check_history(incubator: Incubator, codes: set[str], since: date) -> None:
    """A change may not be written before one that is already known."""
    rows = Coverage.objects.filter(incubator=incubator, department_code__in=codes)
    later = rows.filter(until__gt=since).first() or rows.filter(since__gt=since).first()
    if later:
        raise Refused(
            _("The history of %(department)s already has a change after that day.") % {"department": later},
            field="since",
        )


def _end(row: Coverage, day: date) -> None:
    """Ends a row; one that would last no day at all is taken away, the journal keeps it."""
    if row.since == day:
        row.delete()
        return
    row.until = day
    row.save(update_fields=["until"])
