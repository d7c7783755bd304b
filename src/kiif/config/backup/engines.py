"""The two databases: a consistent copy, its counts, and putting it back."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from kiif.config.backup.errors import BackupError


def name() -> str:
    """`sqlite` or `postgresql`."""
    return "postgresql" if connection.vendor == "postgresql" else "sqlite"


def sqlite_file() -> Path:
    return Path(connection.settings_dict["NAME"])


def dump(target: Path) -> dict[str, int]:
    """Writes a consistent copy of the database to `target` while others write; returns the rows of each table."""
    if name() == "postgresql":
        return _dump_postgresql(target)
    with closing(sqlite3.connect(sqlite_file(), timeout=60)) as source:
        source.execute("VACUUM INTO ?", (str(target),))
    check_sqlite(target)
    return count_sqlite(target)


def check_sqlite(path: Path) -> None:
    """Raises BackupError when the file is not a sound database."""
    try:
        with closing(_read_only(path)) as copy:
            result = [row[0] for row in copy.execute("PRAGMA integrity_check")]
    except sqlite3.DatabaseError as error:
        raise BackupError(_("The database in this archive cannot be read: it is damaged.")) from error
    if result != ["ok"]:
        raise BackupError(_("The database in this archive is damaged: %(detail)s") % {"detail": result[0]})


def count_sqlite(path: Path) -> dict[str, int]:
    """Rows of each ordinary table."""
    with closing(_read_only(path)) as copy:
        schema = copy.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        tables = [table for table, statement in schema if statement.startswith("CREATE TABLE")]
        return {table: _count(copy, table) for table in tables}


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _count(copy: sqlite3.Connection, table: str) -> int:
    """The schema may be that of an archive from anywhere: its names are quoted like any stranger's."""
    quoted = table.replace('"', '""')
    found: int = copy.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0]  # noqa: S608 -- quoted above
    return found


def _dump_postgresql(target: Path) -> dict[str, int]:
    """pg_dump and the counts look at the same snapshot."""
    import psycopg

    with psycopg.connect(**_parameters()) as session:
        session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        snapshot = _one(session, "SELECT pg_export_snapshot()")
        _call(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", "-f", target])
        return count_postgresql(session)


def count_postgresql(session: Any) -> dict[str, int]:
    """Rows of each table of the schema public."""
    from psycopg import sql

    tables = session.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    query = sql.SQL("SELECT count(*) FROM {}")
    return {t: session.execute(query.format(sql.Identifier(t))).fetchone()[0] for (t,) in tables}


def counts_now() -> dict[str, int]:
    """Rows of each table of the database in use."""
    if name() == "sqlite":
        return count_sqlite(sqlite_file())
    import psycopg

    with psycopg.connect(**_parameters()) as session:
        return count_postgresql(session)


def check_dump(path: Path) -> None:
    """Raises BackupError when pg_restore cannot read the dump."""
    _call(["pg_restore", "--list", path])


def load_postgresql(path: Path) -> None:
    """Replaces the whole schema by the dump, in one transaction: on any error the present data stay."""
    with tempfile.TemporaryDirectory(prefix="kiif-restore-") as name:  # readable by us only: it holds everything
        empty, statements = Path(name) / "empty.sql", Path(name) / "statements.sql"
        empty.write_text("DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n", "utf-8")
        _call(["pg_restore", "--no-owner", "--no-privileges", "-f", statements, path])
        psql = ["psql", "--no-psqlrc", "--quiet", "--single-transaction", "-v", "ON_ERROR_STOP=1"]
        _call([*psql, "-f", empty, "-f", statements])


def _parameters() -> dict[str, Any]:
    """How to reach the database in use, as psycopg (and libpq) name things."""
    s = connection.settings_dict
    values = {"dbname": s["NAME"], "user": s["USER"], "password": s["PASSWORD"], "host": s["HOST"], "port": s["PORT"]}
    return {key: str(value) for key, value in values.items() if value}


def _environment() -> dict[str, str]:
    """The same for the tools: in the environment, so that no password shows in a list of processes."""
    names = {"dbname": "PGDATABASE", "user": "PGUSER", "password": "PGPASSWORD", "host": "PGHOST", "port": "PGPORT"}
    return {**os.environ, **{names[key]: value for key, value in _parameters().items()}}


def _call(command: list[Any]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 -- fixed tools, our own file names
            [str(word) for word in command], env=_environment(), capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise BackupError(
            _("The tool %(tool)s is missing: install the package postgresql-client.") % {"tool": command[0]}
        ) from error
    if done.returncode:
        line = (done.stderr.strip().splitlines() or ["?"])[0]
        raise BackupError(_("%(tool)s refused: %(reason)s") % {"tool": command[0], "reason": line})


def _one(session: Any, query: str) -> Any:
    return session.execute(query).fetchone()[0]
