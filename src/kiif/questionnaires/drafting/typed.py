"""From what a designer typed in the form of an element to the fields of the draft. Each mistake has a sentence."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from kiif.questionnaires.definition import new_id
from kiif.questionnaires.definition.base import MAX_TEXT, NAME
from kiif.questionnaires.drafting.kinds import COLUMN_KINDS, Spec
from kiif.questionnaires.drafting.names import key_from, name_from

MAX_ROWS: Final = 300
_KEY: Final = re.compile(r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,39}$")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_BLANKS: Final = re.compile(r"[\s\u202f\xa0]")

Data = Mapping[str, Any]


@dataclass
class Typed:
    """What could be read (`values`, by field of the draft), and what could not: name in the form -> sentence."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read(specs: Sequence[Spec], data: Data, languages: Sequence[str]) -> Typed:
    """Every field of the form. `data` is a QueryDict, or anything with `get` and `getlist`."""
    found = Typed()
    for spec in specs:
        _READERS[spec.widget](found, spec, data, languages)
    return found


def _text(found: Typed, spec: Spec, data: Data, languages: Sequence[str]) -> None:
    for name in [f"{spec.key}.{language}" for language in languages] if spec.languages else [spec.key]:
        if name in data:
            value = cleaned(data[name])
            if len(value) > MAX_TEXT:
                found.errors[name] = _("This text is longer than 20,000 characters: shorten it.")
            else:
                found.values[name] = value


def cleaned(text: str) -> str:
    """Line ends of one kind, no control character, no blank at the ends."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _bool(found: Typed, spec: Spec, data: Data, languages: Sequence[str]) -> None:
    found.values[spec.key] = data.get(spec.key) == "1"


def _number(found: Typed, spec: Spec, data: Data, languages: Sequence[str]) -> None:
    if spec.key not in data:
        return
    try:
        found.values[spec.key] = number(data[spec.key], whole=spec.widget == "int", least=spec.least, most=spec.most)
    except ValueError as error:
        found.errors[spec.key] = str(error)


def number(text: str, whole: bool = False, least: float | None = None, most: float | None = None) -> float | int | None:
    """The number typed, None for nothing. Raises ValueError with a sentence."""
    bare = _BLANKS.sub("", text).replace(",", ".")
    if not bare:
        return None
    try:
        value = float(bare)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > 1e15:
        raise ValueError(_("“%(text)s” is not a number.") % {"text": text.strip()[:30]})
    if whole and value != int(value):
        raise ValueError(_("Write a whole number."))
    if (least is not None and value < least) or (most is not None and value > most):
        raise ValueError(_("From %(least)g to %(most)g.") % {"least": least or 0, "most": most or 0})
    return int(value) if value == int(value) else value


def _date(found: Typed, spec: Spec, data: Data, languages: Sequence[str]) -> None:
    if spec.key not in data:
        return
    text = data[spec.key].strip()
    try:
        found.values[spec.key] = dt.date.fromisoformat(text).isoformat() if text else None
    except ValueError:
        found.errors[spec.key] = _("Write a date, for example 2027-05-30.")


def _select(found: Typed, spec: Spec, data: Data, languages: Sequence[str]) -> None:
    if data.get(spec.key) in {key for key, _label in spec.options}:
        found.values[spec.key] = data[spec.key]


def _ticks(found: Typed, spec: Spec, data: Any, languages: Sequence[str]) -> None:
    known = [str(key) for key, _label in spec.options]
    chosen = set(data.getlist(spec.key))
    found.values[spec.key] = [key for key in known if key in chosen]
    if spec.key == "levels" and not found.values[spec.key]:
        found.errors[spec.key] = _("Tick at least one kind of territory.")
        del found.values[spec.key]


def _expression(found: Typed, spec: Spec, data: Data, languages: Sequence[str]) -> None:
    if spec.key not in data:
        return
    text = " ".join(cleaned(data[spec.key]).split())
    if len(text) > 2_000:
        found.errors[spec.key] = _("This formula is longer than 2,000 characters: calculate a part of it apart.")
    else:
        found.values[spec.key] = text


def _name(found: Typed, spec: Spec, data: Data, languages: Sequence[str]) -> None:
    if spec.key not in data:
        return
    text = data[spec.key].strip()
    if re.match(NAME, text):
        found.values[spec.key] = text
    else:
        found.errors[spec.key] = _(
            "A short name starts with a small letter, then small letters, digits or underscores: 40 at most."
        )


@dataclass
class _Row:
    """A row of choices or columns as typed: its number in the form, its fields by name."""

    number: int
    data: Data
    prefix: str

    def get(self, name: str) -> str:
        return cleaned(str(self.data.get(f"{self.prefix}-{self.number}-{name}", "")))

    def texts(self, name: str, languages: Sequence[str]) -> dict[str, str]:
        found = {language: self.get(f"{name}.{language}")[:600] for language in languages}
        return {language: text for language, text in found.items() if text}

    def ticked(self, name: str) -> bool:
        return self.get(name) == "1"

    def name(self, name: str) -> str:
        return f"{self.prefix}-{self.number}-{name}"


def rows_of(spec: Spec, data: Data) -> list[_Row]:
    """Rows in the order of the form. A forged number of rows is bounded."""
    text = str(data.get(f"{spec.key}-rows", "0"))
    count = int(text) if text.isdecimal() and len(text) < 6 else 0
    return [_Row(number, data, spec.key) for number in range(min(count, MAX_ROWS))]


def _choices(found: Typed, spec: Spec, data: Data, languages: Sequence[str]) -> None:
    if f"{spec.key}-rows" not in data:
        return
    rows = [row for row in rows_of(spec, data) if row.texts("label", languages) or row.get("key")]
    taken = {row.get("key") for row in rows} - {""}
    seen: set[str] = set()
    values = []
    for row in rows:
        key = row.get("key") or key_from(next(iter(row.texts("label", languages).values()), ""), taken)
        taken.add(key)
        if not _KEY.match(key):
            found.errors[row.name("key")] = _("A key has letters, digits, underscores, points or dashes: 40 at most.")
        elif key in seen:
            found.errors[row.name("key")] = _("Two choices have the key “%(key)s”.") % {"key": key}
        seen.add(key)
        value: dict[str, Any] = {"key": key, "label": row.texts("label", languages)}
        if row.ticked("exclusive"):
            value["exclusive"] = True
        if row.get("relevant"):
            value["relevant"] = row.get("relevant")[:2_000]
        values.append(value)
    values += pasted(cleaned(str(data.get(f"{spec.key}-paste", ""))), languages, taken)
    if len(values) > MAX_ROWS:
        found.errors[f"{spec.key}-paste"] = _("At most 300 choices: this list is longer.")
    if not any(name.startswith(f"{spec.key}-") for name in found.errors):
        found.values[spec.key] = values


def pasted(text: str, languages: Sequence[str], taken: set[str]) -> list[dict[str, Any]]:
    """Choices from lines pasted from a document or a spreadsheet: one a line; other languages after a tabulation."""
    values = []
    for line in text.splitlines():
        parts = [part.strip(" •–-*\u00a0")[:600] for part in line.split("\t")]
        if not parts or not parts[0]:
            continue
        key = key_from(parts[0], taken)
        taken.add(key)
        label = {language: part for language, part in zip(languages, parts, strict=False) if part}
        values.append({"key": key, "label": label})
    return values


def _columns(found: Typed, spec: Spec, data: Data, languages: Sequence[str]) -> None:
    if f"{spec.key}-rows" not in data:
        return
    rows = [row for row in rows_of(spec, data) if row.texts("label", languages) or row.get("id")]
    taken = {row.get("name") for row in rows} - {""}
    values = []
    for row in rows:
        labels = row.texts("label", languages)
        if not labels:
            continue
        name = row.get("name") or name_from(next(iter(labels.values())), taken)
        taken.add(name)
        if not re.match(NAME, name):
            found.errors[row.name("name")] = _("A short name: small letters, digits, underscores.")
        values.append(_column(found, row, name, labels, languages))
    names = [value["name"] for value in values]
    for name in {name for name in names if names.count(name) > 1}:
        found.errors[f"{spec.key}-{names.index(name)}-name"] = _("Two columns are called “%(name)s”.") % {"name": name}
    if not any(name.startswith(f"{spec.key}-") for name in found.errors):
        found.values[spec.key] = values


def _column(found: Typed, row: _Row, name: str, labels: dict[str, str], languages: Sequence[str]) -> dict[str, Any]:
    kind = row.get("kind") if row.get("kind") in COLUMN_KINDS else "text"
    key = row.get("id")
    value: dict[str, Any] = {"id": key if re.match(r"^c_[a-z0-9]{4,24}$", key) else new_id("c"), "name": name}
    value |= {"label": labels, "kind": kind}
    for flag in ("required", "total"):
        if row.ticked(flag):
            value[flag] = True
    if unit := row.texts("unit", languages):
        value["unit"] = unit
    if kind == "calculated":
        value["calculation"] = row.get("calculation")[:2_000]
    if kind == "choice":
        # a choice that was there keeps its key: the answers hold it
        kept = dict(pair.split("\t", 1) for pair in row.get("keys").splitlines() if "\t" in pair)
        value["choices"] = _column_choices(row.get("choices"), kept, languages)
    for bound in ("minimum", "maximum"):
        try:
            limit = number(row.get(bound))
        except ValueError as error:
            found.errors[row.name(bound)] = str(error)
            continue
        if limit is not None:
            value[bound] = limit
    return value


def _column_choices(text: str, kept: Mapping[str, str], languages: Sequence[str]) -> list[dict[str, Any]]:
    """One a line; the languages stand one after the other, between bars."""
    taken = set(kept.values())
    values: list[dict[str, Any]] = []
    for line in text.splitlines()[:MAX_ROWS]:
        parts = [part.strip()[:600] for part in line.split("|")]
        if not parts[0]:
            continue
        key = kept.get(parts[0]) or key_from(parts[0], taken)
        taken.add(key)
        if key not in {value["key"] for value in values}:
            label = {language: part for language, part in zip(languages, parts, strict=False) if part}
            values.append({"key": key, "label": label})
    return values


_READERS: Final[dict[str, Callable[[Typed, Spec, Any, Sequence[str]], None]]] = {
    "text": _text,
    "area": _text,
    "bool": _bool,
    "int": _number,
    "number": _number,
    "date": _date,
    "select": _select,
    "ticks": _ticks,
    "expression": _expression,
    "name": _name,
    "choices": _choices,
    "variants": _choices,
    "columns": _columns,
}
