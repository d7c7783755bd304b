"""Tags of the pages about territories."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kiif.territories import figures

register = template.Library()


@register.inclusion_tag("territories/parts/place_map.html")
def place_map(drawing: Any, name: str) -> dict[str, Any]:
    """`{% place_map page.map territory.title %}`: a map drawn on the server, with its caption."""
    return {"map": drawing, "name": name}


_FIGURE_ROW = (
    '<tr><th scope="row">{}<span class="sub">{}</span></th><td class="end nw" data-label="{}"><span>{}{}</span></td>'
    '<td data-label="{}"><span class="src">{}</span></td></tr>'
)


@register.simple_tag
def figure_rows(lines: list[dict[str, Any]]) -> SafeString:
    """`{% figure_rows all_figures %}`: one row for each figure. Sixty of them by page: written without a template."""
    value, source = _("Value"), _("Source")
    return format_html_join(
        "",
        _FIGURE_ROW,
        (
            (
                line["label"], line["explanation"], value, line["text"], "" if line["reliable"] else " *",
                source, line["source"].short,
            )
            for line in lines
        ),
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def comparison_cells(context: template.Context, cells: list[dict[str, Any]]) -> SafeString:
    """`{% comparison_cells row.cells %}`: the values of a figure; the first is set apart unless `highlight` is "no"."""
    apart = context.get("highlight") != "no"
    doubt = format_html('&nbsp;<abbr title="{}">*</abbr>', _("not reliable: too few people"))
    return format_html_join(
        "",
        '<td class="end{}">{}{}</td>',
        (
            (" own" if place == 0 and apart else "", cell["text"], "" if cell["reliable"] else doubt)
            for place, cell in enumerate(cells)
        ),
    )


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
