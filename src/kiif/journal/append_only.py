"""Triggers that make the database itself refuse to rewrite the journal, on SQLite and PostgreSQL.

Allowed: INSERT; emptying the user of a pseudonym; blanking the words of an entry. Refused: everything else, TRUNCATE
included on PostgreSQL. They are put back after every migration, because SQLite rebuilds a table that it alters and
forgets the triggers of the old one. `lifted` is for `flush` only (emptying a whole database, as tests do).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

MESSAGE = "the journal is append-only"
_FROZEN = ("journal_journalentry", "journal_journalseal")
_NO_DELETE = ("journal_journalperson", "journal_journaldetail")
TABLES = (*_FROZEN, *_NO_DELETE)

#: What an UPDATE must look like to pass, by table: `NEW` is the row it would leave.
_ALLOWED_UPDATE = {
    "journal_journalperson": "NEW.id = OLD.id AND NEW.user_id IS NULL",
    "journal_journaldetail": (
        "NEW.entry_id = OLD.entry_id AND NEW.erased_at IS NOT NULL AND NEW.object_label = '' AND NEW.salt = ''"
        " AND CAST(NEW.changes AS text) = '{}' AND CAST(NEW.data AS text) = '{}'"
    ),
}

_SQLITE = "CREATE TRIGGER {name} BEFORE {event} ON {table} {when}BEGIN SELECT RAISE(ABORT, '{message}'); END"
_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
_POSTGRES = "CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {level} {when}EXECUTE FUNCTION journal_refuse()"


def _rules(vendor: str) -> Iterator[tuple[str, str, str]]:
    """Table, event, condition under which the event is refused ("" is always)."""
    for table in TABLES:
        yield table, "DELETE", ""
        allowed = _ALLOWED_UPDATE.get(table)
        yield table, "UPDATE", f"NOT ({allowed})" if allowed else ""
        if vendor == "postgresql":
            yield table, "TRUNCATE", ""


def _name(table: str, event: str) -> str:
    return f"{table}_no_{event.lower()}"


def names(vendor: str) -> set[str]:
    """Names of the triggers that this database engine must hold."""
    return {_name(table, event) for table, event, _condition in _rules(vendor)}


def installed(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of our triggers that the database holds now."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()} & names(connection.vendor)


def install(connection: BaseDatabaseWrapper) -> None:
    """Makes the triggers that lack; does nothing on another engine or when all are there."""
    if connection.vendor not in {"sqlite", "postgresql"}:
        return
    there = installed(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and names("postgresql") - there:
            cursor.execute(_POSTGRES_FUNCTION.format(message=MESSAGE))
        for table, event, condition in _rules(connection.vendor):
            if _name(table, event) not in there:
                cursor.execute(_statement(connection.vendor, table, event, condition))


def _statement(vendor: str, table: str, event: str, condition: str) -> str:
    shape = _SQLITE if vendor == "sqlite" else _POSTGRES
    return shape.format(
        name=_name(table, event),
        event=event,
        table=table,
        level="STATEMENT" if event == "TRUNCATE" else "ROW",
        when=f"WHEN ({condition}) " if condition else "",
        message=MESSAGE,
    )


def remove(connection: BaseDatabaseWrapper) -> None:
    """Takes the triggers away. Only `lifted` and the way back of the migration call it."""
    there = installed(connection) if connection.vendor in {"sqlite", "postgresql"} else set()
    with connection.cursor() as cursor:
        for table, event, _condition in _rules(connection.vendor):
            if _name(table, event) in there:
                on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER {_name(table, event)}{on_table}")


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Within, the journal can be emptied; after, it is guarded again whatever happened."""
    remove(connection)
    try:
        yield
    finally:
        install(connection)
