"""Which applications an export holds: those that its asker reads, and that the list leaves with the same filters."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from kiif.accounts.actor import Actor
from kiif.programmes.models import Application, Call
from kiif.programmes.tables_applications import ApplicationsTable, received
from kiif.programmes.views.applications_lists import choices_of

#: Parameters of the list that say what is in it.
FILTERS = ("q", *(one.key for one in ApplicationsTable.filters))


def cleaned(asked: QueryDict) -> str:
    """The filters of an address, as an address; empty for none."""
    kept = QueryDict(mutable=True)
    for key in FILTERS:
        if value := asked.get(key, "").strip()[:200]:
            kept[key] = value
    return kept.urlencode()


def table_for(actor: Actor, call: Call, query: str) -> ApplicationsTable:
    """The list as an address filters it, without a browser."""
    request = HttpRequest()
    request.GET = QueryDict(query)
    request.actor = actor  # type: ignore[attr-defined]  # as the middleware puts it
    return ApplicationsTable(received(actor, call), request, **choices_of(actor, call))


def selected(actor: Actor, call: Call, query: str) -> QuerySet[Application]:
    """Applications of an export, by number: conflicts and what one carries are never among them."""
    rows: Any = table_for(actor, call, query).rows
    found: QuerySet[Application] = rows.rows
    return found.order_by("project__number", "pk")


def in_words(actor: Actor, call: Call, query: str) -> list[str]:
    """Each filter in words."""
    table = table_for(actor, call, query)
    said = [f"« {table.text} »"] if table.text else []
    for bound in table.bound_filters:
        if bound.value is not None:
            label = dict(bound.options).get(bound.text, "")
            said.append(f"{bound.label}{chr(0xA0)}: {label}" if label else str(bound.label))
    return said
