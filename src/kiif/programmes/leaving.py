"""Where the withdrawal of a host is recorded, when a room above looks after what it hosts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_pages: list[Callable[[Any, Any], str]] = []


def register(page: Callable[[Any, Any], str]) -> None:
    """The room that looks after it: `page(call, host)` gives the address of its page. The last one registered holds."""
    _pages[:] = [page]


def page_of(call: Any, host: Any) -> str:
    """The address of that page; empty when no room looks after it."""
    return _pages[0](call, host) if _pages else ""
