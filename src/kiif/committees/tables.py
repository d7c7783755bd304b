"""The lists of committees."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kiif.committees.enums import ItemState, SessionState
from kiif.committees.models import Session
from kiif.ui.tables import Column, Filter, Table


def with_counts(rows: Any) -> Any:
    """With how many members, dossiers, decided ones."""
    return rows.with_ties().annotate(
        people=Count("members", filter=Q(members__removed_at__isnull=True), distinct=True),
        dossiers=Count("items", distinct=True),
        decided=Count("items", filter=Q(items__state=ItemState.DECIDED), distinct=True),
    )


class SessionsTable(Table):
    """Sessions of committees."""

    name = "comites"
    caption = _("Committee sessions")
    columns = (
        Column(
            "title", _("Session"), url=lambda row: row.get_absolute_url(), sort="title", head=True,
            sub=lambda row: row.call.title,
        ),
        Column("when", _("When"), value="starts_at", sort="starts_at"),
        Column("people", _("Members"), sort="people", end=True),
        Column("dossiers", _("Dossiers"), sort="dossiers", end=True),
        Column("decided", _("Decided"), sort="decided", end=True),
        Column("state", _("State"), value="get_state_display", sort="state"),
    )  # fmt: skip
    search_fields = ("title", "call__title", "place")
    filters = (Filter("etat", _("State"), choices=SessionState.choices, lookup="state"),)
    default_sort = "-when"
    empty_title = _("No committee yet")
    empty_text = _("A session is planned from the page of its call, under “Committee”.")


def table_of(request: HttpRequest, rows: QuerySet[Session]) -> SessionsTable:
    return SessionsTable(rows, request)
