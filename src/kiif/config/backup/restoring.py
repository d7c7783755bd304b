"""Puts a verified archive in place: in an empty folder, or instead of the present data, which are kept aside."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.config.backup import engines
from kiif.config.backup.errors import BackupError
from kiif.config.backup.manifest import PACKS, SECRET_KEY, UPLOADS, Manifest
from kiif.config.backup.verifying import unpack
from kiif.config.locks import Busy, exclusive


def restore(archive: Path, *, to: Path | None = None, force: bool = False) -> Manifest:
    """Verifies everything, then replaces. Raises BackupError and changes nothing when something is not right.

    With `to`, an empty folder becomes a data folder (start with KIIF_DATA_DIR). Without, the present instance is
    replaced: `force` is needed as soon as somebody has an account in it, and no server may be running.
    """
    if to is not None:
        return _into_folder(archive, to.expanduser().resolve())
    if not force and _inhabited():
        raise BackupError(_("People have accounts in this instance. Add --force to replace it: it is kept aside."))
    try:
        with exclusive():
            return _in_place(archive)
    except Busy as error:
        raise BackupError(_("The server or a worker is running on this data folder. Stop it first.")) from error


def _into_folder(archive: Path, folder: Path) -> Manifest:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise BackupError(_("%(folder)s is not empty. Give an empty folder.") % {"folder": folder})
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".restore-") as name:
        staging = Path(name)
        manifest = unpack(archive, staging)
        if manifest.engine != "sqlite":
            raise BackupError(
                _("This archive holds a PostgreSQL database: set DATABASE_URL, and restore without --to.")
            )
        (staging / manifest.database).rename(staging / "kiif.sqlite3")
        for path in staging.iterdir():
            path.rename(folder / path.name)
    return manifest


def _in_place(archive: Path) -> Manifest:
    data = Path(settings.DATA_DIR)
    with tempfile.TemporaryDirectory(dir=data, prefix=".restore-") as name:
        staging = Path(name)
        manifest = unpack(archive, staging)
        if manifest.engine != engines.name():
            raise BackupError(
                _("This archive holds a %(theirs)s database, this instance uses %(ours)s: check DATABASE_URL.")
                % {"theirs": manifest.engine, "ours": engines.name()}
            )
        connection.close()
        swap = Swap(data / "replaced" / f"{timezone.localtime():%Y%m%d-%H%M%S}")
        try:
            swap.replace(Path(settings.MEDIA_ROOT), staging / UPLOADS)
            for pack in sorted((staging / PACKS).glob("*")):
                swap.replace(data / PACKS / pack.name, pack)
            if (staging / SECRET_KEY).exists() and not os.environ.get("KIIF_SECRET_KEY"):
                swap.replace(data / SECRET_KEY, staging / SECRET_KEY)
            _replace_database(swap, staging / manifest.database)
        except BaseException:
            swap.undo()
            raise
    if engines.counts_now() != manifest.counts:
        raise BackupError(_("The restored database does not hold the rows that were announced."))
    return manifest


def _replace_database(swap: Swap, new: Path) -> None:
    if engines.name() == "postgresql":
        engines.load_postgresql(new)
        return
    present = engines.sqlite_file()
    for suffix in ("-journal", "-wal", "-shm"):
        swap.put_aside(present.with_name(present.name + suffix))
    swap.replace(present, new)


class Swap:
    """Renames only, remembered, so that they can be undone. What is replaced goes to `aside`."""

    def __init__(self, aside: Path) -> None:
        self.aside = aside
        self._undo: list[Callable[[], object]] = []

    def put_aside(self, path: Path) -> None:
        """Moves what is there, if anything. Of a published pack, a link beside its versions, the version itself goes:
        in its place the next publication would sweep it away.
        """
        if not os.path.lexists(path):
            return
        self.aside.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = path.name
        content = path.resolve()
        if path.is_symlink() and content.is_relative_to(path.parent.resolve()):
            self._unlink(path)
            path = content
        if os.path.lexists(path):
            self._move(path, self.aside / name)

    def replace(self, present: Path, new: Path) -> None:
        """`new` takes the place of `present`; if there is no `new`, the place is left empty."""
        self.put_aside(present)
        if new.exists():
            present.parent.mkdir(parents=True, exist_ok=True)
            self._move(new, present)

    def undo(self) -> None:
        while self._undo:
            self._undo.pop()()

    def _unlink(self, path: Path) -> None:
        target = path.readlink()
        path.unlink()
        self._undo.append(lambda: path.symlink_to(target))

    def _move(self, source: Path, target: Path) -> None:
        source.rename(target)
        self._undo.append(lambda: target.rename(source))


def _inhabited() -> bool:
    """Whether somebody has an account here."""
    try:
        return bool(get_user_model().objects.exists())
    except DatabaseError:
        return False
