"""A pack is published whole or not at all; caches follow."""

from __future__ import annotations

import threading
from pathlib import Path

import polars as pl
import pytest

from kiif.opendata import packs, paths
from kiif.opendata.errors import DataError, MissingPack, RefusedFile

pytestmark = pytest.mark.usefixtures("empty_dir")


def publish(name: str, value: int) -> None:
    with packs.publish(name) as draft:
        pl.DataFrame({"value": [value]}).write_parquet(draft.folder / "table.parquet")
        draft.finish(
            source=name, title="Essai", publisher="Nous", vintage="2026", licence="Licence Ouverte 2.0", address="",
            checksum="", rows=1,
        )  # fmt: skip


def _half() -> None:
    with packs.publish("trial") as draft:
        (draft.folder / "table.parquet").write_bytes(b"half")
        raise RuntimeError("disk full")


def value(name: str) -> int:
    return int(pl.read_parquet(paths.pack_dir(name) / "table.parquet")["value"][0])


def test_a_pack_is_read_with_its_provenance() -> None:
    publish("trial", 1)
    assert packs.names() == ["trial"]
    assert packs.provenance("trial").publisher == "Nous"
    assert packs.provenance("trial").built_at.endswith("+00:00")


def test_a_failure_while_writing_changes_nothing() -> None:
    publish("trial", 1)
    before = packs.version()
    with pytest.raises(RuntimeError, match="disk"):
        _half()
    assert value("trial") == 1
    assert packs.version() == before


def test_a_draft_that_is_not_finished_is_not_published() -> None:
    with packs.publish("trial") as draft:
        (draft.folder / "table.parquet").write_bytes(b"half")
    assert packs.names() == []
    assert list((paths.packs_dir() / ".versions").iterdir()) == []


def test_a_new_version_replaces_the_other_and_only_one_past_version_is_kept() -> None:
    for number in range(4):
        publish("trial", number)
    publish("trial-two", 9)
    assert value("trial") == 3
    assert value("trial-two") == 9
    kept = [path.name for path in (paths.packs_dir() / ".versions").iterdir() if not path.name.startswith("trial-two")]
    assert len(kept) == 2


def test_a_plain_folder_restored_from_a_backup_can_be_replaced() -> None:
    publish("trial", 1)
    folder = paths.pack_dir("trial").resolve()
    paths.pack_dir("trial").unlink()
    folder.rename(paths.pack_dir("trial"))
    assert value("trial") == 1
    publish("trial", 2)
    assert value("trial") == 2


def test_a_reader_never_sees_a_missing_pack_while_it_is_replaced() -> None:
    publish("trial", 0)
    stop, seen = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            seen.append((paths.pack_dir("trial") / packs.PROVENANCE).exists())

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(20):
        publish("trial", number)
    stop.set()
    reader.join()
    assert seen
    assert all(seen)


def test_results_are_remembered_until_the_pack_changes() -> None:
    calls = []

    @packs.cached("trial")
    def read(name: str) -> int:
        calls.append(name)
        return value(name)

    publish("trial", 1)
    assert [read("trial"), read("trial")] == [1, 1]
    assert len(calls) == 1
    publish("trial", 2)
    assert read("trial") == 2


def test_the_memory_of_a_function_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "CACHE_SIZE", 3)
    calls = []

    @packs.cached()
    def double(number: int) -> int:
        calls.append(number)
        return 2 * number

    for number in (1, 2, 3, 4, 4, 1):
        assert double(number) == 2 * number
    assert calls == [1, 2, 3, 4, 1]


def test_a_pack_can_be_withdrawn() -> None:
    publish("trial", 1)
    assert packs.remove("trial")
    assert not packs.remove("trial")
    with pytest.raises(MissingPack, match="“trial”"):
        packs.provenance("trial")


def test_an_error_keeps_its_template_and_its_values_through_pickling() -> None:
    import pickle

    error = RefusedFile("%(file)s has %(count)d rows", file="a.csv", count=3)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert isinstance(again, DataError)
    assert type(again) is RefusedFile
    assert str(again) == "a.csv has 3 rows"
    assert again.params == {"file": "a.csv", "count": 3}


def test_the_data_directory_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIIF_DATA_DIR", str(tmp_path))
    assert paths.data_dir() == tmp_path
    monkeypatch.delenv("KIIF_DATA_DIR")
    assert paths.data_dir() == paths.repository() / "var"
