"""What the chapters of the demonstration hand to each other. On the lowest floor that has people, so that every
`demo.py` may name it; `config.demo` makes it and walks the chapters.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kiif.accounts.actor import Actor, system
from kiif.accounts.demo_accounts import PASSWORD

SEED = 20_260_101


@dataclass
class World:
    """What the apps build together. Each adds what the next ones need; nothing comes from a clock or from chance."""

    scale: int = 1
    seed: int = SEED
    by: Actor = field(default_factory=lambda: system("demo"))
    password: str = PASSWORD
    people: dict[str, Any] = field(default_factory=dict)
    incubators: dict[str, Any] = field(default_factory=dict)
    #: anything else an app wants to hand to the next ones, by name
    things: dict[str, Any] = field(default_factory=dict)
    say: Callable[[str], None] = print

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311 -- reproducible, not secret
