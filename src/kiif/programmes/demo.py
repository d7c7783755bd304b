"""This app's part of the demonstration: the calls, then what they received."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kiif.programmes import demo_applications, demo_calls

ORDER = 60
NAME = _("Programmes and calls: Les Sentiers, Itinéraires, Épilogue, Traversées")


def build(world: Any) -> None:
    """Fills `world.things["calls"]`; calls of the past go back to their own days once they have received."""
    demo_calls.build(world)
    demo_applications.build(world)
    demo_applications.settle(world, demo_calls.settle(world))
