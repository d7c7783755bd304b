"""Maps kept on disk: given back as they were drawn, never those of other packs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiif.opendata import packs
from kiif.territories import map_store, maps


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "maps"
    monkeypatch.setattr(map_store, "_root", lambda: folder)
    return folder


def test_a_kept_map_is_the_one_that_was_drawn(base_pack: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = maps.of_territory("epci", "200071819")
    assert drawn is not None
    assert map_store.has(map_store.version(), "epci", "200071819")
    monkeypatch.setattr(maps, "_of_territory", lambda *_args: pytest.fail("it was kept"))
    assert maps.of_territory("epci", "200071819") == drawn


def test_a_map_of_other_packs_is_not_given_and_leaves_the_disk(store: Path) -> None:
    map_store.write("yesterday", "epci", "1", {"a": 1})
    assert map_store.read("yesterday", "epci", "1") == {"a": 1}
    assert map_store.read("today", "epci", "1") is None
    map_store.write("today", "epci", "1", {"a": 2})
    assert [folder.name for folder in store.iterdir()] == ["today"]


def test_the_version_follows_the_packs(base_pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = map_store.version()
    assert map_store.version() == before
    origin = packs.provenance("base")
    monkeypatch.setattr(packs, "provenance", lambda name: replace(origin, built_at="later"))
    monkeypatch.setattr(packs, "stamp", lambda name: "published again" if name == "base" else "")
    assert map_store.version() != before


@pytest.mark.parametrize("content", [b"", b"not a map", b"x\x9c"])
def test_a_damaged_file_is_drawn_again(store: Path, content: bytes) -> None:
    map_store.write("today", "epci", "1", {"a": 1})
    (store / "today" / "epci-1").write_bytes(content)
    assert map_store.read("today", "epci", "1") is None


@pytest.mark.parametrize("code", ["../../etc", "a/b", "", "x" * 21])
def test_a_code_that_is_no_code_writes_nothing(store: Path, code: str) -> None:
    map_store.write("today", "epci", code, {"a": 1})
    assert not store.exists()


def test_a_disk_that_refuses_is_not_an_error(store: Path) -> None:
    store.write_text("a file where the folder should be")
    map_store.write("today", "epci", "1", {"a": 1})
    assert map_store.read("today", "epci", "1") is None
