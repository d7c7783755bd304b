"""Who takes the jobs: threads of the server in the one-process mode, the `worker` command in production.

Built on the worker of django-tasks-db. Ours looks before it locks (an idle worker leaves SQLite alone), survives a
database that goes away, stops between two steps of a job, and has a clock beside it: regular jobs and the reaper
go on while a long job runs.
"""

from __future__ import annotations

import logging
import socket
import sys
import threading
import time
from types import FrameType
from typing import Any

from django.db import DatabaseError, InterfaceError, close_old_connections, connection, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker
from django_tasks_db.models import DBTaskResult

from kiif.jobs import actions, runner, schedule
from kiif.jobs.models import Run, WorkerBeat

logger = logging.getLogger(__name__)

#: Pause of an idle worker before it looks again.
INTERVAL = 0.5
#: Pause after the database could not be reached.
DATABASE_PAUSE = 5.0
#: The clock ticks every so many seconds; every third tick it also beats and reaps.
TICK = 5.0


class Worker(QueueWorker):
    """Takes jobs one by one until `running` is false. Run it in a thread, or with `configure_signals()` alone."""

    def __init__(self, *, batch: bool = False, interval: float = INTERVAL, worker_id: str = "") -> None:
        super().__init__(
            queue_names=["*"],
            interval=interval,
            batch=batch,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=worker_id or f"{socket.gethostname()[:40]}-{get_random_string(8)}",
            excluded_queue_names=[],
        )
        self.taken: Run | None = None

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """First signal: stop at the next step of the job. Second one: at once (the lease sees to the job)."""
        if not self.running:
            self.reset_signals()
            sys.exit(1)
        self.running = False

    def run(self) -> None:
        """The loop. Leaves nothing locked and no connection open behind it."""
        runner.stopping.asked = lambda: not self.running
        runner.stopping.worker = self.worker_id[:64]
        try:
            while self.running:
                close_old_connections()
                try:
                    busy = self.step()
                except (DatabaseError, InterfaceError):
                    logger.exception("The worker cannot reach the database; it tries again in a moment")
                    connection.close()
                    self._rest(DATABASE_PAUSE)
                    continue
                if not busy and self.batch:
                    return
                if not busy:
                    self._rest(self.interval)
        finally:
            connection.close()

    def step(self) -> bool:
        """Takes and runs one job; False if there was none."""
        entry = self.claim()
        if entry is None:
            return False
        self.run_task(entry)
        return True

    def claim(self) -> DBTaskResult[Any, Any] | None:
        """The next entry of the queue, marked as ours, its lease taken with it. Looks without a lock first."""
        ready = DBTaskResult.objects.ready().filter(backend_name=self.backend_name)
        if not ready.exists():
            return None
        with transaction.atomic():
            entry = ready.get_locked()
            if entry is not None:
                entry.claim(self.worker_id)
                self.taken = self._take(entry)
        return entry

    def _take(self, entry: DBTaskResult[Any, Any]) -> Run | None:
        if entry.task_path != runner.PERFORM:
            return None
        return runner.take(entry.args_kwargs["args"][0], str(entry.pk))

    def run_task(self, db_task_result: DBTaskResult[Any, Any]) -> None:
        """Runs one entry. For ours, job and entry end in one transaction: two writes to disk for a whole job."""
        if db_task_result.task_path != runner.PERFORM:
            super().run_task(db_task_result)
            return
        run, self.taken = self.taken, None
        outcome = runner.attempt(run) if run is not None else None
        with transaction.atomic():
            if outcome is not None:
                outcome()
            db_task_result.set_successful(None)

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while self.running and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, INTERVAL))


class Clock(threading.Thread):
    """Beside the workers of a process: starts regular jobs, gives back what the dead held, shows who is alive."""

    def __init__(self, worker_id: str) -> None:
        super().__init__(name="jobs-clock", daemon=True)
        self.worker_id = worker_id[:64]
        self._over = threading.Event()

    def stop(self) -> None:
        self._over.set()

    def run(self) -> None:
        ticks = 0
        try:
            while True:
                try:
                    self.tick(ticks)
                    ticks += 1
                except (DatabaseError, InterfaceError):
                    logger.exception("The clock of the jobs cannot reach the database")
                    connection.close()
                if self._over.wait(TICK):
                    break
            WorkerBeat.objects.filter(worker=self.worker_id).delete()
        except (DatabaseError, InterfaceError):
            logger.warning("The worker could not sign off")
        finally:
            connection.close()

    def tick(self, ticks: int) -> None:
        close_old_connections()
        if ticks == 0:
            schedule.install()
        schedule.tick()
        if ticks % 3 == 0:
            now = timezone.now()
            WorkerBeat.objects.update_or_create(
                worker=self.worker_id,
                defaults={"beat_at": now},
                create_defaults={"beat_at": now, "started_at": now, "host": socket.gethostname()[:100]},
            )
            actions.reap()


class _Threads:
    """The workers of this process in the one-process mode."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.clock: Clock | None = None
        self.workers: list[tuple[Worker, threading.Thread]] = []


_threads = _Threads()


def start_in_thread(*, workers: int = 2) -> None:
    """Takes jobs in threads of this process (two: a long import does not hold up the mails). Twice is harmless."""
    with _threads.lock:
        if _threads.clock is not None:
            return
        for number in range(workers):
            worker = Worker()
            thread = threading.Thread(target=worker.run, name=f"jobs-worker-{number + 1}", daemon=True)
            thread.start()
            _threads.workers.append((worker, thread))
        _threads.clock = Clock(_threads.workers[0][0].worker_id)
        _threads.clock.start()


def stop(*, timeout: float = 20.0) -> bool:
    """Stops the threads: jobs that report progress go back to the queue, others finish.

    False if one was still busy after `timeout` seconds; its lease then sees to it.
    """
    with _threads.lock:
        clock, _threads.clock = _threads.clock, None
        workers, _threads.workers = _threads.workers, []
    if clock is None:
        return True
    clock.stop()
    for worker, _thread in workers:
        worker.running = False
    until = time.monotonic() + timeout
    threads: list[threading.Thread] = [clock, *(thread for _worker, thread in workers)]
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    return not any(thread.is_alive() for thread in threads)


def run_in_foreground(*, batch: bool = False, interval: float = INTERVAL) -> None:
    """The body of the `worker` command: a worker in the main thread, its clock beside it, signals obeyed."""
    worker = Worker(batch=batch, interval=interval)
    worker.configure_signals()
    clock = Clock(worker.worker_id)
    clock.start()
    try:
        worker.run()
    finally:
        worker.reset_signals()
        clock.stop()
        clock.join(timeout=10)
