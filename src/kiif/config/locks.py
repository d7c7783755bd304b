"""Servers and workers share the data folder; a restoration needs it for itself."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from kiif.config.errors import CommandError


class Busy(CommandError):  # noqa: N818 -- read as "the folder is busy"
    """Somebody else holds the data folder in a way that excludes us."""


@contextmanager
def shared(folder: Path | None = None) -> Iterator[None]:
    """Held while a server or a worker runs. Raises Busy during a restoration."""
    with _held(folder, fcntl.LOCK_SH):
        yield


@contextmanager
def exclusive(folder: Path | None = None) -> Iterator[None]:
    """Held during a restoration. Raises Busy while a server or a worker runs."""
    with _held(folder, fcntl.LOCK_EX):
        yield


@contextmanager
def _held(folder: Path | None, kind: int) -> Iterator[None]:
    path = Path(folder or settings.DATA_DIR) / ".in-use"
    with path.open("w") as file:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(_("The data folder is in use by another kiif: stop it first.")) from error
        yield
