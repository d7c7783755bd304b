"""Choices: one, several, in order; grids; yes or no."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeVar

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from kiif.questionnaires.definition import Choice, said
from kiif.questionnaires.definition.questions import Grid, ManyChoices, OneChoice, Ranking, YesNo
from kiif.questionnaires.values.base import (
    Cell,
    Column,
    Index,
    Kind,
    Raw,
    Scalar,
    Value,
    expect_dict,
    expect_list,
    expect_text,
    label_of,
)

OTHER: Final = "other"
MOST_OTHER: Final = 300
MOST_REASON: Final = 2_000
M = TypeVar("M", ManyChoices, Ranking)


def labels(choices: Iterable[Choice], language: str, other: bool = False) -> dict[str, str]:
    """Words of each key, in order."""
    found = {choice.key: said(choice.label, language) for choice in choices}
    return found | ({OTHER: _("other")} if other else {})


def _known(keys: Iterable[str], allowed: Iterable[str]) -> None:
    if unknown := [key for key in keys if key not in set(allowed)]:
        raise ValueError(_("“%(choice)s” is not one of the choices.") % {"choice": str(unknown[0])[:40]})


def count_problems(least: int | None, most: int | None, count: int) -> list[str]:
    """Sentences for too few or too many things chosen."""
    if least is not None and count < least:
        return [ngettext("Choose at least %(n)s.", "Choose at least %(n)s.", least) % {"n": least}]
    if most is not None and count > most:
        return [
            ngettext("%(chosen)s are chosen; %(n)s at most.", "%(chosen)s are chosen; %(n)s at most.", most)
            % {"n": most, "chosen": count}
        ]
    return []


class One(Kind[OneChoice]):
    operators = ("filled", "is")

    def parse(self, question: OneChoice, raw: Raw) -> Value:
        key = raw.one()
        return self.clean(question, {"value": key, "text": raw.one("text")}) if key else None

    def clean(self, question: OneChoice, document: Value) -> Value:
        parts = expect_dict(document, "value", "text")
        key, text = expect_text(parts.get("value", ""), 40), expect_text(parts.get("text", "") or "", MOST_OTHER)
        if not key:
            return None
        _known([key], labels(question.choices, "", question.other))
        return {"value": key, "text": text if key == OTHER and question.other else ""}

    def check(self, question: OneChoice, value: Value) -> list[str]:
        if value["value"] == OTHER and question.other and not value["text"]:
            return [_("You chose “other”: say which.")]
        return []

    def scalar(self, question: OneChoice, value: Value) -> Scalar:
        return str(value["value"])

    def show(self, question: OneChoice, value: Value, language: str) -> str:
        word = labels(question.choices, language, question.other).get(value["value"], value["value"])
        return f"{word}\u00a0: {value['text']}" if value["text"] else word

    def index(self, question: OneChoice, value: Value) -> Index:
        return Index(text=value["value"])

    def columns(self, question: OneChoice, language: str) -> list[Column]:
        label = label_of(question, language)
        found = [Column(question.name, label, "choice", labels(question.choices, language, question.other))]
        return found + ([Column(f"{question.name}.text", _other_words(label), "text")] if question.other else [])

    def cells(self, question: OneChoice, value: Value) -> list[Cell]:
        return [value["value"], *([value["text"] or None] if question.other else [])]


def _other_words(label: str) -> str:
    return _("%(label)s – other, in words") % {"label": label}


class Many(Kind[ManyChoices]):
    operators = ("filled", "has")

    def parse(self, question: ManyChoices, raw: Raw) -> Value:
        return self.clean(question, {"values": raw.many(), "text": raw.one("text")})

    def clean(self, question: ManyChoices, document: Value) -> Value:
        parts = expect_dict(document, "values", "text")
        keys = [expect_text(key, 40) for key in expect_list(parts.get("values", []))]
        allowed = labels(question.choices, "", question.other)
        _known(keys, allowed)
        text = expect_text(parts.get("text", "") or "", MOST_OTHER)
        ordered = [key for key in allowed if key in set(keys)]
        return {"values": ordered, "text": text if OTHER in ordered and question.other else ""} if ordered else None

    def check(self, question: ManyChoices, value: Value) -> list[str]:
        keys = value["values"]
        alone = {choice.key: choice for choice in question.choices if choice.exclusive}
        if len(keys) > 1 and (clash := [key for key in keys if key in alone]):
            return [
                _("“%(choice)s” cannot be chosen with others.")
                % {"choice": said(alone[clash[0]].label, get_language() or "")}
            ]
        if OTHER in keys and question.other and not value["text"]:
            return [_("You chose “other”: say which.")]
        if any(key in alone for key in keys):
            return []
        return count_problems(question.at_least, question.at_most, len(keys))

    def scalar(self, question: ManyChoices, value: Value) -> Scalar:
        return tuple(value["values"])

    def show(self, question: ManyChoices, value: Value, language: str) -> str:
        words = labels(question.choices, language, question.other)
        shown = [words.get(key, key) for key in value["values"]]
        if value["text"]:
            shown[-1] = f"{shown[-1]}\u00a0: {value['text']}"
        return "\n".join(shown)

    def index(self, question: ManyChoices, value: Value) -> Index:
        return Index(number=len(value["values"]), items=tuple(value["values"]))

    def columns(self, question: ManyChoices, language: str) -> list[Column]:
        label = label_of(question, language)
        found = [
            Column(f"{question.name}.{key}", f"{label} – {word}", "boolean")
            for key, word in labels(question.choices, language, question.other).items()
        ]
        return found + ([Column(f"{question.name}.text", _other_words(label), "text")] if question.other else [])

    def cells(self, question: ManyChoices, value: Value) -> list[Cell]:
        chosen = set(value["values"])
        cells: list[Cell] = [key in chosen for key in labels(question.choices, "", question.other)]
        return cells + ([value["text"] or None] if question.other else [])


class Rankings(Kind[Ranking]):
    """Keys from the first to the last preferred. A form without script sends a rank for each key."""

    operators = ("filled", "has")

    def parse(self, question: Ranking, raw: Raw) -> Value:
        if ordered := raw.many():
            return self.clean(question, {"values": ordered})
        ranks: list[tuple[int, str]] = []
        for choice in question.choices:
            text = raw.one(f"rank.{choice.key}")
            if text and not (text.isascii() and text.isdigit()):
                raise ValueError(_("A rank is a whole number: 1 for the first."))
            if text:
                ranks.append((int(text[:4]), choice.key))
        if len({rank for rank, _key in ranks}) < len(ranks):
            raise ValueError(_("Two things have the same rank: give each its own."))
        return self.clean(question, {"values": [key for _rank, key in sorted(ranks)]})

    def clean(self, question: Ranking, document: Value) -> Value:
        parts = expect_dict(document, "values", "text")
        keys = [expect_text(key, 40) for key in expect_list(parts.get("values", []))]
        _known(keys, labels(question.choices, ""))
        if len(set(keys)) < len(keys):
            raise ValueError(_("Two things have the same rank: give each its own."))
        return {"values": keys} if keys else None

    def check(self, question: Ranking, value: Value) -> list[str]:
        return count_problems(question.at_least, question.at_most, len(value["values"]))

    def scalar(self, question: Ranking, value: Value) -> Scalar:
        return tuple(value["values"])

    def show(self, question: Ranking, value: Value, language: str) -> str:
        words = labels(question.choices, language)
        return "\n".join(f"{rank}. {words.get(key, key)}" for rank, key in enumerate(value["values"], 1))

    def index(self, question: Ranking, value: Value) -> Index:
        return Index(text=value["values"][0], number=len(value["values"]), items=tuple(value["values"]))

    def columns(self, question: Ranking, language: str) -> list[Column]:
        label = label_of(question, language)
        return [
            Column(
                f"{question.name}.{key}",
                _("%(label)s – rank of %(choice)s") % {"label": label, "choice": word},
                "integer",
            )
            for key, word in labels(question.choices, language).items()
        ]

    def cells(self, question: Ranking, value: Value) -> list[Cell]:
        rank = {key: number for number, key in enumerate(value["values"], 1)}
        return [rank.get(choice.key) for choice in question.choices]


class Grids(Kind[Grid]):
    operators = ("filled",)

    def parse(self, question: Grid, raw: Raw) -> Value:
        return self.clean(question, {"rows": {row.key: raw.one(row.key) for row in question.rows}})

    def clean(self, question: Grid, document: Value) -> Value:
        rows = expect_dict(document, "rows").get("rows", {})
        known = [row.key for row in question.rows]
        rows = expect_dict(rows, *known)
        _known([key for key in rows.values() if key], [column.key for column in question.columns])
        filled = {key: rows[key] for key in known if rows.get(key)}
        return {"rows": filled} if filled else None

    def check(self, question: Grid, value: Value) -> list[str]:
        missing = len(question.rows) - len(value["rows"])
        if question.required and missing:
            return [ngettext("%(n)s line has no answer.", "%(n)s lines have no answer.", missing) % {"n": missing}]
        return []

    def scalar(self, question: Grid, value: Value) -> Scalar:
        return {row.key: value["rows"].get(row.key) for row in question.rows}

    def show(self, question: Grid, value: Value, language: str) -> str:
        columns = labels(question.columns, language)
        return "\n".join(
            f"{said(row.label, language)}\u00a0: {columns.get(value['rows'][row.key], value['rows'][row.key])}"
            for row in question.rows
            if row.key in value["rows"]
        )

    def index(self, question: Grid, value: Value) -> Index:
        return Index(number=len(value["rows"]), items=tuple(f"{row}={key}" for row, key in value["rows"].items()))

    def columns(self, question: Grid, language: str) -> list[Column]:
        label, words = label_of(question, language), labels(question.columns, language)
        return [
            Column(f"{question.name}.{row.key}", f"{label} – {said(row.label, language)}", "choice", words)
            for row in question.rows
        ]

    def cells(self, question: Grid, value: Value) -> list[Cell]:
        return [value["rows"].get(row.key) for row in question.rows]


class YesNos(Kind[YesNo]):
    operators = ("filled", "is")

    def parse(self, question: YesNo, raw: Raw) -> Value:
        said_yes = raw.one()
        if not said_yes:
            return None
        if said_yes not in {"yes", "no"}:
            raise ValueError(_("Choose yes or no."))
        return self.clean(question, {"value": said_yes == "yes", "reason": raw.one("reason")})

    def clean(self, question: YesNo, document: Value) -> Value:
        parts = expect_dict(document, "value", "reason")
        if not isinstance(parts.get("value"), bool):
            raise ValueError(_("Choose yes or no."))
        asked = self.asks_reason(question, parts["value"])
        reason = expect_text(parts.get("reason", "") or "", MOST_REASON)
        return {"value": parts["value"], "reason": reason if asked else ""}

    @staticmethod
    def asks_reason(question: YesNo, answer: bool) -> bool:
        """Whether a reason is asked for after this answer."""
        return question.reason in {"always", "yes" if answer else "no"}

    def check(self, question: YesNo, value: Value) -> list[str]:
        if self.asks_reason(question, value["value"]) and not value["reason"]:
            return [_("Say why, in a few words.")]
        return []

    def scalar(self, question: YesNo, value: Value) -> Scalar:
        return "yes" if value["value"] else "no"

    def show(self, question: YesNo, value: Value, language: str) -> str:
        word = _("yes") if value["value"] else _("no")
        return f"{word}\u00a0: {value['reason']}" if value["reason"] else word

    def index(self, question: YesNo, value: Value) -> Index:
        return Index(text="yes" if value["value"] else "no", number=float(value["value"]))

    def columns(self, question: YesNo, language: str) -> list[Column]:
        label = label_of(question, language)
        found = [Column(question.name, label, "boolean")]
        if question.reason != "never":
            found.append(Column(f"{question.name}.reason", _("%(label)s – why") % {"label": label}, "text"))
        return found

    def cells(self, question: YesNo, value: Value) -> list[Cell]:
        return [value["value"], *([value["reason"] or None] if question.reason != "never" else [])]
