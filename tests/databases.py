"""The database of tests on SQLite: migrated once for all runs, then copied.

Migrating takes as long as a hundred tests, and every worker and every run of one test would begin with it. The copy is
kept under a key made of all that migrations run: their own files, what follows them (`post_migrate`: triggers, blocks),
what both import, the models and the locked packages.
"""

import ast
import fcntl
import hashlib
import inspect
import sqlite3
import textwrap
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest import mock

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import post_migrate

ROOT = Path(__file__).resolve().parents[1]
KEPT = 2


def _imported(source: str) -> Iterator[Path]:
    """Files of the house that this source imports, in its functions too."""
    for node in ast.walk(ast.parse(textwrap.dedent(source))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            if name.startswith("kiif."):
                place = (ROOT / "src").joinpath(*name.split("."))
                yield from (file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file())


def _after() -> Iterator[str]:
    """Sources of what the rooms do once everything is migrated."""
    for room in apps.get_app_configs():
        for receiver in post_migrate._live_receivers(room)[0]:
            if receiver.__module__.startswith("kiif."):
                yield inspect.getsource(receiver)


def _files() -> set[Path]:
    """What the result of migrations depends on."""
    house = ROOT / "src" / "kiif"
    migrations = set(house.glob("*/migrations/*.py"))
    found = migrations | set(house.glob("*/models/*.py")) | set(house.glob("*/models.py")) | {ROOT / "requirements.txt"}
    direct = {
        file for source in [*(file.read_text("utf-8") for file in migrations), *_after()] for file in _imported(source)
    }
    # one step further: a trigger or a block is put together from pieces
    further = {file for one in direct - found for file in _imported(one.read_text("utf-8"))}
    return found | direct | further


def _kept() -> Path:
    told = hashlib.sha256(repr((sqlite3.sqlite_version, settings.INSTALLED_APPS, list(_after()))).encode())
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
