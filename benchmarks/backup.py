"""What a writer feels while an archive is made: `python benchmarks/backup.py [--json] [--scale N] [--database URL]`.

An instance with the demonstration; three threads write without a pause; one archive is made meanwhile, then verified
and restored. With `--database`, that (empty) PostgreSQL database instead of SQLite.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

from common import make_instance, p95, report

#: One writer of the embedded database always waits for the other two; an archive may add to it, not stop it.
LIMITS = {"longest wait of a writer during the archive, ms": 2000.0, "writers that failed": 0.0, "rows lost": 0.0}


class Writers:
    """Threads that add a row again and again, and note how long each took."""

    def __init__(self, count: int) -> None:
        self.waits: list[tuple[float, float]] = []
        self.failures: list[Exception] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(count)]

    def __enter__(self) -> Writers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def during(self, begun: float, ended: float) -> list[float]:
        """Milliseconds that each write of that period took."""
        return [wait * 1000 for at, wait in self.waits if begun <= at <= ended]

    def _write(self, number: int) -> None:
        from django.db import DatabaseError, connection

        from kiif.config.models import Mark

        count = 0
        while not self._stop.is_set():
            begun = time.monotonic()
            try:
                Mark.objects.create(key=f"writer {number} row {count}")
            except DatabaseError as error:
                self.failures.append(error)
            self.waits.append((begun, time.monotonic() - begun))
            count += 1
        connection.close()


def measure(folder: Path) -> dict[str, object]:
    from kiif.config import backup
    from kiif.config.models import Mark

    with Writers(3) as writers:
        quiet = (time.monotonic(), time.monotonic() + 3)
        time.sleep(3)
        begun = time.monotonic()
        archive = backup.create(folder / "archive.tar.gz")
        ended = time.monotonic()
    before, during = writers.during(*quiet), writers.during(begun, ended)
    begun = time.monotonic()
    manifest = backup.verify(archive)
    verified = time.monotonic() - begun
    written = Mark.objects.count()
    begun = time.monotonic()
    backup.restore(archive, force=True)
    restored = time.monotonic() - begun
    lost = manifest.counts["config_mark"] - Mark.objects.count()
    return {
        "rows in the database": sum(manifest.counts.values()),
        "archive, MB": archive.stat().st_size / 1e6,
        "archive made in, s": ended - quiet[1],
        "archive verified in, s": verified,
        "archive restored in, s": restored,
        "writes before the archive, median ms": statistics.median(before),
        "writes before the archive, p95 ms": p95(before),
        "writes during the archive": len(during),
        "writes during the archive, median ms": statistics.median(during),
        "writes during the archive, p95 ms": p95(during),
        "longest wait of a writer during the archive, ms": max(during),
        "rows written": written,
        "writers that failed": len(writers.failures),
        "rows lost": lost,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--database", default="")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kiif-bench-") as name:
        folder = Path(name)
        os.environ.update(make_instance(folder, scale=arguments.scale, database=arguments.database))
        import django

        django.setup()
        measures = measure(folder)
    return report(measures, LIMITS, as_json=arguments.json)


if __name__ == "__main__":
    sys.exit(main())
