"""Cells of an XLSForm: headers by language, texts that a spreadsheet can hold, what is kept beside them.

Beside the columns of XLSForm, ours are: `kiif_id` (identifier of the section, page or question), `kiif_part` (a line
that only serves other tools: `row:KEY`, `column:ID`, `part:…`) and `kiif_spec` (JSON: all that XLSForm has no column
for; continued in `kiif_spec_2`, `kiif_spec_3`… when it is long). Other tools ignore them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

#: Names of languages in headers: "Français (fr)". Other codes name themselves.
LANGUAGES: Final = {
    "fr": "Français", "en": "English", "es": "Español", "de": "Deutsch", "it": "Italiano", "pt": "Português",
    "ar": "العربية", "br": "Brezhoneg", "eu": "Euskara", "oc": "Occitan", "co": "Corsu", "ca": "Català",
    "gcf": "Kréyòl", "nl": "Nederlands", "uk": "Українська", "tr": "Türkçe", "ro": "Română", "pl": "Polski",
}  # fmt: skip
#: Other ways of naming a language in a header, in small letters.
_ALIASES: Final = {
    "french": "fr", "francais": "fr", "anglais": "en", "spanish": "es", "espagnol": "es", "espanol": "es",
    "german": "de", "allemand": "de", "italian": "it", "portuguese": "pt", "arabic": "ar", "arabe": "ar",
} | {name.lower(): code for code, name in LANGUAGES.items()}  # fmt: skip
_CODE: Final = re.compile(r"\(([a-z]{2,3})(?:[-_][A-Za-z]+)?\)\s*$")

#: Columns of XLSForm for the texts of a question, by our field.
TEXTS: Final = {
    "label": "label",
    "hint": "hint",
    "guide": "guidance_hint",
    "message": "constraint_message",
}
#: A cell holds 32,767 characters.
CHUNK: Final = 30_000
_UNSAFE: Final = re.compile("[\r\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")


def header(column: str, language: str) -> str:
    """`label::Français (fr)`."""
    return f"{column}::{language_name(language)}"


def language_name(code: str) -> str:
    return f"{LANGUAGES.get(code, code)} ({code})"


def language_code(name: str) -> str:
    """The code of a language as a header names it; empty when it is not known."""
    if found := _CODE.search(name):
        return found[1]
    plain = name.strip().lower()
    return plain if re.fullmatch("[a-z]{2,3}", plain) else _ALIASES.get(plain, "")


def safe(text: str) -> str:
    """A text as a cell gives it back."""
    return _UNSAFE.sub(lambda found: "_ " if found[0] == "_" else " ", text).strip()


def dumped(spec: Mapping[str, Any]) -> dict[str, str]:
    """The cells `kiif_spec`… of a document, in plain ASCII; none for an empty one."""
    if not spec:
        return {}
    written = json.dumps(spec, separators=(",", ":")).replace("$", "\\u0024")  # pyxform reads ${…}
    parts = [written[at : at + CHUNK] for at in range(0, len(written), CHUNK)]
    return {_spec_name(place): part for place, part in enumerate(parts, 1)}


def loaded(row: Mapping[str, str]) -> dict[str, Any]:
    """The document of the cells `kiif_spec`…; raises ValueError with a sentence."""
    written, place = "", 1
    while part := row.get(_spec_name(place)):
        written += part
        place += 1
    if not written:
        return {}
    try:
        spec = json.loads(written)
    except (json.JSONDecodeError, RecursionError):
        spec = None
    if not isinstance(spec, dict):
        raise ValueError(_("The cell “kiif_spec” was changed and cannot be read: empty it, or export again."))
    exact = spec.get("exact")
    kept = exact.items() if isinstance(exact, dict) else ()
    return spec | {"exact": {key: text for key, text in kept if isinstance(text, str)}}


def _spec_name(place: int) -> str:
    return "kiif_spec" if place == 1 else f"kiif_spec_{place}"


class Texts:
    """Writes texts in cells by language, and keeps beside those that a cell would change."""

    def __init__(self) -> None:
        self.cells: dict[str, str] = {}
        self.exact: dict[str, str] = {}

    def put(self, column: str, words: Mapping[str, str]) -> None:
        for language, text in words.items():
            self.one(header(column, language), text, safe(text))

    def one(self, column: str, original: str, native: str) -> None:
        """One cell; `original` is kept when the cell does not give it back."""
        if native:
            self.cells[column] = native
        if native != original:
            self.exact[column] = original


def headers(rows: Iterable[Mapping[str, str]], first: Iterable[str]) -> list[str]:
    """Headers in use: those of `first`, in order, then the others as they come."""
    used: dict[str, None] = {}
    for row in rows:
        used.update(dict.fromkeys(row))
    ordered = [name for name in first if name in used]
    return ordered + [name for name in used if name not in ordered]
