from kiif.replication.actions.searches import (
    add_own_criterion,
    change_model,
    give_score,
    keep_answers,
    keep_result,
    open_search,
    remove_own_criterion,
)
from kiif.replication.actions.sharing import close_link, grant, grant_by_address, make_link, withdraw_grant
from kiif.replication.actions.shortlist import exclude, move, pick, remove_pick, write_note
from kiif.replication.actions.solutions import (
    adopt,
    change_solution,
    describe_solution,
    forget_visitors,
    remove_solution,
)
from kiif.replication.actions.studies import add_entry, change_entry, decide, open_study, remove_entry, write_section

__all__ = [
    "add_entry",
    "add_own_criterion",
    "adopt",
    "change_entry",
    "change_model",
    "change_solution",
    "close_link",
    "decide",
    "describe_solution",
    "exclude",
    "forget_visitors",
    "give_score",
    "grant",
    "grant_by_address",
    "keep_answers",
    "keep_result",
    "make_link",
    "move",
    "open_search",
    "open_study",
    "pick",
    "remove_entry",
    "remove_own_criterion",
    "remove_pick",
    "remove_solution",
    "withdraw_grant",
    "write_note",
    "write_section",
]
