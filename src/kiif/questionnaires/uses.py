"""What a higher room adds to a collection that it holds: who of its people reads an answer, when it may be written.

    uses.register(Use("call", reads=…, readable=…, window=…))

The engine asks `of(collection)`; without a use, its own rules hold alone. A use only adds readers and narrows writing:
it never gives the right to write somebody's answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q


def _nobody(actor: Any, response: Any) -> bool:
    return False


def _none(actor: Any) -> Q:
    return Q(pk__in=())


def _collection_decides(response: Any) -> str | None:
    return None


@dataclass(frozen=True)
class Use:
    """`reads(actor, response)` and its twin `readable(actor)` (a Q on Response); `refuses(response)`: why it may not be
    written now (a sentence), or None."""

    key: str
    reads: Callable[[Any, Any], bool] = _nobody
    readable: Callable[[Any], Q] = _none
    refuses: Callable[[Any], str | None] = _collection_decides


_uses: dict[str, Use] = {}


def register(use: Use) -> None:
    """Adds a use; the same key is replaced."""
    _uses[use.key] = use


def of(key: str) -> Use:
    """The use of this name; the engine's own when there is none."""
    return _uses.get(key) or Use(key)


def every() -> list[Use]:
    return list(_uses.values())
