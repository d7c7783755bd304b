"""The rules of a test as a document (`Call.eligibility`), read strictly. Pure.

A family of criteria has questions, each with its explanation, and rules: the first one whose conditions all hold gives
the verdict of the family and its sentence; none: `otherwise`. A condition names a question and the answers that count:
`{"esus": ["yes"]}`; several questions must all agree. A question of places has two facts of its own, which rules read
as questions: `<key>.rural` and `<key>.hosted` (see `PLACE_FACTS`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

FORMAT: Final = 1
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
Words = Annotated[str, StringConstraints(max_length=600)]
Text = dict[Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")], Words]
Verdict = Literal["yes", "person", "no"]
Kind = Literal["one", "several", "places"]

#: Facts of places that rules read, with their possible values.
PLACE_FACTS: Final[dict[str, tuple[str, ...]]] = {
    "rural": ("rural", "mixed", "urban", "unknown", "open"),
    "hosted": ("all", "some", "none", "open"),
}


class RulesError(ValueError):
    """The document is not a test; `str()` says what is wrong."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Choice(_Strict):
    key: Key
    label: Text
    help: Text = {}


class Question(_Strict):
    """`kind`: one or several of the choices, or places (communes, or none yet). `only_if`: asked only when it holds."""

    key: Key
    kind: Kind = "one"
    label: Text
    help: Text = {}
    choices: tuple[Choice, ...] = ()
    only_if: dict[str, tuple[str, ...]] = {}

    @model_validator(mode="after")
    def _has_choices(self) -> Question:
        if self.kind != "places" and len(self.choices) < 2:
            raise ValueError(f"{self.key}: a question has at least two choices")
        if len({choice.key for choice in self.choices}) != len(self.choices):
            raise ValueError(f"{self.key}: the same choice twice")
        return self


class Rule(_Strict):
    """Holds when, for each question named, the answer is among those given (any of several). Empty: always."""

    when: dict[str, tuple[str, ...]] = {}
    verdict: Verdict
    words: Text


class Family(_Strict):
    key: Key
    title: Text
    lead: Text = {}
    questions: tuple[Question, ...] = ()
    rules: tuple[Rule, ...] = ()
    otherwise: Rule

    @model_validator(mode="after")
    def _asks_what_it_has(self) -> Family:
        known = answers_of(self.questions)
        if len({question.key for question in self.questions}) != len(self.questions):
            raise ValueError(f"{self.key}: the same question twice")
        conditions = [rule.when for rule in self.rules] + [question.only_if for question in self.questions]
        for when in conditions:
            for question, wanted in when.items():
                if question not in known:
                    raise ValueError(f"{self.key}: no question {question}")
                if unknown := set(wanted) - set(known[question]):
                    raise ValueError(f"{question}: no answer {sorted(unknown)[0]}")
        return self


class Rules(_Strict):
    """A whole test. `minutes`: how long it takes, as people are told."""

    format: Literal[1] = FORMAT
    intro: Text = {}
    minutes: Annotated[int, Field(ge=1, le=60)] = 5
    families: tuple[Family, ...] = ()

    @model_validator(mode="after")
    def _keys_once(self) -> Rules:
        families = [family.key for family in self.families]
        questions = [question.key for question in self.questions]
        if len(set(families)) != len(families) or len(set(questions)) != len(questions):
            raise ValueError("the same key twice")
        return self

    @property
    def questions(self) -> list[Question]:
        return [question for family in self.families for question in family.questions]

    @property
    def digest(self) -> str:
        """Identity of these rules: a kept verdict says under which it was given."""
        written = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(written.encode()).hexdigest()


def answers_of(questions: tuple[Question, ...]) -> dict[str, tuple[str, ...]]:
    """What rules may name: question, or fact of a question of places → its possible answers."""
    known: dict[str, tuple[str, ...]] = {}
    for question in questions:
        if question.kind == "places":
            known.update({f"{question.key}.{fact}": values for fact, values in PLACE_FACTS.items()})
        else:
            known[question.key] = tuple(choice.key for choice in question.choices)
    return known


def read(document: Mapping[str, Any]) -> Rules:
    """The test of a document; an empty one is a test without families. Raises RulesError."""
    try:
        return Rules.model_validate(dict(document))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RulesError(f"{place}: {first['msg']}") from error


def said(text: Mapping[str, str], language: str = "fr") -> str:
    """The words in this language, else in the first one that has some."""
    return text.get(language) or next((words for words in text.values() if words), "")
