import contextlib
import io
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiif.config import cli, speech
from kiif.config.messages import catalogues
from tests.opendata.conftest import base_dir

__all__ = ["base_dir"]

VERBS = ["run", "worker", "prepare", "demo", "backup", "restore", "check", "createadmin"]
VERBS += ["data", "rank", "questionnaire"]


@pytest.fixture(autouse=True)
def _silence_afterwards() -> Iterator[None]:
    yield
    speech.choose("en")


def said(*words: str) -> str:
    """What the command prints, whichever way it ends."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out), contextlib.suppress(SystemExit):
        cli.main(list(words))
    return out.getvalue()


@pytest.mark.parametrize("verb", VERBS)
def test_each_command_is_explained_in_both_languages(verb: str) -> None:
    english, french = said("--lang", "en", verb, "--help"), said("--lang", "fr", verb, "--help")
    assert "usage: kiif" in english
    assert "utilisation" in french
    description = re.split(r"\n\n", english)[1]
    assert description
    assert description not in french


def test_the_language_is_the_one_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert "commandes" in said("--help")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert "commands" in said("--help")
    assert "commandes" in said("--lang=fr", "--help")


def test_without_a_verb_the_help_is_shown() -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert cli.main(["--lang", "en"]) == 2
    assert all(verb in out.getvalue() for verb in VERBS)


def test_a_mistake_is_one_sentence() -> None:
    assert "Unknown step: nothing" in said("--lang", "en", "prepare", "nothing")
    assert "Étape inconnue" in said("--lang", "fr", "prepare", "nothing")
    assert "Traceback" not in said("--lang", "en", "restore", "/nowhere/at-all.tar.gz", "--check")


# --- the server, for real ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of an instance whose database and static files are ready, apart from the test's own."""
    catalogues.compile_all()
    folder = tmp_path_factory.mktemp("instance")
    environment = {
        **{k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "KIIF_SECRET_KEY"}},
        "KIIF_DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "kiif.config.settings",
        "LC_ALL": "C.UTF-8",
    }
    kiif(environment, "prepare", "database", "static")
    return environment


def kiif(
    environment: dict[str, str], *words: str, check: bool = True, text: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiif.config.cli", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=check,
        input=text,
        timeout=120,
    )


def free_port() -> int:
    """One that the system gives: it goes round, so two tests side by side are not given the same."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(port: int, path: str = "/") -> tuple[int, str]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.status, answer.read().decode()


@contextlib.contextmanager
def serving(environment: dict[str, str], *words: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    address = {"KIIF_BASE_URL": f"http://127.0.0.1:{port}"}
    process = subprocess.Popen(
        [sys.executable, "-m", "kiif.config.cli", "run", "--port", str(port), *words],
        env={**environment, **address},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                fetch(port)
                break
            except (urllib.error.URLError, ConnectionError):
                assert process.poll() is None, process.stdout.read() if process.stdout else ""
                time.sleep(0.1)
        yield process, port
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_stops_cleanly(how: signal.Signals, ready: dict[str, str]) -> None:
    with serving(ready, "--welcome") as (process, port):
        status, page = fetch(port)
        assert status == 200
        assert "<h1" in page
        style = re.search(r'href="(/static/[^"]+\.css)"', page)
        if style:  # the styles are there as soon as the front end is built
            assert fetch(port, style.group(1))[0] == 200
        start = time.monotonic()
        # Ctrl-C reaches the whole group of the terminal; a service manager writes to the main process
        os.killpg(process.pid, how) if how == signal.SIGINT else process.send_signal(how)
        output, _ = process.communicate(timeout=40)
    assert process.returncode == 0, output
    assert time.monotonic() - start < 25
    assert f"http://127.0.0.1:{port}" in output
    assert "Traceback" not in output
    with pytest.raises(urllib.error.URLError):
        fetch(port)
    # nothing holds the database any more, and what was written is there
    with contextlib.closing(sqlite3.connect(Path(ready["KIIF_DATA_DIR"]) / "kiif.sqlite3", timeout=0)) as database:
        database.execute("BEGIN EXCLUSIVE")


def test_what_serves_reads_packs_though_another_process_began(ready: dict[str, str], base_dir: Path) -> None:
    """Reading a pack keeps threads, which a fork does not take along: nothing may read one before it."""
    packs = Path(ready["KIIF_DATA_DIR"]) / "packs"
    packs.mkdir(exist_ok=True)
    (packs / "base").symlink_to((base_dir / "packs" / "base").resolve())
    try:
        with serving(ready, "--welcome") as (_process, port):
            status, _page = fetch(port, "/territoires/")
    finally:
        (packs / "base").unlink()
    assert status == 200


def test_only_the_main_process_obeys_ctrl_c(ready: dict[str, str]) -> None:
    """It passes it on to its worker, which heard it too: twice at once would be once too many."""
    with serving(ready) as (process, port):
        (worker,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(worker), signal.SIGINT)
        time.sleep(0.5)
        assert fetch(port)[0] == 200
        assert Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split() == [worker]


def test_two_servers_do_not_share_a_port(ready: dict[str, str]) -> None:
    with serving(ready) as (_process, port):
        second = kiif(ready, "run", "--port", str(port), check=False)
    assert second.returncode == 1
    assert f"Port {port}" in second.stderr
    assert "Traceback" not in second.stderr


def test_nothing_is_restored_under_a_running_server(ready: dict[str, str], tmp_path: Path) -> None:
    archive = tmp_path / "kiif.tar.gz"
    kiif(ready, "backup", str(archive))
    with serving(ready):
        refused = kiif(ready, "restore", str(archive), "--force", check=False)
    assert refused.returncode == 1
    assert "Stop it first" in refused.stderr
    assert kiif(ready, "restore", str(archive), "--force").returncode == 0


def test_a_database_that_is_not_ready_is_told(tmp_path: Path, ready: dict[str, str]) -> None:
    refused = kiif({**ready, "KIIF_DATA_DIR": str(tmp_path)}, "run", "--port", str(free_port()), check=False)
    assert refused.returncode == 1
    assert "kiif prepare" in refused.stderr


def test_the_first_person(ready: dict[str, str]) -> None:
    weak = kiif({**ready, "KIIF_ADMIN_PASSWORD": "short"}, "createadmin", "une@exemple.test", check=False)
    assert weak.returncode == 1
    assert "Traceback" not in weak.stderr
    good = {**ready, "KIIF_ADMIN_PASSWORD": "une longue phrase de passe"}
    assert "une@exemple.test" in kiif(good, "createadmin", "une@exemple.test", "--name", "Une Personne").stdout
    twice = kiif(good, "createadmin", "une@exemple.test", check=False)
    assert twice.returncode == 1


def test_the_health_of_an_instance(ready: dict[str, str]) -> None:
    result = kiif(ready, "check", check=False)
    assert "SQLite" in result.stdout
    assert "Traceback" not in result.stderr
    assert result.returncode == 0, result.stdout
