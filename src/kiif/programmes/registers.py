"""What the app tells the lower floors when the product starts."""

from __future__ import annotations


def fill() -> None:
    """Calls, applications, their handling and conflicts are registered apart."""
    from kiif.programmes import registers_applications, registers_calls, registers_conflicts, registers_handling

    registers_calls.fill()
    registers_applications.fill()
    registers_handling.fill()
    registers_conflicts.fill()
