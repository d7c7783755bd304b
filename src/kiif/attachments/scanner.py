"""The optional antivirus: a command of the operator's choice.

`KIIF_SCANNER` holds a command; the path of the file is added at its end. It answers by its exit code, as ClamAV does:
0 clean, 1 infected, anything else no answer. For example `clamdscan --fdpass --no-summary`.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess

from django.conf import settings
from django.core.files.base import File

from kiif.attachments.enums import Scan
from kiif.opendata import sandbox

TIMEOUT = 60.0
_BLOCK = 1 << 20


class NoAnswerError(Exception):
    """The scanner could not be started, did not end in time, or failed."""


def is_configured() -> bool:
    return bool(_command())


def _command() -> list[str]:
    return shlex.split(getattr(settings, "ATTACHMENT_SCANNER", ""))


def look_at(stored: File[bytes]) -> Scan:
    """What the scanner says of a stored file, copied to a temporary folder (the storage may be remote).

    Raises NoAnswerError. Without a scanner: `Scan.UNSCANNED`.
    """
    command = _command()
    if not command:
        return Scan.UNSCANNED
    with sandbox.folder() as place:
        copy = place / "file"
        with stored.open("rb") as source, copy.open("wb") as target:
            shutil.copyfileobj(source, target, _BLOCK)
        try:
            done = subprocess.run(  # noqa: S603 -- the operator's command; the path is ours
                [*command, str(copy)], capture_output=True, timeout=TIMEOUT, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoAnswerError(type(error).__name__) from error
    if done.returncode not in (0, 1):
        raise NoAnswerError(f"exit code {done.returncode}")
    return Scan.INFECTED if done.returncode == 1 else Scan.CLEAN
