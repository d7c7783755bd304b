"""The database itself refuses to change or delete a published version (see `kiif.journal.guards`).

Allowed: forgetting who published it, when that person's account goes.
"""

from __future__ import annotations

from typing import Final

from kiif.journal.guards import Guard

MESSAGE: Final = "a published version never changes"
_KEPT = ("id", "questionnaire_id", "number", "definition", "sha256", "note", "published_at")

GUARD: Final = Guard(
    "questionnaires",
    MESSAGE,
    {
        "questionnaires_version": " AND ".join(
            [*(f"NEW.{name} = OLD.{name}" for name in _KEPT), "NEW.published_by_id IS NULL"]
        )
    },
)
