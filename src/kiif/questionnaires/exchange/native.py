"""What each kind becomes in XLSForm, so that other tools ask the same thing as near as they can."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

from kiif.questionnaires.definition import Column

Row = dict[str, str]
OTHER: Final = _("other")
#: Lists of choices that come with a kind: name of the list, words by key.
FIXED: Final = {
    "yes_no": ("kiif_yes_no", {"yes": _("yes"), "no": _("no")}),
    "consent": ("kiif_consent", {"yes": _("I agree")}),
}


@dataclass(frozen=True)
class Part:
    """A line that goes with a question, for other tools only."""

    name: str
    type: str
    label: Mapping[str, str] = field(default_factory=dict)
    relevant: str = ""


def in_languages(words: str, languages: Iterable[str]) -> dict[str, str]:
    """A sentence of the interface in these languages (English for those that it does not speak)."""
    found = {}
    for language in languages:
        with override(language if language in ("fr", "en") else "en"):
            found[language] = gettext(words)
    return found


def period_label(part: str, languages: Iterable[str]) -> dict[str, str]:
    return in_languages(_("from") if part == "start" else _("to"), languages)


def _integer_or_decimal(decimals: int) -> str:
    return "decimal" if decimals else "integer"


_SIMPLE: Final[dict[str, tuple[str, Row]]] = {
    "text": ("text", {}),
    "long_text": ("text", {"appearance": "multiline"}),
    "rich_text": ("text", {"appearance": "multiline"}),
    "date": ("date", {}),
    "period": ("begin_group", {"appearance": "field-list"}),
    "grid": ("begin_group", {"appearance": "field-list"}),
    "table": ("begin_repeat", {}),
    "yes_no": ("select_one kiif_yes_no", {}),
    "consent": ("select_one kiif_consent", {}),
    "email": ("text", {}),
    "phone": ("text", {"appearance": "numbers"}),
    "url": ("text", {}),
    "address": ("text", {"appearance": "multiline"}),
    "territories": ("text", {}),
    "organisation": ("text", {}),
    "files": ("file", {}),
    "calculated": ("calculate", {}),
    "signature": ("text", {}),
    "note": ("note", {}),
}
_LISTS: Final = {"choice": "select_one", "choices": "select_multiple", "ranking": "rank"}


def written(question: Any) -> tuple[str, Row]:
    """The type of a question in XLSForm, and the other cells that it needs."""
    kind = question.kind
    if kind in _LISTS:
        more = {"appearance": "minimal"} if getattr(question, "compact", False) else {}
        return f"{_LISTS[kind]} {question.name}", more
    if kind == "scale":
        return "range", {"parameters": f"start={question.low} end={question.high} step=1"}
    if kind == "money":
        return _integer_or_decimal(question.cents), {}
    if kind in ("number", "percent"):
        return _integer_or_decimal(question.decimals), {}
    if kind == "table" and question.min_rows == question.max_rows:
        return "begin_repeat", {"repeat_count": str(question.max_rows)}
    return _SIMPLE[kind]


def column(column: Column, table: str) -> tuple[str, Row]:
    """The same for a column of a table."""
    if column.kind == "choice":
        return f"select_one {table}.{column.name}", {}
    if column.kind in ("number", "money", "percent"):
        return _integer_or_decimal(column.decimals), {}
    return _SIMPLE[column.kind]


def bounds(question: Any) -> str:
    """Limits of a question as a constraint, for tools that know no others."""
    if question.kind in ("number", "money", "percent"):
        limits = ((">=", question.minimum), ("<=", question.maximum))
        return " and ".join(f". {sign} {_plain(limit)}" for sign, limit in limits if limit is not None)
    if question.kind == "date":
        limits = ((">=", question.earliest), ("<=", question.latest))
        return " and ".join(f". {sign} '{limit.isoformat()}'" for sign, limit in limits if limit is not None)
    if question.kind in ("text", "long_text") and question.max_chars is not None:
        return f"string-length(.) <= {question.max_chars}"
    if question.kind == "choices":
        limits = ((">=", question.at_least), ("<=", question.at_most))
        return " and ".join(f"count-selected(.) {sign} {limit}" for sign, limit in limits if limit is not None)
    return ""


def _plain(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else format(number, "f")


def before(question: Any) -> Iterator[Part]:
    """Words that people must read before they answer."""
    if question.kind == "consent" and question.text:
        yield Part("text", "note", question.text)
    if question.kind == "signature" and question.statement:
        yield Part("statement", "note", question.statement)


def _reason(question: Any) -> Iterator[Part]:
    conditions = {"always": f"${{{question.name}}} != ''", "yes": f"${{{question.name}}} = 'yes'"}
    if question.reason != "never":
        relevant = conditions.get(question.reason, f"${{{question.name}}} = 'no'")
        yield Part("reason", "text", question.reason_label or question.label, relevant)


def _other(question: Any) -> Iterator[Part]:
    if question.other:
        yield Part("other", "text", question.label, f"selected(${{{question.name}}}, 'other')")


#: Lines that follow a question.
BESIDE: Final[dict[str, Callable[[Any], Iterator[Part]]]] = {"yes_no": _reason, "choice": _other, "choices": _other}
