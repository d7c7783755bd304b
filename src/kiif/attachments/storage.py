"""The private folder of the storage: what is deleted, what is orphaned."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator

from django.core.files.storage import default_storage

from kiif.attachments.enums import Scan
from kiif.attachments.models import FOLDER, Attachment

logger = logging.getLogger(__name__)


def delete_file(path: str) -> None:
    """Deletes one stored content. A storage that does not answer is not an error for people: the purge comes again."""
    try:
        default_storage.delete(path)
    except OSError:
        logger.warning("A stored file could not be deleted; the purge will try again")


def orphans(before: dt.datetime) -> Iterator[str]:
    """Paths under our folder that no row names, and that were written before this moment."""
    for path in _walk(FOLDER):
        known = Attachment.objects.filter(file=path).exclude(scan=Scan.INFECTED).exists()
        if not known and default_storage.get_modified_time(path) < before:
            yield path


def _walk(folder: str) -> Iterator[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        yield f"{folder}/{name}"
    for name in folders:
        yield from _walk(f"{folder}/{name}")
