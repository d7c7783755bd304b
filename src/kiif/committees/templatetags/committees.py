"""Words of votes and times on the screens of a committee."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.formats import number_format

from kiif.committees import screens
from kiif.committees.enums import Decision

register = template.Library()


@register.filter
def clock(seconds: int | None) -> str:
    """Minutes and seconds: "7:05"."""
    minutes, rest = divmod(int(seconds or 0), 60)
    return f"{minutes}:{rest:02}"


@register.filter
def verdict(vote: Any) -> str:
    return screens.verdict(vote)


@register.filter
def counts(vote: Any) -> str:
    return screens.counts(vote)


@register.filter
def tone(decision: str) -> str:
    return screens.TONES.get(decision, "")


@register.filter
def decided(decision: str) -> str:
    """The label of a decision, from its code."""
    return str(Decision(decision).label) if decision in Decision.values else ""


@register.filter
def mark(value: float | None) -> str:
    """A mark with one decimal; a dash when there is none."""
    return "–" if value is None else number_format(value, 1)
