from kiif.replication.models.feasibility import Entry, FeasibilityStudy, Section
from kiif.replication.models.search import OwnCriterion, Pick, Result, Score, Search
from kiif.replication.models.sharing import Grant, Link
from kiif.replication.models.solution import Site, Solution

__all__ = [
    "Entry",
    "FeasibilityStudy",
    "Grant",
    "Link",
    "OwnCriterion",
    "Pick",
    "Result",
    "Score",
    "Search",
    "Section",
    "Site",
    "Solution",
]
