from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kiif.config.environment import data_dir, flag, read_email_url, secret_keys, sqlite_options, wal_is_safe


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_write_ahead_logging_only_where_its_race_is_mended(version: tuple[int, int, int], safe: bool) -> None:
    assert wal_is_safe(version) is safe
    options = sqlite_options(version)
    assert options["transaction_mode"] == "IMMEDIATE"
    assert ("journal_mode=WAL" in options["init_command"]) is safe
    assert ("synchronous=FULL" in options["init_command"]) is not safe


def test_the_signing_key_is_made_once_and_is_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KIIF_SECRET_KEY", raising=False)
    first = secret_keys(tmp_path)
    assert secret_keys(tmp_path) == first
    assert len(first[0]) > 60
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_commands_that_start_together_read_the_same_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KIIF_SECRET_KEY", raising=False)
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _n: secret_keys(tmp_path), range(40)))
    assert {len(found) for found in keys} == {1}
    assert len({found[0] for found in keys}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_the_first_key_signs_and_the_others_still_verify(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIIF_SECRET_KEY", "new,old")
    assert secret_keys(tmp_path) == ["new", "old"]
    assert not (tmp_path / "secret_key").exists()


def test_the_data_folder_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIIF_DATA_DIR", str(tmp_path / "a" / "b"))
    assert data_dir() == tmp_path / "a" / "b"
    assert data_dir().is_dir()
    assert data_dir().stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("value", "answer"), [("", False), ("0", False), ("No", False), ("1", True), ("yes", True)])
def test_flags(value: str, answer: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIIF_DEBUG", value)
    assert flag("KIIF_DEBUG") is answer


def test_mail_address() -> None:
    backend, options = read_email_url("smtp+tls://a%40b:p%3Aw@mail.example:2525")
    assert backend.endswith("smtp.EmailBackend")
    assert options == {
        "host": "mail.example",
        "port": 2525,
        "user": "a@b",
        "password": "p:w",
        "tls": True,
        "ssl": False,
    }
    assert read_email_url("")[0] == "kiif.mailbox.backends.KeepInOutboxBackend"
    with pytest.raises(ValueError, match="smtp"):
        read_email_url("http://mail.example")
