"""Tags of the pages about territories."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language

from kiif.territories import figures

register = template.Library()


@register.inclusion_tag("territories/parts/place_map.html")
def place_map(drawing: Any, name: str) -> dict[str, Any]:
    """`{% place_map page.map territory.title %}`: a map drawn on the server, with its caption."""
    return {"map": drawing, "name": name}


@register.filter
def number(value: float | None, decimals: int = 0) -> str:
    """A number in the reader's locale; an en dash when it is unknown."""
    return figures.number(value, decimals)


@register.filter
def ordinal(value: int | None) -> str:
    """“12ᵉ” in French, “12th” in English."""
    if value is None:
        return "–"
    if (get_language() or "fr").startswith("fr"):
        return format_html("{}<sup>{}</sup>", figures.number(value), "er" if value == 1 else "e")
    ending = "th" if value % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{figures.number(value)}{ending}"


@register.filter
def siren(code: str) -> str:
    """A SIREN in groups of three."""
    return "\u202f".join(code[i : i + 3] for i in range(0, len(code), 3))


@register.filter
def typographic(text: str) -> str:
    """Curly apostrophes in a name that comes from a file."""
    return str(text).replace("'", "’")
