"""What settings read from the environment, as functions that can be tested one by one."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

REPOSITORY = Path(__file__).resolve().parents[3]

#: First releases in which the WAL-reset race of SQLite is mended (3.51.3 and two back-ports).
_WAL_SAFE = ((3, 44, 6), (3, 50, 7), (3, 51, 3))


def flag(name: str) -> bool:
    """True when the variable is set to something else than 0, no, false or nothing."""
    return os.environ.get(name, "").strip().lower() not in {"", "0", "no", "false", "off"}


def data_dir() -> Path:
    """Folder of everything that is not code, created if it is not there: nobody else on the machine reads it."""
    path = Path(os.environ.get("KIIF_DATA_DIR") or REPOSITORY / "var").expanduser().resolve()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def secret_keys(folder: Path) -> list[str]:
    """Signing keys: from the environment, else from a file made once, readable by its owner only."""
    if keys := os.environ.get("KIIF_SECRET_KEY"):
        return [key for key in keys.split(",") if key]
    path = folder / "secret_key"
    if not path.exists():
        _make_key(path)
    return path.read_text("utf-8").split()


def _make_key(path: Path) -> None:
    """Puts a key in place whole: several commands start at once on a new instance, and all must read the same one."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".secret_key-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(64))
        with suppress(FileExistsError):
            _link_or_rename(draft, path)
    finally:
        Path(draft).unlink(missing_ok=True)


def _link_or_rename(draft: str, path: Path) -> None:
    """A link refuses to replace what another command made meanwhile; disks without links are renamed upon."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:
        os.replace(draft, path)  # noqa: PTH105 -- beside os.link, of which pathlib has no like


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether write-ahead logging may be used with this SQLite (its WAL-reset race is mended)."""
    return version >= _WAL_SAFE[-1] or any(version[:2] == safe[:2] and version >= safe for safe in _WAL_SAFE)


def sqlite_options(version: tuple[int, int, int]) -> dict[str, Any]:
    """Connection options: IMMEDIATE always (concurrent read-then-write fails without), WAL where it is safe."""
    journal, synchronous = ("WAL", "NORMAL") if wal_is_safe(version) else ("DELETE", "FULL")
    pragmas = {
        "journal_mode": journal,
        "synchronous": synchronous,
        "foreign_keys": "ON",
        "recursive_triggers": "ON",  # else INSERT OR REPLACE deletes a guarded row without asking its trigger
        "secure_delete": "ON",  # what is erased leaves the file too: its bytes are overwritten
        "cache_size": "-20000",
        "journal_size_limit": "27103364",
    }
    return {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "".join(f"PRAGMA {name}={value};" for name, value in pragmas.items()),
    }


def read_email_url(url: str) -> tuple[str, dict[str, Any]]:
    """Django's mail backend and its options from `smtp://`, `smtp+tls://` or `smtp+ssl://`.

    Without an address mails stay in the outbox and are shown on the development page.
    Raises ValueError for another scheme.
    """
    if not url:
        return "kiif.mailbox.backends.KeepInOutboxBackend", {}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtp+tls", "smtp+ssl"} or not parts.hostname:
        raise ValueError("EMAIL_URL must look like smtp+tls://user:password@host:587")
    return "django.core.mail.backends.smtp.EmailBackend", {
        "host": parts.hostname,
        "port": parts.port or (465 if parts.scheme == "smtp+ssl" else 587),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "tls": parts.scheme == "smtp+tls",
        "ssl": parts.scheme == "smtp+ssl",
    }
