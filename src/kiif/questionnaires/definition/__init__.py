"""What a questionnaire is: an immutable document read strictly. Pure: no database, no request."""

from kiif.questionnaires.definition.base import fell_back, new_id, said
from kiif.questionnaires.definition.questions import Base, Choice, Column, Question
from kiif.questionnaires.definition.structure import (
    FORMAT,
    Definition,
    DefinitionError,
    Page,
    Section,
    Variant,
    read,
)

__all__ = [
    "FORMAT",
    "Base",
    "Choice",
    "Column",
    "Definition",
    "DefinitionError",
    "Page",
    "Question",
    "Section",
    "Variant",
    "fell_back",
    "new_id",
    "read",
    "said",
]
