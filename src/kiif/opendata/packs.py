"""Packs: folders of Parquet files with their provenance, published whole or not at all.

``packs/<name>`` is a relative link to ``packs/.versions/<name>-<stamp>``; publishing replaces the link in one system
call, so a reader sees yesterday's pack or today's, never half of one. The previous version is kept until the next
publication.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from kiif.opendata import paths
from kiif.opendata.errors import MissingPack
from kiif.opendata.errors import gettext_noop as _

P = ParamSpec("P")
R = TypeVar("R")

PROVENANCE = "provenance.json"


@dataclass(frozen=True)
class Provenance:
    """Where the numbers of a pack come from.

    ``rows`` is the number of rows of its main table; ``checksum`` the SHA-256 of the file that was read (several
    files: of their checksums); ``notes`` the facts measured while building (counts, gaps), for the page that
    documents the source.
    """

    name: str
    source: str
    title: str
    publisher: str
    vintage: str
    licence: str
    address: str
    checksum: str
    rows: int
    built_at: str
    notes: dict[str, Any] = field(default_factory=dict)


class Draft:
    """A pack being written. Fill :attr:`folder`, then give the provenance to :meth:`finish`."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.provenance: Provenance | None = None

    def finish(self, **facts: Any) -> Provenance:
        """Write the provenance; the pack is published when the ``with`` block ends."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self.provenance = Provenance(name=self.name, built_at=now, **facts)
        text = json.dumps(dataclasses.asdict(self.provenance), ensure_ascii=False, indent=1)
        (self.folder / PROVENANCE).write_text(text + "\n", encoding="utf-8")
        return self.provenance


@contextmanager
def publish(name: str) -> Iterator[Draft]:
    """Write a pack in a temporary folder and put it in place at the end, in one rename.

    Any exception leaves the published pack as it was and removes the draft. A block that ends without
    :meth:`Draft.finish` publishes nothing.
    """
    versions = paths.packs_dir() / ".versions"
    versions.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%S}-", dir=versions))
    draft = Draft(name, folder)
    try:
        yield draft
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    if draft.provenance is None:
        shutil.rmtree(folder, ignore_errors=True)
        return
    folder.chmod(0o755)
    target = paths.pack_dir(name)
    previous = target.resolve() if target.is_symlink() else None
    link = versions / f"{folder.name}.link"
    link.symlink_to(Path(".versions") / folder.name)
    if target.is_dir() and not target.is_symlink():  # a plain folder, restored from a backup
        target.rename(versions / f"{folder.name}.replaced")
    link.replace(target)
    keep = {folder.name, previous.name if previous else ""}
    for old in versions.glob(f"{name}-*"):
        same_pack = old.name[len(name) + 1 :][:8].isdigit()
        if same_pack and old.name not in keep:
            shutil.rmtree(old, ignore_errors=True)


def remove(name: str) -> bool:
    """Withdraw a pack. Returns False when there was none."""
    target = paths.pack_dir(name)
    if not target.exists() and not target.is_symlink():
        return False
    folder = target.resolve()
    if target.is_symlink():
        target.unlink()
    shutil.rmtree(folder, ignore_errors=True)
    return True


def provenance(name: str) -> Provenance:
    """Read the provenance of a pack; :class:`MissingPack` when it is absent."""
    file = paths.pack_dir(name) / PROVENANCE
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise MissingPack(
            _("The data pack “%(name)s” is not there yet. Build it with “kiif data build” or import its file."),
            name=name,
        ) from error
    return Provenance(**facts)


def names() -> list[str]:
    """Names of the packs present, in alphabetical order."""
    folder = paths.packs_dir()
    if not folder.is_dir():
        return []
    return sorted(p.name for p in folder.iterdir() if not p.name.startswith(".") and (p / PROVENANCE).exists())


def list_packs() -> list[Provenance]:
    """Provenance of every pack present."""
    return [provenance(name) for name in names()]


def stamp(name: str) -> str:
    """A text that changes when the pack changes; empty when it is absent. One or two system calls."""
    target = paths.pack_dir(name)
    try:
        status = (target / PROVENANCE).stat()
    except OSError:
        return ""
    return f"{target}:{status.st_ino}:{status.st_mtime_ns}"


def version() -> str:
    """A short text that changes each time any pack is published or withdrawn.

    One system call: every publication replaces a link in the folder of packs, which dates that folder anew.
    """
    folder = paths.packs_dir()
    try:
        status = folder.stat()
    except OSError:
        return "none"
    return hashlib.sha256(f"{folder}:{status.st_ino}:{status.st_mtime_ns}".encode()).hexdigest()[:16]


#: Results kept by each cached function; the oldest leave first.
CACHE_SIZE = 256


def cached(*pack_names: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Remember the results of a function until one of these packs changes (all packs when none is named).

    Arguments must be hashable. Results are shared between threads: treat them as read-only.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        memory: dict[Any, R] = {}
        state = {"key": "?"}
        lock = threading.RLock()

        @wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            key = "|".join(stamp(name) for name in pack_names) if pack_names else version()
            call = (args, tuple(sorted(kwargs.items())))
            with lock:
                if state["key"] != key:
                    memory.clear()
                    state["key"] = key
                if call not in memory:
                    result = function(*args, **kwargs)
                    while len(memory) >= CACHE_SIZE:
                        del memory[next(iter(memory))]
                    memory[call] = result
                return memory[call]

        return wrapper

    return decorate


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
