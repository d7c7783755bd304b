"""What `make run` says when it cannot: one sentence in each language, and an exit code."""

import errno
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
BOOTSTRAP = ROOT / "scripts" / "bootstrap.py"


@pytest.fixture
def launch(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The package of scripts/, importable for one test."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import launch.main
    import launch.steps
    import launch.trouble

    yield launch
    for name in [name for name in sys.modules if name.split(".")[0] == "launch"]:
        del sys.modules[name]


def bootstrap(*words: str, code: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code] if code else [sys.executable, str(BOOTSTRAP)]
    return subprocess.run(
        [*command, *words], env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=60
    )


def test_an_old_python_is_told_in_both_languages() -> None:
    pretend = f"import sys; sys.version_info = (3, 8, 1); exec(compile(open({str(BOOTSTRAP)!r}).read(), 'b', 'exec'))"
    result = bootstrap(code=pretend, PATH="/nowhere")
    assert result.returncode == 1
    assert "Il faut Python 3.11 ou plus récent ; celui-ci est en version 3.8" in result.stderr
    assert "Python 3.11 or newer is needed; this one is version 3.8" in result.stderr


def test_a_newer_python_is_found_by_itself(tmp_path: Path) -> None:
    (tmp_path / "python3.12").symlink_to(sys.executable)
    pretend = (
        f"import sys; sys.version_info = (3, 8, 1); sys.argv = [{str(BOOTSTRAP)!r}, 'run', '--port', 'nothing']; "
        f"exec(compile(open({str(BOOTSTRAP)!r}).read(), 'b', 'exec'))"
    )
    result = bootstrap(code=pretend, PATH=f"{tmp_path}:/usr/bin:/bin")
    assert "n’est pas un numéro de port" in result.stderr


@pytest.mark.parametrize("version", ["2.7", "3.5", "3.6", "3.8"])
def test_the_first_script_is_readable_by_old_pythons(version: str) -> None:
    """Where an old interpreter is at hand it is asked; the syntax is verified everywhere."""
    import ast

    ast.parse(BOOTSTRAP.read_text("utf-8"), feature_version=(3, 7))
    assert BOOTSTRAP.read_text("utf-8").startswith("# -*- coding: utf-8 -*-")
    old = shutil.which(f"python{version}")
    if old and subprocess.run([old, "-c", ""], capture_output=True, check=False).returncode == 0:
        result = subprocess.run([old, str(BOOTSTRAP)], env={"PATH": "/nowhere"}, capture_output=True, check=False)
        assert result.returncode == 1
        assert f"version {version}".encode() in result.stderr


def test_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = bootstrap("run", "--port", str(port))
    assert result.returncode == 1
    assert f"Le port {port} est déjà pris" in result.stderr
    assert f"make run PORT={port + 1}" in result.stderr
    assert f"Port {port} is already taken" in result.stderr


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", ""])
def test_a_port_that_is_none(port: str) -> None:
    result = bootstrap("run", f"--port={port}")
    assert result.returncode == 1
    assert "is not a port number" in result.stderr


def test_a_full_disk(launch: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(launch.trouble.shutil, "disk_usage", lambda _path: usage._replace(free=10_000_000))
    with pytest.raises(launch.trouble.TroubleError) as found:
        launch.trouble.check_folder(tmp_path, room=True)
    assert "pas assez de place" in found.value.french
    assert "not enough room" in found.value.english
    launch.trouble.check_folder(tmp_path, room=False)


def test_a_folder_that_cannot_be_written(launch: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(launch.trouble.tempfile, "TemporaryFile", refuse)
    with pytest.raises(launch.trouble.TroubleError) as found:
        launch.trouble.check_folder(tmp_path, room=True)
    assert "n’est pas accessible en écriture" in found.value.french
    assert "cannot be written to" in found.value.english


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("NewConnectionError: [Errno -3] Temporary failure in name resolution", "The network does not answer"),
        ("npm error code ENOTFOUND", "The network does not answer"),
        ("ERROR: No matching distribution found for argon2-cffi", "The network does not answer"),
        ("OSError: [Errno 28] No space left on device", "not enough room"),
        ("npm error nospc ENOSPC: no space left on device, write", "not enough room"),
        ("sqlite3.OperationalError: attempt to write a readonly database", "cannot be written to"),
        ("Error: ensurepip is not available", "python3-venv"),
    ],
)
def test_what_a_command_says_is_understood(launch: Any, output: str, sentence: str) -> None:
    trouble = launch.trouble.explain(output, ROOT)
    assert sentence in trouble.english
    assert trouble.details == ""  # one sentence; what the command said is kept in .cache/logs


def test_a_failure_nobody_knows_is_not_explained_away(launch: Any) -> None:
    assert launch.trouble.explain("SyntaxError: invalid syntax", ROOT) is None


def runner(launch: Any, folder: Path) -> Any:
    return launch.steps.Runner(folder, folder / "stamps", dict(os.environ), french=False)


def test_a_step_is_done_once_then_again_when_its_inputs_change(launch: Any, tmp_path: Path) -> None:
    source, log = tmp_path / "source", tmp_path / "log"
    source.write_text("1")
    step = launch.steps.Step(
        "s", "pas", "step", commands=(("/bin/sh", "-c", f"echo done >> {log}"),), inputs=(source,), outputs=(log,)
    )
    for _ in range(3):
        runner(launch, tmp_path).run([step])
    assert log.read_text() == "done\n"
    source.write_text("2")
    runner(launch, tmp_path).run([step])
    assert log.read_text() == "done\n" * 2
    log.unlink()
    runner(launch, tmp_path).run([step])
    assert log.read_text() == "done\n"


def test_a_stamp_lives_with_what_it_stands_for(launch: Any, tmp_path: Path) -> None:
    data, log = tmp_path / "data", tmp_path / "log"

    def step(*, always: bool = False) -> Any:
        command = ("/bin/sh", "-c", f"echo done >> {log}")
        return launch.steps.Step("s", "pas", "step", commands=(command,), stamps=data, always=always)

    for _ in range(2):
        runner(launch, tmp_path).run([step()])
    assert log.read_text() == "done\n"
    shutil.rmtree(data)
    runner(launch, tmp_path).run([step()])
    assert log.read_text() == "done\n" * 2
    runner(launch, tmp_path).run([step(always=True)])
    assert log.read_text() == "done\n" * 3


def test_steps_keep_their_order_and_a_failure_stops_the_others(launch: Any, tmp_path: Path) -> None:
    def step(name: str, script: str, *after: str) -> Any:
        return launch.steps.Step(name, name, name, commands=(("/bin/sh", "-c", script),), after=after)

    order = tmp_path / "order"
    steps = [
        step("c", f"echo c >> {order}", "b"),
        step("b", f"sleep 0.2; echo b >> {order}", "a"),
        step("a", f"echo a >> {order}"),
    ]
    runner(launch, tmp_path).run(steps)
    assert order.read_text().split() == ["a", "b", "c"]

    failing = [step("long", "exec sleep 30"), step("bad", "echo oops; exit 3"), step("never", "true", "bad")]
    with pytest.raises(launch.trouble.TroubleError) as found:
        runner(launch, tmp_path).run(failing)
    assert "oops" in found.value.details
    assert not (tmp_path / "stamps" / "long").exists()
    assert not (tmp_path / "stamps" / "never").exists()


def test_steps_run_side_by_side(launch: Any, tmp_path: Path) -> None:
    meeting = threading.Barrier(2, timeout=10)
    steps = [launch.steps.Step(n, n, n, make=meeting.wait) for n in ("one", "two")]
    runner(launch, tmp_path).run(steps)
    assert meeting.n_waiting == 0
    assert not meeting.broken
