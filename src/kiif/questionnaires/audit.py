"""The check list before a questionnaire is published: what is wrong with a definition, where, and what to do. Pure.

report = audit.look(definition)
report.blocking   # forbids publication
report.warnings   # to be looked at
report.minutes    # estimated time to answer
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from kiif.questionnaires.audit_logic import Logic, constant
from kiif.questionnaires.audit_shape import Finding, blocking, shape, title_of, warning
from kiif.questionnaires.audit_texts import minutes, texts
from kiif.questionnaires.definition import Base, Definition
from kiif.questionnaires.definition.questions import Table
from kiif.questionnaires.expressions.types import ADVICE
from kiif.questionnaires.plan import Written, columns_in_order, written

#: A questionnaire longer than that loses many who begin it.
LONG: Final = 45
_PIPED: Final = re.compile(r"\$\{\s*([A-Za-z_][A-Za-z0-9_-]*)")


@dataclass(frozen=True)
class Report:
    findings: tuple[Finding, ...]
    minutes: int

    @property
    def blocking(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "blocking")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "warning")

    @property
    def publishable(self) -> bool:
        return not self.blocking


def look(definition: Definition) -> Report:
    """The check list of a definition, in the order of the document, what forbids publication first."""
    logic = Logic.of(definition)
    found = [*shape(definition), *texts(definition), *_expressions(logic), *_circles(logic), *_shown(logic)]
    found += _pipes(definition)
    time = minutes(definition)
    if time > LONG:
        found.append(
            warning(
                "long", "", "", _("Answering takes about %(minutes)s minutes.") % {"minutes": time},
                _("Say it at the start, and ask only what will be used."),
            )
        )  # fmt: skip
    place = {key: rank for rank, key in enumerate(_places(definition))}
    found.sort(key=lambda finding: (finding.severity != "blocking", place.get(finding.place, -1)))
    return Report(tuple(found), time)


def _places(definition: Definition) -> Iterator[str]:
    for section in definition.sections:
        yield section.id
        for page in section.pages:
            yield page.id
            yield from (question.id for question in page.questions)


def _expressions(logic: Logic) -> Iterator[Finding]:
    for expression in written(logic.definition):
        if fault := logic.plan.faults.get(expression):
            yield blocking(
                "unreadable", expression.place, _what(expression), fault.sentence,
                _("Correct the expression: “%(source)s”.") % {"source": expression.source}, at=fault.position,
            )  # fmt: skip
            continue
        yield from _issues(logic, expression)
        if expression.what != "calculation":
            yield from _order(logic, expression)
            yield from _constants(expression)


def _what(expression: Written) -> str:
    return f"{expression.what}:{expression.part}" if expression.part else expression.what


def _issues(logic: Logic, expression: Written) -> Iterator[Finding]:
    for issue in logic.issues(expression):
        make = warning if issue.code in ADVICE else blocking
        yield make(
            issue.code, expression.place, _what(expression), issue.sentence,
            _("Look at the expression again: “%(source)s”.") % {"source": expression.source}, at=issue.at,
        )  # fmt: skip


def _order(logic: Logic, expression: Written) -> Iterator[Finding]:
    for name in logic.later(expression):
        yield warning(
            "later", expression.place, _what(expression),
            _("The condition reads “%(name)s”, which is asked later.") % {"name": name},
            _("Move “%(name)s” before it: people meet questions in order.") % {"name": name},
        )  # fmt: skip


def _constants(expression: Written) -> Iterator[Finding]:
    value = constant(expression.source)
    if value is None:
        return
    advice = _("Remove it, or make it read an answer.")
    if value:
        sentence = _("This condition reads no answer and is always true.")
        yield warning("always", expression.place, _what(expression), sentence, advice)
    elif expression.what != "relevant" or expression.part:
        sentence = _("This condition reads no answer and is never true.")
        yield blocking("never", expression.place, _what(expression), sentence, advice)


def _circles(logic: Logic) -> Iterator[Finding]:
    for group in logic.plan.cycles:
        names = " → ".join(question.name for question in (*group, group[0]))
        yield blocking(
            "circle", group[0].id, "relevant", _("These questions wait for one another: %(names)s.") % {"names": names},
            _("Remove one of these conditions or calculations."),
        )  # fmt: skip
    for question in logic.definition.walk():
        if isinstance(question, Table):
            for columns in columns_in_order(question)[1]:
                yield blocking(
                    "circle", question.id, "columns",
                    _("These columns wait for one another: %(names)s.") % {"names": " → ".join((*columns, columns[0]))},
                    _("Remove one of these conditions or calculations."),
                )  # fmt: skip


def _shown(logic: Logic) -> Iterator[Finding]:
    never = logic.never_shown()
    causes = {cause.place: cause for cause in never.values()}
    for cause in causes.values():
        yield blocking(
            "never-shown", cause.place, "relevant",
            _("“%(title)s” is never shown, whatever the answers.") % {"title": title_of(logic.definition, cause.place)},
            _("Look at the condition again: “%(source)s”.") % {"source": cause.source},
        )  # fmt: skip
    names = frozenset(logic.definition.by_id[key].name for key in never)
    for expression in written(logic.definition):
        known = expression.place in never or expression.place in causes
        if not known and expression in logic.plan.usable and expression.what in ("relevant", "required_if"):
            yield from _doubt(logic, expression, names)


def _doubt(logic: Logic, expression: Written, names: frozenset[str]) -> Iterator[Finding]:
    """A condition that is never true, or seems so; one that makes no sense has been told already."""
    wrong = any(issue.code not in ADVICE for issue in logic.issues(expression))
    if wrong or constant(expression.source) is not None:
        return
    outcome = logic.can_hold([expression.source], names)
    if outcome is False:
        yield blocking(
            "never", expression.place, _what(expression), _("This condition is never true, whatever the answers."),
            _("Look at the condition again: “%(source)s”.") % {"source": expression.source},
        )  # fmt: skip
    elif outcome is None:
        yield warning(
            "hardly", expression.place, _what(expression),
            _("No answer that was tried makes this condition true."),
            _("Try it in the preview: “%(source)s”.") % {"source": expression.source},
        )  # fmt: skip


def _pipes(definition: Definition) -> Iterator[Finding]:
    """Earlier answers inside texts: `${name}`."""
    order = {question.name: rank for rank, question in enumerate(definition.walk())}
    for rank, question in enumerate(definition.walk()):
        for name in sorted(set(_read_in_texts(question))):
            if name not in order:
                yield blocking(
                    "unknown-name", question.id, "label",
                    _("A text shows the answer to “%(name)s”, and no question is called so.") % {"name": name},
                    _("Correct ${%(name)s} in the wording, hint or message.") % {"name": name},
                )  # fmt: skip
            elif order[name] > rank:
                yield warning(
                    "later", question.id, "label",
                    _("A text shows the answer to “%(name)s”, which is asked later.") % {"name": name},
                    _("Move “%(name)s” before it: people meet questions in order.") % {"name": name},
                )  # fmt: skip


def _read_in_texts(question: Base) -> Iterator[str]:
    for part in ("label", "hint", "guide", "message", "text", "statement"):
        written_in = getattr(question, part, None)
        for words in written_in.values() if isinstance(written_in, dict) else ():
            yield from _PIPED.findall(words)
