"""What is done before serving."""

from pathlib import Path
from typing import Any

from kiif.config import backup, prepare


def test_states_of_before_updates_are_not_kept_for_ever(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    folder = backup.default_folder()
    for number in range(1, 8):
        (folder / f"before-2026010{number}-000000.kiif.tar.gz").touch()
    asked = folder / "kiif-20250101-000000.tar.gz"
    asked.touch()
    removed = backup.keep_last("before-*.kiif.tar.gz", prepare.KEPT)
    assert [path.name[:15] for path in removed] == ["before-20260101", "before-20260102"]
    assert len(list(folder.glob("before-*"))) == prepare.KEPT
    assert asked.exists()
