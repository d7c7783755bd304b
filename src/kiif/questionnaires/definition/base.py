"""Bricks of a definition: texts in several languages, identifiers, expressions as written.

A definition is a JSON document (its schema is published). These classes read it strictly: an unknown key,
a wrong type or an empty identifier is an error that names its place.
"""

from __future__ import annotations

import re
import secrets
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

#: Languages that a questionnaire may speak: those of its readers, not only of the interface.
LANGUAGE: Final = r"^[a-z]{2,3}$"
NAME: Final = r"^[a-z][a-z0-9_]{0,39}$"
#: Longest text of a definition, in characters.
MAX_TEXT: Final = 20_000
MAX_LABEL: Final = 600

LanguageCode = Annotated[str, StringConstraints(pattern=LANGUAGE)]
#: What expressions, exports and XLSForm call a question; may be changed while the identifier stays.
Name = Annotated[str, StringConstraints(pattern=NAME)]
#: Stable through all versions: answers point to it.
QuestionId = Annotated[str, StringConstraints(pattern=r"^q_[a-z0-9]{4,24}$")]
SectionId = Annotated[str, StringConstraints(pattern=r"^s_[a-z0-9]{4,24}$")]
PageId = Annotated[str, StringConstraints(pattern=r"^p_[a-z0-9]{4,24}$")]
ColumnId = Annotated[str, StringConstraints(pattern=r"^c_[a-z0-9]{4,24}$")]
#: Key of a choice, of a row of a grid, of a variant.
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,39}$")]
#: An expression as written (see `kiif.questionnaires.expressions`); empty: none.
Expression = Annotated[str, StringConstraints(max_length=2_000, strip_whitespace=True)]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def _texts(value: dict[str, str]) -> dict[str, str]:
    for language, text in value.items():
        if not re.match(LANGUAGE, language):
            raise ValueError(f"“{language}” is not a language code")
        if len(text) > MAX_TEXT:
            raise ValueError(f"text of {len(text)} characters; at most {MAX_TEXT}")
        if _CONTROL.search(text):
            raise ValueError("a text holds a control character")
    return {language: text.strip() for language, text in value.items() if text.strip()}


#: One text in several languages: {"fr": "…", "en": "…"}; an empty one is left out.
Text = Annotated[dict[str, str], AfterValidator(_texts)]


class Strict(BaseModel):
    """Common manners: nothing unknown, nothing changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def new_id(prefix: str) -> str:
    """A new identifier: new_id("q") → "q_8f3k2a9d1c"."""
    return f"{prefix}_{secrets.token_hex(5)}"


def said(text: dict[str, str], language: str, languages: tuple[str, ...] = ()) -> str:
    """The text in this language, else in the first of `languages` that has it, else in any; empty when there is none.

    `fell_back` tells whether it is another language: a fallback is always shown as such.
    """
    for code in (language, *languages):
        if code in text:
            return text[code]
    return next(iter(text.values()), "")


def fell_back(text: dict[str, str], language: str) -> bool:
    """Whether `said` had to take another language."""
    return bool(text) and language not in text
