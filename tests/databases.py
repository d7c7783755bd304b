"""The database of tests on SQLite: migrated once for all runs, then copied.

Migrating takes as long as a hundred tests, and every worker and every run of one test would begin with it. The copy is
kept under a key made of all that migrations run: their own files, what they import, the models and the locked packages.
"""

import fcntl
import hashlib
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest import mock

from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
KEPT = 2
_IMPORTED = re.compile(r"^(?:from|import) (kiif(?:\.\w+)+)", re.MULTILINE)


def _files() -> set[Path]:
    """What the result of migrations depends on."""
    house = ROOT / "src" / "kiif"
    migrations = set(house.glob("*/migrations/*.py"))
    found = migrations | set(house.glob("*/models/*.py")) | set(house.glob("*/models.py")) | {ROOT / "requirements.txt"}
    for name in {name for file in migrations for name in _IMPORTED.findall(file.read_text("utf-8"))}:
        module = (ROOT / "src").joinpath(*name.split("."))
        found |= {module.with_suffix(".py")} if module.with_suffix(".py").exists() else set(module.glob("*.py"))
    return found


def _kept() -> Path:
    told = hashlib.sha256(sqlite3.sqlite_version.encode())
    for file in sorted(_files()):
        told.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return ROOT / ".cache" / "test-databases" / f"{told.hexdigest()[:16]}.sqlite3"


def _migrate(name: str, *args: Any, **options: Any) -> None:
    """`call_command`, but for a migration of the embedded database that was already made."""
    if name != "migrate" or connection.vendor != "sqlite":
        call_command(name, *args, **options)
        return
    kept = _kept()
    kept.parent.mkdir(parents=True, exist_ok=True)
    connection.ensure_connection()
    with (kept.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if kept.exists():
            with closing(sqlite3.connect(kept)) as source:
                source.backup(connection.connection)
            return
        call_command(name, *args, **options)
        draft = kept.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        with closing(sqlite3.connect(draft)) as target:
            connection.connection.backup(target)
        draft.rename(kept)
        for old in sorted(kept.parent.glob("*.sqlite3"), key=lambda file: file.stat().st_mtime)[:-KEPT]:
            old.unlink()


def migrate_once() -> None:
    """From now on, databases that tests create are copied where they can be."""
    create = connection.creation.create_test_db

    def created(*args: Any, **options: Any) -> Any:
        with mock.patch("django.core.management.call_command", _migrate):
            return create(*args, **options)

    connection.creation.create_test_db = created  # type: ignore[method-assign]  # of this connection, for this run
