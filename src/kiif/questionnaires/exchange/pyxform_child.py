"""Asks pyxform what it thinks of a form: ``pyxform_child.py SHEETS.json OUT.json``.

Run as a script by :mod:`kiif.opendata.sandbox`. Reads ``{sheet: [[text, …], …]}`` and writes
``{"error": text or null, "warnings": [text, …]}``.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert


def rows(sheet: list[list[str]]) -> list[dict[str, str]]:
    """Rows by header, those without anything left empty so that numbers stay right."""
    headers = [text.strip() for text in sheet[0]] if sheet else []
    return [
        {header: text.strip() for header, text in zip(headers, row, strict=False) if header and text.strip()}
        for row in sheet[1:]
    ]


def main(arguments: list[str]) -> int:
    source, target = arguments
    with open(source, encoding="utf-8") as file:  # noqa: PTH123 - pathlib is not loaded here
        sheets: dict[str, list[list[str]]] = json.load(file)
    form: dict[str, Any] = {"sheet_names": list(sheets)}
    for name, sheet in sheets.items():
        if sheet:
            form[name] = rows(sheet)
            form[f"{name}_header"] = [{text.strip(): None for text in sheet[0] if text.strip()}]
    answer: dict[str, Any] = {"error": None, "warnings": []}
    try:
        answer["warnings"] = list(convert(form, validate=False).warnings)
    except PyXFormError as error:
        answer["error"] = str(error)
    except (KeyError, TypeError, AttributeError, ValueError, IndexError, RecursionError) as error:
        answer["error"] = f"{type(error).__name__}: {error}"
    with open(target, "w", encoding="utf-8") as file:  # noqa: PTH123 - pathlib is not loaded here
        json.dump(answer, file)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
