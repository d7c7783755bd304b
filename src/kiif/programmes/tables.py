"""Lists of programmes and of what hangs on calls, for the teams."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor
from kiif.programmes.models import Programme
from kiif.ui.tables import Column, Filter, Table

_REAL = Q(editions__rehearsal_of__isnull=True)


def programmes_for(actor: Actor) -> QuerySet[Programme]:
    """Programmes of the alliance, with how many editions and calls, and when the last call closes."""
    rows = Programme.objects.visible_to(actor).select_related("owner")
    return rows.annotate(
        editions_count=Count("editions", filter=_REAL, distinct=True),
        calls_count=Count("editions__calls", filter=_REAL, distinct=True),
        last_close=Max("editions__calls__closes_at", filter=_REAL),
    )


def _ended(rows: Any, value: str) -> Any:
    return rows.filter(ended_at__isnull=value == "running")


class ProgrammesTable(Table):
    """Programmes of the alliance and of its members."""

    name = "programmes"
    caption = _("Programmes")
    columns = (
        Column(
            "name", _("Programme"), url=lambda row: row.get_absolute_url(), sort="name", head=True,
            sub=lambda row: row.tagline,
        ),
        Column("owner", _("Belongs to"), value=lambda row: row.owner.name, sort="owner__name"),
        Column("editions_count", _("Editions"), sort="editions_count", end=True),
        Column("calls_count", _("Calls"), sort="calls_count", end=True),
        Column("last_close", _("Last closing"), sort="last_close"),
    )  # fmt: skip
    search_fields = ("name", "tagline", "owner__name")
    filters = (Filter("state", _("State"), choices=(("running", _("running")), ("ended", _("ended"))), apply=_ended),)
    default_sort = "name"
    empty_title = _("No programme yet")
    empty_text = _("A programme lasts; each of its editions has its calls, its dates and its cohort.")
