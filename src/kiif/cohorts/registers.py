"""What the app tells the lower floors when the product starts."""

from __future__ import annotations


def fill() -> None:
    """Nothing so far."""
