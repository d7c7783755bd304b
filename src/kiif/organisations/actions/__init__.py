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

__all__ = [
    "AlreadyKnown",
    "change_organisation",
    "choose_stewards",
    "close_organisation",
    "follow",
    "register_organisation",
    "reopen_organisation",
    "unfollow",
]
