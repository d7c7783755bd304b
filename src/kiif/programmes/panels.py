"""What rooms above add to the page of an application, on the team's side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kiif.accounts.actor import Actor


@dataclass(frozen=True)
class Panel:
    """`context(actor, application)`: what the template is given; None: nothing is shown. `title` names its section."""

    key: str
    title: Any
    template: str
    context: Callable[[Actor, Any], dict[str, Any] | None]
    order: int = 50


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Adds a panel; the same key is replaced."""
    _panels[panel.key] = panel


def of_application(actor: Actor, application: Any) -> list[tuple[Panel, dict[str, Any]]]:
    """Those that have something to show to this actor, in order."""
    told = [(panel, panel.context(actor, application)) for panel in sorted(_panels.values(), key=lambda p: p.order)]
    return [(panel, context) for panel, context in told if context is not None]
