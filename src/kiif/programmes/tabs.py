"""The rooms of a call, on its page: rooms above add theirs when the product starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery

from kiif.accounts.actor import Actor

#: What waits in a room: a number, rows to count (those of all rooms are counted together), or nothing.
Count = int | QuerySet[Any] | None


@dataclass(frozen=True)
class Tab:
    """`url_name` takes the call's public_id; `show(actor, call)`: for whom; `count(actor, call)`: what waits, as a
    number or as the rows to count."""

    key: str
    label: Any
    url_name: str
    order: int
    show: Callable[[Actor, Any], bool]
    count: Callable[[Actor, Any], Count] = lambda actor, call: None


_tabs: dict[str, Tab] = {}


def register(tab: Tab) -> None:
    """Adds a tab; the same key is replaced."""
    _tabs[tab.key] = tab


def of_call(actor: Actor, call: Any) -> list[Tab]:
    """Those that this actor sees, in order."""
    return sorted((tab for tab in _tabs.values() if tab.show(actor, call)), key=lambda tab: tab.order)


class _CountOf(Subquery):
    """How many rows a query gives, as a column."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def counts(actor: Actor, call: Any, shown: list[Tab]) -> dict[str, int | None]:
    """What waits in each of these rooms, by key; None for nothing. One query for all that is given as rows."""
    told = {tab.key: tab.count(actor, call) for tab in shown}
    rows = {key: one for key, one in told.items() if isinstance(one, QuerySet)}
    found: dict[str, Any] = {key: one for key, one in told.items() if key not in rows}
    if rows:
        columns = [_CountOf(one.order_by().values("pk")) for one in rows.values()]
        line = type(call)._base_manager.filter(pk=call.pk).values_list(*columns).get()
        found |= dict(zip(rows, line, strict=True))
    return {key: number or None for key, number in found.items()}
