"""Drawn maps kept on disk, for all the processes of an instance: `<data>/cache/maps/<version>/<level>-<code>`.

The version is made of the packs that maps are drawn from and of the recipe, so a map never outlives its data. Nothing
here is precious: a folder of another version is removed, a file that cannot be read is drawn again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
import zlib
from pathlib import Path
from typing import Any, Final

from kiif.opendata import base, packs, paths

#: To be raised when maps are drawn otherwise: those kept are then drawn again.
RECIPE: Final = 2
_CODE = re.compile(r"[0-9A-Za-z-]{1,20}")


def _root() -> Path:
    return paths.data_dir() / "cache" / "maps"


@packs.cached(base.PACK, base.LIVING_AREAS_PACK)
def version() -> str:
    """The packs of today, and the recipe. Take it before drawing: what is drawn while packs change is filed as old."""
    told = [str(RECIPE)]
    for name in (base.PACK, base.LIVING_AREAS_PACK):
        if packs.stamp(name):
            origin = packs.provenance(name)
            told.append(f"{name}:{origin.checksum}:{origin.built_at}")
    return hashlib.sha256("|".join(told).encode()).hexdigest()[:16]


def _file(key: str, level: str, code: str) -> Path | None:
    return _root() / key / f"{level}-{code}" if _CODE.fullmatch(code) else None


def has(key: str, level: str, code: str) -> bool:
    """Whether the map of a territory is kept for this version."""
    file = _file(key, level, code)
    return file is not None and file.exists()


def read(key: str, level: str, code: str) -> dict[str, Any] | None:
    """What was written for a territory; None when there is nothing for this version."""
    file = _file(key, level, code)
    if file is None:
        return None
    try:
        record = json.loads(zlib.decompress(file.read_bytes()))
    except (OSError, zlib.error, ValueError):
        return None
    return record if isinstance(record, dict) else None


def write(key: str, level: str, code: str, record: dict[str, Any]) -> None:
    """Keep a map, whole or not at all. A disk that refuses costs only the time of drawing it again."""
    file = _file(key, level, code)
    if file is None:
        return
    with contextlib.suppress(OSError):
        if not file.parent.exists():
            _make_room(file.parent)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=".")
        with os.fdopen(handle, "wb") as draft:
            draft.write(zlib.compress(json.dumps(record, ensure_ascii=False).encode(), 6))
        Path(name).replace(file)


def _make_room(folder: Path) -> None:
    """Make the folder of this version and remove those of the others."""
    folder.mkdir(parents=True, exist_ok=True)
    for other in folder.parent.iterdir():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
