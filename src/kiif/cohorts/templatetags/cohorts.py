"""Small words for the pages of this room."""

from __future__ import annotations

from typing import Any

from django import template

from kiif.cohorts.enums import tone

register = template.Library()


@register.filter
def state_tone(row: Any) -> str:
    """The plate of a state: green when it is achieved, bistre when something is awaited."""
    return tone(row.state)
