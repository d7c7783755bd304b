"""Answers given on one definition, read on another: what is kept, what is converted, what is kept aside. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from django.utils.translation import gettext as _

from kiif.questionnaires import values as typed
from kiif.questionnaires.definition import Base, Definition, said
from kiif.questionnaires.expressions import scalars

TEXTS: Final = frozenset({"text", "long_text", "rich_text", "email", "phone", "url"})
NUMBERS: Final = frozenset({"number", "money", "percent", "scale"})
SILENT: Final = frozenset({"calculated", "note"})


@dataclass(frozen=True)
class Aside:
    """An answer, or a part of it, that the new definition does not take. `key`: identifier of its question."""

    key: str
    title: str
    words: str
    value: Any
    reason: str


@dataclass
class Projection:
    """`values`: answers on the new definition, by identifier; `aside`: those that no longer fit, in the old order."""

    values: dict[str, Any] = field(default_factory=dict)
    aside: list[Aside] = field(default_factory=list)


def project(old: Definition, new: Definition, values: Mapping[str, Any], language: str = "") -> Projection:
    """Answers to the old definition on the new one. Nothing is lost: what does not fit is in `aside`, with its reason.

    Calculated values are left out: the engine gives them.
    """
    language = language or old.languages[0]
    found = Projection()
    for question in old.walk():
        value = values.get(question.id)
        if value is None or question.kind in SILENT:
            continue
        after = new.by_id.get(question.id)
        kept, reason = (None, _("The question was removed.")) if after is None else moved_value(question, after, value)
        if kept is not None:
            found.values[question.id] = kept
        if reason:
            title = said(question.label, language) or question.name
            found.aside.append(Aside(question.id, title, typed.show(question, value, language), value, reason))
    return found


def moved_value(old: Base, new: Base, value: Any) -> tuple[Any, str]:
    """The value for the new question, None when there is none; why it is not wholly kept, empty when it is."""
    if new.kind in SILENT:
        return None, _("This question is no longer answered by people.")
    if typed.coded(value):
        return _accepted(new, value)
    if old.kind == new.kind:
        part = _PARTS.get(old.kind)
        return part(new, value) if part else _accepted(new, value)
    document = _converted(old, new, value)
    if document is None:
        return None, _("The question is answered in another way.")
    return _accepted(new, document)


def loses(before: str, after: str) -> bool:
    """Whether no answer of one kind can become one of the other."""
    return not (
        after in ("text", "long_text")
        or (before in TEXTS and after in TEXTS | NUMBERS | {"choice", "date"})
        or (before in NUMBERS and after in NUMBERS)
        or (before, after) in _PAIRS
    )


def _accepted(question: Base, document: Any) -> tuple[Any, str]:
    try:
        value = typed.accept(question, document)
    except ValueError as error:
        return None, str(error)
    return value, "" if value is not None else _("The question is answered in another way.")


def _converted(old: Base, new: Base, value: Any) -> Any:
    """The document to offer to the new question; None when there is none."""
    if pair := _PAIRS.get((old.kind, new.kind)):
        return pair(value, new)
    scalar = scalars.plain(typed.scalar(old, value))
    if new.kind in NUMBERS and old.kind in TEXTS | NUMBERS:
        number = scalars.number(scalar)
        return None if number is None else int(number) if number.is_integer() else number
    if old.kind in TEXTS:
        return _from_text(scalars.text(scalar), new)
    if new.kind in ("text", "long_text"):
        words = typed.show(old, value, "")
        return ", ".join(words.splitlines()) if new.kind == "text" else words
    return None


def _from_text(text: str, new: Base) -> Any:
    if new.kind == "choice":
        return _chosen(" ".join(text.split()), new)
    if new.kind == "date":
        return text if scalars.day(text) is not None else None
    if new.kind == "text":
        return " ".join(text.split())
    if new.kind == "rich_text":
        return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())
    return text if new.kind in TEXTS else None


def _chosen(text: str, new: Base) -> Any:
    """The choice whose key or words are this text; else "other", where it exists."""
    for choice in getattr(new, "choices", ()):
        if text.casefold() in (choice.key.casefold(), *(label.casefold() for label in choice.label.values())):
            return {"value": choice.key}
    return {"value": "other", "text": text} if getattr(new, "other", False) else None


_PAIRS: Final[dict[tuple[str, str], Callable[[Any, Base], Any]]] = {
    ("choice", "choices"): lambda value, new: {"values": [value["value"]], "text": value["text"]},
    ("choice", "ranking"): lambda value, new: {"values": [value["value"]]},
    ("choices", "choice"): lambda value, new: (
        {"value": value["values"][0], "text": value["text"]} if len(value["values"]) == 1 else None
    ),
    ("choices", "ranking"): lambda value, new: {"values": value["values"]},
    ("ranking", "choices"): lambda value, new: {"values": value["values"]},
    ("yes_no", "choice"): lambda value, new: {"value": "yes" if value["value"] else "no"},
    ("choice", "yes_no"): lambda value, new: (
        {"value": value["value"] == "yes"} if value["value"] in ("yes", "no") else None
    ),
    ("date", "period"): lambda value, new: {"start": value},
    ("period", "date"): lambda value, new: value["start"] if value["start"] and not value["end"] else None,
    ("signature", "text"): lambda value, new: value["name"],
}


def _choices(new: Any, value: Any) -> tuple[Any, str]:
    """Several choices, or an order: those that still exist are kept."""
    known = {choice.key for choice in new.choices} | ({"other"} if getattr(new, "other", False) else set())
    kept = [key for key in value["values"] if key in known]
    gone = [key for key in value["values"] if key not in known]
    accepted, reason = _accepted(new, {**value, "values": kept}) if kept else (None, "")
    if gone:
        reason = _("Some choices no longer exist: %(keys)s.") % {"keys": ", ".join(gone)}
    return accepted, reason


def _grid(new: Any, value: Any) -> tuple[Any, str]:
    rows, columns = {row.key for row in new.rows}, {column.key for column in new.columns}
    kept = {row: column for row, column in value["rows"].items() if row in rows and column in columns}
    reason = "" if len(kept) == len(value["rows"]) else _("Some lines or columns no longer exist.")
    accepted, refused = _accepted(new, {"rows": kept}) if kept else (None, "")
    return accepted, reason or refused


def _table(new: Any, value: Any) -> tuple[Any, str]:
    """Rows are kept cell by cell."""
    columns = {column.id: column for column in new.columns if column.kind != "calculated"}
    rows, lost = [], False
    for row in value["rows"][: new.max_rows]:
        cells = {"id": row["id"]}
        for key, cell in row.items():
            if key == "id":
                continue
            fits = key in columns and _accepted(new, {"rows": [{"id": "r1", key: cell}]})[0] is not None
            lost = lost or not fits
            cells |= {key: cell} if fits else {}
        rows.append(cells)
    accepted, refused = _accepted(new, {"rows": rows})
    if lost or len(rows) < len(value["rows"]):
        return accepted, _("Some lines or columns no longer exist.")
    return accepted, refused


_PARTS: Final[dict[str, Callable[[Any, Any], tuple[Any, str]]]] = {
    "choices": _choices,
    "ranking": _choices,
    "grid": _grid,
    "table": _table,
}
