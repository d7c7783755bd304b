"""What rooms above add to *Mon projet*: the steps of an application as its carriers read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from kiif.accounts.actor import Actor

#: Tone of a step that waits for the carrier.
WAITS: Final = "o"


@dataclass(frozen=True)
class Told:
    """A step in words. `url`, `action`: what the carrier may do about it; `tone`: a letter of the plates, or empty."""

    title: str
    words: str = ""
    when: dt.datetime | dt.date | None = None
    url: str = ""
    action: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Step:
    """`tell(application, actor)`: the step, or None when it says nothing of this application."""

    key: str
    order: int
    tell: Callable[[Any, Actor], Told | None]


_steps: dict[str, Step] = {}


def register(step: Step) -> None:
    """Adds a step; the same key is replaced."""
    _steps[step.key] = step


def of_application(application: Any, actor: Actor) -> list[Told]:
    told = [step.tell(application, actor) for step in sorted(_steps.values(), key=lambda s: s.order)]
    return [one for one in told if one is not None]
