from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.jobs import today as jobs_today
from kiif.jobs.enums import State
from kiif.jobs.models import PeriodicTask, Run, WorkerBeat
from kiif.ui import today
from tests.factories import World, make_user, sign_in
from tests.jobs import samples

pytestmark = pytest.mark.django_db
CEILING = 20


def make_run(**fields: Any) -> Run:
    return Run.objects.create(**{"name": samples.write.name, "title": "Export of the team", **fields})


@pytest.mark.parametrize("name", ["jobs:all", "jobs:mine"])
def test_queries_do_not_grow(name: str, world: World) -> None:
    client, person = world.client("coordinator"), world.people["coordinator"]
    client.get(reverse(name))
    counts = []
    for rows in (1, 3):
        Run.objects.all().delete()
        for _number in range(rows):
            make_run(created_by=person)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(name)).content.decode().count("Export of the team") >= rows
        counts.append(len(queries))
    assert counts[0] == counts[1] <= CEILING


class TestProgress:
    def page(self, run: Run) -> str:
        return sign_in(run.created_by).get(reverse("jobs:status", args=[run.pk])).content.decode()

    def test_asks_again_until_it_is_finished(self) -> None:
        user = make_user(language="en")
        running = make_run(
            created_by=user, state=State.RUNNING, lease_until=timezone.now(), done=3, total=4, note="Rows"
        )
        waiting = make_run(created_by=user)
        done = make_run(created_by=user, state=State.DONE, finished_at=timezone.now())
        for run in (running, waiting):
            assert 'hx-trigger="every 2s"' in self.page(run)
        assert "hx-" not in self.page(done)
        assert 'value="75"' in self.page(running)
        assert "Rows" in self.page(running)

    def test_how_far_it_is_is_said_to_who_asked_only(self, world: World) -> None:
        fields = {
            "state": State.RUNNING,
            "lease_until": timezone.now(),
            "done": 3,
            "total": 4,
            "note": "Lignes écrites",
        }
        theirs, own = (
            make_run(created_by=make_user(), **fields),
            make_run(created_by=world.people["coordinator"], **fields),
        )
        client = world.client("coordinator")
        for run, told in ((theirs, False), (own, True), (make_run(**fields), True)):
            for name in ("jobs:run", "jobs:status"):
                text = client.get(reverse(name, args=[run.pk])).content.decode()
                assert ("En cours" in text, "Lignes écrites" in text, 'value="75"' in text) == (True, told, told)

    def test_the_reason_of_a_refusal_is_said_a_fault_of_ours_is_not_detailed(self) -> None:
        user = make_user(language="en")
        refused = make_run(created_by=user, state=State.FAILED, error="The list is closed.")
        broken = make_run(created_by=user, state=State.FAILED, error="builtins.ZeroDivisionError", trace="Traceback x")
        assert "The list is closed." in self.page(refused)
        assert "ZeroDivisionError" not in self.page(broken)
        page = sign_in(make_user(is_superuser=True)).get(reverse("jobs:run", args=[broken.pk])).content.decode()
        assert "ZeroDivisionError" in page
        assert "Traceback x" in page


class TestDownload:
    def make(self, user: Any, **fields: Any) -> str:
        run = make_run(
            name=samples.export.name,
            args=[user.pk],
            created_by=user,
            state=State.DONE,
            finished_at=timezone.now(),
            file_name="gens d’ici.csv",
            expires_at=timezone.now() + timedelta(days=1),
        )
        run.file.save("x", ContentFile(b"MARKER"))
        Run.objects.filter(pk=run.pk).update(**fields)
        return reverse("jobs:result", args=[run.pk])

    def test_its_owner_receives_a_file_that_nothing_renders(self) -> None:
        user = make_user(is_staff=True)
        response = sign_in(user).get(self.make(user))
        assert response.getvalue() == b"MARKER"
        assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''gens%20d")
        assert (response["X-Content-Type-Options"], response["Cache-Control"]) == ("nosniff", "no-store, private")
        assert "sandbox" in response["Content-Security-Policy"]

    def test_the_link_is_worth_nothing_elsewhere(self, world: World) -> None:
        owner = make_user(is_staff=True)
        url = self.make(owner)
        assert world.client("visitor").get(url).status_code == 302
        for other in (make_user(is_staff=True), make_user(is_superuser=True), world.people["coordinator"]):
            assert sign_in(other).get(url).status_code == 404
        assert sign_in(owner).get(url).getvalue() == b"MARKER"

    def test_a_right_that_was_withdrawn(self) -> None:
        user = make_user(is_staff=True)
        url = self.make(user)
        user.is_staff = False
        user.save()
        assert sign_in(user).get(url).status_code == 404

    def test_a_date_that_is_past(self) -> None:
        user = make_user(is_staff=True)
        url = self.make(user, expires_at=timezone.now() - timedelta(seconds=1))
        assert sign_in(user).get(url).status_code == 404

    def test_a_job_that_nobody_knows_any_more(self) -> None:
        user = make_user(is_staff=True)
        assert sign_in(user).get(self.make(user, name="samples.gone")).status_code == 404


def test_the_dead_letter_list_waits_for_the_coordination(world: World) -> None:
    coordinator = world.actor("coordinator")
    assert today.told(coordinator, [jobs_today.FAILED]) == []
    make_run(state=State.FAILED, error="x")
    make_run()
    [gesture] = today.told(coordinator, [jobs_today.FAILED])
    assert "1" in str(gesture.about)
    assert today.told(world.actor("manager"), [jobs_today.FAILED]) == []
    page = world.client("coordinator").get(gesture.url).content.decode()
    assert page.count("Export of the team") == 1


def test_an_instance_without_worker_says_so(world: World) -> None:
    client = world.client("coordinator")
    assert "manage.py worker" in client.get(reverse("jobs:all")).content.decode()
    WorkerBeat.objects.create(worker="w", host="h")
    assert "manage.py worker" not in client.get(reverse("jobs:all")).content.decode()


def test_regular_jobs_are_paused_and_resumed(world: World) -> None:
    client = world.client("coordinator")
    row = PeriodicTask.objects.create(name="mailbox.send_due", next_at=timezone.now())
    for paused in ("1", "0"):
        client.post(reverse("jobs:pause", args=[row.pk]), {"paused": paused})
        row.refresh_from_db()
        assert row.paused is (paused == "1")
    assert client.get(reverse("jobs:regular")).status_code == 200


class TestActors:
    def test_a_job_runs_under_the_role_it_was_asked_under(self, world: World) -> None:
        from kiif.jobs import actors
        from kiif.ui.errors import NotAllowed

        asked = world.actor("manager")
        run = make_run(**actors.remember(asked))
        assert actors.restore(run).acting_as == asked.acting_as
        asked.acting_as.delete()
        with pytest.raises(NotAllowed):
            actors.restore(run)
        assert actors.restore(make_run(**actors.remember(Actor(user=make_user())))).acting_as is None


class TestPrivacy:
    def test_erasure_takes_files_and_names(self) -> None:
        from pathlib import Path

        from kiif.jobs import privacy

        user, other = make_user(), make_user()
        mine = make_run(created_by=user, title="SECRETWORD", key="k")
        mine.file.save("x", ContentFile(b"MARKER"))
        kept = make_run(created_by=other, title="OTHER")
        exported = privacy.export(user)["jobs"]
        assert [line["job"] for line in exported] == ["SECRETWORD"]
        path = Path(mine.file.path)
        for _twice in range(2):
            privacy.erase(user)
        mine.refresh_from_db()
        kept.refresh_from_db()
        assert (path.exists(), mine.title, mine.created_by, kept.title) == (False, "", None, "OTHER")
