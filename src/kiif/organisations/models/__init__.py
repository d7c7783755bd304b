from kiif.organisations.models.duplicates import DuplicatePair, Merge
from kiif.organisations.models.imports import Batch
from kiif.organisations.models.organisation import Organisation
from kiif.organisations.models.people import Tie, TieState
from kiif.organisations.models.solutions import Offering

__all__ = ["Batch", "DuplicatePair", "Merge", "Offering", "Organisation", "Tie", "TieState"]
