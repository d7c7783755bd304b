"""The jobs that exist, by name. Filled by `@job` when the `tasks` module of each app is imported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

#: How long a job may stay silent before somebody else takes it over. The worker renews it while it lives.
LEASE = timedelta(minutes=2)
#: First pause after a failure; each following one is four times as long.
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)


@dataclass(frozen=True)
class Definition:
    """What `@job` declares.

    `retries` is the number of new attempts after the first. `allowed(actor, *args)` is asked when the job starts and
    again at each download of its result, so that a right that was withdrawn meanwhile counts.
    `keep` is how long the result file stays.
    """

    name: str
    function: Callable[..., Any]
    label: Any
    retries: int = 3
    lease: timedelta = LEASE
    priority: int = 0
    allowed: Callable[..., bool] | None = None
    keep: timedelta = timedelta(days=7)

    def pause_after(self, failures: int) -> timedelta:
        """Pause before the next attempt: 30 s, 2 min, 8 min, 32 min… up to six hours."""
        factor: int = 4 ** min(failures - 1, 10)
        return min(FIRST_PAUSE * factor, LONGEST_PAUSE)


_definitions: dict[str, Definition] = {}


def add(definition: Definition) -> None:
    """Adds a job; two functions under one name are refused with ValueError."""
    known = _definitions.get(definition.name)
    if known is not None and (known.function.__module__, known.function.__qualname__) != (
        definition.function.__module__,
        definition.function.__qualname__,
    ):
        raise ValueError(f"Two jobs are called {definition.name!r}")
    _definitions[definition.name] = definition


def get(name: str) -> Definition:
    """The job of that name. Raises LookupError if no loaded app declares it."""
    try:
        return _definitions[name]
    except KeyError:
        raise LookupError(f"No job is called {name!r}") from None


def label_of(name: str) -> Any:
    """Label for people, the bare name for a job that no longer exists."""
    definition = _definitions.get(name)
    return definition.label if definition else name


def names() -> list[str]:
    return sorted(_definitions)
