"""What follows when an edition is copied, rehearsed or its days moved: rooms above say it when the product starts.

copying.register(Copier("reviews", copy=…, move=…, erase=…))
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


def _nothing_to_copy(source: Any, target: Any, shift: dt.timedelta, by: Any) -> None:
    """This room keeps nothing of a call that the next one would want."""


def _nothing_to_move(call: Any, shift: dt.timedelta) -> None:
    """This room keeps no date of a call."""


def _nothing_to_erase(call: Any) -> None:
    """What this room keeps of a call goes with it."""


@dataclass(frozen=True)
class Copier:
    """`copy(source, target, shift, by)`: of a call into another, settings only, dates shifted. `move(call, shift)`: the
    dates that this room keeps of a call. `erase(call)`: all that it keeps of a rehearsed call, the highest room first;
    what is tied to the call or to its applications without protecting them needs nothing."""

    key: str
    copy: Callable[[Any, Any, dt.timedelta, Any], None] = _nothing_to_copy
    move: Callable[[Any, dt.timedelta], None] = _nothing_to_move
    erase: Callable[[Any], None] = _nothing_to_erase


_copiers: dict[str, Copier] = {}


def register(copier: Copier) -> None:
    """Adds a room; the same key is replaced."""
    _copiers[copier.key] = copier


def every() -> list[Copier]:
    return list(_copiers.values())
