"""The rooms of a call, on its page: rooms above add theirs when the product starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kiif.accounts.actor import Actor


@dataclass(frozen=True)
class Tab:
    """`url_name` takes the call's public_id; `show(actor, call)`: for whom; `count(actor, call)`: what waits."""

    key: str
    label: Any
    url_name: str
    order: int
    show: Callable[[Actor, Any], bool]
    count: Callable[[Actor, Any], int | None] = lambda actor, call: None


_tabs: dict[str, Tab] = {}


def register(tab: Tab) -> None:
    """Adds a tab; the same key is replaced."""
    _tabs[tab.key] = tab


def of_call(actor: Actor, call: Any) -> list[Tab]:
    """Those that this actor sees, in order."""
    return sorted((tab for tab in _tabs.values() if tab.show(actor, call)), key=lambda tab: tab.order)
