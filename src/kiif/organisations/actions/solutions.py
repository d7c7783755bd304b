"""The solutions that an organisation offers."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.journal.actions import record
from kiif.journal.diff import difference, snapshot
from kiif.organisations.actions.common import check_version, clean, locked, require
from kiif.organisations.models import Offering, Organisation

FIELDS: Final = ("name", "kind", "does", "audience", "since_year", "is_open")


def _who() -> str:
    return _("Solutions are described by the people of the organisation and by the teams that follow it.")


@transaction.atomic
def describe_offering(*, organisation: Organisation, by: Actor, **fields: Any) -> Offering:
    """Adds a solution. Raises NotAllowed, Refused (wrong field)."""
    require("organisations.change_organisation", by, organisation, _who())
    offering = Offering(organisation=locked(organisation), **fields)
    clean(offering)
    offering.save()
    data = {"solution": offering.name}
    record(by=by, verb="organisations.solution_added", obj=organisation, data=data, scope=organisation.alliance)
    return offering


@transaction.atomic
def change_offering(*, offering: Offering, by: Actor, version: int | None = None, **fields: Any) -> Offering:
    """Changes a solution; nothing is written when nothing changes. Raises NotAllowed, Refused."""
    require("organisations.change_organisation", by, offering.organisation, _who())
    offering = Offering.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=offering.pk)
    check_version(offering.version, version)
    before = snapshot(offering, fields)
    for name, value in fields.items():
        setattr(offering, name, value)
    changes = difference(before, offering)
    if not changes:
        return offering
    offering.version += 1
    clean(offering)
    offering.save()
    owner, data = offering.organisation, {"solution": offering.name}
    record(by=by, verb="organisations.solution_changed", obj=owner, changes=changes, data=data, scope=owner.alliance)
    return offering


@transaction.atomic
def remove_offering(*, offering: Offering, by: Actor) -> None:
    """Removes a solution entered by mistake; one that stopped is said not to run any more. Raises NotAllowed."""
    require("organisations.change_organisation", by, offering.organisation, _who())
    owner, data = offering.organisation, {"solution": offering.name}
    record(by=by, verb="organisations.solution_removed", obj=owner, data=data, scope=owner.alliance)
    offering.delete()
