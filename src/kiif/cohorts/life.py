"""What became of a project that was chosen, told on the page of its later applications: its host, its cohort."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.cohorts.enums import PlacementState
from kiif.cohorts.models import Member, Placement
from kiif.programmes.models import Application

_HOSTED = (PlacementState.HOSTED, PlacementState.ENDED)


def tell(actor: Actor, applications: Sequence[Application]) -> dict[int, list[str]]:
    """By key of application, of what this actor sees. Two queries whatever their number."""
    keys = [row.pk for row in applications]
    found: dict[int, list[str]] = defaultdict(list)
    placements = Placement.objects.visible_to(actor).filter(application__in=keys, state__in=_HOSTED)
    for placement in placements.select_related("host__incubator", "host__branch").order_by("pk"):
        found[placement.application_id].append(
            _("%(host)s: %(state)s.") % {"host": placement.host, "state": placement.get_state_display()}
        )
    members = Member.objects.visible_to(actor).filter(application__in=keys).select_related("cohort").order_by("pk")
    for member in members:
        found[member.application_id].append(
            _("%(cohort)s: %(state)s.") % {"cohort": member.cohort, "state": member.get_state_display()}
        )
    return dict(found)
