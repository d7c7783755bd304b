"""One question as a page shows it: its words in the language of the reader, its fields, what is wrong with it."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from kiif.attachments import kinds
from kiif.questionnaires import merging, values
from kiif.questionnaires.dossier import Dossier, canonical, digest
from kiif.questionnaires.speaking import Speaker, Words
from kiif.questionnaires.typed import Typed
from kiif.questionnaires.values.texts import words as count_words

#: Kinds shown as a group of fields: fieldset and legend; the others have one label for one field.
GROUPS: Final = frozenset(
    {"choice", "choices", "ranking", "grid", "scale", "yes_no", "period", "address", "table", "consent", "territories",
     "organisation", "files", "signature"}
)  # fmt: skip


@dataclass(frozen=True)
class Option:
    """A choice, a row or a column. `offered`: its own condition holds now."""

    key: str
    label: Words
    checked: bool = False
    exclusive: bool = False
    offered: bool = True
    rank: str = ""


@dataclass
class Cell:
    """A field of a table."""

    column: Any
    label: Words
    name: str
    id: str
    value: str
    options: list[Option] = field(default_factory=list)
    given: str = ""


class Shown:
    """What the template of a question reads. `sent`: what somebody has just sent and that could not be kept."""

    def __init__(
        self, dossier: Dossier, key: str, speak: Speaker, *, sent: QueryDict | None = None, refusal: str = ""
    ) -> None:
        self.dossier, self.speak, self.id, self.refusal = dossier, speak, key, refusal
        self.state = dossier.state.questions[key]
        self.question: Any = self.state.question
        self.held = dossier.held.get(key)
        self.value = self.state.value
        self.typed = Typed(key, sent.getlist) if sent is not None else Typed.of(self.question, self.value)
        self.locked = False
        self.revise = False
        # filled by `gathering` for territories and files: what is chosen, what was found, what is attached
        self.places: list[Any] = []
        self.found: list[Any] = []
        self.looked_for = ""
        self.files: list[Any] = []
        self.missing: list[str] = []
        self.room = 0
        # somebody else wrote it at the same time (`saving.Conflict`); who is writing here at this moment
        self.clash: Any = None
        self.here: list[Any] = []
        self.prefilled = False

    # what is asked

    @property
    def kind(self) -> str:
        return str(self.question.kind)

    @property
    def template(self) -> str:
        plain = {"number": "number", "money": "number", "percent": "number", "email": "line", "phone": "line",
                 "url": "line", "text": "line"}  # fmt: skip
        return f"questionnaires/answer/kinds/{plain.get(self.kind, self.kind)}.html"

    @property
    def group(self) -> bool:
        return self.kind in GROUPS

    @cached_property
    def label(self) -> Words:
        return self.speak(self.question.label)

    @cached_property
    def hint(self) -> Words:
        return self.speak(self.question.hint)

    @cached_property
    def guide(self) -> Words:
        return self.speak(self.question.guide)

    @property
    def answered(self) -> bool:
        return values.of(self.question).answered

    @property
    def required(self) -> bool:
        return self.state.required

    @property
    def relevant(self) -> bool:
        return self.state.relevant

    def said(self, name: str) -> Words:
        return self.speak(getattr(self.question, name))

    # what is answered

    @property
    def one(self) -> str:
        return self.typed.one()

    @property
    def text(self) -> str:
        return self.typed.one("text")

    @property
    def reason(self) -> str:
        return self.typed.one("reason")

    @property
    def start(self) -> str:
        return self.typed.one("start")

    @property
    def end(self) -> str:
        return self.typed.one("end")

    @property
    def coded(self) -> str:
        return self.typed.one("coded")

    @property
    def other_name(self) -> str:
        return self.typed.one("name")

    @property
    def address(self) -> dict[str, str]:
        return {part: self.typed.one(part) for part in ("line", "postcode", "town", "code")}

    @property
    def base(self) -> int:
        """The revision that this page has of the field."""
        return self.dossier.response.revision

    @cached_property
    def was(self) -> str:
        """What the field holds before typing: the value itself for what can be merged, a digest for the others."""
        if self.kind in merging.MERGED:
            return canonical(self.held.value if self.held else None)
        return json.dumps("#" + digest(self.held.value if self.held else None)[:16])

    # what is wrong

    @property
    def problems(self) -> list[str]:
        if self.refusal:
            return [self.refusal]
        found = list(self.state.problems)
        if self.revise and self.state.missing:
            found.append(_("An answer is expected here."))
        return found

    @property
    def warnings(self) -> list[str]:
        return self.state.warnings

    @property
    def described(self) -> str:
        """Identifiers of what describes the field, for aria-describedby."""
        parts = [f"{self.id}-hint"] if self.hint else []
        parts += [f"{self.id}-limit"] if self.limit else []
        return " ".join([*parts, f"{self.id}-problem"])

    # limits

    @cached_property
    def limit(self) -> str:
        """What the counter counts to: "words 300" or "chars 300"; empty when there is none."""
        if getattr(self.question, "max_words", None) is not None:
            return f"words {self.question.max_words}"
        if getattr(self.question, "max_chars", None) is not None:
            return f"chars {self.question.max_chars}"
        if getattr(self.question, "min_words", None) is not None:
            return f"words {self.question.min_words}"
        return ""

    @property
    def count(self) -> str:
        """ "330 / 300", by the rule of the server."""
        what, _space, top = self.limit.partition(" ")
        kind: Any = values.of(self.question)
        plain = kind.plain(self.value) if self.value and not values.coded(self.value) else ""
        number = count_words(plain) if what == "words" else len(plain)
        return f"{number} / {top}"

    @property
    def limit_words(self) -> str:
        what, _space, top = self.limit.partition(" ")
        if getattr(self.question, "max_words", None) is None and what == "words":
            return _("%(n)s words at least") % {"n": top}
        return (_("%(n)s words at most") if what == "words" else _("%(n)s characters at most")) % {"n": top}

    # kinds

    @cached_property
    def unit(self) -> Words:
        if self.kind == "money":
            return Words("€", self.dossier.language, False)
        return Words("%", self.dossier.language, False) if self.kind == "percent" else self.said("unit")

    @property
    def options(self) -> list[Option]:
        chosen, offered = set(self.typed.many()), self.state.choices
        made = [
            Option(
                one.key,
                self.speak(one.label),
                one.key in chosen,
                one.exclusive,
                offered is None or one.key in offered,
                self.typed.one(f"rank.{one.key}"),
            )
            for one in self.question.choices
        ]
        if getattr(self.question, "other", False):
            made.append(Option("other", Words(_("Other"), self.dossier.language, False), "other" in chosen))
        return made

    @property
    def ranked(self) -> list[Option]:
        """Those ranked in their order, then the others."""
        order = {key: place for place, key in enumerate(self.typed.many())}
        return sorted(self.options, key=lambda one: order.get(one.key, len(order)))

    @property
    def rows(self) -> list[tuple[Option, list[Option]]]:
        """Rows of a grid, each with its columns."""
        offered = self.state.choices
        return [
            (
                Option(row.key, self.speak(row.label), offered=offered is None or row.key in offered),
                [
                    Option(one.key, self.speak(one.label), self.typed.one(row.key) == one.key)
                    for one in self.question.columns
                ],
            )
            for row in self.question.rows
        ]

    @property
    def columns(self) -> list[Words]:
        return [self.speak(column.label) for column in self.question.columns]

    @property
    def marks(self) -> list[Option]:
        return [
            Option(str(mark), Words(str(mark), self.dossier.language, False), self.one == str(mark))
            for mark in range(self.question.low, self.question.high + 1)
        ]

    @property
    def yes_no(self) -> list[Option]:
        return [
            Option(key, Words(words, self.dossier.language, False), self.one == key)
            for key, words in (("yes", _("Yes")), ("no", _("No")))
        ]

    @property
    def coded_options(self) -> list[Option]:
        """ "I do not know", "I prefer not to answer", when the question takes them."""
        return [
            Option(code, Words(values.base.words_of_coded(code), self.dossier.language, False), self.coded == code)
            for code, allowed in (("unknown", self.question.unknown), ("refusal", self.question.refusal))
            if allowed
        ]

    @property
    def accept(self) -> str:
        """Value of the `accept` attribute of a file field."""
        wanted = self.question.accepted
        found = [kind for kind in kinds.KINDS if not wanted or kind.key in wanted]
        return ",".join(f".{extension}" for kind in found for extension in kind.extensions)

    @property
    def accepted_words(self) -> str:
        wanted = self.question.accepted
        return ", ".join(str(kind.label) for kind in kinds.KINDS if kind.key in wanted)

    @cached_property
    def low(self) -> Words:
        return self.said("low_label")

    @cached_property
    def high(self) -> Words:
        return self.said("high_label")

    @cached_property
    def reason_label(self) -> Words:
        return self.said("reason_label")

    @cached_property
    def model_label(self) -> Words:
        return self.said("model_label")

    @cached_property
    def consent_text(self) -> Words:
        return self.said("text")

    @cached_property
    def statement(self) -> Words:
        return self.said("statement")

    @property
    def as_cards(self) -> bool:
        """Few choices stand side by side, as cards; many stay a list."""
        return len(self.question.choices) <= 3 and not self.question.other

    # tables

    @cached_property
    def lines(self) -> list[tuple[str, list[Cell]]]:
        """Rows of a table with their cells, then a blank one when there is room."""
        keys = self.typed.many("rows")
        blank = 0 if self.locked else max(1, self.question.min_rows - len(keys))
        blank = min(blank, self.question.max_rows - len(keys))
        return [(key, self._cells(key)) for key in [*keys, *(f"r{secrets.token_hex(4)}" for _one in range(blank))]]

    def _cells(self, row: str) -> list[Cell]:
        given = self.state.cells.get(row, {})
        return [
            Cell(
                column,
                self.speak(column.label),
                f"{self.id}.{row}.{column.id}",
                f"{self.id}-{row}-{column.id}",
                self.typed.one(f"{row}.{column.id}"),
                [
                    Option(one.key, self.speak(one.label), self.typed.one(f"{row}.{column.id}") == one.key)
                    for one in column.choices
                ],
                "" if given.get(column.id) is None else values.numbers.plain_number(given[column.id])
                if isinstance(given[column.id], int | float) else str(given[column.id]),
            )
            for column in self.question.columns
        ]  # fmt: skip

    @property
    def blank_line(self) -> list[Cell]:
        """The line that the script copies; its identifier is put in by the script."""
        return self._cells("ROW")

    @property
    def totals(self) -> list[str]:
        """Under each column, its total or nothing."""
        if self.value is None or values.coded(self.value) or self.kind != "table":
            sums: dict[str, float] = {}
        else:
            kind: Any = values.of(self.question)
            sums = kind.totals(self.question, self.value)
        return [
            values.numbers.plain_number(sums.get(column.name, 0)) if column.total else ""
            for column in self.question.columns
        ]

    @property
    def has_totals(self) -> bool:
        return any(column.total for column in self.question.columns)

    @property
    def theirs(self) -> str:
        """What somebody else wrote, in words, when both wrote at the same time."""
        return values.show(self.question, self.clash.theirs, self.dossier.language) if self.clash else ""

    @property
    def shown_value(self) -> str:
        """The answer in words, for reading and for what is calculated."""
        return values.show(self.question, self.value, self.dossier.language)
