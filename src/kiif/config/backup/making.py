"""Makes an archive. Nothing stops: the database gives a consistent copy, and uploads are linked before and after."""

from __future__ import annotations

import io
import os
import shutil
import tarfile
import tempfile
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _

import kiif
from kiif.config.backup import engines
from kiif.config.backup.errors import BackupError
from kiif.config.backup.manifest import DATABASES, FORMAT, NAME, PACKS, SECRET_KEY, UPLOADS, Entry, Manifest
from kiif.opendata.packs import sha256

#: Where archives go when nobody says where, in the data folder.
FOLDER = "backups"
#: Names of the archives that people ask for.
MADE = "kiif-*.tar.gz"
#: Built again from public packages by any instance: not worth their weight.
REBUILT_PACKS = {"base"}


def default_folder() -> Path:
    """Where archives go when nobody says where; created if it is not there."""
    folder = Path(settings.DATA_DIR) / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def archives() -> list[Path]:
    """The archives of that folder that `create` named itself, oldest first."""
    return sorted((Path(settings.DATA_DIR) / FOLDER).glob(MADE))


def default_path() -> Path:
    """Where an archive goes when nobody says where: `<data>/backups/kiif-<date>-<time>.tar.gz`."""
    return default_folder() / f"kiif-{timezone.localtime():%Y%m%d-%H%M%S}.tar.gz"


def create(archive: Path) -> Path:
    """Writes the archive, whole or not at all. Raises BackupError with a sentence when it cannot."""
    archive = archive.expanduser().resolve()
    try:
        with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=".backup-") as name:
            staging = Path(name)
            manifest = _gather(staging)
            _write(archive, staging, manifest)
    except OSError as error:
        raise BackupError(
            _("The archive cannot be written (%(reason)s). Check the folder and the room left.")
            % {"reason": error.strerror or error}
        ) from error
    return archive


def keep_last(pattern: str, keep: int) -> list[Path]:
    """Removes the oldest archives of the default folder whose names match, beyond the last `keep`; returns those."""
    old = sorted(default_folder().glob(pattern))[:-keep]
    for path in old:
        path.unlink()
    return old


def rotate(*, keep: int) -> list[Path]:
    """Removes the oldest archives of the default folder beyond the last `keep`; returns those removed."""
    return keep_last(MADE, max(keep, 1))


def _gather(staging: Path) -> Manifest:
    engine = engines.name()
    uploads = staging / UPLOADS
    # Before, so that a file deleted meanwhile is still there for the copy of the database; after, for new files.
    _link_uploads(uploads)
    counts = engines.dump(staging / DATABASES[engine])
    _link_uploads(uploads)
    for pack in sorted((settings.DATA_DIR / PACKS).glob("*/provenance.json")):
        if pack.parent.name not in REBUILT_PACKS:
            shutil.copytree(pack.parent, staging / PACKS / pack.parent.name)
    key = settings.DATA_DIR / SECRET_KEY
    if key.exists() and not os.environ.get("KIIF_SECRET_KEY"):
        shutil.copy2(key, staging / SECRET_KEY)
    applied = MigrationRecorder(connection).applied_migrations()
    manifest = Manifest(
        format=FORMAT,
        version=kiif.__version__,
        created_at=timezone.now().isoformat(timespec="seconds"),
        engine=engine,
        migrations=sorted(f"{app}.{migration}" for app, migration in applied),
        counts=counts,
    )
    for path in sorted(p for p in staging.rglob("*") if p.is_file()):
        inside = path.relative_to(staging).as_posix()
        manifest.files[inside] = Entry(path.stat().st_size, sha256(path))
    return manifest


def _link_uploads(target: Path) -> None:
    """Links each uploaded file into `target` (same disk: no copy); those that vanish meanwhile are not needed."""
    if not isinstance(storages["default"], FileSystemStorage):
        return
    source = Path(settings.MEDIA_ROOT)
    for path in source.rglob("*"):
        if path.is_symlink() or not path.is_file():
            continue
        link = target / path.relative_to(source)
        if link.exists():
            continue
        link.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            try:
                os.link(path, link)
            except FileNotFoundError:
                raise
            except OSError:  # another disk, or one without links
                shutil.copy2(path, link)


def _write(archive: Path, staging: Path, manifest: Manifest) -> None:
    archive.parent.mkdir(parents=True, exist_ok=True)
    part = archive.with_name(f".{archive.name}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=4) as tar:
                _add(tar, NAME, manifest.dumps())
                for name in manifest.files:
                    tar.add(staging / name, arcname=name, recursive=False, filter=_anonymous)
            file.flush()
            os.fsync(file.fileno())
        part.replace(archive)
    finally:
        part.unlink(missing_ok=True)


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    info.mode = 0o600
    tar.addfile(info, io.BytesIO(content))


def _anonymous(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Neither the owner nor the rights of the server's files travel."""
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mode = 0o600
    return info
