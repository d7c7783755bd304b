"""Believes nothing: every byte of an archive is compared with its manifest before anything is put in place."""

from __future__ import annotations

import gzip
import hashlib
import tarfile
import tempfile
import zlib
from pathlib import Path
from typing import IO

from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from kiif.config.backup import engines
from kiif.config.backup.errors import BackupError
from kiif.config.backup.manifest import NAME, Manifest, check_name

_MANIFEST_LIMIT = 64 * 1024 * 1024
_BLOCK = 1024 * 1024


def verify(archive: Path) -> Manifest:
    """Reads the whole archive and changes nothing. Raises BackupError with a sentence if it cannot be trusted."""
    with tempfile.TemporaryDirectory(prefix="kiif-verify-") as folder:
        return unpack(archive, Path(folder))


def unpack(archive: Path, folder: Path) -> Manifest:
    """Unpacks a trustworthy archive into `folder`. Raises BackupError; then what `folder` holds is worthless."""
    try:
        with gzip.open(archive) as stream, tarfile.open(fileobj=stream, mode="r:") as tar:
            manifest = _read_manifest(tar)
            check_version(manifest)
            _unpack_files(tar, manifest, folder)
            while stream.read(_BLOCK):
                pass  # to the very end, where the checksum of the whole stands
    except FileNotFoundError as error:
        raise BackupError(_("There is no file %(file)s.") % {"file": archive}) from error
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise BackupError(
            _("This archive is cut short or damaged (%(reason)s). Take another copy of it.") % {"reason": error}
        ) from error
    database = folder / manifest.database
    if manifest.engine == "sqlite":
        engines.check_sqlite(database)
        if engines.count_sqlite(database) != manifest.counts:
            raise BackupError(_("The database in this archive does not hold the rows that its manifest announces."))
    else:
        engines.check_dump(database)
    return manifest


def check_version(manifest: Manifest) -> None:
    """Raises BackupError when the archive was made by a newer kiif than this one."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = sorted(set(manifest.migrations) - known)
    if unknown:
        raise BackupError(
            _(
                "This archive was made by kiif %(version)s, which is newer or other than this one (it knows "
                "%(migration)s). Install that version first."
            )
            % {"version": manifest.version, "migration": unknown[0]}
        )


def _read_manifest(tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    content = tar.extractfile(first) if first and first.isreg() and first.name == NAME else None
    if first is None or content is None or first.size > _MANIFEST_LIMIT:
        raise BackupError(_("This file is not an archive of kiif: its manifest is missing."))
    return Manifest.loads(content.read())


def _unpack_files(tar: tarfile.TarFile, manifest: Manifest, folder: Path) -> None:
    left = dict(manifest.files)
    while member := tar.next():
        check_name(member.name, manifest)
        entry = left.pop(member.name, None)
        content = tar.extractfile(member) if member.isreg() else None
        if entry is None or content is None or member.size != entry.size:
            raise _changed(member.name)
        target = folder / member.name
        target.parent.mkdir(parents=True, exist_ok=True)
        if _copy(content, target) != entry.sha256:
            raise _changed(member.name)
    if left:
        raise BackupError(
            _("This archive is cut short: %(name)s is missing. Take another copy of it.") % {"name": min(left)}
        )


def _copy(source: IO[bytes], target: Path) -> str:
    """Writes the content and returns its sha256."""
    digest = hashlib.sha256()
    with target.open("xb") as file:
        target.chmod(0o600)
        while block := source.read(_BLOCK):
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def _changed(name: str) -> BackupError:
    return BackupError(
        _("%(name)s is not the file that the manifest announces: the archive was changed or damaged.") % {"name": name}
    )
