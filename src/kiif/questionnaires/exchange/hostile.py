"""Sheets of a workbook that came from outside, read by a process that can exhaust nothing but itself."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from kiif.opendata import sandbox
from kiif.questionnaires.exchange.remarks import ExchangeError, Remark

#: Largest workbook, in bytes: a form of 600 questions in four languages weighs less than one megabyte.
MAX_BYTES: Final = 5 << 20
Sheets = dict[str, list[list[str]]]

_READ: Final = Path(__file__).with_name("workbook_child.py")
_ASK: Final = Path(__file__).with_name("pyxform_child.py")
_SENTENCES: Final = {
    "not-xlsx": _("This file is not a workbook in the .xlsx format. Save it as .xlsx and send it again."),
    "bomb": _("This workbook unfolds to an unreasonable size: it is not read. Copy its sheets into a new workbook."),
    "locked": _("This workbook is protected by a password: it is not read. Save it without a password."),
    "macro": _("This workbook holds macros or embedded objects: it is not read. Save it as .xlsx without macros."),
    "links": _("This workbook reads other files: it is not read. Paste the values instead of the links."),
    "entities": _("This workbook holds XML declarations that no spreadsheet writes: it is not read."),
    "formula": _("Cell %(where)s holds a formula: it is not computed here. Paste its value, then send it again."),
    "rows": _("Sheet %(where)s has too many lines: a form has 5,000 at most."),
    "columns": _("Sheet %(where)s has too many columns: a form has 300 at most."),
    "cell": _("Line %(where)s holds a text that is too long: a cell takes 32,767 characters at most."),
    "twice": _("Two sheets are called “%(where)s”: keep one."),
    "size": _("This workbook weighs more than 5 MB: it is not read. A form weighs much less."),
    "exhausted": _("This workbook takes too long or too much memory to read: it is not read."),
    "survey": _("There is no sheet called “survey”: it is where an XLSForm asks its questions."),
}  # fmt: skip


def refuse(code: str, where: str = "") -> ExchangeError:
    return ExchangeError(gettext(_SENTENCES[code]) % {"where": where})


def read(content: bytes) -> Sheets:
    """Sheets by their names in small letters, as rows of texts. Raises ExchangeError with a sentence."""
    if len(content) > MAX_BYTES:
        raise refuse("size")
    with sandbox.folder() as place:
        source, target = place / "source.xlsx", place / "sheets.json"
        source.write_bytes(content)
        outcome = sandbox.run(_READ, [str(source), str(target)], place)
        answer = _answer(target)
        if answer is None:
            raise refuse("exhausted" if outcome.exhausted else "not-xlsx")
    if code := answer.get("refused"):
        raise refuse(code, answer.get("where", ""))
    sheets: Sheets = answer["sheets"]
    if not sheets.get("survey"):
        raise refuse("survey")
    return sheets


def ask_pyxform(sheets: Sheets) -> list[Remark]:
    """What pyxform, the reference reader of XLSForm, holds against these sheets; "warning" for what it only advises."""
    with sandbox.folder() as place:
        source, target = place / "sheets.json", place / "answer.json"
        source.write_text(json.dumps(sheets), "utf-8")
        sandbox.run(_ASK, [str(source), str(target)], place)
        answer = _answer(target)
    if answer is None:
        return [Remark("warning", gettext("pyxform could not look at this form: it takes too long."))]
    found = [_placed("error", answer["error"])] if answer["error"] else []
    return found + [_placed("warning", words) for words in answer["warnings"]]


def _answer(path: Path) -> dict[str, Any] | None:
    try:
        answer: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return answer


_ROW: Final = re.compile(r"\[row : (\d+)\]\s*")
_SHEET: Final = re.compile(r"'(survey|choices|settings)' sheet|(?:the|On the) (survey|choices|settings) sheet", re.I)
_COLUMN: Final = re.compile(r"the '([a-z_: ]+)' value")


def _placed(severity: Any, words: str) -> Remark:
    """A sentence of pyxform (in English) with its place taken out of it."""
    row, sheet, column = _ROW.search(words), _SHEET.search(words), _COLUMN.search(words)
    named = next(filter(None, sheet.groups()), "survey").lower() if sheet else "survey" if row else ""
    sentence = gettext("pyxform says: %(words)s") % {"words": " ".join(_ROW.sub("", words).split())[:600]}
    return Remark(severity, sentence, named, int(row[1]) if row else 0, column[1] if column else "")
