"""What Django's constraints cannot say on both engines: two periods of one coverage never overlap.

PostgreSQL gets an exclusion constraint, SQLite two triggers. They are put back after every migration, because
SQLite rebuilds a table that it alters and forgets the triggers of the old one.
"""

from __future__ import annotations

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

NAME: Final = "alliance_coverage_no_overlap"
TABLE: Final = "alliance_coverage"

_POSTGRES: Final = (
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    f"ALTER TABLE {TABLE} ADD CONSTRAINT {NAME} EXCLUDE USING gist "
    "(incubator_id WITH =, department_code WITH =, daterange(since, until) WITH &&)",
)
_SQLITE: Final = """
CREATE TRIGGER IF NOT EXISTS {name}_{event} BEFORE {event} ON {table}
WHEN EXISTS (
  SELECT 1 FROM {table} other
  WHERE other.incubator_id = NEW.incubator_id AND other.department_code = NEW.department_code
    AND other.id IS NOT NEW.id
    AND other.since < coalesce(NEW.until, '9999-12-31') AND NEW.since < coalesce(other.until, '9999-12-31')
) BEGIN SELECT RAISE(ABORT, '{name}'); END
"""


def _exists_on_postgres(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [NAME])
        return cursor.fetchone() is not None


def install(connection: BaseDatabaseWrapper) -> None:
    """Makes the database refuse overlaps; does nothing where it already does, or on another engine."""
    if connection.vendor == "postgresql":
        if not _exists_on_postgres(connection):
            with connection.cursor() as cursor:
                for statement in _POSTGRES:
                    cursor.execute(statement)
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for event in ("INSERT", "UPDATE"):
                cursor.execute(_SQLITE.format(name=NAME, table=TABLE, event=event))
