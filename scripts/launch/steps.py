"""Steps that are done once, and again only when what they depend on has changed; side by side where they may."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from launch import trouble

Command = Sequence[str | Path]


@dataclass(frozen=True)
class Step:
    """A piece of work: `commands` are run in order unless the stamp tells that `inputs` are unchanged.

    `after` names the steps that come first; `outputs` must exist for the stamp to count; `salt` is whatever else
    the result depends on; `make` is a function run before the commands. The stamp is kept in `stamps` (beside what the
    step makes), else with those of the runner; `always` trusts no stamp: what the step makes lives elsewhere.
    """

    name: str
    french: str
    english: str
    commands: tuple[Command, ...] = ()
    inputs: tuple[Path, ...] = ()
    outputs: tuple[Path, ...] = ()
    after: tuple[str, ...] = ()
    salt: str = ""
    stamps: Path | None = None
    always: bool = False
    make: Callable[[], None] | None = None


class StoppedError(Exception):
    """Another step failed, or the person pressed Ctrl-C: this one did not go to its end."""


def fingerprint(paths: Iterable[Path], salt: str = "") -> str:
    """A hash of files, and of all files of folders: their names and contents. What is missing counts as empty."""
    digest = hashlib.sha256(salt.encode())
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            if "__pycache__" in file.parts or not file.exists():
                continue
            digest.update(f"{file.relative_to(path) if path.is_dir() else file.name}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


class Runner:
    """Runs steps in their order, at most `width` at a time, and says one line for each."""

    def __init__(self, root: Path, stamps: Path, environment: dict[str, str], *, french: bool, width: int = 3) -> None:
        self.root, self.stamps, self.environment = root, stamps, environment
        self.french, self.width = french, width
        self.did_something = False
        self._running: set[subprocess.Popen[str]] = set()
        self._lock = threading.Lock()
        self._stopped = False

    def say(self, text: str) -> None:
        with self._lock:
            print(text, flush=True)

    def run(self, steps: Sequence[Step]) -> None:
        """Does every step that is not done. Raises TroubleError at the first one that fails; the others are stopped."""
        waiting = {step.name: step for step in steps}
        done: set[str] = set()
        under_way: dict[Future[None], str] = {}
        with ThreadPoolExecutor(self.width) as pool:
            try:
                while waiting or under_way:
                    for name, step in list(waiting.items()):
                        if set(step.after) <= done and len(under_way) < self.width:
                            under_way[pool.submit(self._do, waiting.pop(name))] = name
                    finished, _ = wait(under_way, return_when=FIRST_COMPLETED)
                    for future in finished:
                        done.add(under_way.pop(future))
                        future.result()
            except BaseException:
                self.stop()
                raise

    def stop(self) -> None:
        """Ends the commands under way."""
        self._stopped = True
        with self._lock:
            running = list(self._running)
        for process in running:
            process.terminate()

    def _do(self, step: Step) -> None:
        stamp = (step.stamps or self.stamps) / step.name
        key = fingerprint(step.inputs, step.salt + repr(step.commands))
        known = stamp.exists() and stamp.read_text() == key and all(p.exists() for p in step.outputs)
        if known and not step.always:
            return
        self.did_something = True
        label = step.french if self.french else step.english
        self.say(f"  …  {label}")
        start = time.monotonic()
        if step.make:
            step.make()
        for command in step.commands:
            self._call(step, command)
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(key)
        self.say(f"  ok {label} ({time.monotonic() - start:.0f} s)")

    def _call(self, step: Step, command: Command) -> None:
        if self._stopped:
            raise StoppedError
        try:
            process = subprocess.Popen(  # noqa: S603 -- commands of plan.py
                [str(part) for part in command],
                cwd=self.root,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            )
        except OSError as error:
            raise trouble.TroubleError(
                f"La commande {command[0]} ne démarre pas ({error.strerror}).",
                f"The command {command[0]} does not start ({error.strerror}).",
            ) from error
        with self._lock:
            self._running.add(process)
        output = self._listen(step, process)
        with self._lock:
            self._running.discard(process)
        if self._stopped:
            raise StoppedError
        if process.returncode:
            self._keep(step, output)
            raise trouble.explain(output, self.root) or trouble.TroubleError(
                f"Étape « {step.french} » interrompue. Voici la fin de ce qu’elle a dit.",
                f"Step “{step.english}” failed. This is the end of what it said.",
                output,
            )

    def _keep(self, step: Step, output: str) -> None:
        """Everything the command said, for whoever wants to look closer."""
        with suppress(OSError):
            folder = self.stamps.parent / "logs"
            folder.mkdir(exist_ok=True)
            (folder / f"{step.name}.log").write_text(output, "utf-8")

    def _listen(self, step: Step, process: subprocess.Popen[str]) -> str:
        """Everything the command says; lines that start or end with "…" are progress and are shown at once."""
        lines = []
        assert process.stdout is not None  # noqa: S101 -- opened with a pipe just above
        with process.stdout as said:
            for line in said:
                lines.append(line)
                if line.startswith("… ") or line.endswith("…\n"):
                    self.say("       " + line.strip("… \n") + "…")
        process.wait()
        return "".join(lines)


def environment(root: Path) -> dict[str, str]:
    """The environment of the commands: the person's own, the sources of the house, no questions asked."""
    values = dict(os.environ)
    # compiled once, not at each start: the environment of the checkout is ours to write in
    values.pop("PYTHONDONTWRITEBYTECODE", None)
    values.update(
        PIP_DISABLE_PIP_VERSION_CHECK="1",
        PIP_NO_INPUT="1",
        PIP_RETRIES=values.get("PIP_RETRIES", "2"),
        PYTHONUTF8="1",
        npm_config_fetch_retries=values.get("npm_config_fetch_retries", "2"),
        npm_config_update_notifier="false",
    )
    return values


def is_french() -> bool:
    """Whether the person's terminal speaks French."""
    words = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    return next((w for w in words if w), "").lower().startswith("fr")


def speak_utf8() -> None:
    """Accents survive a terminal that announces plain ASCII."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
