"""The database itself refuses to rewrite the journal (see `guards`).

Allowed: INSERT; emptying the user of a pseudonym; blanking the words of an entry. Refused: everything else.
"""

from __future__ import annotations

from kiif.journal.guards import Guard

MESSAGE = "the journal is append-only"

GUARD = Guard(
    "journal",
    MESSAGE,
    {
        "journal_journalentry": "",
        "journal_journalseal": "",
        "journal_journalperson": "NEW.id = OLD.id AND NEW.user_id IS NULL",
        "journal_journaldetail": (
            "NEW.entry_id = OLD.entry_id AND NEW.erased_at IS NOT NULL AND NEW.object_label = '' AND NEW.salt = ''"
            " AND CAST(NEW.changes AS text) = '{}' AND CAST(NEW.data AS text) = '{}'"
        ),
    },
)
TABLES = tuple(GUARD.tables)
names, installed, install, remove, lifted = (
    GUARD.names,
    GUARD.installed,
    GUARD.install,
    GUARD.remove,
    GUARD.lifted,
)
