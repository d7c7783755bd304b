"""The verbs of accounts: one function each, keyword-only, in one transaction, told to the journal."""

from kiif.accounts.actions.consents import ensure_default_texts, give_consent, publish_text, withdraw_consent
from kiif.accounts.actions.erasure import cancel_erasure, erase_person, request_erasure, run_due_erasures
from kiif.accounts.actions.export import export_data
from kiif.accounts.actions.people import (
    create_admin,
    create_person,
    deactivate,
    end_sessions,
    reactivate,
    set_language,
    update_profile,
)
from kiif.accounts.actions.retention import anonymise_inactive, warn_inactive
from kiif.accounts.actions.visits import end_visit, start_visit

__all__ = [
    "anonymise_inactive",
    "cancel_erasure",
    "create_admin",
    "create_person",
    "deactivate",
    "end_sessions",
    "end_visit",
    "ensure_default_texts",
    "erase_person",
    "export_data",
    "give_consent",
    "publish_text",
    "reactivate",
    "request_erasure",
    "run_due_erasures",
    "set_language",
    "start_visit",
    "update_profile",
    "warn_inactive",
    "withdraw_consent",
]
