"""Runs one job: takes the lease, keeps it, calls the function, writes what became of it.

The queue belongs to Django's tasks: each attempt is one task `perform(run_id)`. The row of the job decides, so a
task delivered twice, or late, does nothing.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, TaskContext, task, task_backends
from django_tasks_db import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from kiif.jobs import actors, progress, registry
from kiif.jobs.enums import State
from kiif.jobs.models import Run
from kiif.jobs.progress import Handle, Interrupted, LeaseLost
from kiif.ui.errors import NotAllowed, Refused

logger = logging.getLogger(__name__)

#: How often the heart-beat looks whether there is progress to write.
PULSE = 1.0

#: What there is to write after an attempt.
Outcome = Callable[[], object]

#: Set by a worker on its own thread: the job asks it whether it should stop at the next step.
stopping = threading.local()


def uses_database_queue() -> bool:
    """Whether a worker takes the jobs; otherwise they run at once, in the process that asked for them."""
    return isinstance(task_backends[DEFAULT_TASK_BACKEND_ALIAS], DatabaseBackend)


@task(takes_context=True)
def perform(context: TaskContext, run_id: str) -> str:
    """The only task of the queue: one attempt of one job. Gives the state that the job is left in."""
    execute(run_id, task_id=context.task_result.id)
    state = Run.objects.filter(pk=run_id).values_list("state", flat=True).first()
    return str(state or "")


#: How the queue names the task above.
PERFORM = perform.module_path


def hand_over(run: Run) -> None:
    """Puts one attempt of a waiting job into the queue. In a transaction, with the row locked.

    The database queue is written in the same transaction: job and queue entry exist together or not at all.
    """
    due = run.due_at if run.due_at > timezone.now() else None
    if uses_database_queue():
        priority = _priority(run.name)
        result = perform.using(run_after=due, priority=priority).enqueue(str(run.pk))
        Run.objects.filter(pk=run.pk).update(task_id=result.id)
        run.task_id = result.id
    elif due is None:
        transaction.on_commit(partial(perform.enqueue, str(run.pk)))


def _priority(name: str) -> int:
    try:
        return registry.get(name).priority
    except LookupError:
        return 0


def execute(run_id: str, *, task_id: str) -> None:
    """One attempt, from taking the lease to writing the end. Never raises what the job raised."""
    run = take(run_id, task_id)
    if run is not None:
        attempt(run)()


def attempt(run: Run) -> Outcome:
    """Runs a job whose lease was taken; gives what there is to write, so that a worker writes it with its own end."""
    try:
        definition = registry.get(run.name)
    except LookupError as error:
        return partial(fail, run, sentence=str(error), trace="", retry=False)
    handle = Handle(
        run=run,
        lease=definition.lease,
        keep=definition.keep,
        stopping=getattr(stopping, "asked", lambda: False),
    )
    beating = Heartbeat(handle) if uses_database_queue() else nullcontext()
    if not uses_database_queue():
        handle.flush = partial(write_progress, handle)
    token = progress._current.set(handle)
    try:
        with beating, translation.override(run.created_by.language if run.created_by else "fr"):
            return _call(definition, handle)
    finally:
        progress._current.reset(token)


@transaction.atomic
def take(run_id: str, task_id: str) -> Run | None:
    """Takes the lease if this task is still the one that counts."""
    run = Run.objects.select_for_update(of=("self",)).filter(pk=run_id).first()
    if run is None or run.state != State.WAITING or (run.task_id and str(run.task_id) != task_id):
        return None
    now = timezone.now()
    run.state = State.RUNNING
    run.attempt += 1
    run.started_at = now
    run.lease_until = now + _lease(run.name)
    run.worker = getattr(stopping, "worker", "")
    run.done = run.total = 0
    run.note = ""
    run.save()
    return run


def _lease(name: str) -> timedelta:
    try:
        return registry.get(name).lease
    except LookupError:
        return registry.LEASE


def _call(definition: registry.Definition, handle: Handle) -> Outcome:
    """Calls the function; gives what there is to write afterwards."""
    run = handle.run
    try:
        if definition.allowed is not None and not definition.allowed(actors.restore(run), *run.args):
            raise NotAllowed(_("You may no longer do this: ask the person who manages your organisation."))
        value = definition.function(*run.args)
        json.dumps(value)
        return partial(finish, handle, value)
    except Interrupted:
        return partial(give_back, run)
    except LeaseLost:
        return lambda: None
    except (Refused, PermissionDenied) as refusal:
        return partial(fail, run, sentence=str(refusal), trace="", retry=False)
    except Exception as error:  # a job may fail in any way: it must end up in the dead-letter list, never vanish
        logger.exception("Job %s (%s) failed at attempt %s", run.name, run.pk, run.attempt)
        return partial(fail, run, sentence=_name(error), trace=traceback.format_exc()[-8000:], retry=True)


def _name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _current(run: Run) -> Any:
    """The row, if this attempt is still the one that counts."""
    return Run.objects.filter(pk=run.pk, attempt=run.attempt, state=State.RUNNING)


def finish(handle: Handle, value: Any) -> bool:
    """Writes success, with the file if there is one. False if another worker took over meanwhile."""
    run = handle.run
    now = timezone.now()
    changes: dict[str, Any] = {
        "state": State.DONE,
        "finished_at": now,
        "lease_until": None,
        "result": value,
        "error": "",
        "trace": "",
        "done": run.total or run.done,
        "total": run.total,
        "note": "",
    }
    if handle.attachment is not None:
        name, content = handle.attachment
        run.file.save(name, content, save=False)
        content.close()
        changes |= {"file": run.file.name, "file_name": name, "expires_at": now + handle.keep}
    kept = bool(_current(run).update(**changes))
    if not kept and handle.attachment is not None:
        run.file.delete(save=False)
    return kept


def give_back(run: Run) -> None:
    """Back to the queue at once, without a failure: the worker stops, another one goes on."""
    with transaction.atomic():
        locked = _current(run).select_for_update(of=("self",)).first()
        if locked is not None:
            _wait_again(locked, timezone.now())


def fail(run: Run, *, sentence: str, trace: str, retry: bool) -> None:
    """Writes a failure: a new attempt after a pause, or the dead-letter list when there were enough."""
    with transaction.atomic():
        locked = _current(run).select_for_update(of=("self",)).first()
        if locked is not None:
            note_failure(locked, sentence=sentence, trace=trace, retry=retry)


def note_failure(run: Run, *, sentence: str, trace: str, retry: bool) -> None:
    """What `fail` does once the row is locked; the reaper calls it too."""
    try:
        definition: registry.Definition | None = registry.get(run.name)
    except LookupError:
        definition = None
    now = timezone.now()
    run.failures += 1
    run.error = sentence[:500]
    run.trace = trace
    if definition is not None and retry and run.failures <= definition.retries:
        _wait_again(run, now + definition.pause_after(run.failures))
        return
    run.state = State.FAILED
    run.finished_at = now
    run.lease_until = None
    run.save()


def _wait_again(run: Run, due_at: datetime) -> None:
    run.state = State.WAITING
    run.lease_until = None
    run.due_at = due_at
    run.task_id = None
    run.save()
    hand_over(run)


def close_task(task_id: Any) -> None:
    """Ends the queue entry of a killed attempt, which would stay RUNNING for ever."""
    DBTaskResult.objects.filter(pk=task_id, status="RUNNING").update(
        status="FAILED",
        finished_at=timezone.now(),
        exception_class_path="kiif.jobs.progress.LeaseLost",
        traceback="The worker stopped beating.",
    )


def write_progress(handle: Handle) -> None:
    """Renews the lease and writes the progress. A job that belongs to somebody else now learns it here."""
    run = handle.run
    handle.dirty = False
    written = _current(run).update(
        lease_until=timezone.now() + handle.lease, done=run.done, total=run.total, note=run.note
    )
    if not written:
        handle.lost = True


class Heartbeat:
    """A thread beside the job: renews its lease at each third, writes its progress at most once a second.

    A short job ends before the first pulse: then no connection is opened at all.
    """

    def __init__(self, handle: Handle) -> None:
        self.handle = handle
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat-{handle.run.pk}", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        interval = self.handle.lease.total_seconds() / 3
        pulse = min(PULSE, interval)
        last = time.monotonic()
        try:
            while not self._over.wait(pulse):
                if not self.handle.dirty and time.monotonic() - last < interval:
                    continue
                try:
                    write_progress(self.handle)
                    last = time.monotonic()
                except DatabaseError:
                    # the database is busy or away: the next pulse tries again, the lease leaves room for it
                    logger.warning("No heart-beat written for job %s", self.handle.run.pk)
                    connection.close()
        finally:
            connection.close()
