"""Figures that people bring: a CSV or XLSX file with a code of commune or EPCI and a value. Read, never written."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from kiif.opendata import base, indicators
from kiif.opendata.levels import Level
from kiif.territories.figures import number
from kiif.ui.errors import Refused

MAX_BYTES: Final = 8 * 1024 * 1024
MAX_ROWS: Final = 200_000
SHOWN: Final = 50

_CODE = {"commune": re.compile(r"^(\d{2}|2[AB])\d{3}$"), "epci": re.compile(r"^\d{9}$")}


@dataclass
class Upload:
    """What a file gives: `figures` by code, and what was not taken, each with its line."""

    name: str
    level: Level
    figures: dict[str, float] = field(default_factory=dict)
    former: list[tuple[int, str, str]] = field(default_factory=list)
    unknown: list[tuple[int, str]] = field(default_factory=list)
    not_numbers: list[tuple[int, str, str]] = field(default_factory=list)
    repeated: list[tuple[int, str]] = field(default_factory=list)
    empty: int = 0
    read: int = 0


def read(content: bytes, name: str, level: Level) -> Upload:
    """Reads a CSV file whose first column is a code and second a figure. A former commune code gives to today's.

    Two lines for one territory, or two former communes of one: the first is kept and the others are shown. Raises
    Refused when the file cannot be read as such.
    """
    if level not in _CODE:
        raise Refused(_("Figures are brought by commune or by EPCI: compare one of these."), field="file")
    if len(content) > MAX_BYTES:
        raise Refused(_("This file is larger than 8 MB: keep the two columns that count."), field="file")
    rows = _rows(content)
    if rows and not _looks_like_code(rows[0][0], level):
        rows = rows[1:]
        first_line = 2
    else:
        first_line = 1
    if not rows:
        raise Refused(_("This file has no line of figures: a code, then a value, on each line."), field="file")
    if len(rows) > MAX_ROWS:
        raise Refused(_("More than %(n)s lines: keep one line per territory.") % {"n": number(MAX_ROWS)}, field="file")
    upload = Upload(name, level, read=len(rows))
    known = set(indicators.load_indicators(level).codes.tolist())
    former = _former_codes() if level == "commune" else {}
    for line, row in enumerate(rows, first_line):
        _take(upload, line, row, known, former)
    return upload


def _take(upload: Upload, line: int, row: list[str], known: set[str], former: dict[str, str]) -> None:
    raw, cell = row[0], row[1] if len(row) > 1 else ""
    code = _full_code(raw, upload.level)
    if code not in known and code in former:
        upload.former.append((line, code, former[code]))
        code = former[code]
    if code not in known:
        upload.unknown.append((line, raw))
        return
    if not cell:
        upload.empty += 1
        return
    value = _number(cell)
    if value is None:
        upload.not_numbers.append((line, code, cell[:40]))
    elif code in upload.figures:
        upload.repeated.append((line, code))
    else:
        upload.figures[code] = value


def _former_codes() -> dict[str, str]:
    frame = base.load_former_codes()
    return dict(zip(frame["former"].to_list(), frame["code"].to_list(), strict=True))


def _looks_like_code(cell: str, level: Level) -> bool:
    return bool(_CODE[level].match(_full_code(cell, level)))


def _full_code(cell: str, level: Level) -> str:
    """A commune code whose leading zero was eaten by a spreadsheet gets it back."""
    text = cell.strip().strip("=\"'").upper()
    return "0" + text if level == "commune" and re.fullmatch(r"\d{4}", text) else text


def _number(cell: str) -> float | None:
    text = re.sub(r"[\s\u202f\xa0]", "", cell).replace(",", ".").removesuffix("%")
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < 1e15 else None


def _rows(content: bytes) -> list[list[str]]:
    if content[:4] == b"PK\x03\x04" or b"\x00" in content[:4096]:
        raise Refused(_("This is not a text file: save the sheet as CSV and bring it again."), field="file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    header = text.split("\n", 1)[0]
    delimiter = max(";,\t|", key=header.count)
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error as error:
        raise Refused(_("This file cannot be read as CSV: save it again as CSV."), field="file") from error
    return [row for row in rows if any(row)]
