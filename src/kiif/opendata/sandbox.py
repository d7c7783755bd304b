"""Runs a script on a hostile file in a process that can exhaust nothing but itself.

Memory, processor time, size of what it writes and wall-clock time are limited; the environment is empty, the folder is
a temporary one. The one way in which the product reads a file from outside with a library that it does not trust:

    with sandbox.folder() as place:
        outcome = sandbox.run(SCRIPT, [str(source)], place)

The limits come from `resource`, which exists on Unix only; elsewhere only the wall-clock limit holds.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_LIMITER = Path(__file__).with_name("limited_child.py")


@dataclass(frozen=True)
class Limits:
    """Bytes of address space, seconds of processor, bytes per written file, seconds on the clock."""

    memory: int = 1 << 30
    cpu: int = 10
    written: int = 256 << 20
    wall: float = 20.0


@dataclass(frozen=True)
class Outcome:
    """The exit code (negative: killed by that signal; None: stopped by the clock) and what was printed."""

    code: int | None
    output: str

    @property
    def exhausted(self) -> bool:
        """Whether a limit stopped it rather than its own decision."""
        return self.code is None or self.code < 0 or self.code == _OUT_OF_MEMORY


_OUT_OF_MEMORY = 77
_LONGEST_OUTPUT = 1 << 20


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder readable by us only, removed at the end with what is in it."""
    with tempfile.TemporaryDirectory(prefix="kiif-box-") as name:
        yield Path(name)


def run(script: Path, arguments: Sequence[str], place: Path, limits: Limits | None = None) -> Outcome:
    """Runs a Python script with `place` as its folder and waits for its end. Never raises for what the script does.

    The script must be self-sufficient: it runs isolated (`python -I`), without our package or settings.
    """
    limits = limits or Limits()
    figures = [str(limits.memory), str(limits.cpu), str(limits.written)]
    command = [sys.executable, "-I", "-B", str(_LIMITER), *figures, str(script), *arguments]
    printed = place / ".printed"
    with printed.open("wb") as output:
        child = subprocess.Popen(  # noqa: S603 -- our interpreter, our script; arguments are paths that we made
            command,
            cwd=place,
            env={"LC_ALL": "C.UTF-8", "PATH": os.defpath},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        code = _wait(child, limits.wall)
    text = printed.read_bytes()[:_LONGEST_OUTPUT].decode("utf-8", "replace")
    printed.unlink()
    return Outcome(code, text)


def _wait(child: subprocess.Popen[bytes], seconds: float) -> int | None:
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        return None
