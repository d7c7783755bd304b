from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from kiif.jobs import actions, schedule
from kiif.jobs.models import PeriodicTask, Run
from kiif.jobs.schedule import DAY, Rhythm
from tests.jobs import samples
from tests.jobs.conftest import BY

PARIS = ZoneInfo("Europe/Paris")


def paris(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=PARIS)  # type: ignore[arg-type] # year, month, day, hour, minute


class TestRhythm:
    def test_every_so_often(self) -> None:
        rhythm = Rhythm(samples.who, timedelta(minutes=10))
        assert rhythm.next_after(paris(2027, 5, 6, 10, 0)) == paris(2027, 5, 6, 10, 10)

    @pytest.mark.parametrize(
        ("now", "following"),
        [
            (paris(2027, 5, 6, 6, 59), paris(2027, 5, 6, 7, 0)),
            (paris(2027, 5, 6, 7, 0), paris(2027, 5, 7, 7, 0)),
            (paris(2027, 3, 27, 8, 0), paris(2027, 3, 28, 7, 0)),  # the night of summer time is an hour short
            (paris(2027, 10, 30, 8, 0), paris(2027, 10, 31, 7, 0)),
        ],
    )
    def test_each_day_at_the_same_hour_of_the_clock(self, now: datetime, following: datetime) -> None:
        assert Rhythm(samples.who, DAY, time(7, 0)).next_after(now) == following

    def test_each_monday(self) -> None:
        rhythm = Rhythm(samples.who, 7 * DAY, time(7, 0), weekday=0)
        assert rhythm.next_after(paris(2027, 5, 6, 12, 0)) == paris(2027, 5, 10, 7, 0)
        assert rhythm.next_after(paris(2027, 5, 10, 7, 0)) == paris(2027, 5, 17, 7, 0)

    @pytest.mark.parametrize(
        ("every", "at", "weekday"),
        [
            (timedelta(0), None, None),
            (timedelta(hours=1), time(7, 0), None),
            (DAY, None, None),
            (7 * DAY, time(7, 0), None),
            (DAY, time(7, 0), 0),
        ],
    )
    def test_impossible_rhythms(self, every: timedelta, at: time | None, weekday: int | None) -> None:
        with pytest.raises(ValueError, match=r"period|week"):
            schedule.register("samples.no", samples.who, every=every, at=at, weekday=weekday)
        assert "samples.no" not in schedule.rhythms()


@pytest.fixture
def _only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "_rhythms", {})


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_only_ours", "database_queue")
class TestTick:
    def test_each_period_once(self, tmp_path: Path) -> None:
        schedule.register("samples.hourly", samples.who, every=timedelta(hours=1))
        now = timezone.now()
        schedule.install(now=now)
        schedule.install(now=now)
        assert [schedule.tick(now=now), schedule.tick(now=now)] == [1, 0]
        Run.objects.all().delete()
        assert schedule.tick(now=now + timedelta(minutes=59)) == 0
        assert schedule.tick(now=now + timedelta(minutes=60)) == 1
        assert Run.objects.count() == 1
        assert PeriodicTask.objects.get().last_at == now + timedelta(minutes=60)

    def test_two_clocks_that_saw_the_same_row(self) -> None:
        schedule.register("samples.hourly", samples.who, every=timedelta(hours=1))
        now = timezone.now()
        schedule.install(now=now)
        row = PeriodicTask.objects.get()
        rhythm = schedule.rhythms()["samples.hourly"]
        assert [schedule._start(row.name, rhythm, row.next_at, now) for _clock in range(2)] == [1, 0]
        assert Run.objects.count() == 1

    def test_missed_periods_are_made_up_for_once(self) -> None:
        schedule.register("samples.hourly", samples.who, every=timedelta(hours=1))
        now = timezone.now()
        schedule.install(now=now)
        week_later = now + timedelta(days=7)
        assert [schedule.tick(now=week_later), schedule.tick(now=week_later)] == [1, 0]

    def test_not_again_while_the_last_one_is_unfinished(self) -> None:
        schedule.register("samples.hourly", samples.who, every=timedelta(hours=1))
        now = timezone.now()
        schedule.install(now=now)
        schedule.tick(now=now)
        schedule.tick(now=now + timedelta(hours=2))
        assert Run.objects.count() == 1

    def test_not_when_there_is_nothing_to_do(self) -> None:
        work = [False, True]
        schedule.register("samples.hourly", samples.who, every=timedelta(hours=1), when=lambda: work.pop(0))
        now = timezone.now()
        schedule.install(now=now)
        assert schedule.tick(now=now) == 1
        assert Run.objects.count() == 0
        schedule.tick(now=now + timedelta(hours=1))
        assert Run.objects.count() == 1

    def test_daily_waits_for_its_hour(self) -> None:
        schedule.register("samples.daily", samples.who, every=DAY, at=time(7, 0))
        now = paris(2027, 5, 6, 6, 0)
        schedule.install(now=now)
        assert schedule.tick(now=now) == 0
        assert schedule.tick(now=paris(2027, 5, 6, 7, 0)) == 1

    def test_pause_and_resume(self) -> None:
        schedule.register("samples.hourly", samples.who, every=timedelta(hours=1))
        schedule.install()
        row = PeriodicTask.objects.get()
        actions.pause(periodic=row, paused=True, by=BY)
        assert schedule.tick() == 0
        actions.pause(periodic=row, paused=False, by=BY)
        assert schedule.tick() == 1

    def test_a_row_without_rhythm_is_ignored(self) -> None:
        PeriodicTask.objects.create(name="samples.gone", next_at=timezone.now() - DAY)
        assert schedule.tick() == 0
