"""Whole levels as files, made once for each version of the data and served from disk afterwards."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiif.opendata import export, packs, paths

TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json",
}
#: Files kept: five levels in three formats, and some choices of columns.
MOST_FILES: Final = 40


def file_of(level: str, columns: Sequence[str] | None, kind: str) -> Path:
    """Path of the file; made if this version of the data has none yet. Raises DataError for an unknown column."""
    folder = paths.data_dir() / "cache" / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    choice = hashlib.sha256(",".join(columns or ()).encode()).hexdigest()[:12] if columns else "all"
    path = folder / f"{level}-{choice}-{packs.version()}.{kind}"
    if path.exists():
        return path
    handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            export.export(level, columns, kind, file)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _tidy(folder)
    return path


def _tidy(folder: Path) -> None:
    """Forget the files of other versions, then the oldest ones."""
    version = packs.version()
    files = sorted(folder.glob("*-*.*"), key=lambda f: f.stat().st_mtime, reverse=True)
    for number, file in enumerate(f for f in files if f.suffix != ".part"):
        if version not in file.name or number >= MOST_FILES:
            file.unlink(missing_ok=True)
