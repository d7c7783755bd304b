"""`make run` and `make test` arrive here."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from launch import steps, trouble
from launch.plan import Plan

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """Prepares what lacks, then hands over. Returns the exit code when there was nothing to hand over to."""
    steps.speak_utf8()
    parser = argparse.ArgumentParser(prog="bootstrap", description="Prepare the house, then run it or test it.")
    parser.add_argument("what", choices=("run", "prepare", "build", "test"))
    parser.add_argument("--no-demo", action="store_true")
    parser.add_argument("--port", default="8000")
    parser.add_argument("--host", default="127.0.0.1")
    options = parser.parse_args(arguments)
    try:
        return _go(options)
    except trouble.TroubleError as error:
        print(f"\n  {error.french}\n\n  {error.english}\n{_tail(error.details)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n  Arrêté. / Stopped.", file=sys.stderr)
        return 130


def _go(options: argparse.Namespace) -> int:
    plan = Plan(ROOT)
    port = _port(options.port)
    if options.what == "run":
        trouble.check_port(options.host, port)
    for folder in (ROOT, plan.cache, plan.data):
        trouble.check_folder(folder, room=not plan.installed)
    start = time.monotonic()
    runner = steps.Runner(ROOT, plan.cache / "stamps", steps.environment(ROOT), french=steps.is_french())
    if options.what in ("run", "prepare"):
        runner.run(plan.for_run(demo=not options.no_demo))
    else:
        runner.run(plan.for_build() if options.what == "build" else plan.for_tests())
    if runner.did_something:
        print(f"  {'Prêt' if runner.french else 'Ready'} ({time.monotonic() - start:.0f} s)", flush=True)
    if options.what != "run":
        return 0
    return _serve(plan, runner, options.host, port, demo=not options.no_demo)


def _serve(plan: Plan, runner: steps.Runner, host: str, port: int, *, demo: bool) -> int:
    """Becomes the server: signals reach it directly."""
    values = dict(runner.environment)
    values.setdefault("KIIF_DEMO", "1" if demo else "0")
    values.setdefault("KIIF_BASE_URL", f"http://{host}:{port}")
    command = [str(plan.python), "-m", "kiif.config.cli", "run", "--host", host, "--port", str(port), "--welcome"]
    os.execve(command[0], command, values)  # noqa: S606 -- our own environment, no shell


def _port(text: str) -> int:
    if text.isdigit() and 0 < int(text) < 65_536:
        return int(text)
    raise trouble.TroubleError(
        f"« {text} » n’est pas un numéro de port. Écrivez par exemple : make run PORT=8123",
        f"“{text}” is not a port number. Write for instance: make run PORT=8123",
    )


def _tail(details: str, lines: int = 15) -> str:
    return "".join(f"\n  | {line}" for line in details.strip().splitlines()[-lines:])
