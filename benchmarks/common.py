"""What the benchmarks of the whole product share: an instance to measure, a server, a table."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PACKS = Path(os.environ.get("KIIF_DATA_DIR") or ROOT / "var") / "packs"


def p95(values: list[float]) -> float:
    """The 95th percentile (nearest rank); 0 for no value."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)] if ordered else 0.0


def environment(folder: Path, *, database: str = "", port: int = 0) -> dict[str, str]:
    """The environment of an instance whose data are in `folder`."""
    values = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "KIIF_SECRET_KEY"}}
    values |= {"KIIF_DATA_DIR": str(folder), "KIIF_DEMO": "1", "DJANGO_SETTINGS_MODULE": "kiif.config.settings"}
    if database:
        values["DATABASE_URL"] = database
    if port:
        values["KIIF_BASE_URL"] = f"http://127.0.0.1:{port}"
    return values


def kiif(values: dict[str, str], *words: str) -> None:
    """Runs a command of kiif; what it says is shown only if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "kiif.config.cli", *words],
        env=values,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"kiif {' '.join(words)}:\n{done.stdout}{done.stderr}")


def make_instance(folder: Path, *, scale: int = 1, database: str = "", territories: bool = True) -> dict[str, str]:
    """A prepared instance with the demonstration. The packs of the present one are copied, if it has some."""
    values = environment(folder, database=database)
    if PACKS.exists():
        shutil.copytree(PACKS, folder / "packs")
    kiif(values, "prepare", "database", "static")
    if territories and (folder / "packs" / "base").exists():
        kiif(values, "prepare", "territories")
    kiif(values, "demo", "--scale", str(scale))
    return values


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, *, seconds: float = 600.0, process: subprocess.Popen[Any] | None = None) -> None:
    """Returns as soon as the address answers 200. Raises TimeoutError, or RuntimeError if the process ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        unready = contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError)
        with unready, urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 -- our own address
            if answer.status == 200:
                return
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"the server ended with code {process.returncode}")
        time.sleep(0.05)
    raise TimeoutError(url)


@contextlib.contextmanager
def serving(values: dict[str, str], *words: str) -> Iterator[str]:
    """`kiif run` on a free port, while the block runs; gives its address."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "kiif.config.cli", "run", "--port", str(port), *words],
        env={**values, "KIIF_BASE_URL": f"http://127.0.0.1:{port}"},
        stdin=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/", process=process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def report(measures: dict[str, Any], limits: dict[str, float], *, as_json: bool) -> int:
    """Prints the measures beside their limits; returns 1 when one is beyond."""
    beyond = [name for name, limit in limits.items() if float(measures.get(name, 0)) > limit]
    if as_json:
        print(json.dumps({"measures": measures, "limits": limits, "beyond": beyond}, ensure_ascii=False, indent=1))
        return 1 if beyond else 0
    width = max(len(name) for name in measures) + 2
    for name, value in measures.items():
        shown = f"{value:>12.2f}" if isinstance(value, float) else f"{value:>12}"
        limit = f"   limit {limits[name]:g}" if name in limits else ""
        print(f"{name:<{width}}{shown}{limit}{'   BEYOND' if name in beyond else ''}")
    return 1 if beyond else 0
