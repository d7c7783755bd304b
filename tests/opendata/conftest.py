"""A base pack built once for all tests, kept in ``.cache/test-packs`` as long as its ingredients do not change."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kiif.methods import geo, relief, rural
from kiif.opendata import base, base_build, computed, inputs, packs, paths, recipe, rollup
from kiif.opendata.errors import MissingInput

#: Packs kept, the newest first.
KEPT = 4
#: A change in one of these builds the pack again.
INGREDIENTS = (geo, relief, rural, base_build, computed, inputs, packs, recipe, rollup)


def _key() -> str:
    digest = hashlib.sha256(f"{inputs.NODE_VERSION} {inputs.POLYGON_VERSION}".encode())
    for module in INGREDIENTS:
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def base_dir() -> Path:
    """A data directory that holds the base pack and nothing else. Never write in it."""
    folder = paths.repository() / ".cache" / "test-packs" / _key()
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.parent.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    before = os.environ.get("KIIF_DATA_DIR")
    os.environ["KIIF_DATA_DIR"] = str(folder)
    try:
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not base.is_built():
                base.build()
    except MissingInput as error:
        pytest.fail(f"The base pack cannot be built for the tests. {error}", pytrace=False)
    finally:
        if before is None:
            del os.environ["KIIF_DATA_DIR"]
        else:
            os.environ["KIIF_DATA_DIR"] = before
    return folder


@pytest.fixture
def base_pack(base_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The base pack, to read only."""
    monkeypatch.setenv("KIIF_DATA_DIR", str(base_dir))
    return base_dir


@pytest.fixture
def data_dir(base_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of one's own, with the base pack in it, to import into."""
    folder = tmp_path / "data"
    (folder / "packs").mkdir(parents=True)
    (folder / "packs" / "base").symlink_to((base_dir / "packs" / "base").resolve())
    monkeypatch.setenv("KIIF_DATA_DIR", str(folder))
    return folder


@pytest.fixture
def empty_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory without any pack."""
    folder = tmp_path / "empty"
    monkeypatch.setenv("KIIF_DATA_DIR", str(folder))
    return folder


@pytest.fixture(scope="session")
def official() -> Callable[[str], Path]:
    """Path of a file of the shared test data; the test is skipped, with the reason, when it is not there."""
    named = os.environ.get("KIIF_TEST_DATA")
    folder = Path(named) if named else paths.repository().parent / "shared" / "data" / "territory"

    def find(name: str) -> Path:
        path = folder / name
        if not path.exists():
            pytest.skip(f"{name} is not in {folder} (KIIF_TEST_DATA): official files are not shipped")
        return path

    return find
