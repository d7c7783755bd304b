"""The one way to write the journal, inside the transaction of the action that it tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Model

if TYPE_CHECKING:
    from kiif.accounts.actor import Actor
    from kiif.journal.models import JournalEntry


def record(
    *,
    by: Actor,
    verb: str,
    obj: Model,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    data: Mapping[str, Any] | None = None,
    scope: Model | None = None,
) -> JournalEntry:
    """Writes who did what, when, under which membership, with the difference.

    `verb` is "<app>.<past participle>" and must be registered (`kiif.journal.verbs.register`); `changes` maps a
    field name to (before, after); `scope` is the organisation in whose journal the entry also shows.
    """
    raise RuntimeError("journal is being built")
