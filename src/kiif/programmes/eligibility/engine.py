"""What the rules say of the answers given. Pure: no database, no request, no language chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kiif.programmes.eligibility.format import Family, Question, Rules

Answers = Mapping[str, Sequence[str]]
#: From the best to the worst: the whole is worth its worst family.
ORDER: Final = ("yes", "person", "no")


@dataclass(frozen=True)
class FamilyVerdict:
    """What one family says, and the rule that said it (-1: none held, `otherwise` speaks)."""

    family: Family
    verdict: str
    rule: int

    @property
    def words(self) -> Mapping[str, str]:
        return (self.family.rules[self.rule] if self.rule >= 0 else self.family.otherwise).words


@dataclass(frozen=True)
class Result:
    verdict: str
    families: tuple[FamilyVerdict, ...]


def holds(when: Mapping[str, Sequence[str]], answers: Answers) -> bool:
    """Whether each question named has one of the answers wanted."""
    return all(set(wanted) & set(answers.get(question, ())) for question, wanted in when.items())


def asked(question: Question, answers: Answers) -> bool:
    """Whether this question is put, given the other answers."""
    return holds(question.only_if, answers)


def missing(rules: Rules, answers: Answers) -> list[str]:
    """Questions that are put and have no answer (those of places never lack one: "not yet" is an answer)."""
    return [
        question.key
        for question in rules.questions
        if question.kind != "places" and asked(question, answers) and not answers.get(question.key)
    ]


def evaluate(rules: Rules, answers: Answers) -> Result:
    """The verdict of each family, and of the whole: its worst one. A test without families is passed.

    `answers`: question → keys of the choices; for places their facts, `<key>.rural`, `<key>.hosted`. An answer to a
    question that is not put does not count.
    """
    counted = dict(answers)
    for question in rules.questions:
        if not asked(question, answers):
            counted.pop(question.key, None)
    families = tuple(_of_family(family, counted) for family in rules.families)
    worst = max((ORDER.index(found.verdict) for found in families), default=0)
    return Result(ORDER[worst], families)


def _of_family(family: Family, answers: Answers) -> FamilyVerdict:
    for number, rule in enumerate(family.rules):
        if holds(rule.when, answers):
            return FamilyVerdict(family, rule.verdict, number)
    return FamilyVerdict(family, family.otherwise.verdict, -1)
