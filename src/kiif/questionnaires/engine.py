"""Definition and answers → what is shown, expected, wrong, calculated, done. Pure: no database, no request.

Rules: the value of a question that is not shown is nothing to the others, stays in the draft and is not sent; a
constraint is not asked of no answer nor of a coded one; `required` is ignored when not shown.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from kiif.questionnaires import values as typed
from kiif.questionnaires.definition import Base, Choice, Definition, Page, Section, said
from kiif.questionnaires.definition.questions import Calculated, Grid, Table
from kiif.questionnaires.expressions import Context, Value, evaluate, holds, text
from kiif.questionnaires.expressions import scalars as conversions
from kiif.questionnaires.plan import Plan, columns_in_order, plan

#: What stands in a text for an answer that is not there yet.
BLANK: Final = "…"
_PIPE: Final = re.compile(r"\$\{\s*([A-Za-z_][A-Za-z0-9_-]*)(?:\.([A-Za-z0-9_.-]+))?\s*\}")


@dataclass
class QuestionState:
    """One question now.

    `value`: as stored, or calculated; None when there is none. `missing`: an answer is expected and is not there.
    `problems` and `warnings`: sentences about the value. `choices`: keys on offer, None when all are. `cells`: cells
    that a table calculates, by row then column (identifiers). `row_totals` is left to `values`.
    """

    question: Base
    relevant: bool = True
    required: bool = False
    value: Any = None
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    choices: frozenset[str] | None = None
    cells: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def answered(self) -> bool:
        return self.value is not None

    @property
    def missing(self) -> bool:
        return self.relevant and self.required and self.value is None


@dataclass
class SectionState:
    """One section now, in numbers of questions that are shown and that people answer.

    `expected`: those that must be answered; `done`: among them, those that are, without a problem. `questions`: all;
    `answered`: those with an answer; `problems`: those with a wrong one (a missing one is not a wrong one).
    """

    section: Section
    relevant: bool = True
    pages: dict[str, bool] = field(default_factory=dict)
    expected: int = 0
    done: int = 0
    questions: int = 0
    answered: int = 0
    problems: int = 0

    @property
    def complete(self) -> bool:
        """Nothing expected is left and nothing is wrong."""
        return self.done == self.expected and not self.problems


@dataclass
class FormState:
    """A whole answer now. `errors`: what forbids sending, as (identifier of the question, sentence), in order."""

    definition: Definition
    language: str
    questions: dict[str, QuestionState]
    sections: dict[str, SectionState]

    @property
    def to_submit(self) -> dict[str, Any]:
        """Values of the questions that are shown, by identifier; nothing for those without answer."""
        return {
            key: state.value
            for key, state in self.questions.items()
            if state.relevant and state.value is not None and state.question.kind != "note"
        }

    @property
    def errors(self) -> list[tuple[str, str]]:
        found = []
        for key, state in self.questions.items():
            if state.missing:
                found.append((key, _("An answer is expected here.")))
            found += [(key, sentence) for sentence in state.problems]
        return found

    @property
    def expected(self) -> int:
        return sum(section.expected for section in self.sections.values())

    @property
    def done(self) -> int:
        return sum(section.done for section in self.sections.values())

    def words(self, name: str, part: str = "") -> str:
        """The answer to a question that is shown, in words and on one line; empty when there is none."""
        question = self.definition.by_name.get(name)
        state = self.questions.get(question.id) if question else None
        if question is None or state is None or not state.relevant or state.value is None:
            return ""
        if part and not typed.coded(state.value):
            return _words_of_part(question, state.value, part, self.language)
        shown = typed.show(question, state.value, self.language)
        return ", ".join(filter(None, (line.strip() for line in shown.splitlines())))


def state(
    definition: Definition,
    values: Mapping[str, Any],
    *,
    variants: Collection[str] = (),
    language: str = "",
    today: dt.date | None = None,
) -> FormState:
    """The state of an answer. `values`: as stored, by identifier of question; of the shape that `values.accept` makes.

    `variants`: sub-forms that the answer carries; `language`: of labels and sentences written by designers (the first
    of the definition when empty); `today`: what the expressions are told (the day of the server's clock).
    """
    run = _Run(definition, values, frozenset(variants), language or definition.languages[0], today)
    run.look()
    run.judge()
    return FormState(definition, run.language, run.questions, run.count())


def piped(words: str, form: FormState) -> str:
    """A text where `${name}` gives the answer in words, `…` when there is none yet."""
    if "${" not in words:
        return words
    return _PIPE.sub(lambda found: form.words(found[1], found[2] or "") or BLANK, words)


class _Run:
    def __init__(
        self,
        definition: Definition,
        values: Mapping[str, Any],
        variants: frozenset[str],
        language: str,
        today: dt.date | None,
    ) -> None:
        self.definition = definition
        self.language = language
        self.plan: Plan = plan(definition)
        self.variants = variants
        self.values = values
        self.questions = {
            question.id: QuestionState(question, value=values.get(question.id)) for question in definition.walk()
        }
        self.scalars: dict[str, Any] = {}
        self.codes: dict[str, str] = {}
        self.context = Context(
            values=self.scalars,
            today=today or dt.date.today(),  # noqa: DTZ011 -- callers give the day of the person; this is a default
            labels=_Labels(definition, language),
            codes=self.codes,
        )

    def true(self, place: str, what: str, source: str, part: str = "", default: bool = True) -> bool:
        """Whether a condition holds; `default` when there is none or it cannot be read."""
        source = self.plan.usable_source(place, what, source, part)
        return holds(source, self.context) if source else default

    def shown(self, section: Section, page: Page | None = None) -> bool:
        """Whether a section, or one of its pages, is shown with what is known now."""
        if section.variants and not self.variants.intersection(section.variants):
            return False
        if not self.true(section.id, "relevant", section.relevant):
            return False
        return page is None or self.true(page.id, "relevant", page.relevant)

    def look(self) -> None:
        """First: what is shown and what is calculated, in the order of the plan."""
        for question in self.plan.order:
            now = self.questions[question.id]
            now.relevant = self.shown(*self.definition.place[question.id]) and self.true(
                question.id, "relevant", question.relevant
            )
            if isinstance(question, Calculated):
                now.value = self._calculated(question) if now.relevant else None
            if now.relevant and now.value is not None:
                self._remember(question, now)

    def _remember(self, question: Base, now: QuestionState) -> None:
        if code := typed.coded(now.value):
            self.codes[question.name] = code
            return
        scalar = conversions.plain(typed.scalar(question, now.value))
        if isinstance(question, Table) and isinstance(scalar, dict):
            now.cells = self._cells(question, now.value, scalar)
        self.scalars[question.name] = scalar

    def _calculated(self, question: Calculated) -> Any:
        source = self.plan.usable_source(question.id, "calculation", question.calculation)
        return result(question.result, evaluate(source, self.context)) if source else None

    def _cells(self, table: Table, value: Any, scalar: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """Calculated cells by row and column; completes `scalar` with them, column by column."""
        by_name = {column.name: column for column in table.columns}
        cells: dict[str, dict[str, Any]] = {row["id"]: {} for row in value["rows"]}
        names, _circles = columns_in_order(table)
        self.scalars[table.name] = scalar
        for name in names:
            column = by_name[name]
            source = self.plan.usable_source(table.id, "calculation", column.calculation, column.id)
            if not source:
                continue
            made = []
            for place, row in enumerate(value["rows"]):
                self.context.row = {other: found[place] if (found := scalar.get(other)) else None for other in by_name}
                made.append(evaluate(source, self.context))
                if made[-1] is not None:
                    cells[row["id"]][column.id] = stored(made[-1])
            self.context.row = {}
            scalar[name] = conversions.plain(made)
        return cells

    def judge(self) -> None:
        """Then: what is expected, what is wrong."""
        for question in self.definition.walk():
            now = self.questions[question.id]
            if not now.relevant or not typed.of(question).answered:
                continue
            now.required = question.required or self.true(
                question.id, "required_if", question.required_if, default=False
            )
            now.choices = self._offered(question)
            if now.value is not None and not typed.coded(now.value):
                self._check(question, now)

    def _offered(self, question: Base) -> frozenset[str] | None:
        """Keys of the choices on offer (rows of a grid); None when all are."""
        options: tuple[Choice, ...] = question.rows if isinstance(question, Grid) else getattr(question, "choices", ())
        if not any(choice.relevant for choice in options):
            return None
        offered = {choice.key for choice in options if self.true(question.id, "relevant", choice.relevant, choice.key)}
        return frozenset(offered | ({"other"} if getattr(question, "other", False) else set()))

    def _check(self, question: Base, now: QuestionState) -> None:
        now.problems = list(typed.problems(question, now.value))
        if now.choices is not None and not isinstance(question, Grid):
            now.problems += self._not_offered(question, now)
        source = self.plan.usable_source(question.id, "constraint", question.constraint)
        if not source:
            return
        self.context.own = self.scalars.get(question.name)
        if not holds(source, self.context):
            sentence = said(question.message, self.language, self.definition.languages)
            (now.warnings if question.soft else now.problems).append(
                self._piped(sentence) or _("This answer does not fit with the others. Look at it again.")
            )
        self.context.own = None

    def _not_offered(self, question: Base, now: QuestionState) -> list[str]:
        chosen = conversions.items(self.scalars.get(question.name))
        labels = self.context.labels.get(question.name, {})
        return [
            _("“%(choice)s” is not offered with the other answers.") % {"choice": labels.get(key, key)}
            for key in chosen
            if key not in (now.choices or ())
        ]

    def _piped(self, sentence: str) -> str:
        return piped(sentence, FormState(self.definition, self.language, self.questions, {}))

    def count(self) -> dict[str, SectionState]:
        """Sections with their progress."""
        found = {}
        for section in self.definition.sections:
            now = SectionState(section, self.shown(section))
            now.pages = {page.id: now.relevant and self.shown(section, page) for page in section.pages}
            for question in section.questions:
                _add(now, self.questions[question.id])
            found[section.id] = now
        return found


def _add(section: SectionState, now: QuestionState) -> None:
    if not now.relevant or not typed.of(now.question).answered:
        return
    section.questions += 1
    section.answered += now.answered
    section.problems += bool(now.problems)
    section.expected += now.required
    section.done += now.required and now.answered and not now.problems


class _Labels(Mapping[str, Mapping[str, str]]):
    """Words of the choices by name of question, made when asked for."""

    def __init__(self, definition: Definition, language: str) -> None:
        self._definition = definition
        self._language = language

    def __getitem__(self, name: str) -> Mapping[str, str]:
        question = self._definition.by_name[name]
        options = question.columns if isinstance(question, Grid) else getattr(question, "choices", ())
        found = {choice.key: said(choice.label, self._language, self._definition.languages) for choice in options}
        if question.kind == "yes_no":
            found = {"yes": _("yes"), "no": _("no")}
        return found

    def __iter__(self) -> Any:
        return iter(self._definition.by_name)

    def __len__(self) -> int:
        return len(self._definition.by_name)


_RESULTS: Final[dict[str, Callable[[Value], Any]]] = {
    "text": lambda value: text(value) or None,
    "boolean": conversions.truth,
    "date": conversions.date,
}


def result(kind: str, value: Value) -> Any:
    """What a calculation gives, as stored, by `Calculated.result`."""
    return stored(_RESULTS.get(kind, conversions.number)(value))


def stored(value: Value) -> Any:
    """A value of an expression as JSON keeps it: whole numbers as integers, lists as lists."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return list(value) if isinstance(value, tuple) else value


def _words_of_part(question: Base, value: Any, part: str, language: str) -> str:
    scalar = conversions.plain(typed.scalar(question, value))
    found = scalar.get(part) if isinstance(scalar, dict) else None
    if isinstance(question, Grid):
        labels = {column.key: said(column.label, language) for column in question.columns}
        return labels.get(text(found), text(found))
    if isinstance(found, tuple):
        return ", ".join(filter(None, (text(item) for item in found)))
    if found is not None and question.kind == "period":
        from kiif.questionnaires.values.dates import shown_date

        return shown_date(text(found))
    return text(found)
