"""Who is writing on a page at this moment: a courtesy, kept in the cache for a minute, never a lock.

A room is any name that all the people of one page share ("replication.study.12"). Notes cost one read and one write of
the cache; a page that nobody else opens costs one read.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from django.core.cache import cache

#: Seconds without a sign of life after which somebody is no longer shown.
GONE_AFTER: Final = 45
MOST: Final = 30


@dataclass(frozen=True)
class Present:
    """Somebody who is on the page; `part` is where they write, empty when they only read."""

    key: int
    name: str
    initials: str
    part: str


def _slot(room: str) -> str:
    return f"presence.{room}"


def note(room: str, key: int, name: str, initials: str, part: str) -> None:
    """This person is here now. Two notes at the same instant may lose one: the next beat brings it back."""
    now = time.time()
    seen = {who: row for who, row in _rows(room).items() if now - row[3] < GONE_AFTER and who != key}
    rows = dict(list(seen.items())[: MOST - 1])
    cache.set(_slot(room), rows | {key: (name, initials, part, now)}, GONE_AFTER)


def others(room: str, key: int | None) -> list[Present]:
    """Who else is here, by name."""
    now = time.time()
    found = [
        Present(who, name, initials, part)
        for who, (name, initials, part, at) in _rows(room).items()
        if now - at < GONE_AFTER and who != key
    ]
    return sorted(found, key=lambda one: one.name)


def _rows(room: str) -> dict[int, tuple[str, str, str, float]]:
    rows = cache.get(_slot(room))
    return rows if isinstance(rows, dict) else {}
