from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kiif.jobs import rules
from kiif.jobs.enums import UNFINISHED, State

if TYPE_CHECKING:
    from kiif.accounts.actor import Actor
    from kiif.jobs.models import PeriodicTask, Run, WorkerBeat  # noqa: F401 -- named by the generics below

#: A worker that has not shown itself for so long is taken for dead.
WORKER_SILENCE = timedelta(minutes=1)


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, actor: Actor) -> RunQuerySet:
        """Jobs that the person asked for; all of them for an operator."""
        if rules.operate(actor):
            return self
        if actor.user is None:
            return self.none()
        return self.filter(created_by=actor.user)

    def unfinished(self) -> RunQuerySet:
        return self.filter(state__in=UNFINISHED)

    def dead(self) -> RunQuerySet:
        """The dead-letter list."""
        return self.filter(state=State.FAILED)

    def lease_over(self, now: datetime) -> RunQuerySet:
        """Running, and silent for longer than their lease."""
        return self.filter(state=State.RUNNING, lease_until__lt=now)

    def overdue(self, before: datetime) -> RunQuerySet:
        """Waiting since before that time: maybe lost by the queue."""
        return self.filter(state=State.WAITING, due_at__lt=before)

    def prunable(self, now: datetime) -> RunQuerySet:
        """Finished long ago: two days for the platform's own jobs, two weeks for those of people when all went well,
        three months for a failure nobody looked at."""
        return self.filter(
            Q(state__in=(State.DONE, State.DISMISSED), finished_at__lt=now - timedelta(days=14))
            | Q(state=State.DONE, created_by=None, finished_at__lt=now - timedelta(days=2))
            | Q(state=State.FAILED, finished_at__lt=now - timedelta(days=90))
        )


class PeriodicTaskQuerySet(models.QuerySet["PeriodicTask"]):
    def due(self, now: datetime) -> PeriodicTaskQuerySet:
        return self.filter(paused=False, next_at__lte=now)


def living_workers() -> models.QuerySet[WorkerBeat]:
    """Workers seen a moment ago."""
    from kiif.jobs.models import WorkerBeat

    return WorkerBeat.objects.filter(beat_at__gte=timezone.now() - WORKER_SILENCE)
