"""Figures of a call: exact, by day of the instance, without what a reader may not guess."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kiif.decisions.models import Decision
from kiif.programmes.enums import ConflictState, State
from kiif.programmes.models import Application, Call, Conflict, Target
from kiif.steering import boards, counting
from kiif.steering.enums import Stage
from tests.factories import World
from tests.programmes.factories import make_application, make_call, make_edition, make_host, make_programme
from tests.reviews.factories import make_assignment, make_mark, make_reviewer, make_round
from tests.steering.factories import SYSTEM, answered_call, closed_call, some

pytestmark = pytest.mark.django_db

#: Queries of the board of a call, whatever it holds (a page of the team, signed in).
QUERIES = 30


@pytest.fixture
def world() -> World:
    return World()


def call_of(world: World) -> Call:
    return make_call(make_edition(make_programme(world.alliance)))


def totals(board: boards.Board) -> dict[str, int]:
    return {step.label: step.number.value for step in board.funnel}


def test_the_day_is_that_of_the_instance_to_the_hour() -> None:
    call = make_call()
    row = make_application(call)
    # 22:30 UTC on the 26th of May is half past midnight on the 27th in Paris
    Application.objects.filter(pk=row.pk).update(submitted_at=dt.datetime(2024, 5, 26, 22, 30, tzinfo=dt.UTC))
    days = counting.by_day(call.applications.all(), counting.F("submitted_at"))
    assert days == {dt.date(2024, 5, 27): 1}
    # 23:30 UTC in winter is half past midnight too
    Application.objects.filter(pk=row.pk).update(submitted_at=dt.datetime(2024, 1, 26, 22, 30, tzinfo=dt.UTC))
    assert counting.by_day(call.applications.all(), counting.F("submitted_at")) == {dt.date(2024, 1, 26): 1}


def test_the_path_of_applications_is_counted_step_by_step(world: World) -> None:
    call = call_of(world)
    some(call, 2, State.DRAFT)
    some(call, 3, State.SUBMITTED)
    some(call, 1, State.REVIEW)
    some(call, 2, State.REFUSED)
    some(call, 1, State.ACCEPTED)
    some(call, 1, State.WITHDRAWN)
    some(call, 1, State.INELIGIBLE)
    steps = counting.steps(call, call.applications.all(), counting.placed(call.applications.all()))
    assert {stage: sum(days.values()) for stage, days in steps.items()} == {
        Stage.TESTS: 0, Stage.BEGUN: 10, Stage.SENT: 8, Stage.ELIGIBLE: 4, Stage.READ: 0, Stage.DECIDED: 3,
        Stage.ACCEPTED: 1, Stage.HOSTED: 0,
    }  # fmt: skip


def test_an_application_is_read_once_it_has_the_reads_that_are_wanted() -> None:
    call = make_call()
    round_ = make_round(call, reads_wanted=2)
    whole, half = some(call, 2, State.REVIEW)
    for number in range(2):
        reviewer = make_reviewer(round_)
        make_mark(make_assignment(reviewer, whole), 4, 4)
        if not number:
            make_mark(make_assignment(reviewer, half), 3, 3)
    for score in round_.scores.all():
        score.reads_done = score.application.assignments.filter(state="done").count()
        score.save()
    assert (
        sum(
            counting.steps(call, call.applications.all(), counting.placed(call.applications.all()))[Stage.READ].values()
        )
        == 1
    )


def test_breakdowns_count_each_value_and_open_their_dossiers(world: World) -> None:
    call = call_of(world)
    one = make_application(call, challenges=["jobs", "services"], rural="rural", legal_form="scic")
    make_application(call, challenges=["jobs"], rural="urban", legal_form="scic", late=True)
    Target.objects.create(application=one, rank=1, level="commune", code="33063", name="Bordeaux", department_code="33")
    made = boards.board(world.actor("coordinator"), call)
    lines = {part.key: {line.label: line.numbers[0] for line in part.lines} for part in made.breakdowns}
    assert {label: number.value for label, number in lines["challenges"].items()} == {"jobs": 2, "services": 1}
    assert sum(number.value for number in lines["rural"].values()) == 2
    number = made.departments.lines[0].numbers[0]
    assert (made.departments.lines[0].code, number.value) == ("33", 1)
    assert number.url == reverse("programmes:applications", args=[call.public_id]) + "?departement=33&etat=sent"
    assert next(number.value for _label, number in made.aside) == 1


def test_a_decision_that_is_prepared_changes_no_figure(world: World) -> None:
    call = call_of(world)
    row = some(call, 1, State.REVIEW)[0]
    host = make_host(call, world.incubator)
    before = {role: boards.board(world.actor(role), call) for role in ("coordinator", "advisor")}
    Decision.objects.create(application=row, outcome="accepted")
    for role, board in before.items():
        after = boards.board(world.actor(role), call)
        assert totals(after) == totals(board)
        assert after.times == board.times
        assert [line.numbers for line in after.hosts] == [line.numbers for line in board.hosts]
    assert host.pk


def test_whoever_is_barred_counts_without_the_dossier(world: World) -> None:
    call = call_of(world)
    kept, barred = some(call, 1, State.REFUSED)[0], some(call, 1, State.ACCEPTED)[0]
    person = world.people["coordinator"]
    Conflict.objects.create(application=barred, person=person, state=ConflictState.CONFIRMED)
    own = boards.board(world.actor("coordinator"), call)
    everybody = boards.board(SYSTEM, call)
    assert own.without == 1
    assert [step.number.value for step in own.funnel if step.label == "reçues"] == [1]
    assert totals(everybody) != totals(own)
    assert kept.pk
    assert own.times.given == 1


def test_a_host_reads_its_own_part_and_the_totals(world: World) -> None:
    call = call_of(world)
    mine, theirs = make_host(call, world.incubator), make_host(call, world.other_incubator)
    make_application(call, None, State.SUBMITTED, mine, rural="rural")
    make_application(call, None, State.SUBMITTED, theirs, rural="urban")
    made = boards.board(world.actor("advisor"), call)
    assert made.mine is not None
    assert [step.number.value for step in made.mine][:1] == [1]
    assert totals(made)["reçues"] == 2
    assert all(not step.number.url for step in made.funnel)
    assert [row.label for row in made.hosts] == [str(mine)]
    rural = next(part for part in made.breakdowns if part.key == "rural")
    assert sum(line.numbers[0].value for line in rural.lines) == 1


def test_answers_after_the_promise_are_told(world: World) -> None:
    call = closed_call(world.alliance)
    some(call, 2, State.REFUSED, decided_at=timezone.now() - timedelta(days=9))
    some(call, 1, State.REFUSED, decided_at=timezone.now())
    some(call, 1, State.REVIEW)
    times = boards.board(SYSTEM, call).times
    assert (times.given, times.late, times.waiting.value, times.waiting_late) == (3, 1, 1, True)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_many_questions_with_one_or_three_rows(world: World, count: int) -> None:
    call = call_of(world)
    some(call, count, State.REVIEW, rural="rural", challenges=["jobs"])
    client = world.client("coordinator")
    url = reverse("steering:call", args=[call.public_id])
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(url)
    assert page.status_code == 200
    assert len(queries) <= QUERIES, [q["sql"][:80] for q in queries]


def test_editions_stand_side_by_side(world: World) -> None:
    call = answered_call(world.alliance)
    client = world.client("coordinator")
    page = client.get(reverse("steering:programme", args=[call.edition.programme.slug]))
    assert [(line.received, line.accepted, line.rate) for line in page.context["lines"]] == [(15, 6, 40.0)]
    page = client.get(reverse("steering:edition", args=[call.edition.public_id]))
    assert (page.context["whole"].received, page.context["publishes"]) == (15, True)


def test_the_map_reads_the_same_figures(world: World) -> None:
    call = call_of(world)
    row = make_application(call)
    Target.objects.create(application=row, rank=1, level="commune", code="33063", name="Bordeaux", department_code="33")
    address = reverse("steering:call-map", args=[call.public_id])
    assert world.client("coordinator").get(address).json() == {"values": {"33": 1}}


def test_a_rehearsal_is_seen_by_who_runs_it(world: World) -> None:
    edition = make_edition(make_programme(world.alliance))
    call = make_call(make_edition(edition.programme, rehearsal_of=edition))
    make_host(call, world.incubator)
    url = reverse("steering:call", args=[call.public_id])
    assert world.client("coordinator").get(url).status_code == 200
    assert world.client("advisor").get(url).status_code == 404
