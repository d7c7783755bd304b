"""Read one sheet of a workbook: ``sheet_child.py FILE OUT.csv KEY SHEET…``.

Run as a script by :mod:`kiif.opendata.sandbox`, so that a hostile workbook can exhaust nothing but this process.
Exit codes: 0 done, 3 no such sheet (the names found are printed), anything else: failure.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineWorkbook


def cell(value: object) -> str:
    """Text of a cell: integers without decimals, nothing for an empty cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime | date | time | timedelta):
        return str(value)
    return str(value).strip()


def main(arguments: list[str]) -> int:
    """Write the sheet as a CSV table from the row that holds the column name KEY on, without its empty rows."""
    source, target, key, *wanted = arguments
    workbook = CalamineWorkbook.from_path(source)
    names = workbook.sheet_names
    accepted = {name.strip().lower() for name in wanted}
    rows: Sequence[Sequence[object]] = []
    for name in names:
        if "*" in accepted or name.strip().lower() in accepted:
            sheet = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            start = next((i for i, row in enumerate(sheet[:30]) if key in (cell(value) for value in row)), None)
            if start is not None:
                rows = sheet[start:]
                break
    if not rows:
        sys.stdout.write(", ".join(names))
        return 3
    with open(target, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - pathlib is not loaded here
        writer = csv.writer(file)
        for row in rows:
            texts = [cell(value) for value in row]
            if any(texts):
                writer.writerow(texts)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
