"""Territories: communes to regions by their code, drawn areas by their identifier. Their names are kept with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from kiif.questionnaires.definition.questions import Territories
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
    folded,
    label_of,
)
from kiif.questionnaires.values.choices import count_problems

DRAWN: Final = "drawn"


def names(keys: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
    """Names of the territories that exist, by (level, code). Two queries at most; former codes are not followed."""
    from kiif.territories.models import DrawnTerritory, Territory

    wanted = list(dict.fromkeys(keys))
    official = [key for key in wanted if key[0] != DRAWN]
    drawn = [code for level, code in wanted if level == DRAWN and code.isascii() and code.isdigit()]
    found: dict[tuple[str, str], str] = {}
    if official:
        found |= {(row.level, row.code): row.name for row in Territory.objects.open().named(official)}
    if drawn:
        found |= {(DRAWN, str(row.pk)): row.name for row in DrawnTerritory.objects.filter(pk__in=drawn[:200])}
    return found


class Places(Kind[Territories]):
    """What a person may choose among drawn areas is decided by the picker, which only offers those they may see."""

    operators = ("filled", "has")

    def parse(self, question: Territories, raw: Raw) -> Value:
        pairs = [text.strip().partition(":") for text in raw.many()]
        return self.clean(question, {"items": [{"level": level, "code": code} for level, _colon, code in pairs]})

    def clean(self, question: Territories, document: Value) -> Value:
        items = [
            expect_dict(item, "level", "code", "name")
            for item in expect_list(expect_dict(document, "items").get("items", []))
        ]
        keys = list(
            dict.fromkeys((str(item.get("level")), expect_text(item.get("code", ""), 12).upper()) for item in items)
        )
        if any(level not in question.levels for level, _code in keys):
            raise ValueError(_("Territories of this level are not asked for here."))
        known = names(keys)
        if unknown := [code for level, code in keys if (level, code) not in known]:
            raise ValueError(
                _("No territory has the code “%(code)s” today. Choose it from the list.") % {"code": unknown[0]}
            )
        return (
            {"items": [{"level": level, "code": code, "name": known[level, code]} for level, code in keys]}
            if keys
            else None
        )

    def check(self, question: Territories, value: Value) -> list[str]:
        return count_problems(question.at_least, question.at_most, len(value["items"]))

    @staticmethod
    def keys(value: Value) -> list[str]:
        """ "commune:24311" for each territory."""
        return [f"{item['level']}:{item['code']}" for item in value["items"]]

    def scalar(self, question: Territories, value: Value) -> Scalar:
        return tuple(self.keys(value))

    def show(self, question: Territories, value: Value, language: str) -> str:
        return "\n".join(self._words(item) for item in value["items"])

    @staticmethod
    def _words(item: Mapping[str, Any]) -> str:
        return str(item["name"]) if item["level"] == DRAWN else f"{item['name']} ({item['code']})"

    def index(self, question: Territories, value: Value) -> Index:
        return Index(text=folded(value["items"][0]["name"]), number=len(value["items"]), items=tuple(self.keys(value)))

    def columns(self, question: Territories, language: str) -> list[Column]:
        label = label_of(question, language)
        return [
            Column(question.name, label, "text"),
            Column(f"{question.name}.codes", _("%(label)s – codes") % {"label": label}, "text"),
        ]

    def cells(self, question: Territories, value: Value) -> list[Cell]:
        return ["; ".join(item["name"] for item in value["items"]), "; ".join(self.keys(value))]
