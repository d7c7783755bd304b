"""What an archive says of itself: versions, counts, and the fingerprint of each file in it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from kiif.config.backup.errors import BackupError

FORMAT = 1
NAME = "manifest.json"
#: Where things are in an archive. Anything else is refused.
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
SECRET_KEY = "secret_key"  # noqa: S105 -- a file name
UPLOADS = "uploads"
PACKS = "packs"


@dataclass(frozen=True)
class Entry:
    """One file of the archive: its size in bytes and its sha256."""

    size: int
    sha256: str


@dataclass
class Manifest:
    """Written by `create`, read back and believed only after `check`."""

    format: int
    version: str
    created_at: str
    engine: str
    migrations: list[str]
    counts: dict[str, int]
    files: dict[str, Entry] = field(default_factory=dict)

    @property
    def database(self) -> str:
        return DATABASES[self.engine]

    def summary(self) -> str:
        """One line for a person."""
        people = self.counts.get("accounts_user", 0)
        uploads = sum(name.startswith(f"{UPLOADS}/") for name in self.files)
        return _("%(date)s, version %(version)s, %(engine)s, %(people)d people, %(files)d uploaded files") % {
            "date": self.created_at[:16].replace("T", " "),
            "version": self.version,
            "engine": self.engine,
            "people": people,
            "files": uploads,
        }

    def dumps(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False).encode()

    @classmethod
    def loads(cls, raw: bytes) -> Manifest:
        """Reads and checks a manifest. Raises BackupError when it is not one, or of a format unknown here."""
        try:
            data = json.loads(raw)
            if data["format"] != FORMAT:
                raise BackupError(
                    _("This archive has format %(found)s, kiif here reads %(known)s. Use the version it names.")
                    % {"found": data["format"], "known": FORMAT}
                )
            files = {str(name): Entry(int(e["size"]), str(e["sha256"])) for name, e in data.pop("files").items()}
            data["migrations"] = [str(name) for name in data["migrations"]]
            manifest = cls(**data, files=files)
            manifest.check()
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BackupError(_("The manifest of this archive cannot be read: it was changed or damaged.")) from error
        return manifest

    def check(self) -> None:
        """Raises BackupError for names that would leave the folder, or a missing database."""
        if self.engine not in DATABASES or self.database not in self.files:
            raise BackupError(_("This archive holds no database: it was changed or damaged."))
        for name in self.files:
            check_name(name, self)


def check_name(name: str, manifest: Manifest) -> None:
    """Raises BackupError unless `name` is one of the places that an archive may fill."""
    path = PurePosixPath(name)
    inside = name in {manifest.database, SECRET_KEY} or path.parts[0:1] in ((UPLOADS,), (PACKS,))
    plain = not path.is_absolute() and ".." not in path.parts and "\\" not in name and str(path) == name
    if not (inside and plain):
        raise BackupError(
            _("This archive names a file outside its place (%(name)s): it was changed, do not use it.") % {"name": name}
        )
