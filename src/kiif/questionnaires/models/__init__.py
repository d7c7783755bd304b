"""Data of the questionnaires: design, answers, people round an answer."""

from kiif.questionnaires.models.answers import Answer, AnswerChange, AnswerItem, Collection, Field, Response, Snapshot
from kiif.questionnaires.models.design import Block, DesignComment, DraftChange, Questionnaire, Version
from kiif.questionnaires.models.people import Mandate, Offer, Participant, Remark

__all__ = [
    "Answer",
    "AnswerChange",
    "AnswerItem",
    "Block",
    "Collection",
    "DesignComment",
    "DraftChange",
    "Field",
    "Mandate",
    "Offer",
    "Participant",
    "Questionnaire",
    "Remark",
    "Response",
    "Snapshot",
    "Version",
]
