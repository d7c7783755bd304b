from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from kiif.accounts.actor import VISITOR, Actor
from kiif.jobs import actions, registry, runner
from kiif.jobs.enums import State
from kiif.jobs.models import Run
from kiif.jobs.tasks import job
from kiif.jobs.worker import Worker
from kiif.journal.models import JournalEntry
from kiif.ui.errors import NotAllowed, Refused
from tests.factories import make_user
from tests.jobs import samples
from tests.jobs.conftest import BY

ADMIN_FIELDS = {"is_superuser": True, "is_staff": True}


def drain() -> None:
    Worker(batch=True).run()


def make_due(run: Run) -> None:
    """As if its pause were over."""
    Run.objects.filter(pk=run.pk).update(due_at=timezone.now())
    DBTaskResult.objects.update(run_after=timezone.now())


class TestAtOnce:
    """The ordinary settings of the tests: no queue, the job runs when the transaction commits."""

    def test_runs_on_commit_not_before(self, db: None, tmp_path: Path, django_capture_on_commit_callbacks: Any) -> None:
        trace = tmp_path / "trace"
        with django_capture_on_commit_callbacks(execute=True):
            run = actions.enqueue(samples.write, str(trace), "un", by=BY)
            assert samples.lines(trace) == []
        run.refresh_from_db()
        assert samples.lines(trace) == ["un"]
        assert (run.state, run.result, run.attempt) == (State.DONE, {"word": "un"}, 1)

    @pytest.mark.django_db(transaction=True)
    def test_never_runs_when_the_transaction_is_undone(self, tmp_path: Path) -> None:
        trace = tmp_path / "trace"
        with transaction.atomic():
            actions.enqueue(samples.write, str(trace), "un", by=BY)
            transaction.set_rollback(True)
        assert (Run.objects.count(), samples.lines(trace)) == (0, [])

    @pytest.mark.django_db(transaction=True)
    def test_failures_wait_then_rest_in_the_dead_letter_list(self, tmp_path: Path) -> None:
        trace = tmp_path / "trace"
        run = actions.enqueue(samples.broken, str(trace), by=BY)
        for _attempt in range(5):
            Run.objects.filter(state=State.WAITING).update(due_at=timezone.now() - timedelta(hours=1))
            actions.reap()
        run.refresh_from_db()
        assert (run.state, run.failures, len(samples.lines(trace))) == (State.FAILED, 3, 3)

    @pytest.mark.django_db(transaction=True)
    def test_progress_is_written_at_once(self, tmp_path: Path) -> None:
        run = actions.enqueue(samples.steps, str(tmp_path / "trace"), 3, 0, by=BY)
        run.refresh_from_db()
        assert (run.state, run.done, run.total, run.percent) == (State.DONE, 3, 3, 100)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("database_queue")
class TestQueue:
    def test_one_job(self, tmp_path: Path) -> None:
        run = actions.enqueue(samples.write, str(tmp_path / "trace"), "un", by=BY)
        assert Run.objects.get().state == State.WAITING
        drain()
        run.refresh_from_db()
        assert (run.state, run.result, run.lease_until, run.error) == (State.DONE, {"word": "un"}, None, "")
        assert run.worker != ""

    def test_job_and_queue_entry_are_undone_together(self, tmp_path: Path) -> None:
        with transaction.atomic():
            actions.enqueue(samples.write, str(tmp_path / "trace"), "un", by=BY)
            transaction.set_rollback(True)
        assert (Run.objects.count(), DBTaskResult.objects.count()) == (0, 0)

    def test_same_key_is_queued_once_while_unfinished(self, tmp_path: Path) -> None:
        trace = str(tmp_path / "trace")
        first = actions.enqueue(samples.write, trace, "un", by=BY, key="k")
        assert actions.enqueue(samples.write, trace, "deux", by=BY, key="k").pk == first.pk
        other = actions.enqueue(samples.write, trace, "trois", by=BY, key="another")
        drain()
        again = actions.enqueue(samples.write, trace, "quatre", by=BY, key="k")
        drain()
        assert samples.lines(tmp_path / "trace") == ["un", "trois", "quatre"]
        assert len({first.pk, other.pk, again.pk}) == 3

    def test_a_task_delivered_twice_does_nothing_the_second_time(self, tmp_path: Path) -> None:
        run = actions.enqueue(samples.write, str(tmp_path / "trace"), "un", by=BY)
        entry = DBTaskResult.objects.get()
        drain()
        runner.execute(str(run.pk), task_id=str(entry.pk))
        DBTaskResult.objects.update(status="READY")
        drain()
        assert samples.lines(tmp_path / "trace") == ["un"]

    def test_an_old_task_does_not_run_a_job_that_was_queued_again(self, tmp_path: Path) -> None:
        run = actions.enqueue(samples.write, str(tmp_path / "trace"), "un", by=BY)
        old = str(DBTaskResult.objects.get().pk)
        Run.objects.filter(pk=run.pk).update(task_id="00000000-0000-4000-8000-000000000000")
        runner.execute(str(run.pk), task_id=old)
        assert (samples.lines(tmp_path / "trace"), Run.objects.get().state) == ([], State.WAITING)

    def test_pauses_grow_then_the_job_is_dead(self, tmp_path: Path) -> None:
        run = actions.enqueue(samples.broken, str(tmp_path / "trace"), by=BY)
        pauses = []
        for _attempt in range(2):
            drain()
            run.refresh_from_db()
            assert run.state == State.WAITING
            pauses.append(round((run.due_at - timezone.now()).total_seconds(), -1))
            make_due(run)
        drain()
        run.refresh_from_db()
        assert pauses == [30, 120]
        assert (run.state, run.failures, run.error) == (State.FAILED, 3, "builtins.ZeroDivisionError")
        assert "secret detail" in run.trace
        assert samples.lines(tmp_path / "trace") == ["tried"] * 3

    def test_a_refusal_is_not_tried_again_and_keeps_its_sentence(self, tmp_path: Path) -> None:
        run = actions.enqueue(samples.refused, str(tmp_path / "trace"), by=BY)
        drain()
        run.refresh_from_db()
        assert (run.state, run.failures, run.error) == (State.FAILED, 1, "The list is closed since yesterday.")

    def test_a_result_that_is_not_json_is_a_failure(self) -> None:
        run = actions.enqueue(samples.opaque, by=BY)
        drain()
        run.refresh_from_db()
        assert (run.state, run.error) == (State.FAILED, "builtins.TypeError")

    def test_arguments_must_be_json(self) -> None:
        with pytest.raises(TypeError):
            actions.enqueue(samples.write, Path("/"), "un", by=BY)
        assert Run.objects.count() == 0

    def test_a_job_that_no_longer_exists_is_dead_at_once(self) -> None:
        run = actions.enqueue(samples.who, by=BY)
        Run.objects.filter(pk=run.pk).update(name="samples.gone")
        drain()
        run.refresh_from_db()
        assert (run.state, str(run)) == (State.FAILED, "samples.gone")

    def test_not_before(self, tmp_path: Path) -> None:
        later = timezone.now() + timedelta(hours=1)
        run = actions.enqueue(samples.write, str(tmp_path / "trace"), "un", by=BY, not_before=later)
        drain()
        assert samples.lines(tmp_path / "trace") == []
        make_due(run)
        drain()
        assert samples.lines(tmp_path / "trace") == ["un"]

    def test_the_job_knows_who_asked(self) -> None:
        user = make_user("Noé Lac")
        run = actions.enqueue(samples.who, by=Actor(user=user))
        drain()
        run.refresh_from_db()
        assert (run.created_by, run.result) == (user, "Noé Lac")

    def test_a_closed_account_gets_nothing(self) -> None:
        user = make_user()
        run = actions.enqueue(samples.who, by=Actor(user=user))
        user.is_active = False
        user.save()
        drain()
        run.refresh_from_db()
        assert (run.state, run.result, run.failures) == (State.FAILED, None, 1)

    def test_rights_are_those_of_the_moment_it_runs(self) -> None:
        user = make_user(is_staff=True)
        allowed = actions.enqueue(samples.export, user.pk, by=Actor(user=user))
        drain()
        withdrawn = actions.enqueue(samples.export, user.pk, by=Actor(user=user))
        user.is_staff = False
        user.save()
        drain()
        allowed.refresh_from_db()
        withdrawn.refresh_from_db()
        assert (allowed.state, allowed.has_file, allowed.file_name) == (State.DONE, True, "gens d’ici.csv")
        assert (withdrawn.state, withdrawn.has_file) == (State.FAILED, False)

    def test_urgent_jobs_go_first(self, tmp_path: Path) -> None:
        trace = str(tmp_path / "trace")
        actions.enqueue(samples.write, trace, "slow", by=BY)
        urgent = registry.Definition("samples.urgent", samples.write.function, "urgent", priority=50)
        registry.add(urgent)
        actions.enqueue(urgent, trace, "urgent", by=BY)
        drain()
        assert samples.lines(tmp_path / "trace") == ["urgent", "slow"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("database_queue")
class TestReaper:
    def start_and_vanish(self, tmp_path: Path) -> Run:
        """A worker took the job, and nothing was heard of it since."""
        actions.enqueue(samples.write, str(tmp_path / "trace"), "un", by=BY)
        worker = Worker()
        worker.claim()
        assert worker.taken is not None
        return worker.taken

    def test_a_lease_that_runs_is_left_alone(self, tmp_path: Path) -> None:
        self.start_and_vanish(tmp_path)
        assert actions.reap() == 0
        assert Run.objects.get().state == State.RUNNING

    def test_a_lease_that_is_over_is_given_back(self, tmp_path: Path) -> None:
        taken = self.start_and_vanish(tmp_path)
        assert actions.reap(now=timezone.now() + registry.LEASE + timedelta(seconds=1)) == 1
        assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["FAILED", "READY"]
        make_due(taken)
        drain()
        taken.refresh_from_db()
        assert (taken.state, taken.attempt, samples.lines(tmp_path / "trace")) == (State.DONE, 2, ["un"])

    def test_who_comes_back_from_the_dead_writes_nothing(self, tmp_path: Path) -> None:
        zombie = self.start_and_vanish(tmp_path)
        actions.reap(now=timezone.now() + timedelta(hours=1))
        make_due(zombie)
        drain()
        handle = runner.Handle(run=zombie, lease=registry.LEASE, keep=timedelta(days=1))
        runner.write_progress(handle)
        assert handle.lost is True
        handle.attachment = ("late.csv", runner_file())
        assert runner.finish(handle, {"word": "late"}) is False
        runner.fail(zombie, sentence="late", trace="", retry=True)
        runner.give_back(zombie)
        run = Run.objects.get()
        assert (run.state, run.result, run.file.name, run.error) == (State.DONE, {"word": "un"}, "", "")

    def test_a_job_lost_between_row_and_queue_is_queued_again(self, tmp_path: Path) -> None:
        run = actions.enqueue(samples.write, str(tmp_path / "trace"), "un", by=BY)
        DBTaskResult.objects.all().delete()
        assert actions.reap() == 0
        assert actions.reap(now=timezone.now() + timedelta(minutes=2)) == 1
        drain()
        run.refresh_from_db()
        assert (run.state, samples.lines(tmp_path / "trace")) == (State.DONE, ["un"])

    def test_a_worker_killed_between_the_queue_and_the_lease(self, tmp_path: Path) -> None:
        """As another worker of the same queue would do, which does not take the lease in the same breath."""
        actions.enqueue(samples.write, str(tmp_path / "trace"), "un", by=BY)
        DBTaskResult.objects.get().claim("another")
        later = timezone.now() + timedelta(minutes=2)
        assert (actions.reap(now=later), actions.reap(now=later)) == (1, 0)
        drain()
        assert samples.lines(tmp_path / "trace") == ["un"]

    def test_a_long_queue_is_not_taken_for_a_loss(self, tmp_path: Path) -> None:
        actions.enqueue(samples.write, str(tmp_path / "trace"), "un", by=BY)
        assert actions.reap(now=timezone.now() + timedelta(days=1)) == 0
        assert DBTaskResult.objects.count() == 1


def runner_file() -> Any:
    from django.core.files.base import ContentFile

    return ContentFile(b"late")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("database_queue")
class TestOperators:
    def dead(self, tmp_path: Path) -> Run:
        run = actions.enqueue(samples.refused, str(tmp_path / "trace"), by=BY, key="k")
        drain()
        run.refresh_from_db()
        assert run.state == State.FAILED
        return run

    def test_run_again(self, tmp_path: Path) -> None:
        run = self.dead(tmp_path)
        admin = Actor(user=make_user(**ADMIN_FIELDS))
        actions.run_again(run=run, by=admin)
        run.refresh_from_db()
        assert (run.state, run.failures) == (State.WAITING, 0)
        drain()
        assert samples.lines(tmp_path / "trace") == ["tried", "tried"]
        assert [e.verb for e in JournalEntry.objects.all()] == ["jobs.run_again"]

    def test_run_again_is_refused_while_the_same_waits(self, tmp_path: Path) -> None:
        run = self.dead(tmp_path)
        actions.enqueue(samples.refused, str(tmp_path / "trace"), by=BY, key="k")
        with pytest.raises(Refused):
            actions.run_again(run=run, by=Actor(user=make_user(**ADMIN_FIELDS)))

    def test_run_again_is_refused_for_what_is_done(self, tmp_path: Path) -> None:
        run = actions.enqueue(samples.write, str(tmp_path / "trace"), "un", by=BY)
        drain()
        with pytest.raises(Refused):
            actions.run_again(run=run, by=Actor(user=make_user(**ADMIN_FIELDS)))
        assert samples.lines(tmp_path / "trace") == ["un"]

    @pytest.mark.parametrize("verb", [actions.run_again, actions.dismiss])
    def test_only_operators(self, tmp_path: Path, verb: Any) -> None:
        run = self.dead(tmp_path)
        admin = make_user(**ADMIN_FIELDS)
        for by in (VISITOR, Actor(user=make_user()), Actor(user=admin, impersonator=make_user())):
            with pytest.raises(NotAllowed):
                verb(run=run, by=by)
        run.refresh_from_db()
        assert (run.state, JournalEntry.objects.count()) == (State.FAILED, 0)
        verb(run=run, by=Actor(user=admin))
        assert JournalEntry.objects.count() == 1

    def test_dismiss(self, tmp_path: Path) -> None:
        run = self.dead(tmp_path)
        actions.dismiss(run=run, by=BY)
        run.refresh_from_db()
        assert run.state == State.DISMISSED
        with pytest.raises(Refused):
            actions.dismiss(run=run, by=BY)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("database_queue")
def test_prune_forgets_what_is_old_and_keeps_the_rest(tmp_path: Path) -> None:
    user = make_user(is_staff=True)
    old = actions.enqueue(samples.export, user.pk, by=Actor(user=user))
    recent = actions.enqueue(samples.export, user.pk, by=Actor(user=user))
    dead = actions.enqueue(samples.refused, str(tmp_path / "trace"), by=BY)
    drain()
    for run in (old, recent, dead):
        run.refresh_from_db()
    past = timezone.now() - timedelta(days=20)
    Run.objects.filter(pk__in=(old.pk, dead.pk)).update(finished_at=past, expires_at=past)
    DBTaskResult.objects.filter(pk=old.task_id).update(finished_at=past)
    assert Path(old.file.path).exists()
    assert actions.prune() == {"jobs": 1, "files": 1, "entries": 1}
    assert set(Run.objects.all()) == {recent, dead}
    assert (Path(old.file.path).exists(), Path(recent.file.path).exists()) == (False, True)


def test_two_jobs_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match=r"samples\.write"):
        job("samples.write")(lambda: None)
