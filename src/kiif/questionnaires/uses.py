"""What a higher room adds to a collection that it holds: who of its people reads an answer, when it may be written.

    uses.register(Use("call", reads=…, readable=…, window=…, entrance=…, happened=…))

The engine asks `of(collection.use)`; without a use, its own rules hold alone. A use adds readers, says when one writes
and where one begins; it never gives the right to write somebody's answers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Q


def _nobody(actor: Any, response: Any) -> bool:
    return False


def _none(actor: Any) -> Q:
    return Q(pk__in=())


def _collection_decides(response: Any) -> str | None:
    return None


class Window(NamedTuple):
    """When one answer may be written: other hours than those of its collection (an access code). None: no bound."""

    opens_at: dt.datetime | None
    ends_at: dt.datetime | None


def _hours_of_the_collection(response: Any) -> Window | None:
    return None


def _begins_here(collection: Any) -> str:
    return ""


def _everybody(actor: Any, collection: Any) -> bool:
    return True


def _nothing_follows(response: Any, event: str, by: Any) -> None:
    """The engine alone is concerned."""


def _nothing_depends(response: Any, keys: Collection[str], by: Any) -> None:
    """No answer changes anything but the form."""


def _stays_here(response: Any) -> tuple[str, str] | None:
    return None


@dataclass(frozen=True)
class Use:
    """`reads(actor, response)` and its twin `readable(actor)` (a Q on Response), for those who read **all** of it;
    `refuses(response)`: why it may not be written now (a sentence), or None; `window(response)`: its own hours, or
    None; `entrance(collection)`: address where one begins (empty: the collection's page), then only the room that holds
    it begins answers; `shows(actor, collection)`: whether its blank form may be seen; `happened(response, event, by)`:
    told in the same transaction, event "sent", "reopened", "withdrawn", "transferred"; `saved(response, keys, by)`:
    these questions have just been written; `home(response)`: address and name of the page that tells the rest to its
    people ("KF-2027-0421"), or None."""

    key: str
    reads: Callable[[Any, Any], bool] = _nobody
    readable: Callable[[Any], Q] = _none
    refuses: Callable[[Any], str | None] = _collection_decides
    window: Callable[[Any], Window | None] = _hours_of_the_collection
    entrance: Callable[[Any], str] = _begins_here
    shows: Callable[[Any, Any], bool] = _everybody
    happened: Callable[[Any, str, Any], None] = _nothing_follows
    saved: Callable[[Any, Collection[str], Any], None] = _nothing_depends
    home: Callable[[Any], tuple[str, str] | None] = _stays_here


_uses: dict[str, Use] = {}


def register(use: Use) -> None:
    """Adds a use; the same key is replaced."""
    _uses[use.key] = use


def of(key: str) -> Use:
    """The use of this name; the engine's own when there is none."""
    return _uses.get(key) or Use(key)


def every() -> list[Use]:
    return list(_uses.values())
