"""Data of the cohorts: matching with a host, members, commitments, calendar, messages."""

from kiif.cohorts.models.cohort import Card, Cohort, CohortEvent, Feed, Member, Turn
from kiif.cohorts.models.matching import Matching, Placement, PlanLine
from kiif.cohorts.models.messages import Broadcast
from kiif.cohorts.models.signing import Commitment, Signature

__all__ = [
    "Broadcast",
    "Card",
    "Cohort",
    "CohortEvent",
    "Commitment",
    "Feed",
    "Matching",
    "Member",
    "Placement",
    "PlanLine",
    "Signature",
    "Turn",
]
