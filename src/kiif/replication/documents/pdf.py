"""The study as an accessible PDF (see `kiif.ui.prints`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from kiif.ui.prints import BLANK, DRAWN, pdf, printable

__all__ = ["BLANK", "DRAWN", "TEMPLATE", "pdf_of", "printable"]

TEMPLATE: Final = Path(__file__).with_name("study.typ")


def pdf_of(content: dict[str, Any]) -> bytes:
    """The file; the same content gives the same bytes."""
    return pdf(TEMPLATE, content)
