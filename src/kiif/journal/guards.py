"""Triggers that make the database itself refuse to rewrite some tables, on SQLite and PostgreSQL.

    GUARD = Guard("journal", "the journal is append-only", {"journal_journalentry": "", …})
    guards.register(GUARD)

A guarded table takes INSERT, and the UPDATE that its condition allows; never DELETE, nor TRUNCATE on PostgreSQL. The
triggers are put back after every migration, because SQLite rebuilds a table that it alters and forgets the triggers of
the old one. `lifted` is for `flush` only (emptying a whole database, as tests do).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Final

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

ENGINES: Final = frozenset({"sqlite", "postgresql"})

_SQLITE = "CREATE TRIGGER {name} BEFORE {event} ON {table} {when}BEGIN SELECT RAISE(ABORT, '{message}'); END"
_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION {key}_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
_POSTGRES = "CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {level} {when}EXECUTE FUNCTION {key}_refuse()"


class Guard:
    """Tables that only grow. `tables`: what an UPDATE must look like to pass, in SQL where `NEW` is the row it would
    leave and `OLD` the one it finds; empty: none passes. `key` names the function on PostgreSQL."""

    def __init__(self, key: str, message: str, tables: Mapping[str, str]) -> None:
        self.key, self.message, self.tables = key, message, dict(tables)

    def _rules(self, vendor: str) -> Iterator[tuple[str, str, str]]:
        """Table, event, condition under which the event is refused ("" is always)."""
        for table, allowed in self.tables.items():
            yield table, "DELETE", ""
            yield table, "UPDATE", f"NOT ({allowed})" if allowed else ""
            if vendor == "postgresql":
                yield table, "TRUNCATE", ""

    def names(self, vendor: str) -> set[str]:
        """Names of the triggers that this database engine must hold."""
        return {_name(table, event) for table, event, _condition in self._rules(vendor)}

    def installed(self, connection: BaseDatabaseWrapper) -> set[str]:
        """Names of our triggers that the database holds now."""
        query = (
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            if connection.vendor == "sqlite"
            else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        )
        with connection.cursor() as cursor:
            cursor.execute(query)
            return {row[0] for row in cursor.fetchall()} & self.names(connection.vendor)

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Makes the triggers that lack; does nothing on another engine or when all are there."""
        if connection.vendor not in ENGINES:
            return
        there = self.installed(connection)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql" and self.names("postgresql") - there:
                cursor.execute(_POSTGRES_FUNCTION.format(key=self.key, message=self.message))
            for table, event, condition in self._rules(connection.vendor):
                if _name(table, event) not in there:
                    cursor.execute(self._statement(connection.vendor, table, event, condition))

    def _statement(self, vendor: str, table: str, event: str, condition: str) -> str:
        shape = _SQLITE if vendor == "sqlite" else _POSTGRES
        return shape.format(
            name=_name(table, event),
            event=event,
            table=table,
            level="STATEMENT" if event == "TRUNCATE" else "ROW",
            when=f"WHEN ({condition}) " if condition else "",
            message=self.message,
            key=self.key,
        )

    def remove(self, connection: BaseDatabaseWrapper) -> None:
        """Takes the triggers away. Only `lifted` and the way back of a migration call it."""
        there = self.installed(connection) if connection.vendor in ENGINES else set()
        with connection.cursor() as cursor:
            for table, event, _condition in self._rules(connection.vendor):
                if _name(table, event) in there:
                    on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
                    cursor.execute(f"DROP TRIGGER {_name(table, event)}{on_table}")

    @contextmanager
    def lifted(self, connection: BaseDatabaseWrapper) -> Iterator[None]:
        """Within, the tables can be emptied; after, they are guarded again whatever happened."""
        self.remove(connection)
        try:
            yield
        finally:
            self.install(connection)


def _name(table: str, event: str) -> str:
    return f"{table}_no_{event.lower()}"


_guards: dict[str, Guard] = {}


def register(guard: Guard) -> None:
    """Has `flush` lift this guard and `kiif check` look at it; the same key is replaced."""
    _guards[guard.key] = guard


def every() -> list[Guard]:
    return list(_guards.values())


def put_back(guard: Guard, using: str) -> None:
    """Makes the triggers that lack if the tables are there: for `post_migrate`."""
    connection = connections[using]
    if set(guard.tables) <= set(connection.introspection.table_names()):
        guard.install(connection)


@contextmanager
def all_lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Lifts those guards that this database holds."""
    with ExitStack() as stack:
        for guard in every():
            if guard.installed(connection):
                stack.enter_context(guard.lifted(connection))
        yield
