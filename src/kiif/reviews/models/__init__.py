"""Data of reviews: rounds and their rubric, reviewers, what is entrusted to them, marks, scores."""

from kiif.reviews.models.marks import Mark, MarkLine, MarkVersion, Remark
from kiif.reviews.models.reads import Assignment, Plan, Reviewer
from kiif.reviews.models.rounds import Anchor, Criterion, RedactedAnswer, Round
from kiif.reviews.models.scores import Score

__all__ = [
    "Anchor",
    "Assignment",
    "Criterion",
    "Mark",
    "MarkLine",
    "MarkVersion",
    "Plan",
    "RedactedAnswer",
    "Remark",
    "Reviewer",
    "Round",
    "Score",
]
