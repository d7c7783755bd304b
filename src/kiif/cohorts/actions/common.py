"""What the actions of this room share."""

from __future__ import annotations

import datetime as dt

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.cohorts.enums import PlacementState
from kiif.cohorts.models import Placement
from kiif.programmes.models import Application, Call
from kiif.ui.errors import Refused


def scope_of(call: Call) -> Model:
    """The body in whose journal an entry also shows."""
    return call.edition.programme.owner.specific


def who_runs() -> str:
    return _("Who runs the call does this: its coordination, or the incubator that owns the programme.")


def deadline_in(days: int) -> dt.datetime:
    """The end of the day, so many days from today."""
    day = timezone.localdate() + dt.timedelta(days=days)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59)))


def locked_placement(placement: Placement) -> Placement:
    rows = Placement.objects.select_for_update(of=("self",)).with_ties()
    return rows.select_related("application__response").get(pk=placement.pk)


def locked_application(application: Application) -> Application:
    rows = Application.objects.select_for_update(of=("self",)).with_ties()
    return rows.get(pk=application.pk)


def refuse_closed(placement: Placement) -> None:
    """A stale page meets what happened since, in words."""
    said = {
        PlacementState.HOSTED: _("Both sides already agreed: nothing more is expected."),
        PlacementState.REFUSED: _("This placement was refused: nothing more is expected. Reload the page."),
        PlacementState.EXPIRED: _(
            "The time to answer is over. Write to the team of the call: it can propose it again."
        ),
        PlacementState.WITHDRAWN: _("This placement was withdrawn by the team or by the host."),
        PlacementState.REASSIGNED: _("The project was proposed to another host since."),
        PlacementState.ENDED: _("This placement is over."),
    }
    if not placement.is_open:
        raise Refused(said[PlacementState(placement.state)])
