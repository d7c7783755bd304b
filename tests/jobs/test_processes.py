"""Real worker processes, killed and stopped for real, on the engine of this run."""

import os
import signal
import threading
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from kiif.jobs import actions, schedule, worker
from kiif.jobs.enums import State
from kiif.jobs.models import Run, WorkerBeat
from kiif.jobs.queries import living_workers
from tests.jobs import samples
from tests.jobs.conftest import BY, Spawn, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def state_of(run: Run) -> str:
    return Run.objects.values_list("state", flat=True).get(pk=run.pk)


def test_killed_in_the_middle_then_done_once(spawn: Spawn, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    run = actions.enqueue(samples.slow, str(trace), 60, by=BY)
    victim = spawn()
    wait_until(lambda: samples.lines(trace))
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait(10)
    assert state_of(run) == State.RUNNING
    wait_until(actions.reap, seconds=10)
    assert state_of(run) == State.WAITING
    Run.objects.filter(pk=run.pk).update(due_at=timezone.now())
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    spawn("--batch").wait(60)
    run.refresh_from_db()
    assert (run.state, run.attempt, run.failures) == (State.DONE, 2, 1)
    starts = [line for line in samples.lines(trace) if line.startswith("start")]
    assert len(starts) == 2
    assert samples.lines(trace).count("end") == 1
    assert not DBTaskResult.objects.filter(status="RUNNING").exists()


def test_a_long_job_keeps_its_lease(spawn: Spawn, tmp_path: Path) -> None:
    """The lease is two seconds, the job takes five: it beats, so the reaper leaves it alone."""
    trace = tmp_path / "trace"
    run = actions.enqueue(samples.slow, str(trace), 5, by=BY)
    process = spawn("--batch")
    wait_until(lambda: samples.lines(trace))
    while process.poll() is None:
        assert actions.reap() == 0
        threading.Event().wait(0.3)
    run.refresh_from_db()
    assert (run.state, run.attempt, samples.lines(trace)[1:]) == (State.DONE, 1, ["end"])


def test_a_poison_job_ends_in_the_dead_letter_list(spawn: Spawn, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    run = actions.enqueue(samples.poison, str(trace), by=BY)
    for attempt in (1, 2):
        assert spawn("--batch").wait(60) == -signal.SIGKILL
        wait_until(actions.reap, seconds=10)
        Run.objects.filter(pk=run.pk).update(due_at=timezone.now())
        DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
        assert len(samples.lines(trace)) == attempt
    run.refresh_from_db()
    assert (run.state, run.failures) == (State.FAILED, 2)


def test_two_workers_share_and_repeat_nothing(spawn: Spawn, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    for number in range(40):
        actions.enqueue(samples.write, str(trace), f"n{number}", by=BY)
    processes = [spawn("--batch"), spawn("--batch")]
    assert [process.wait(90) for process in processes] == [0, 0]
    assert Counter(samples.lines(trace)) == Counter(f"n{number}" for number in range(40))
    assert Counter(Run.objects.values_list("state", flat=True)) == {State.DONE: 40}


def test_sigterm_gives_the_job_back_and_says_goodbye(spawn: Spawn, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    run = actions.enqueue(samples.steps, str(trace), 1000, 0.05, by=BY)
    process = spawn()
    wait_until(lambda: Run.objects.filter(pk=run.pk, done__gt=0).exists())
    assert living_workers().count() == 1
    process.terminate()
    assert process.wait(15) == 0
    run.refresh_from_db()
    assert (run.state, run.failures, run.lease_until) == (State.WAITING, 0, None)
    assert DBTaskResult.objects.filter(status="READY").count() == 1
    assert WorkerBeat.objects.count() == 0


def test_sigterm_of_an_idle_worker(spawn: Spawn) -> None:
    process = spawn()
    wait_until(lambda: living_workers().exists())
    process.terminate()
    assert process.wait(15) == 0


@pytest.mark.usefixtures("database_queue")
def test_one_process_mode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "_rhythms", {})
    trace = tmp_path / "trace"
    worker.start_in_thread()
    try:
        worker.start_in_thread()
        for number in range(5):
            actions.enqueue(samples.write, str(trace), f"n{number}", by=BY)
        wait_until(lambda: Run.objects.filter(state=State.DONE).count() == 5)
        names = Counter(thread.name for thread in threading.enumerate() if thread.name.startswith("jobs-"))
        assert names == {"jobs-worker-1": 1, "jobs-worker-2": 1, "jobs-clock": 1}
    finally:
        assert worker.stop() is True
    assert worker.stop() is True
    assert sorted(samples.lines(trace)) == [f"n{number}" for number in range(5)]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("jobs-")]


@pytest.mark.usefixtures("database_queue")
def test_the_worker_survives_a_database_that_goes_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    monkeypatch.setattr(worker, "DATABASE_PAUSE", 0.01)
    calm = worker.Worker.claim
    failures = iter([OperationalError("database is locked"), OperationalError("server closed the connection")])

    def claim(self: worker.Worker) -> object:
        for failure in failures:
            raise failure
        return calm(self)

    monkeypatch.setattr(worker.Worker, "claim", claim)
    actions.enqueue(samples.write, str(tmp_path / "trace"), "un", by=BY)
    worker.Worker(batch=True).run()
    connection.ensure_connection()
    assert samples.lines(tmp_path / "trace") == ["un"]
