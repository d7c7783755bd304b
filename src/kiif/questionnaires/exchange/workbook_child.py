"""Reads the sheets of a workbook that may be hostile: ``workbook_child.py FILE OUT.json``.

Run as a script by :mod:`kiif.opendata.sandbox`, so that it can exhaust nothing but this process. Writes either
``{"refused": code, "where": text}`` or ``{"sheets": {name: [[text, …], …]}}``: texts as they are written in the cells,
rows cut after the last cell that holds something, names of sheets in small letters.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineWorkbook

MOST_PARTS = 400
MOST_UNFOLDED = 60 << 20
MOST_RATIO = 150
MOST_ROWS = 5_000
MOST_COLUMNS = 300
MOST_CELL = 32_767
MOST_CELLS = 400_000
SHEETS = ("survey", "choices", "settings")
OTHERS = ("external_choices", "entities", "osm")

_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_FORMULA = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3}[0-9]{1,7})"[^>]*>\s*<f[\s>/]')


class RefusedError(Exception):
    """Why the workbook is not read: a code, and where."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.where = where


def look_inside(path: str) -> None:
    """Refuses what no questionnaire needs, before any library reads it."""
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise RefusedError("not-xlsx") from None
    with archive:
        parts = archive.infolist()
        names = {part.filename.lower() for part in parts}
        if "xl/workbook.xml" not in names:
            raise RefusedError("not-xlsx")
        if len(parts) > MOST_PARTS:
            raise RefusedError("bomb")
        _refuse_weight(parts)
        _refuse_parts(names)
        for part in parts:
            if part.filename.lower().endswith((".xml", ".rels")):
                _refuse_content(part.filename, archive.read(part))


def _refuse_weight(parts: list[zipfile.ZipInfo]) -> None:
    unfolded = sum(part.file_size for part in parts)
    folded = sum(part.compress_size for part in parts) or 1
    if unfolded > MOST_UNFOLDED or (unfolded > 10 << 20 and unfolded / folded > MOST_RATIO):
        raise RefusedError("bomb")
    if any(part.flag_bits & 1 for part in parts):
        raise RefusedError("locked")


def _refuse_parts(names: set[str]) -> None:
    for name in names:
        if "vbaproject" in name or name.startswith(("xl/macrosheets", "xl/activex", "xl/embeddings", "xl/ctrlprops")):
            raise RefusedError("macro")
        if name.startswith("xl/externallinks") or name in ("xl/connections.xml", "xl/querytables"):
            raise RefusedError("links")


def _refuse_content(name: str, content: bytes) -> None:
    plain = content.replace(b"\x00", b"")  # the same words in UTF-16
    if _DOCTYPE.search(plain):
        raise RefusedError("entities")
    if name.lower().startswith("xl/worksheets/") and b"<f" in plain and (found := _FORMULA.search(plain)):
        raise RefusedError("formula", found.group(1).decode("ascii"))


def cell(value: object) -> str:
    """Text of a cell: whole numbers without decimals, nothing for an empty cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime | date | time | timedelta):
        return str(value)
    return str(value)


def sheets(path: str) -> dict[str, list[list[str]]]:
    """Rows of the sheets of a form; names of the other sheets, empty."""
    workbook = CalamineWorkbook.from_path(path)
    found: dict[str, list[list[str]]] = {}
    cells = 0
    for name in workbook.sheet_names:
        key = name.strip().lower()
        if key not in SHEETS:
            found.setdefault(key, [])
            continue
        if found.get(key):
            raise RefusedError("twice", name)
        sheet = workbook.get_sheet_by_name(name)
        if sheet.total_height > MOST_ROWS:
            raise RefusedError("rows", f"{name} ({sheet.total_height})")
        if sheet.total_width > MOST_COLUMNS:
            raise RefusedError("columns", f"{name} ({sheet.total_width})")
        cells += sheet.total_height * sheet.total_width
        if cells > MOST_CELLS:
            raise RefusedError("rows", name)
        found[key] = [_row(name, place, row) for place, row in enumerate(sheet.to_python(skip_empty_area=False), 1)]
    return found


def _row(sheet: str, place: int, row: Sequence[object]) -> list[str]:
    texts = [cell(value) for value in row]
    if any(len(text) > MOST_CELL for text in texts):
        raise RefusedError("cell", f"{sheet} {place}")
    while texts and not texts[-1].strip():
        texts.pop()
    return texts


def main(arguments: list[str]) -> int:
    source, target = arguments
    answer: dict[str, object]
    try:
        look_inside(source)
        answer = {"sheets": sheets(source)}
    except RefusedError as refused:
        answer = {"refused": refused.code, "where": refused.where}
    with open(target, "w", encoding="utf-8") as file:  # noqa: PTH123 - pathlib is not loaded here
        json.dump(answer, file)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
