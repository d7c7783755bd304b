"""Throughput of the jobs, beside the bare queue they are built on: `python benchmarks/jobs.py [--json] [--jobs N]`.

Uses the database of `DATABASE_URL` (which must be empty: it is migrated), else a SQLite file in a temporary folder.
"bare" is a task of django-tasks-db taken by its own `db_worker`: no lease, no retry, no progress, no key. The ratio
says what those cost. Also shown: how long a job waits for an idle worker, and how long after a `kill -9` it is taken
over beyond its lease.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
#: What must hold: name of the measure → lowest (or highest, for times) value.
AT_LEAST = {"ours, 1 worker, jobs/s": 20.0, "ours, 2 workers, jobs/s": 20.0}
AT_MOST = {"wait for an idle worker, median, s": 1.0, "taken over after a kill, beyond the lease, s": 16.0}

if __name__ != "__main__":  # imported by name once Django is ready, so that the queue finds these functions again
    from datetime import timedelta

    from django_tasks import task

    from kiif.jobs.tasks import job

    @task()
    def bare(number: int) -> int:
        return number

    @job("bench.trivial")
    def trivial(number: int) -> int:
        return number

    @job("bench.stuck", lease=timedelta(seconds=3))
    def stuck(seconds: float) -> None:
        time.sleep(seconds)


def setup() -> Any:
    """Django, then this very file as the module `jobs`."""
    import django

    django.setup()
    sys.path.insert(0, str(HERE.parent))
    import jobs  # type: ignore[import-not-found] # this file

    return jobs


def work(kind: str) -> None:
    """The body of a worker process."""
    setup()
    from django.core.management import call_command

    from kiif.jobs import schedule

    schedule._rhythms.clear()
    if kind == "bare":
        call_command("db_worker", "--batch", "--no-startup-delay", "--queue-name=*", verbosity=0, reload=False)
    else:
        call_command("worker", *(["--batch"] if kind == "ours" else []))


def spawn(kind: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(HERE), "--worker", kind], stderr=subprocess.DEVNULL)


def start_up() -> float:
    """Seconds that a worker with nothing to do takes: taken away from the runs."""
    start = time.perf_counter()
    spawn("ours").wait()
    return time.perf_counter() - start


def drain(kind: str, workers: int) -> tuple[float, int]:
    """Seconds until the queue is empty, and how many times workers had to be started (they may die on a lock)."""
    from django_tasks_db.models import DBTaskResult

    begin = time.perf_counter()
    starts = 0
    while DBTaskResult.objects.filter(status="READY").exists():
        starts += 1
        for process in [spawn(kind) for _number in range(workers)]:
            process.wait()
    return time.perf_counter() - begin, starts


def throughput(jobs: Any, count: int) -> dict[str, float]:
    from django.db import transaction

    from kiif.accounts import actor
    from kiif.jobs.actions import enqueue

    result: dict[str, float] = {}
    empty = start_up()
    for kind in ("bare", "ours"):
        for workers in (1, 2):
            start = time.perf_counter()
            for number in range(count):
                with transaction.atomic():
                    if kind == "bare":
                        jobs.bare.enqueue(number)
                    else:
                        enqueue(jobs.trivial, number, by=actor.system("bench"))
            result[f"{kind}, enqueue, jobs/s"] = count / (time.perf_counter() - start)
            name = f"{kind}, {workers} worker{'s' if workers > 1 else ''}"
            seconds, starts = drain(kind, workers)
            result[f"{name}, jobs/s"] = count / max(seconds - starts * empty, 0.01)
            if starts > 1:
                result[f"{name}, times that workers had to be started again"] = starts - 1
    for name in ("1 worker", "2 workers"):
        result[f"ours / bare, {name}"] = result[f"ours, {name}, jobs/s"] / result[f"bare, {name}, jobs/s"]
    return result


def latency(jobs: Any) -> dict[str, float]:
    """From asking to done, with an idle worker."""
    from kiif.accounts import actor
    from kiif.jobs.actions import enqueue
    from kiif.jobs.models import Run, WorkerBeat

    process = spawn("waiting")
    while not WorkerBeat.objects.exists():
        time.sleep(0.05)
    waits = []
    for number in range(10):
        run = enqueue(jobs.trivial, number, by=actor.system("bench"))
        start = time.perf_counter()
        while not Run.objects.filter(pk=run.pk, state="done").exists():
            time.sleep(0.01)
        waits.append(time.perf_counter() - start)
    process.terminate()
    process.wait()
    return {"wait for an idle worker, median, s": statistics.median(waits)}


def takeover(jobs: Any) -> dict[str, float]:
    """A worker is killed in the middle; another one, already there, rescues the job once the lease is over."""
    from kiif.accounts import actor
    from kiif.jobs.actions import enqueue
    from kiif.jobs.models import Run

    run = enqueue(jobs.stuck, 60.0, by=actor.system("bench"))
    victim = spawn("waiting")
    while not Run.objects.filter(pk=run.pk, state="running").exists():
        time.sleep(0.05)
    other = spawn("waiting")
    time.sleep(2)
    victim.send_signal(signal.SIGKILL)
    start = time.perf_counter()
    while Run.objects.filter(pk=run.pk, failures=0).exists():
        time.sleep(0.05)
    seconds = time.perf_counter() - start
    other.terminate()
    other.wait()
    return {"taken over after a kill, beyond the lease, s": max(seconds - 3.0, 0.0)}


def measure(count: int) -> dict[str, float]:
    os.environ["KIIF_LOG_LEVEL"] = "ERROR"
    jobs = setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return {**throughput(jobs, count), **latency(jobs), **takeover(jobs)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--jobs", type=int, default=500)
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiif.config.settings")
    if arguments.worker:
        work(arguments.worker)
        return 0
    with tempfile.TemporaryDirectory(prefix="kiif-bench-") as folder:
        os.environ["KIIF_DATA_DIR"] = folder
        result = measure(arguments.jobs)
    engine = os.environ.get("DATABASE_URL", "sqlite").partition(":")[0]
    beyond = [name for name, limit in AT_LEAST.items() if result[name] < limit]
    beyond += [name for name, limit in AT_MOST.items() if result[name] > limit]
    if arguments.json:
        print(json.dumps({"engine": engine, "jobs": arguments.jobs, "measures": result, "beyond": beyond}, indent=1))
        return 1 if beyond else 0
    print(f"{arguments.jobs} trivial jobs on {engine}")
    for name, value in result.items():
        limit = f"   at least {AT_LEAST[name]:g}" if name in AT_LEAST else ""
        limit = f"   at most {AT_MOST[name]:g}" if name in AT_MOST else limit
        print(f"{name:<48}{value:>10.2f}{limit}{'   BEYOND' if name in beyond else ''}")
    return 1 if beyond else 0


if __name__ == "__main__":
    sys.exit(main())
