"""The kept database of tests is made again as soon as what made it changes: a stale trigger would prove anything."""

from pathlib import Path

import pytest

from tests import databases

HOUSE = databases.ROOT / "src" / "kiif"


@pytest.mark.parametrize(
    "name",
    [
        "journal/append_only.py",  # imported by a migration
        "journal/guards.py",  # by what it imports
        "alliance/constraints.py",  # installed after the migrations
        "questionnaires/blocks.py",
        "questionnaires/drafting/written.py",
        "programmes/migrations/0003_watch.py",
        "programmes/models/watching.py",
    ],
)
def test_its_key_holds_what_migrations_run_and_what_follows_them(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    changed, before = HOUSE / name, databases._kept()
    read = Path.read_bytes
    assert databases._kept() == before
    monkeypatch.setattr(Path, "read_bytes", lambda file: read(file) + b"#" * (file == changed))
    assert databases._kept() != before
