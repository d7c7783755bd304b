"""Accessible PDF files (PDF/UA-1), made by Typst from our templates and data that they only print."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import typst

#: Made with the rest of what browsers read; without them Typst's own book face serves.
FONTS: Final = Path(__file__).parent / "static" / "build" / "print-fonts"
#: What our faces can draw: an accessible file refuses any other character. Tested one by one.
DRAWN: Final = (
    (0x20, 0x7E), (0xA0, 0x24F), (0x386, 0x3CE), (0x400, 0x45F), (0x1E00, 0x1EFF), (0x2010, 0x2015), (0x2018, 0x201E),
    (0x2020, 0x2026), (0x202F, 0x2030), (0x2032, 0x2033), (0x2039, 0x203A), (0x2070, 0x2089), (0x20AC, 0x20AC),
    (0x2190, 0x2195), (0x2200, 0x2265), (0x25A0, 0x25FF), (0x2713, 0x2717),
)  # fmt: skip
#: Stands for a character that cannot be drawn (a pictogram, another script).
BLANK: Final = "□"


def printable(value: Any) -> Any:
    """The same data with texts that can be drawn: composed accents, no control characters, `BLANK` for the rest."""
    if isinstance(value, str):
        return "".join(_drawn(char) for char in unicodedata.normalize("NFC", value))
    if isinstance(value, dict):
        return {key: printable(inner) for key, inner in value.items()}
    return [printable(inner) for inner in value] if isinstance(value, list) else value


def heading(text: str) -> str:
    """A title that an accessible file takes: `BLANK` for one of which nothing can be drawn."""
    return text if printable(text).strip() else BLANK


def _drawn(char: str) -> str:
    kind = unicodedata.category(char)
    if kind[0] in "CZ" or kind == "Mn":
        return char if char == "\n" or kind == "Zs" else " " if char == "\t" else ""
    return char if any(low <= ord(char) <= high for low, high in DRAWN) else BLANK


def pdf(template: Path, content: dict[str, Any]) -> bytes:
    """The file; the same content gives the same bytes (`content["stamp"]`: its moment, in seconds).

    typst.TypstError if the template is wrong: a fault of ours.
    """
    made: bytes = typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=[str(FONTS)] if FONTS.is_dir() else [],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(printable(content), ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=datetime.fromtimestamp(content["stamp"], tz=UTC),
    )
    return made
