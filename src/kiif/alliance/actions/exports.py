"""Taking one's whole part away."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance import exports
from kiif.alliance.actions.common import require
from kiif.alliance.models import Incubator
from kiif.journal.actions import record


@transaction.atomic
def export_part(*, incubator: Incubator, by: Actor) -> Iterator[bytes]:
    """The archive of everything held for an incubator, in pieces; the journal keeps who took it.

    Raises NotAllowed for others than its direction and the coordination.
    """
    require("alliance.export_body", by, incubator, _("Only its direction and the coordination take this archive."))
    record(by=by, verb="alliance.part_exported", obj=incubator, scope=incubator)
    return exports.archive(incubator)
