"""Tags of the pages about where to replicate."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from kiif.territories import figures

register = template.Library()


@register.filter
def number(value: float | None, decimals: int = 0) -> str:
    """A number in the reader's locale; an en dash when it is unknown."""
    return figures.number(value, decimals)


@register.filter
def cases(share: float) -> str:
    """A share in percent, without its sign: draws do not tell more than 99 nor less than 1."""
    return "> 99" if share > 99 else "< 1" if 0 < share < 1 else figures.number(share, 0)


@register.filter
def cases_said(share: float) -> str:
    """The same inside a sentence: “more than 99”."""
    if share > 99:
        return _("more than 99")
    return _("fewer than 1") if 0 < share < 1 else figures.number(share, 0)


@register.simple_tag
def field_error(errors: dict[str, str], key: str, name: str) -> str:
    """The sentence about the field `key-name` of a form."""
    return errors.get(f"{key}-{name}", "")


@register.filter
def plain(value: Any) -> str:
    """A number for a script or an SVG attribute: no grouping, a dot."""
    return f"{float(value):.1f}"
