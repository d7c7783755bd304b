"""Accounts that the sign-in page of a demonstration offers. The floor that makes them names them, one per role.

demo_accounts.register(lambda: [DemoAccount(_("Coordinator"), "coordination@exemple.fr"), …])
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

#: Written on the sign-in page of a demonstration, and nowhere else in use.
PASSWORD = "quatre-chemins-vers-la-mer"  # noqa: S105 -- public on purpose: demonstration only


@dataclass(frozen=True)
class DemoAccount:
    label: Any
    email: str


_providers: list[Callable[[], list[DemoAccount]]] = []


def register(provider: Callable[[], list[DemoAccount]]) -> None:
    """Gives the function that lists the accounts; the last one given counts."""
    _providers[:] = [provider]


def listed() -> list[DemoAccount]:
    return _providers[0]() if _providers else []
