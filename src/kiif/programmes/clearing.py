"""What is missing before a call is published or a rehearsal is taken for good: rooms above add their checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Lack:
    """What is missing, in a sentence, where to mend it, and whether one may go on without."""

    sentence: str
    url: str = ""
    blocking: bool = False


_checks: dict[str, Callable[[Any], list[Lack]]] = {}


def register(key: str, check: Callable[[Any], list[Lack]]) -> None:
    """Adds a check of a call; the same key is replaced."""
    _checks[key] = check


def lacks(call: Any) -> list[Lack]:
    """All that is missing, what blocks first."""
    found = [lack for _key, check in sorted(_checks.items()) for lack in check(call)]
    return sorted(found, key=lambda lack: not lack.blocking)
