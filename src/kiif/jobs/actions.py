"""Asking for a job, and what an operator may do with it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import rules
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from kiif.jobs import actors, runner
from kiif.jobs.enums import State
from kiif.jobs.models import PeriodicTask, Run
from kiif.journal.actions import record
from kiif.ui.errors import NotAllowed, Refused

if TYPE_CHECKING:
    from kiif.accounts.actor import Actor
    from kiif.jobs.registry import Definition

#: A job due for so long without having started was maybe lost between the row and the queue.
LOST_AFTER = timedelta(minutes=1)


@transaction.atomic
def enqueue(
    job: Definition,
    *args: Any,
    by: Actor,
    key: str = "",
    title: str = "",
    not_before: datetime | None = None,
) -> Run:
    """Asks for a job. It starts after the transaction of the caller, if that one commits.

    With `key`, a job of that name and key which is not finished yet is given back instead of a second one.
    Raises TypeError if `args` do not fit in JSON.
    """
    json.dumps(args)
    known = _unfinished(job.name, key)
    if known is not None:
        return known
    run = Run(
        name=job.name,
        title=title[:200],
        args=list(args),
        key=key,
        due_at=not_before or timezone.now(),
        **actors.remember(by),
    )
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:
        known = _unfinished(job.name, key)  # somebody asked for the same at the same moment
        if known is None:
            raise
        return known
    runner.hand_over(run)
    return run


def _unfinished(name: str, key: str) -> Run | None:
    return Run.objects.unfinished().filter(name=name, key=key).first() if key else None


@transaction.atomic
def run_again(*, run: Run, by: Actor) -> Run:
    """Takes a job out of the dead-letter list and gives it all its attempts back."""
    _may_operate(by)
    locked = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if locked.state not in (State.FAILED, State.DISMISSED):
        raise Refused(_("Only a job that failed can be run again: this one is not at rest."))
    if _unfinished(locked.name, locked.key) is not None:
        raise Refused(_("The same job has been asked for again since: let that one finish."))
    before = locked.state
    locked.state = State.WAITING
    locked.failures = 0
    locked.finished_at = None
    locked.error = locked.trace = ""
    locked.due_at = timezone.now()
    locked.task_id = None
    locked.save()
    record(by=by, verb="jobs.run_again", obj=locked, changes={"state": (before, locked.state)})
    runner.hand_over(locked)
    return locked


@transaction.atomic
def dismiss(*, run: Run, by: Actor) -> Run:
    """Sets a failed job aside: somebody looked at it and there is nothing to do."""
    _may_operate(by)
    locked = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if locked.state != State.FAILED:
        raise Refused(_("Only a job that failed can be set aside."))
    locked.state = State.DISMISSED
    locked.save(update_fields=["state"])
    record(by=by, verb="jobs.dismissed", obj=locked, changes={"state": (State.FAILED, State.DISMISSED)})
    return locked


@transaction.atomic
def pause(*, periodic: PeriodicTask, paused: bool, by: Actor) -> PeriodicTask:
    """Stops a regular job until somebody resumes it, or resumes it."""
    _may_operate(by)
    locked = PeriodicTask.objects.select_for_update(of=("self",)).get(pk=periodic.pk)
    if locked.paused != paused:
        locked.paused = paused
        locked.save(update_fields=["paused"])
        verb = "jobs.paused" if paused else "jobs.resumed"
        record(by=by, verb=verb, obj=locked, changes={"paused": (not paused, paused)})
    return locked


def _may_operate(by: Actor) -> None:
    if not by.is_system and not rules.test_rule("jobs.operate", by):
        raise NotAllowed(_("Looking after jobs is up to the coordination of the alliance."))


def reap(*, now: datetime | None = None) -> int:
    """Gives back what a dead worker held, and what the queue lost. Gives how many jobs were rescued."""
    now = now or timezone.now()
    rescued = 0
    for pk in Run.objects.lease_over(now).values_list("pk", flat=True)[:100]:
        rescued += _take_from_the_dead(pk, now)
    for pk in Run.objects.overdue(now - LOST_AFTER).values_list("pk", flat=True)[:100]:
        rescued += _hand_over_again(pk, now)
    return rescued


@transaction.atomic
def _take_from_the_dead(pk: Any, now: datetime) -> int:
    waiting = Run.objects.select_for_update(of=("self",), skip_locked=True)
    run = waiting.lease_over(now).filter(pk=pk).first()
    if run is None:
        return 0
    runner.close_task(run.task_id)
    runner.note_failure(run, sentence=_("The worker stopped in the middle."), trace="", retry=True)
    return 1


@transaction.atomic
def _hand_over_again(pk: Any, now: datetime) -> int:
    waiting = Run.objects.select_for_update(of=("self",), skip_locked=True)
    run = waiting.overdue(now - LOST_AFTER).filter(pk=pk).first()
    if run is None or _is_queued(run, now):
        return 0
    if run.task_id:
        runner.close_task(run.task_id)
    run.task_id = None
    run.save(update_fields=["task_id"])
    runner.hand_over(run)
    return 1


def _is_queued(run: Run, now: datetime) -> bool:
    """Whether the queue still holds the job: waiting its turn, or taken by a worker a moment ago."""
    if run.task_id is None:
        return False
    entry = DBTaskResult.objects.filter(pk=run.task_id).first()
    if entry is None:
        return False
    fresh = entry.started_at is not None and entry.started_at > now - LOST_AFTER
    return entry.status == "READY" or (entry.status == "RUNNING" and fresh)


def prune(*, now: datetime | None = None) -> dict[str, int]:
    """Deletes old jobs with their files, files past their date, old entries of the queue, workers long gone."""
    from kiif.jobs.models import WorkerBeat

    now = now or timezone.now()
    files = 0
    for run in Run.objects.filter(expires_at__lt=now).exclude(file=""):
        run.file.delete(save=False)
        Run.objects.filter(pk=run.pk).update(file="")
        files += 1
    jobs = 0
    for run in Run.objects.prunable(now):
        if run.file:
            run.file.delete(save=False)
        run.delete()
        jobs += 1
    entries, _detail = DBTaskResult.objects.finished().filter(finished_at__lt=now - timedelta(days=2)).delete()
    WorkerBeat.objects.filter(beat_at__lt=now - timedelta(days=1)).delete()
    return {"jobs": jobs, "files": files, "entries": entries}
