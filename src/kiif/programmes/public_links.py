"""What rooms above add at the foot of the public page of a call: an address and its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PublicLink:
    """`words`: of the link; `url`: where it leads, readable by everybody."""

    words: Any
    url: str


_makers: dict[str, Callable[[Any], PublicLink | None]] = {}


def register(key: str, make: Callable[[Any], PublicLink | None]) -> None:
    """Adds a link: `make(call)` gives it, or None. The same key is replaced."""
    _makers[key] = make


def of_call(call: Any) -> list[PublicLink]:
    return [link for _key, make in sorted(_makers.items()) if (link := make(call)) is not None]
