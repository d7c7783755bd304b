"""Fetch official files: resumed where they stopped, checked, put in place in one rename, never over a good one."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import httpx

from kiif.opendata import packs, paths
from kiif.opendata.errors import DataError, DownloadFailed
from kiif.opendata.errors import gettext_noop as _
from kiif.opendata.importers import source_named

Progress = Callable[[str, int, int], None]

MAX_BYTES: Final = 8 * 1024**3
ATTEMPTS: Final = 4
BLOCK: Final = 1 << 18
TIMEOUT: Final = httpx.Timeout(30, read=120)
USER_AGENT: Final = "kiif (open data importer)"


@dataclass(frozen=True)
class Download:
    """A file fetched: where it is, from where, its size and SHA-256, when, and whether it had changed."""

    path: Path
    address: str
    size: int
    sha256: str
    fetched_at: str
    changed: bool


def fetch(source_id: str, progress: Progress | None = None, *, client: httpx.Client | None = None) -> Path:
    """Fetch the file of a source and return its path; see :func:`fetch_address` for what can go wrong.

    The addresses of the source are tried in turn; the failure tells what each answered.
    """
    source = source_named(source_id)
    if not source.addresses:
        raise DataError(
            _("“%(source)s” has no known address: fetch its file by hand from %(page)s and import it."),
            source=source.id,
            page=source.page or "–",
        )
    failures = []
    for address in source.addresses:
        try:
            return fetch_address(address, paths.downloads_dir() / source.id, progress, client=client).path
        except DownloadFailed as error:
            failures.append(error)
    if len(failures) == 1:
        raise failures[0]
    raise DownloadFailed(
        _("No address of “%(source)s” worked: %(reasons)s"), source=source.id, reasons=" ".join(map(str, failures))
    )


def fetch_address(
    address: str, folder: Path, progress: Progress | None = None, *, sha256: str | None = None,
    client: httpx.Client | None = None, pause: float = 1.0,
) -> Download:  # fmt: skip
    """Fetch one address into ``folder``; ``sha256`` is the checksum expected, if known.

    A stopped download leaves a ``.part`` file and goes on from there (HTTP Range with If-Range) at the next attempt,
    in the same call or later. Raises :class:`DownloadFailed` when the server cannot be reached, refuses, sends a web
    page instead of a file, sends fewer bytes than announced, or when the checksum differs; the file already there, if
    any, is left as it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    own = client is None
    session = client or _session()
    part = folder / f"{hashlib.sha256(address.encode()).hexdigest()[:12]}.part"
    try:
        name = ""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                name = _attempt(session, address, part, progress)
                break
            except httpx.TransportError as error:
                if attempt == ATTEMPTS:
                    raise DownloadFailed(
                        _("%(address)s cannot be reached (%(reason)s). What came is kept: try again to go on."),
                        address=address,
                        reason=str(error) or type(error).__name__,
                    ) from error
                time.sleep(pause * 2 ** (attempt - 1))
    finally:
        if own:
            session.close()
    return _finish(part, folder / name, address, sha256)


def _session(transport: httpx.BaseTransport | None = None) -> httpx.Client:
    return httpx.Client(
        transport=transport,
        timeout=TIMEOUT,
        follow_redirects=True,
        headers={"User-Agent": USER_AGENT},
        event_hooks={"request": [_refuse_plain]},
    )


def _refuse_plain(request: httpx.Request) -> None:
    """Each hop, redirections included, must prove its name: nothing behind our own walls can do that."""
    if request.url.scheme != "https":
        raise DownloadFailed(_("%(address)s is not an HTTPS address: refused."), address=str(request.url))


def _notes_of(part: Path) -> Path:
    return part.with_suffix(".json")


def _facts_in(notes: Path) -> dict[str, Any]:
    """What was noted beside a file; nothing when that was cut in the middle."""
    try:
        facts = json.loads(notes.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _attempt(session: httpx.Client, address: str, part: Path, progress: Progress | None) -> str:
    """One request, from where the partial file stops; returns the name of the file."""
    notes = _notes_of(part)
    known = _facts_in(notes) if part.exists() else {}
    have = part.stat().st_size if part.exists() and known.get("validator") else 0
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": known["validator"]}
    with session.stream("GET", address, headers=headers) as answer:
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.unlink(missing_ok=True)
            raise httpx.TransportError("the partial file no longer fits")
        _refuse_answer(answer, address)
        resumed = answer.status_code == httpx.codes.PARTIAL_CONTENT
        have = have if resumed else 0
        length = answer.headers.get("Content-Length")
        total = have + int(length) if length and length.isdigit() else 0
        if total > MAX_BYTES:
            raise DownloadFailed(_("%(address)s announces %(size)d bytes: refused."), address=address, size=total)
        validator = answer.headers.get("ETag") or answer.headers.get("Last-Modified") or ""
        strong = "" if validator.startswith("W/") else validator
        notes.write_text(json.dumps({"validator": strong, "address": address}))
        done = _receive(answer, part, have, total, progress)
        name = _file_name(answer)
    if total and done < total:
        raise httpx.RemoteProtocolError(f"{done} bytes of {total}")
    return name


def _receive(answer: httpx.Response, part: Path, have: int, total: int, progress: Progress | None) -> int:
    done = have
    with part.open("ab" if have else "wb") as file:
        for block in answer.iter_bytes(BLOCK):
            file.write(block)
            done += len(block)
            if done > MAX_BYTES:
                raise DownloadFailed(_("%(address)s sends without end: stopped."), address=str(answer.url))
            if progress:
                progress(_("Download"), done, total)
    return done


def _refuse_answer(answer: httpx.Response, address: str) -> None:
    if answer.status_code not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
        raise DownloadFailed(
            _(
                "%(address)s answers %(status)d: a file was expected. The publisher may have moved it; import it by "
                "hand."
            ),
            address=address,
            status=answer.status_code,
        )
    kind = answer.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        raise DownloadFailed(
            _(
                "%(address)s answers with a web page: a file was expected. The publisher may have moved it; import "
                "it by hand."
            ),
            address=address,
        )


def _file_name(answer: httpx.Response) -> str:
    """Name announced by the server, else the end of the address; only safe characters."""
    found = re.search(r"filename\*?=(?:UTF-8'')?\"?([^\";]+)", answer.headers.get("Content-Disposition", ""))
    name = unquote(found.group(1) if found else urlsplit(str(answer.url)).path.rsplit("/", 1)[-1])
    name = re.sub(r"[^\w.()-]+", "_", Path(name).name, flags=re.ASCII).strip("._")
    return name or "file"


def _finish(part: Path, target: Path, address: str, expected: str | None) -> Download:
    digest = packs.sha256(part)
    if expected and digest != expected.lower():
        part.unlink()
        raise DownloadFailed(
            _("%(address)s: the checksum is %(found)s, %(expected)s was expected. The file is thrown away."),
            address=address,
            found=digest,
            expected=expected,
        )
    if part.stat().st_size == 0:
        part.unlink()
        raise DownloadFailed(_("%(address)s sent an empty file."), address=address)
    record = target.with_name(f"{target.name}.fetched.json")
    before = _facts_in(record).get("sha256")
    size = part.stat().st_size
    part.replace(target)
    _notes_of(part).unlink(missing_ok=True)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    facts = {"address": address, "sha256": digest, "size": size, "fetched_at": now}
    record.write_text(json.dumps(facts, indent=1) + "\n")
    return Download(target, address, size, digest, now, before != digest)
