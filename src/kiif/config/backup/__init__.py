"""Save an instance in one archive while people work; verify it; put it back, here or elsewhere.

An archive (`.tar.gz`, readable by its owner only) holds `manifest.json` first, then the database, the uploads, the
imported data packs and the signing key (second factors are encrypted with it). Format 1.
"""

from kiif.config.backup.errors import BackupError
from kiif.config.backup.making import archives, create, default_folder, default_path, keep_last, rotate
from kiif.config.backup.manifest import Manifest
from kiif.config.backup.restoring import restore
from kiif.config.backup.verifying import verify

__all__ = [
    "BackupError",
    "Manifest",
    "archives",
    "create",
    "default_folder",
    "default_path",
    "keep_last",
    "restore",
    "rotate",
    "verify",
]
