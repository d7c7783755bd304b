"""From `git clone` to the served home, caches empty; then the second start: `python benchmarks/startup.py [--json]`.

Clones the last commit of this repository in a temporary folder. Packages come from the registries that pip and npm are
set to; `--warm` lets them use their caches. The time of the clone itself is included.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import ROOT, free_port, report, wait_for

LIMITS = {"clone to served home, s": 240.0, "second start to served home, s": 5.0}


def start(folder: Path, values: dict[str, str], log: Path) -> float:
    """Seconds from `make run` to the first served page; the product is stopped with Ctrl-C, as people do."""
    port = free_port()
    begun = time.monotonic()
    with log.open("w") as output:
        process = subprocess.Popen(
            ["make", "run", f"PORT={port}", f"PYTHON={sys.executable}"],
            cwd=folder,
            env=values,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/", seconds=900, process=process)
            took = time.monotonic() - begun
        except RuntimeError:
            sys.exit(log.read_text())
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGINT)
            process.wait(timeout=60)
    return took


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--warm", action="store_true", help="pip and npm keep their caches")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kiif-startup-") as name:
        folder = Path(name)
        hidden = {"DATABASE_URL", "KIIF_DATA_DIR", "KIIF_SECRET_KEY", "PYTHONPATH", "MAKEFLAGS", "VIRTUAL_ENV"}
        hidden.add("PYTHONDONTWRITEBYTECODE")
        values = {key: value for key, value in os.environ.items() if key not in hidden}
        if not arguments.warm:
            values |= {"PIP_CACHE_DIR": str(folder / "pip"), "npm_config_cache": str(folder / "npm")}
        begun = time.monotonic()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder / "kiif")], check=True)
        cloned = time.monotonic() - begun
        first = cloned + start(folder / "kiif", values, folder / "first.log")
        steps = [line.split("ok ", 1)[1] for line in (folder / "first.log").read_text().splitlines() if "  ok " in line]
        second = start(folder / "kiif", values, folder / "second.log")
    measures: dict[str, object] = {"clone to served home, s": first, "second start to served home, s": second}
    for step in steps:
        label, _, seconds = step.rpartition(" (")
        measures[f"  {label}, s"] = int(seconds.split()[0])
    return report(measures, LIMITS, as_json=arguments.json)


if __name__ == "__main__":
    sys.exit(main())
