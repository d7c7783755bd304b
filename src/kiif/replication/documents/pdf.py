"""The study as an accessible PDF (PDF/UA-1), made by Typst from our template and data that it only prints."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import typst

from kiif import ui

TEMPLATE: Final = Path(__file__).with_name("study.typ")
#: Made with the rest of what browsers read; without them Typst's own book face serves.
FONTS: Final = Path(ui.__file__).parent / "static" / "build" / "print-fonts"


def pdf_of(content: dict[str, Any]) -> bytes:
    """The file; the same content gives the same bytes. typst.TypstError when the template is wrong (a fault of ours)."""
    made: bytes = typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=[str(FONTS)] if FONTS.is_dir() else [],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(content, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=datetime.fromtimestamp(content["stamp"], tz=UTC),
    )
    return made
