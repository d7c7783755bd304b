from kiif.organisations.actions.duplicates import keep_apart, merge, undo_merge
from kiif.organisations.actions.organisations import (
    AlreadyKnown,
    change_organisation,
    choose_stewards,
    close_organisation,
    follow,
    register_organisation,
    reopen_organisation,
    unfollow,
)
from kiif.organisations.actions.people import accept_tie, assert_tie, change_tie, claim, confirm_tie, end_tie
from kiif.organisations.actions.solutions import change_offering, describe_offering, remove_offering

__all__ = [
    "AlreadyKnown",
    "accept_tie",
    "assert_tie",
    "change_offering",
    "change_organisation",
    "change_tie",
    "choose_stewards",
    "claim",
    "close_organisation",
    "confirm_tie",
    "describe_offering",
    "end_tie",
    "follow",
    "keep_apart",
    "merge",
    "register_organisation",
    "remove_offering",
    "reopen_organisation",
    "undo_merge",
    "unfollow",
]
