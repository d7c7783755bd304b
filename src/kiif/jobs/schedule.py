"""Regular jobs. Every app registers its own in `apps.ready()`; the workers make them run, each period once.

schedule.register("mailbox.daily_digest", send_daily_digest, every=timedelta(days=1), at=time(7, 0))
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from kiif.accounts import actor as actors
from kiif.jobs.models import PeriodicTask
from kiif.jobs.registry import Definition

logger = logging.getLogger(__name__)

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rhythm:
    """Every so often; with `at` (local time) on whole days, and with `weekday` (0 is Monday) on that day."""

    job: Definition
    every: timedelta
    at: time | None = None
    weekday: int | None = None
    when: Callable[[], bool] | None = None

    def next_after(self, moment: datetime) -> datetime:
        """First moment strictly after `moment`. The hour on the clock holds through both clock changes."""
        if self.at is None:
            return moment + self.every
        day = timezone.localtime(moment).date()
        while True:
            candidate = timezone.make_aware(datetime.combine(day, self.at))
            if candidate > moment and (self.weekday is None or day.weekday() == self.weekday):
                return candidate
            day += DAY


_rhythms: dict[str, Rhythm] = {}


def register(
    name: str,
    job: Definition,
    *,
    every: timedelta,
    at: time | None = None,
    weekday: int | None = None,
    when: Callable[[], bool] | None = None,
) -> None:
    """Makes a job run regularly. `at` goes with `every` of one day, `weekday` with `every` of seven days.

    `when` is asked first, for a frequent job that mostly has nothing to do: one quick query, True to run.

    A period that was missed while nothing ran is made up for once, not as many times as it was missed.
    Raises ValueError for a rhythm that cannot be kept.
    """
    if every <= timedelta(0):
        raise ValueError("A rhythm needs a positive period")
    if (at is not None) != (every in (DAY, 7 * DAY)) or (weekday is not None) != (every == 7 * DAY):
        raise ValueError("`at` goes with a day, `weekday` and `at` with a week, neither with another period")
    _rhythms[name] = Rhythm(job, every, at, weekday, when)


def rhythms() -> dict[str, Rhythm]:
    return dict(sorted(_rhythms.items()))


def install(*, now: datetime | None = None) -> None:
    """Makes sure that each registered rhythm has its row."""
    now = now or timezone.now()
    known = set(PeriodicTask.objects.values_list("name", flat=True))
    PeriodicTask.objects.bulk_create(
        [
            PeriodicTask(name=name, next_at=rhythm.next_after(now) if rhythm.at else now)
            for name, rhythm in _rhythms.items()
            if name not in known
        ],
        ignore_conflicts=True,
    )


def tick(*, now: datetime | None = None) -> int:
    """Asks for the regular jobs whose time has come; gives how many.

    Safe with any number of workers: the row is moved on by a conditional update, and only who moved it asks for the
    job, in the same transaction. A job still unfinished from the last period is not asked for again.
    """
    now = now or timezone.now()
    started = 0
    for name, next_at in PeriodicTask.objects.due(now).values_list("name", "next_at"):
        rhythm = _rhythms.get(name)
        if rhythm is not None:
            started += _start(name, rhythm, next_at, now)
    return started


@transaction.atomic
def _start(name: str, rhythm: Rhythm, next_at: datetime, now: datetime) -> int:
    from kiif.jobs.actions import enqueue

    moved = PeriodicTask.objects.filter(name=name, next_at=next_at, paused=False).update(
        next_at=rhythm.next_after(now), last_at=now
    )
    if moved and (rhythm.when is None or rhythm.when()):
        enqueue(rhythm.job, by=actors.system(name), key=f"every:{name}")
    return moved
