"""Sections, pages, the whole questionnaire: reading it, walking through it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, ValidationError, model_validator

from kiif.questionnaires.definition.base import Expression, Key, LanguageCode, PageId, SectionId, Strict, Text
from kiif.questionnaires.definition.questions import Base, Question

FORMAT: Final = "kiif-questionnaire/1"
MAX_QUESTIONS: Final = 600
MAX_SECTIONS: Final = 60


class Page(Strict):
    """What is shown at once. A page without title takes that of its section."""

    id: PageId
    title: Text = {}
    description: Text = {}
    relevant: Expression = ""
    questions: tuple[Question, ...] = ()


class Section(Strict):
    """A part with its own progress. `variants`: only for these (an annex of one incubator); empty: for all."""

    id: SectionId
    title: Text
    description: Text = {}
    relevant: Expression = ""
    variants: tuple[Key, ...] = ()
    pages: tuple[Page, ...] = ()

    @property
    def questions(self) -> Iterator[Base]:
        for page in self.pages:
            yield from page.questions


class Variant(Strict):
    """A sub-form that an answer may carry: "the annex of ATIS"."""

    key: Key
    label: Text


class Definition(Strict):
    """A whole questionnaire. The first language is the one it was thought in: others fall back on it, visibly."""

    format: Literal["kiif-questionnaire/1"] = FORMAT
    title: Text
    description: Text = {}
    languages: Annotated[tuple[LanguageCode, ...], Field(min_length=1, max_length=8)] = ("fr",)
    variants: Annotated[tuple[Variant, ...], Field(max_length=80)] = ()
    sections: Annotated[tuple[Section, ...], Field(max_length=MAX_SECTIONS)] = ()

    @model_validator(mode="after")
    def _unique(self) -> Self:
        _once("language", self.languages)
        _once("variant", [variant.key for variant in self.variants])
        _once("section", [section.id for section in self.sections])
        _once("page", [page.id for section in self.sections for page in section.pages])
        _once("question", [question.id for question in self.walk()])
        _once("question name", [question.name for question in self.walk()])
        if (total := sum(1 for _ in self.walk())) > MAX_QUESTIONS:
            raise ValueError(f"{total} questions; at most {MAX_QUESTIONS}")
        known = {variant.key for variant in self.variants}
        for section in self.sections:
            if unknown := set(section.variants) - known:
                raise ValueError(f"unknown variants: {', '.join(sorted(unknown))}")
        for question in self.walk():
            _unique_inside(question)
        return self

    def walk(self) -> Iterator[Base]:
        """All questions in order."""
        for section in self.sections:
            yield from section.questions

    @cached_property
    def by_id(self) -> dict[str, Base]:
        return {question.id: question for question in self.walk()}

    @cached_property
    def by_name(self) -> dict[str, Base]:
        return {question.name: question for question in self.walk()}

    @cached_property
    def place(self) -> dict[str, tuple[Section, Page]]:
        """Section and page of each question, by identifier."""
        return {
            question.id: (section, page)
            for section in self.sections
            for page in section.pages
            for question in page.questions
        }

    def document(self) -> dict[str, Any]:
        """The JSON document, without what is at its default: the same definition gives the same bytes."""
        written: dict[str, Any] = self.model_dump(mode="json", exclude_defaults=True)
        for section in written.get("sections", ()):
            for page, model in zip(section.get("pages", ()), self._pages_of(section["id"]), strict=True):
                for row, question in zip(page.get("questions", ()), model.questions, strict=True):
                    row["kind"] = question.kind
        return {"format": FORMAT, "languages": list(self.languages), **written}

    def _pages_of(self, section_id: str) -> tuple[Page, ...]:
        return next(section.pages for section in self.sections if section.id == section_id)


class DefinitionError(ValueError):
    """A document that is not a definition. `problems`: (place, sentence) for each fault."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{place}: {sentence}" for place, sentence in problems[:5]))
        self.problems = problems


def read(document: Any) -> Definition:
    """The definition that a JSON document holds. Raises DefinitionError, with the place of every fault."""
    try:
        return Definition.model_validate(document)
    except ValidationError as error:
        raise DefinitionError(
            [(".".join(str(step) for step in fault["loc"]), fault["msg"]) for fault in error.errors()]
        ) from None


def _once(what: str, keys: Any) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise ValueError(f"{what} “{key}” stands twice")
        seen.add(key)


def _unique_inside(question: Base) -> None:
    for part in ("choices", "rows"):
        _once(f"choice of {question.name}", [choice.key for choice in getattr(question, part, ())])
    columns = getattr(question, "columns", ())
    _once(f"column of {question.name}", [getattr(column, "name", None) or column.key for column in columns])
    for column in columns:
        _once(f"choice of {question.name}", [choice.key for choice in getattr(column, "choices", ())])
