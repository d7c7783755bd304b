"""From what a person types to what the index is asked."""

from __future__ import annotations

import re
import unicodedata

from modelsearch.query import And, Or, PlainText, SearchQuery

from kiif.search.backend import STEM_END
from kiif.search.french import EMPTY_WORDS, stem, words

LONGEST = 200
MOST_TERMS = 8
_QUOTES = re.compile(r"[\"“”«»„‟]")
_SPACES = re.compile(r"\s+")


def normalise_query(text: str) -> str:
    """What was typed, made harmless: no control character, surrogate or quote, single spaces, 200 characters at most.

    Empty when nothing is left. Engines raise on some of what is taken out (a lone quote, NUL, a lone surrogate).
    """
    text = "".join(" " if unicodedata.category(c) in {"Cc", "Cs", "Cn", "Co"} else c for c in text[: 5 * LONGEST])
    return _SPACES.sub(" ", _QUOTES.sub(" ", text)).strip()[:LONGEST].strip()


def terms(text: str) -> list[str]:
    """The folded words to look for, without repetition nor words that say nothing (unless there is nothing else)."""
    found = list(dict.fromkeys(words(normalise_query(text))))
    telling = [word for word in found if word not in EMPTY_WORDS]
    return (telling or found)[:MOST_TERMS]


def wanted(found: list[str]) -> SearchQuery:
    """Every term must be met, by the beginning of a word or by another form of the same word."""
    return And([Or([PlainText(term), PlainText(stem(term) + STEM_END)]) for term in found])
