"""A marking sheet as it is typed: what a form sends, checked against the rubric; what a page shows again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kiif.reviews.enums import Advice
from kiif.reviews.models import Criterion, Mark

MOST_LINE = 2_000
MOST_TEAM = 5_000
MOST_CARRIERS = 3_000


@dataclass(frozen=True)
class Sheet:
    """`values` and `words`: by key of criterion; a mark that is not on the scale is not kept."""

    values: Mapping[str, int | None] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    words_team: str = ""
    words_carriers: str = ""
    advice: str = ""

    def missing(self, criteria: Iterable[Criterion]) -> list[Criterion]:
        """Compulsory criteria without a mark."""
        return [one for one in criteria if one.required and self.values.get(one.key) is None]


def read(criteria: Iterable[Criterion], data: Mapping[str, Any]) -> Sheet:
    """From what a form sent: `c-<key>` a mark, `w-<key>` its words, `words_team`, `words_carriers`, `advice`."""
    values: dict[str, int | None] = {}
    words: dict[str, str] = {}
    for one in criteria:
        asked = str(data.get(f"c-{one.key}", "")).strip()
        values[one.key] = next((mark for mark in one.marks if str(mark) == asked), None)
        words[one.key] = _text(data, f"w-{one.key}", MOST_LINE)
    advice = str(data.get("advice", ""))
    return Sheet(
        values,
        words,
        _text(data, "words_team", MOST_TEAM),
        _text(data, "words_carriers", MOST_CARRIERS),
        advice if advice in Advice.values else "",
    )


def _text(data: Mapping[str, Any], name: str, most: int) -> str:
    return str(data.get(name, "")).replace("\r\n", "\n").strip()[:most]


def of_mark(mark: Mark | None) -> Sheet:
    """What is kept; an empty sheet without one."""
    if mark is None:
        return Sheet()
    lines = list(mark.lines.select_related("criterion"))
    return Sheet(
        {line.criterion.key: line.value for line in lines},
        {line.criterion.key: line.words for line in lines},
        mark.words_team,
        mark.words_carriers,
        mark.advice,
    )


def content(sheet: Sheet, total: float | None) -> dict[str, Any]:
    """As the history keeps it."""
    return {
        "total": total,
        "advice": sheet.advice,
        "words_team": sheet.words_team,
        "words_carriers": sheet.words_carriers,
        "lines": {key: [value, sheet.words.get(key, "")] for key, value in sheet.values.items()},
    }
