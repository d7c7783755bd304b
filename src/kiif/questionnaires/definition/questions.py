"""Kinds of questions and what each may be asked to check. One class a kind; `kind` tells them apart in JSON."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from kiif.questionnaires.definition.base import ColumnId, Expression, Key, Name, QuestionId, Strict, Text

Count = Annotated[int, Field(ge=0, le=100_000)]
Decimals = Annotated[int, Field(ge=0, le=6)]


class Choice(Strict):
    """One possible answer. `exclusive`: chosen alone ("none of these"). `relevant`: shown only if."""

    key: Key
    label: Text
    exclusive: bool = False
    relevant: Expression = ""


class Base(Strict):
    """What every question has.

    `required` or `required_if`: an answer is expected (never when the question is not shown). `relevant`: shown if.
    `constraint`: must be true of the answer (`.`), with `message`; when `soft`, it warns and lets pass. `unknown` and
    `refusal` add the coded answers "I do not know" and "I prefer not to answer": answers, never missing values.
    """

    kind: str
    id: QuestionId
    name: Name
    label: Text
    hint: Text = {}
    guide: Text = {}
    required: bool = False
    required_if: Expression = ""
    relevant: Expression = ""
    constraint: Expression = ""
    message: Text = {}
    soft: bool = False
    unknown: bool = False
    refusal: bool = False


class _Written(Base):
    """Limits are counted as people see them: words between spaces, characters as code points."""

    max_chars: Count | None = None
    min_words: Count | None = None
    max_words: Count | None = None


class ShortText(_Written):
    kind: Literal["text"] = "text"
    pattern_example: str = ""


class LongText(_Written):
    kind: Literal["long_text"] = "long_text"
    lines: Annotated[int, Field(ge=2, le=40)] = 6


class RichText(_Written):
    kind: Literal["rich_text"] = "rich_text"


class _Bounded(Base):
    minimum: float | None = None
    maximum: float | None = None


class Number(_Bounded):
    kind: Literal["number"] = "number"
    unit: Text = {}
    decimals: Decimals = 0


class Money(_Bounded):
    kind: Literal["money"] = "money"
    currency: Literal["EUR"] = "EUR"
    cents: bool = False


class Percent(_Bounded):
    kind: Literal["percent"] = "percent"
    minimum: float | None = 0
    maximum: float | None = 100
    decimals: Decimals = 0


class Date(Base):
    kind: Literal["date"] = "date"
    earliest: dt.date | None = None
    latest: dt.date | None = None


class Period(Base):
    kind: Literal["period"] = "period"
    earliest: dt.date | None = None
    latest: dt.date | None = None


class OneChoice(Base):
    """`other`: a last choice "other" with its words, whose key is "other"."""

    kind: Literal["choice"] = "choice"
    choices: tuple[Choice, ...] = ()
    other: bool = False
    compact: bool = False


class ManyChoices(Base):
    kind: Literal["choices"] = "choices"
    choices: tuple[Choice, ...] = ()
    other: bool = False
    at_least: Count | None = None
    at_most: Count | None = None


class Ranking(Base):
    """An order of preference; `at_most`: how many are ranked (all when empty)."""

    kind: Literal["ranking"] = "ranking"
    choices: tuple[Choice, ...] = ()
    at_least: Count | None = None
    at_most: Count | None = None


class Grid(Base):
    """A Likert grid: each row receives one of the columns."""

    kind: Literal["grid"] = "grid"
    rows: tuple[Choice, ...] = ()
    columns: tuple[Choice, ...] = ()


class Scale(Base):
    kind: Literal["scale"] = "scale"
    low: Annotated[int, Field(ge=-10, le=10)] = 0
    high: Annotated[int, Field(ge=1, le=10)] = 10
    low_label: Text = {}
    high_label: Text = {}


class YesNo(Base):
    """`reason`: when a reason is asked for ("always", after "yes", after "no", "never")."""

    kind: Literal["yes_no"] = "yes_no"
    reason: Literal["never", "yes", "no", "always"] = "never"
    reason_label: Text = {}


class Email(Base):
    kind: Literal["email"] = "email"


class Phone(Base):
    kind: Literal["phone"] = "phone"


class Url(Base):
    kind: Literal["url"] = "url"


class Address(Base):
    kind: Literal["address"] = "address"


Level = Literal["commune", "epci", "living-area", "department", "region", "drawn"]


class Territories(Base):
    """Places of France, at the levels named; shown with the rural answer of the official grid for communes."""

    kind: Literal["territories"] = "territories"
    levels: tuple[Level, ...] = ("commune", "epci", "department", "region")
    at_least: Count | None = None
    at_most: Annotated[int, Field(ge=1, le=200)] = 20


class OrganisationQuestion(Base):
    """An organisation by SIREN, SIRET or RNA, or by name when it has none yet (`unregistered`)."""

    kind: Literal["organisation"] = "organisation"
    unregistered: bool = True


class Files(Base):
    """`accepted`: keys of `attachments.kinds` (empty: all). `model`: an attached file to fill."""

    kind: Literal["files"] = "files"
    at_most: Annotated[int, Field(ge=1, le=20)] = 1
    accepted: tuple[str, ...] = ()
    model: str = ""
    model_label: Text = {}


class Column(Strict):
    """A column of a table. `total`: the sum is shown and `sum(${table.column})` reads it."""

    id: ColumnId
    name: Name
    label: Text
    kind: Literal["text", "number", "money", "percent", "date", "choice", "yes_no", "calculated"] = "text"
    required: bool = False
    choices: tuple[Choice, ...] = ()
    unit: Text = {}
    decimals: Decimals = 0
    minimum: float | None = None
    maximum: float | None = None
    calculation: Expression = ""
    total: bool = False


class Table(Base):
    kind: Literal["table"] = "table"
    columns: tuple[Column, ...] = ()
    min_rows: Count = 0
    max_rows: Annotated[int, Field(ge=1, le=200)] = 20


class Calculated(Base):
    """Never typed: `calculation` gives it. `shown`: people see it."""

    kind: Literal["calculated"] = "calculated"
    calculation: Expression = ""
    result: Literal["number", "money", "percent", "text", "boolean", "date"] = "number"
    unit: Text = {}
    decimals: Decimals = 0
    shown: bool = True


class Consent(Base):
    """A box to tick; the answer keeps the version of the text and the date."""

    kind: Literal["consent"] = "consent"
    text: Text = {}
    text_version: str = "1"


class Signature(Base):
    """Signed by typing one's name under a statement; the answer keeps who and when."""

    kind: Literal["signature"] = "signature"
    statement: Text = {}


class Note(Base):
    """Words only, no answer."""

    kind: Literal["note"] = "note"


Question = Annotated[
    ShortText | LongText | RichText | Number | Money | Percent | Date | Period | OneChoice | ManyChoices | Ranking
    | Grid | Scale | YesNo | Email | Phone | Url | Address | Territories | OrganisationQuestion | Files | Table
    | Calculated | Consent | Signature | Note,
    Field(discriminator="kind"),
]  # fmt: skip
