"""The main navigation follows the person: higher floors register entries, each says who it is for.

An app adds its entries in `apps.ready()`:

    navigation.register(Entry(_("Territories"), "territories:home", order=30, show=everyone))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True)
class Entry:
    """A link of the navigation. `show` receives the request's actor; `place` is main, account, footer or staff."""

    label: Any
    url_name: str
    order: int
    show: Callable[[Any], bool]
    place: str = "main"
    #: url names (or prefixes ending in *) under which this entry is the current one, besides its own
    current_under: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    label: Any
    url: str
    current: bool


_entries: list[Entry] = []


def everyone(actor: Any) -> bool:
    return True


def register(entry: Entry) -> None:
    """Adds an entry; the same url name in the same place is replaced (apps may be reloaded in tests)."""
    _entries[:] = [e for e in _entries if (e.url_name, e.place) != (entry.url_name, entry.place)]
    _entries.append(entry)
    _entries.sort(key=lambda e: e.order)


def lead_to(url_name: str, *under: str) -> None:
    """The main entry `url_name` is also the current one under these names: rooms above add to a room's entry."""
    for place, entry in enumerate(_entries):
        if (entry.url_name, entry.place) == (url_name, "main"):
            _entries[place] = replace(entry, current_under=tuple(dict.fromkeys((*entry.current_under, *under))))


def _is_current(entry: Entry, view_name: str) -> bool:
    names = (entry.url_name, *entry.current_under)
    return any(view_name.startswith(n[:-1]) if n.endswith("*") else view_name == n for n in names)


def items_for(request: HttpRequest) -> dict[str, list[Item]]:
    """Entries of this person by place, with the current one marked."""
    actor = getattr(request, "actor", None)
    match = request.resolver_match
    view_name = match.view_name if match else ""
    items: dict[str, list[Item]] = {"main": [], "account": [], "footer": [], "staff": []}
    for entry in _entries:
        address = _address(entry)
        if address and entry.show(actor):
            item = Item(entry.label, address, _is_current(entry, view_name))
            items.setdefault(entry.place, []).append(item)
    return items


def _address(entry: Entry) -> str:
    """Empty when the page does not exist: one wrong name never takes every page down (`check` reports it)."""
    try:
        return reverse(entry.url_name)
    except NoReverseMatch:
        return ""


def missing() -> list[str]:
    """Names of pages that entries point to and that do not exist."""
    return [entry.url_name for entry in _entries if not _address(entry)]
