"""Words erased from the index leave the database file."""

from __future__ import annotations

from django.db import connection
from modelsearch.models import IndexEntry


def forget_erased_words() -> None:
    """Writes the full-text index anew, without what was deleted.

    FTS5 only marks deleted rows: their words stay in its segments until these are merged. The pages that this frees are
    overwritten (`secure_delete`, in the options of the connection). PostgreSQL does both by itself (autovacuum).
    """
    if connection.vendor != "sqlite":
        return
    table = connection.ops.quote_name(f"{IndexEntry._meta.db_table}_fts")
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")  # noqa: S608 -- a name of ours, quoted
