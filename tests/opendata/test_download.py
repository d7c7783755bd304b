"""Downloads against a server of one's own: resumed, checked, atomic."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from kiif.opendata import download
from kiif.opendata.errors import DataError, DownloadFailed
from kiif.opendata.sources import SOURCES

CONTENT = bytes(range(256)) * 4_000


@dataclass
class Behaviour:
    """What the server does, and the ranges that it was asked for."""

    cut_after: int | None = None
    status: int = 200
    kind: str = "text/csv"
    etag: str = '"v1"'
    content: bytes = CONTENT
    asked: list[str | None] = field(default_factory=list)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Behaviour]]:
    """It speaks plain HTTP, which downloads refuse: for these tests the session lets it pass."""
    monkeypatch.setattr(download, "_session", lambda: httpx.Client(timeout=5))
    behaviour = Behaviour()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            behaviour.asked.append(wanted)
            start = 0
            if wanted and self.headers.get("If-Range") == behaviour.etag:
                start = int(wanted.removeprefix("bytes=").rstrip("-"))
            body = behaviour.content[start:]
            self.send_response(206 if start else behaviour.status)
            self.send_header("Content-Type", behaviour.kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", behaviour.etag)
            self.end_headers()
            cut, behaviour.cut_after = behaviour.cut_after, None
            self.wfile.write(body[:cut])

        def log_message(self, *_arguments: object) -> None:
            return

    service = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=service.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{service.server_port}/data/file.csv", behaviour
    service.shutdown()
    service.server_close()
    thread.join()


def test_a_file_is_fetched_with_its_checksum(server: tuple[str, Behaviour], tmp_path: Path) -> None:
    address, _behaviour = server
    seen: list[tuple[str, int, int]] = []
    got = download.fetch_address(address, tmp_path, lambda *step: seen.append(step), pause=0)
    assert got.path == tmp_path / "file.csv"
    assert got.path.read_bytes() == CONTENT
    assert got.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert got.changed
    assert seen[-1] == ("Download", len(CONTENT), len(CONTENT))
    assert not download.fetch_address(address, tmp_path, pause=0).changed
    assert not list(tmp_path.glob("*.part"))


def test_a_cut_download_goes_on_where_it_stopped(server: tuple[str, Behaviour], tmp_path: Path) -> None:
    address, behaviour = server
    behaviour.cut_after = 500_000
    got = download.fetch_address(address, tmp_path, pause=0)
    assert got.path.read_bytes() == CONTENT
    assert behaviour.asked[0] is None
    assert behaviour.asked[1] is not None
    assert 0 < int(behaviour.asked[1].removeprefix("bytes=").rstrip("-")) <= 500_000


def test_a_file_that_changed_meanwhile_starts_again(
    server: tuple[str, Behaviour], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, behaviour = server
    behaviour.cut_after = 500_000
    monkeypatch.setattr(download, "ATTEMPTS", 1)
    with pytest.raises(DownloadFailed, match="What came is kept"):
        download.fetch_address(address, tmp_path, pause=0)
    assert list(tmp_path.glob("*.part"))
    behaviour.etag, behaviour.content = '"v2"', CONTENT[::-1]
    assert download.fetch_address(address, tmp_path, pause=0).path.read_bytes() == CONTENT[::-1]


def test_a_wrong_checksum_throws_the_file_away_and_keeps_the_former(
    server: tuple[str, Behaviour], tmp_path: Path
) -> None:
    address, behaviour = server
    download.fetch_address(address, tmp_path, pause=0)
    behaviour.content, behaviour.etag = b"tampered", '"v2"'
    with pytest.raises(DownloadFailed, match="the checksum is"):
        download.fetch_address(address, tmp_path, pause=0, sha256="0" * 64)
    assert (tmp_path / "file.csv").read_bytes() == CONTENT
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    ("status", "kind", "sentence"),
    [(404, "text/csv", "answers 404: a file was expected"), (200, "text/html; charset=utf-8", "with a web page")],
)
def test_an_answer_that_is_no_file_is_told(
    server: tuple[str, Behaviour], tmp_path: Path, status: int, kind: str, sentence: str
) -> None:
    address, behaviour = server
    behaviour.status, behaviour.kind = status, kind
    with pytest.raises(DownloadFailed, match=sentence):
        download.fetch_address(address, tmp_path, pause=0)
    assert not (tmp_path / "file.csv").exists()


def test_an_empty_file_and_a_closed_door_are_told(server: tuple[str, Behaviour], tmp_path: Path) -> None:
    address, behaviour = server
    behaviour.content = b""
    with pytest.raises(DownloadFailed, match="empty file"):
        download.fetch_address(address, tmp_path, pause=0)
    with pytest.raises(DownloadFailed, match="cannot be reached"):
        download.fetch_address("http://127.0.0.1:9/none", tmp_path, pause=0)


def test_too_large_a_file_is_refused_before_it_comes(
    server: tuple[str, Behaviour], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "MAX_BYTES", 1000)
    with pytest.raises(DownloadFailed, match="announces 1024000 bytes"):
        download.fetch_address(server[0], tmp_path, pause=0)


@pytest.mark.parametrize(
    "inside", ["http://169.254.169.254/latest/meta-data", "http://127.0.0.1:8000/admin/", "http://[::1]/"]
)
def test_a_redirection_into_our_own_walls_is_not_followed(tmp_path: Path, inside: str) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        if request.url.path == "/moved.csv":
            return httpx.Response(302, headers={"Location": "https://other.example/file.csv"})
        if request.url.path == "/trap.csv":
            return httpx.Response(302, headers={"Location": inside})
        return httpx.Response(200, content=CONTENT, headers={"Content-Type": "text/csv"})

    with download._session(httpx.MockTransport(answer)) as session:
        with pytest.raises(DownloadFailed, match="not an HTTPS address"):
            download.fetch_address("https://publisher.example/trap.csv", tmp_path, client=session, pause=0)
        got = download.fetch_address("https://publisher.example/moved.csv", tmp_path, client=session, pause=0)
    assert got.path.read_bytes() == CONTENT
    assert asked == [
        "https://publisher.example/trap.csv",
        "https://publisher.example/moved.csv",
        "https://other.example/file.csv",
    ]


def test_an_address_in_plain_http_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match="not an HTTPS address"):
        download.fetch_address("http://publisher.example/file.csv", tmp_path, pause=0)


def test_every_declared_address_is_https() -> None:
    addresses = [address for source in SOURCES.values() for address in source.addresses]
    assert addresses
    assert [address for address in addresses if not address.startswith("https://")] == []


def test_notes_cut_in_the_middle_only_cost_a_new_start(
    server: tuple[str, Behaviour], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, behaviour = server
    behaviour.cut_after = 1000
    monkeypatch.setattr(download, "ATTEMPTS", 1)
    with pytest.raises(DownloadFailed):
        download.fetch_address(address, tmp_path, pause=0)
    (notes,) = tmp_path.glob("*.json")
    notes.write_text('{"validator": "')
    assert download.fetch_address(address, tmp_path, pause=0).path.read_bytes() == CONTENT
    assert behaviour.asked == [None, None]


def test_names_from_servers_are_made_safe() -> None:
    def name(header: str) -> str:
        request = httpx.Request("GET", "https://example.org/a/b%20c.zip?x=1")
        return download._file_name(httpx.Response(200, headers={"Content-Disposition": header}, request=request))

    assert name("") == "b_c.zip"
    assert name('attachment; filename="../../etc/passwd"') == "passwd"
    assert name("attachment; filename*=UTF-8''caf%C3%A9.csv") == "caf_.csv"
    assert name('attachment; filename="..."') == "file"


def test_a_source_without_address_says_where_to_look() -> None:
    with pytest.raises(DataError, match=r"no known address.*observatoire"):
        download.fetch("rurality")
    with pytest.raises(DataError, match="is not a source"):
        download.fetch("nope")
