"""Matching projects with local hosts: explained scores, a proposal with its baseline, what would change it.

A proposal for people: nothing is decided here. Pure functions on codes (numpy, scipy).
"""

from kiif.methods.matching.changes import Change, OneMore, changes, one_more_place
from kiif.methods.matching.errors import MatchingError
from kiif.methods.matching.model import BLOCKS, CRITERIA, Fit, Host, Part, Project, Round
from kiif.methods.matching.plan import Plan, all_fits, greedy, propose
from kiif.methods.matching.scores import fit, fits, fits_of_host

__all__ = [
    "BLOCKS",
    "CRITERIA",
    "Change",
    "Fit",
    "Host",
    "MatchingError",
    "OneMore",
    "Part",
    "Plan",
    "Project",
    "Round",
    "all_fits",
    "changes",
    "fit",
    "fits",
    "fits_of_host",
    "greedy",
    "one_more_place",
    "propose",
]
