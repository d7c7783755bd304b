"""Reading a list of organisations that somebody keeps in a spreadsheet: what each line says, what is wrong with it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import polars as pl
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

from kiif.opendata import files
from kiif.opendata.errors import DataError
from kiif.organisations.enums import MAX_LINES, LegalForm, Theme
from kiif.organisations.pickers import LIMIT
from kiif.organisations.validators import parse_identifier
from kiif.territories import lookup
from kiif.territories.enums import Level
from kiif.territories.lookup import fold
from kiif.territories.models import Territory
from kiif.ui.errors import Refused

MAX_BYTES: Final = 5_000_000
#: Rows asked for in one query: below what SQLite takes.
_CHUNK: Final = 500

#: Names of columns as people write them (folded) and the fact that they tell.
COLUMNS: Final[dict[str, str]] = {
    **dict.fromkeys(("nom", "structure", "organisation", "raison sociale", "denomination", "name"), "name"),
    **dict.fromkeys(("nom usuel", "nom d usage", "sigle", "usual name"), "usual_name"),
    **dict.fromkeys(("siren", "n siren", "numero siren"), "siren"),
    **dict.fromkeys(("siret", "n siret", "numero siret", "siret du siege"), "siret"),
    **dict.fromkeys(("rna", "n rna", "numero rna"), "rna"),
    **dict.fromkeys(("forme juridique", "statut juridique", "statut", "legal form"), "legal_form"),
    **dict.fromkeys(("adresse", "address"), "address"),
    **dict.fromkeys(("code postal", "cp", "postcode"), "postcode"),
    **dict.fromkeys(("commune", "ville", "commune du siege", "siege", "city"), "commune"),
    **dict.fromkeys(("code insee", "code commune", "insee"), "commune_code"),
    **dict.fromkeys(("courriel", "mail", "email", "e mail", "adresse mail", "adresse electronique"), "email"),
    **dict.fromkeys(("telephone", "tel", "phone"), "phone"),
    **dict.fromkeys(("site", "site web", "site internet", "website"), "website"),
    **dict.fromkeys(("themes", "theme", "thematiques", "thematique"), "themes"),
    **dict.fromkeys(("description", "activite", "presentation", "en quelques mots"), "description"),
}
#: Headings of the model that one downloads.
MODEL: Final = (
    "nom", "nom usuel", "siren", "siret", "rna", "forme juridique", "adresse", "code postal", "commune",
    "courriel", "téléphone", "site", "thèmes", "description",
)  # fmt: skip
_LENGTHS: Final = {"name": 200, "usual_name": 200, "address": 250, "postcode": 10, "phone": 30, "description": 2_000}


class Sheet:
    """What a file holds: `lines` (a dict of texts by fact, each with its number), columns that nobody reads."""

    def __init__(self, lines: list[dict[str, Any]], unknown: list[str]) -> None:
        self.lines = lines
        self.unknown = unknown


def read(content: bytes, name: str) -> Sheet:
    """Reads CSV or XLSX (in a limited process). Raises Refused with a sentence when it is no list of organisations."""
    if len(content) > MAX_BYTES:
        raise Refused(_("This file is larger than 5 MB: keep the columns that count."), field="file")
    frame = _frame(content, Path(name).suffix.lower())
    known = {column: COLUMNS[fold(column)] for column in frame.columns if fold(column) in COLUMNS}
    if "name" not in known.values():
        raise Refused(_("No column is called “nom”: name the first line of the file after the model."), field="file")
    if frame.height > MAX_LINES:
        raise Refused(_("More than %(most)s lines: cut the file.") % {"most": MAX_LINES}, field="file")
    lines = []
    for number, row in enumerate(frame.iter_rows(named=True), 2):
        texts = {fact: _text(row[column]) for column, fact in known.items() if _text(row[column])}
        if texts:
            lines.append({"line": number, **texts})
    if not lines:
        raise Refused(_("This file has no line of organisation."), field="file")
    return Sheet(lines, [column[:60] for column in frame.columns if column not in known][:40])


def _text(cell: Any) -> str:
    text = " ".join(str(cell).split()) if cell is not None else ""
    return text.removesuffix(".0") if re.fullmatch(r"\d+\.0", text) else text


def _frame(content: bytes, suffix: str) -> pl.DataFrame:
    with tempfile.TemporaryDirectory(prefix="kiif-list-") as folder:
        path = Path(folder) / f"liste{'.xlsx' if suffix in ('.xlsx', '.xlsm') else '.csv'}"
        path.write_bytes(content)
        try:
            if path.suffix == ".csv":
                return files.read_table(path)
            return _sheet(path)
        except DataError as error:
            sentence = _("This file cannot be read (%(reason)s). Save it again as Excel or CSV.") % {
                "reason": str(error).replace(str(path), "").strip()[:160]
            }
            raise Refused(sentence, field="file") from error


def _sheet(path: Path) -> pl.DataFrame:
    """The first sheet that has a column of names, under one of the headings that people give it."""
    refused: DataError | None = None
    for heading in ("nom", "Nom", "NOM", "structure", "Structure", "organisation", "Organisation", "name"):
        try:
            return files.read_sheet(path, ("*",), heading, timeout=30)
        except DataError as error:
            refused = error
    raise refused or DataError("no sheet")


class Places:
    """The communes that the lines of a list name, read together."""

    def __init__(self, lines: Iterable[dict[str, Any]]) -> None:
        index = lookup.index()
        texts = {text for line in lines if (text := place_of(line))}
        self._hits = {text: index.search(text, levels=[Level.COMMUNE], limit=LIMIT) for text in texts}
        keys = sorted({hit.pk for hits in self._hits.values() for hit in hits})
        self._rows: dict[int, Territory] = {}
        for start in range(0, len(keys), _CHUNK):
            rows = Territory.objects.select_related("department").filter(pk__in=keys[start : start + _CHUNK])
            self._rows |= {row.pk: row for row in rows}

    def named(self, text: str) -> tuple[list[Territory], bool]:
        """Communes for these words, best first, and whether only one bears exactly this name or code."""
        hits = self._hits.get(text, [])
        exact = [hit for hit in hits if hit.how == lookup.EXACT]
        return [self._rows[hit.pk] for hit in hits if hit.pk in self._rows], len(exact) == 1


def place_of(line: dict[str, Any]) -> str:
    """What a line says of its commune: its code, else its name."""
    return str(line.get("commune_code") or line.get("commune", ""))


def clean_line(line: dict[str, Any], places: Places) -> tuple[dict[str, Any], list[str]]:
    """Facts for the action, and what is wrong, in sentences. Nothing is guessed: what is not understood is said."""
    facts: dict[str, Any] = {}
    problems: list[str] = []
    for fact, text in line.items():
        if fact in ("line", "commune", "commune_code"):
            continue
        try:
            facts[fact] = _CLEANERS.get(fact, _plain)(fact, text)
        except ValueError as error:
            problems.append(str(error))
        except ValidationError as error:
            problems.append(f"{text[:60]} : {error.messages[0]}")
    if facts.get("siret") and not facts.get("siren"):
        facts["siren"] = facts["siret"][:9]
    if facts.get("siret") and not facts["siret"].startswith(facts["siren"]):
        problems.append(_("The first nine digits of the SIRET are the SIREN: these two differ."))
    problems += _put_commune(line, facts, places)
    if not facts.get("name"):
        problems.append(_("The name is missing."))
    return facts, problems


def _plain(fact: str, text: str) -> str:
    longest = _LENGTHS.get(fact, 200)
    if len(text) > longest:
        raise ValueError(_("“%(start)s…” is longer than %(most)s characters.") % {"start": text[:40], "most": longest})
    return text


def _number(fact: str, text: str) -> str:
    digits = re.sub(r"\D", "", text)
    if fact in ("siren", "siret") and text == digits:  # a spreadsheet ate the zeros at the beginning
        text = digits.zfill(9 if fact == "siren" else 14)
    found = parse_identifier(text)
    if found.kind == fact:
        return found.value
    if fact == "siren" and found.siren:
        return found.siren
    raise ValueError(_("“%(text)s” is not what the column says.") % {"text": text[:40]})


def _email(fact: str, text: str) -> str:
    validate_email(text)
    return text.lower()


def _website(fact: str, text: str) -> str:
    address: str = forms.URLField(assume_scheme="https").clean(text)
    URLValidator(schemes=["http", "https"])(address)
    return address[:200]


def _one_of(choices: Iterable[tuple[str, Any]], text: str) -> str | None:
    """The code of a label, or of what it begins with ("Scic SA" is a Scic)."""
    asked = fold(text)
    for code, label in choices:
        words = fold(str(label)).split(" ")
        if asked in (fold(code), fold(str(label))) or asked.split(" ")[0] in (fold(code), words[0]):
            return str(code)
    return None


def _form(fact: str, text: str) -> str:
    short = re.search(r"\b(scop|scic|sas|sarl|sa)\b", fold(text))
    code = short.group(1) if short else _one_of(LegalForm.choices, text)
    if code is None:
        raise ValueError(_("The legal form “%(text)s” is not known here.") % {"text": text[:40]})
    return code


def _themes(fact: str, text: str) -> list[str]:
    found = []
    for part in re.split(r"[;,|]", text):
        if not part.strip():
            continue
        code = _one_of(Theme.choices, part)
        if code is None:
            raise ValueError(_("The theme “%(text)s” is not known here.") % {"text": part.strip()[:40]})
        found.append(code)
    return found


_CLEANERS: Final[dict[str, Any]] = {
    "siren": _number,
    "siret": _number,
    "rna": _number,
    "email": _email,
    "website": _website,
    "legal_form": _form,
    "themes": _themes,
}


def _put_commune(line: dict[str, Any], facts: dict[str, Any], places: Places) -> list[str]:
    """The commune by its code, else by its name and, among namesakes, its postcode."""
    text = place_of(line)
    if not text:
        return []
    found, sure = places.named(text)
    if not sure and line.get("postcode"):
        near = [row for row in found if line["postcode"] in row.postcodes]
        found, sure = near or found, len(near) == 1
    if found and (sure or len(found) == 1):
        facts["commune"] = found[0]
        return []
    if found:
        return [_("Several communes are called “%(text)s”: give the postcode or the INSEE code.") % {"text": text[:40]}]
    return [_("The commune “%(text)s” is not known.") % {"text": text[:40]}]
