"""Line drawings on a 20 × 20 grid, stroked with the colour of the text. Words always stand beside them."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_PATHS = {
    "search": "M9 3.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11Zm4 9.5 4 4",
    "close": "m5 5 10 10M15 5 5 15",
    "success": "m4 10.5 4 4 8-9",
    "info": "M10 9v6M10 5.5v.01",
    "warning": "M10 4v8M10 15.5v.01",
    "error": "M10 4v8M10 15.5v.01",
    "debug": "M10 9v6M10 5.5v.01",
    "down": "m5 8 5 5 5-5",
    "out": "M8 5h7v7M15 5l-9 9",
    "print": "M6 8V3h8v5M6 14H3V8h14v6h-3M6 12h8v5H6z",
    "download": "M10 3v9m-4-4 4 4 4-4M4 16h12",
}


def svg(name: str) -> SafeString:
    """The drawing of that name; an unknown name is a mistake of ours (KeyError)."""
    path = _PATHS[name]
    return format_html('<svg viewBox="0 0 20 20" aria-hidden="true"><path d="{}"/></svg>', mark_safe(path))  # noqa: S308 -- our own constant
