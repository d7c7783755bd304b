"""What a kind of question can do with what people answer. Pure, but for the names of places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Generic, TypeVar

from django.utils.translation import gettext as _

from kiif.questionnaires.definition import Base, said

Q = TypeVar("Q", bound=Base)
#: A typed value as stored (JSON); None when there is no answer.
Value = Any
#: What expressions read.
Scalar = str | float | bool | dt.date | tuple[str, ...] | dict[str, Any] | None
#: What a cell of an export holds. A coded answer is a `Coded`.
Cell = str | float | int | bool | dt.date | None

UNKNOWN: Final = "unknown"
REFUSAL: Final = "refusal"
CODED: Final = (UNKNOWN, REFUSAL)


def words_of_coded(code: str) -> str:
    """ "I do not know", "I prefer not to answer": answers, never missing values."""
    return _("I do not know") if code == UNKNOWN else _("I prefer not to answer")


def coded(value: Value) -> str:
    """The code of a coded answer, empty for any other."""
    return str(value["coded"]) if isinstance(value, dict) and value.get("coded") in CODED else ""


@dataclass(frozen=True)
class Raw:
    """What a form sent for one question: fields "q_ab12" and its parts "q_ab12.text"."""

    getlist: Callable[[str], Sequence[str]]
    name: str

    def _key(self, part: str) -> str:
        return f"{self.name}.{part}" if part else self.name

    def many(self, part: str = "") -> list[str]:
        """All that was sent under this part, without what is blank."""
        return [text for text in self.getlist(self._key(part)) if text.strip()]

    def one(self, part: str = "") -> str:
        """The last that was sent, line ends made one, without spaces around."""
        sent = self.getlist(self._key(part))
        return clean_text(sent[-1]).strip() if sent else ""


@dataclass(frozen=True)
class Index:
    """What filters and sorts read: `text` folded (its start), `number`, `items` of several choices, `folded`: the whole
    of a text longer than `text` holds."""

    text: str | None = None
    number: float | None = None
    items: tuple[str, ...] = ()
    folded: str | None = None


@dataclass(frozen=True)
class Column:
    """A column of an export. `key`: the question's name, and the part after a dot. `labels`: of coded values."""

    key: str
    label: str
    type: str  # "text", "number", "integer", "date", "boolean", "choice"
    labels: Mapping[str, str] = field(default_factory=dict)


class Kind(Generic[Q]):
    """One kind of question. Methods receive the question; a value is never None in them, nor coded.

    `operators`: how the answers can be filtered, see `reading.filters`.
    """

    operators: ClassVar[tuple[str, ...]] = ("filled",)
    #: whether the answer is typed by people (a note and a calculation are not)
    answered: ClassVar[bool] = True

    def parse(self, question: Q, raw: Raw) -> Value:
        """The value of what a form sent; None when nothing was. Raises ValueError with a sentence."""
        raise NotImplementedError(type(self).__name__)

    def clean(self, question: Q, document: Value) -> Value:
        """A value from JSON, made sure of its shape; None when empty. Raises ValueError with a sentence."""
        raise NotImplementedError(type(self).__name__)

    def check(self, question: Q, value: Value) -> list[str]:
        """What is wrong with a value of the right shape: sentences for people."""
        return []

    def stamp(self, question: Q, value: Value, before: Value, at: dt.datetime) -> Value:
        """The value with what only the moment of saving knows (when a consent was given)."""
        return value

    def scalar(self, question: Q, value: Value) -> Scalar:
        """What expressions read."""
        return str(value)

    def show(self, question: Q, value: Value, language: str) -> str:
        """Words for people, on one or several lines."""
        return str(value)

    def index(self, question: Q, value: Value) -> Index:
        """What filters read."""
        return Index(text=folded(str(value)))

    def columns(self, question: Q, language: str) -> list[Column]:
        """Columns of an export."""
        return [Column(question.name, label_of(question, language), "text")]

    def cells(self, question: Q, value: Value) -> list[Cell]:
        """As many cells as columns."""
        return [str(value)]


def label_of(question: Base, language: str) -> str:
    """The question as asked, on one line."""
    return " ".join(said(question.label, language).split())


_TO_SPACE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))
#: Characters of an index: the database column is as wide.
INDEXED: Final = 100


def clean_text(text: str) -> str:
    """Line ends made one, control characters out."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_TO_SPACE)


def folded(text: str) -> str:
    """Start of a text without case nor accents."""
    return index_of_text(text).text or ""


def index_of_text(text: str) -> Index:
    """What filters read of a text: its start; all of it when it is longer."""
    from kiif.ui.tables.lookups import fold

    whole = fold(" ".join(text.split())) or ""
    return Index(text=whole[:INDEXED], folded=whole if len(whole) > INDEXED else None)


def expect_text(document: Value, most: int) -> str:
    """A text of at most `most` characters. Raises ValueError."""
    if not isinstance(document, str):
        raise ValueError(_("A text is expected here."))
    text = clean_text(document).strip()
    if len(text) > most:
        raise ValueError(too_long(len(text), most))
    return text


def too_long(length: int, most: int) -> str:
    return _(
        "This text has %(length)s characters; this field takes %(most)s at most. Shorten it, or attach a file."
    ) % {
        "length": length,
        "most": most,
    }


def expect_dict(document: Value, *keys: str) -> dict[str, Any]:
    """A document with these keys and no other. Raises ValueError."""
    if not isinstance(document, dict) or not set(document) <= set(keys):
        raise ValueError(_("This answer does not have the shape that its question expects."))
    return document


def expect_list(document: Value, most: int = 1_000) -> list[Any]:
    if not isinstance(document, list) or len(document) > most:
        raise ValueError(_("This answer does not have the shape that its question expects."))
    return document
