"""Who else reads an application: rooms above say it when the product starts.

    readers.register(Reader("reviews", readable=…, limits=…))

The team's rules are in `programmes.queries`; a confirmed conflict bars everybody, whatever a reader says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from kiif.accounts.actor import Actor


@dataclass(frozen=True)
class Limits:
    """What somebody may not see of an application they read: questions (by identifier), the people, the files.

    `replaced`: words that are read in place of an answer, by identifier of its question (redacted copies).
    """

    hidden: frozenset[str] = frozenset()
    blind: bool = False
    without_files: bool = False
    replaced: Mapping[str, str] = field(default_factory=dict)

    def joined(self, other: Limits) -> Limits:
        """What both hide: somebody who reads in two ways sees what either shows."""
        return Limits(
            self.hidden & other.hidden,
            self.blind and other.blind,
            self.without_files and other.without_files,
            {key: text for key, text in self.replaced.items() if key in other.replaced},
        )


def _nothing_hidden(actor: Actor, application: Any) -> Limits | None:
    return None


@dataclass(frozen=True)
class Reader:
    """`readable(actor)`: a Q on Application (sent ones only are ever read); `limits(actor, application)`: what they do
    not see of it, None when they do not read it this way."""

    key: str
    readable: Callable[[Actor], Q]
    limits: Callable[[Actor, Any], Limits | None] = field(default=_nothing_hidden)


_readers: dict[str, Reader] = {}


def register(reader: Reader) -> None:
    """Adds a way to read; the same key is replaced."""
    _readers[reader.key] = reader


def every() -> list[Reader]:
    return list(_readers.values())
