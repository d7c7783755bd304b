"""Who is writing in a study at this moment: a courtesy, kept in the cache for a minute, never a lock."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from django.core.cache import cache

from kiif.accounts.models import User
from kiif.replication.models import FeasibilityStudy

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


def _key(study: FeasibilityStudy) -> str:
    return f"replication.presence.{study.pk}"


def note(study: FeasibilityStudy, user: User, part: str) -> None:
    """This person is here now. Two notes at the same instant may lose one: the next beat brings it back."""
    now = time.time()
    seen = {who: row for who, row in _rows(study).items() if now - row[3] < GONE_AFTER and who != user.pk}
    rows = dict(list(seen.items())[: MOST - 1])
    cache.set(_key(study), rows | {user.pk: (str(user), user.initials, part, now)}, GONE_AFTER)


def others(study: FeasibilityStudy, user: User | None) -> list[Present]:
    """Who else is here, by name."""
    now = time.time()
    found = [
        Present(who, name, initials, part)
        for who, (name, initials, part, at) in _rows(study).items()
        if now - at < GONE_AFTER and (user is None or who != user.pk)
    ]
    return sorted(found, key=lambda one: one.name)


def _rows(study: FeasibilityStudy) -> dict[int, tuple[str, str, str, float]]:
    rows = cache.get(_key(study))
    return rows if isinstance(rows, dict) else {}
