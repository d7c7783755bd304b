"""What the app tells the lower floors when the product starts."""

from __future__ import annotations


def fill() -> None:
    """Answering; designers' part is registered beside."""
    from kiif.questionnaires import answer_registers, design_registers

    answer_registers.fill()
    design_registers.fill()
