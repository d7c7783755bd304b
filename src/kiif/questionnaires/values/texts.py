"""Texts: short, long, rich; limits counted as people count them."""

from __future__ import annotations

from html import unescape
from typing import Final, TypeVar

import nh3
from django.utils.translation import ngettext

from kiif.questionnaires.definition.questions import LongText, RichText, ShortText
from kiif.questionnaires.values.base import (
    Cell,
    Column,
    Index,
    Kind,
    Raw,
    Scalar,
    Value,
    expect_text,
    index_of_text,
    label_of,
)

T = TypeVar("T", ShortText, LongText, RichText)
#: Most characters when the designer sets no limit.
MOST_SHORT: Final = 1_000
MOST_LONG: Final = 20_000
MOST_HTML: Final = 60_000
#: A text over its limit is kept in the draft up to so many times the limit: nobody loses a paste, nobody stores a book.
KEPT: Final = 4
TAGS: Final = {"p", "br", "strong", "em", "u", "ul", "ol", "li", "h3", "h4", "blockquote", "a"}


def words(text: str) -> int:
    """Number of words: runs between spaces that hold a letter or a digit (the browser counts the same way)."""
    return sum(1 for part in text.split() if any(letter.isalnum() for letter in part))


class _Written(Kind[T]):
    operators = ("filled", "holds")
    most = MOST_LONG

    def _cap(self, question: T) -> int:
        return min(MOST_LONG, max(MOST_SHORT, (question.max_chars or self.most) * KEPT))

    def parse(self, question: T, raw: Raw) -> Value:
        return self.clean(question, raw.one())

    def clean(self, question: T, document: Value) -> Value:
        return expect_text(document, self._cap(question)) or None

    def plain(self, value: Value) -> str:
        return str(value)

    def check(self, question: T, value: Value) -> list[str]:
        return limits(question, self.plain(value), self.most)

    def scalar(self, question: T, value: Value) -> Scalar:
        return self.plain(value)

    def show(self, question: T, value: Value, language: str) -> str:
        return self.plain(value)

    def index(self, question: T, value: Value) -> Index:
        return index_of_text(self.plain(value))

    def columns(self, question: T, language: str) -> list[Column]:
        return [Column(question.name, label_of(question, language), "text")]

    def cells(self, question: T, value: Value) -> list[Cell]:
        return [self.plain(value)]


class Short(_Written[ShortText]):
    most = MOST_SHORT

    def clean(self, question: ShortText, document: Value) -> Value:
        text = expect_text(document, self._cap(question))
        return " ".join(text.split()) or None


class Long(_Written[LongText]):
    pass


class Rich(_Written[RichText]):
    """HTML of a small set of tags; everything else is dropped, what it said stays."""

    def clean(self, question: RichText, document: Value) -> Value:
        html = nh3.clean(expect_text(document, MOST_HTML), tags=TAGS, attributes={"a": {"href"}})
        return html if self.plain(html) else None

    def plain(self, value: Value) -> str:
        spaced = str(value).replace("</p>", "</p>\n").replace("<br>", "\n").replace("</li>", "</li>\n")
        return unescape(nh3.clean(spaced, tags=set())).strip()


def limits(question: ShortText | LongText | RichText, text: str, most: int) -> list[str]:
    """Sentences for a text out of its limits."""
    said = []
    top = question.max_chars or most
    if (over := len(text) - top) > 0:
        said.append(
            ngettext(
                "%(over)s character too many: %(top)s at most.", "%(over)s characters too many: %(top)s at most.", over
            )
            % {"over": over, "top": top}
        )
    count = words(text)
    if question.max_words is not None and (over := count - question.max_words) > 0:
        said.append(
            ngettext("%(over)s word too many: %(top)s at most.", "%(over)s words too many: %(top)s at most.", over)
            % {"over": over, "top": question.max_words}
        )
    if question.min_words is not None and (under := question.min_words - count) > 0:
        said.append(
            ngettext(
                "%(under)s word missing: at least %(least)s are expected.",
                "%(under)s words missing: at least %(least)s are expected.",
                under,
            )
            % {"under": under, "least": question.min_words}
        )
    return said
