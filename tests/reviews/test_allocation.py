"""Sharing out a round: what is proposed, what people decide, what is applied, what never moves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from kiif.accounts.actor import Actor
from kiif.alliance.enums import Role
from kiif.journal.models import JournalEntry
from kiif.mailbox.models import Mail
from kiif.programmes.actions import conflicts
from kiif.programmes.enums import State
from kiif.programmes.models import Target
from kiif.reviews.actions import allocation
from kiif.reviews.allocation import AT_ONCE, Decisions, Scene, Settings
from kiif.reviews.enums import AssignmentState, ReviewerState, RoundState, Source
from kiif.reviews.models import Assignment, Plan, Score
from kiif.ui.errors import NotAllowed, Refused
from tests.alliance import factories as alliances
from tests.factories import make_user as make_any_user
from tests.programmes.factories import alliance_of, make_application, make_call
from tests.reviews.factories import enter, make_assignment, make_mark, make_reviewer, make_round

pytestmark = pytest.mark.django_db


def make_user():
    """Somebody whose address tells nothing."""
    made = make_any_user()
    made.email = f"someone{made.pk}@gmail.com"
    made.save(update_fields=["email"])
    return made


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


@pytest.fixture
def call():
    return make_call()


@pytest.fixture
def coordinator(call):
    return alliances.acting(alliances.make_membership(alliance_of(call), Role.COORDINATOR, make_user()))


def panel(call, dossiers=4, readers=5, **fields):
    """An open round with applications and reviewers who can read ten."""
    round_ = make_round(call, **fields)
    applications = [make_application(call, make_user(), State.REVIEW) for _n in range(dossiers)]
    enter(round_, *applications)
    return round_, applications, [make_reviewer(round_, make_user()) for _n in range(readers)]


def settings(**fields):
    return Settings(**{"reads": 3, "theme_reads": 0, "territory_reads": 0, "seed": "essai", **fields})


def pairs(plan):
    return {(row[0], row[1]) for row in plan.result["pairs"]}


def test_a_plan_is_a_proposal_until_it_is_applied(call, coordinator):
    round_, applications, readers = panel(call)
    plan = allocation.ask(round_=round_, by=coordinator, settings=settings())
    assert len(pairs(plan)) == 12
    assert plan.result["proven"] is True
    assert plan.result["value"]["missing"] == 0
    assert Assignment.objects.count() == 0
    done = allocation.apply(plan=plan, by=coordinator)
    assert (done.made, done.kept, done.removed, done.skipped) == (12, 0, 0, [])
    given = set(Assignment.objects.values_list("application_id", "reviewer_id"))
    assert given == pairs(plan)
    assert set(Assignment.objects.values_list("source", flat=True)) == {Source.AUTO}
    assert list(Score.objects.values_list("reads_assigned", flat=True)) == [3, 3, 3, 3]
    loads = [Assignment.objects.filter(reviewer=one).count() for one in readers]
    assert sorted(loads) == [2, 2, 2, 3, 3]
    assert len(applications) == 4
    kinds = list(JournalEntry.objects.filter(verb__startswith="reviews.").order_by("pk").values_list("verb", flat=True))
    assert kinds == ["reviews.plan_asked", "reviews.plan_applied"]
    assert Mail.objects.filter(kind="reviews.entrusted").count() == 5


def test_the_same_seed_gives_the_same_plan(call, coordinator):
    round_, _applications, _readers = panel(call, 6, 8)
    first = allocation.ask(round_=round_, by=coordinator, settings=settings())
    again = allocation.ask(round_=round_, by=coordinator, settings=settings())
    other = allocation.ask(round_=round_, by=coordinator, settings=settings(seed="autre"))
    assert pairs(first) == pairs(again)
    assert first.digest == again.digest
    assert pairs(first) != pairs(other)


def test_themes_territories_languages_and_houses_count(call, coordinator):
    round_, (one, *_rest), readers = panel(call, 1, 5)
    one.themes, one.language = ["food"], "de"
    one.save()
    Target.objects.create(application=one, rank=1, level="department", code="33", name="Gironde", department_code="33")
    house = alliances.make_incubator(alliance_of(call))
    facts = [
        {"themes": ["food"], "languages": ["de"]},
        {"territories": ["33"]},
        {"body": house},
        {"body": house},
        {"languages": ["fr"], "themes": ["food"]},
    ]
    for reader, fields in zip(readers, facts, strict=True):
        for name, value in fields.items():
            setattr(reader, name, value)
        reader.save()
    plan = allocation.ask(round_=round_, by=coordinator, settings=settings(theme_reads=1, territory_reads=1))
    chosen = {pair[1] for pair in pairs(plan)}
    assert {readers[0].pk, readers[1].pk} <= chosen
    assert readers[4].pk not in chosen
    assert len(chosen & {readers[2].pk, readers[3].pk}) == 1
    by_reader = {row[1]: row[2] for row in plan.result["pairs"]}
    assert by_reader[readers[0].pk] == [["theme", "food"]]
    assert by_reader[readers[1].pk] == [["territory", "33"]]


def test_a_conflict_is_never_entrusted_and_a_question_waits(call, coordinator):
    round_, (one,), readers = panel(call, 1, 4)
    conflicts.declare(application=one, by=Actor(user=readers[0].person), words="ma sœur")
    one.contact_email = "x@la-remise.example"
    one.save()
    readers[1].person.email = "y@la-remise.example"
    readers[1].person.save()
    one.project.carriers.add(readers[2].person)
    plan = allocation.ask(round_=round_, by=coordinator, settings=settings())
    assert pairs(plan) == {(one.pk, readers[3].pk)}
    assert plan.result["value"]["missing"] == 2
    assert plan.result["shortages"][0]["obstacles"] == {"has-it": 0, "conflict": 2, "forbidden": 1} or (
        plan.result["shortages"][0]["obstacles"] == {"conflict": 2, "forbidden": 1}
    )


def test_what_is_given_or_begun_never_moves_and_the_rest_as_little_as_possible(call, coordinator):
    round_, applications, _readers = panel(call, 4, 6)
    allocation.apply(plan=allocation.ask(round_=round_, by=coordinator, settings=settings()), by=coordinator)
    before = set(Assignment.objects.values_list("application_id", "reviewer_id"))
    read = Assignment.objects.filter(application=applications[0]).first()
    make_mark(read, 3, 4)
    drafted = Assignment.objects.filter(application=applications[1]).first()
    Assignment.objects.filter(pk=drafted.pk).update(state=AssignmentState.DRAFT)
    newcomer = make_reviewer(round_, make_user())
    plan = allocation.ask(round_=round_, by=coordinator, settings=settings())
    assert pairs(plan) == before
    done = allocation.apply(plan=plan, by=coordinator)
    assert (done.made, done.kept, done.removed) == (0, 12, 0)
    anew = allocation.ask(round_=round_, by=coordinator, settings=settings(keep=False, seed="b"))
    fixed = {(read.application_id, read.reviewer_id), (drafted.application_id, drafted.reviewer_id)}
    assert fixed <= pairs(anew)
    assert newcomer.pk in {pair[1] for pair in pairs(anew)}
    allocation.apply(plan=anew, by=coordinator)
    assert set(Assignment.objects.values_list("application_id", "reviewer_id")) == pairs(anew)


def test_reads_of_somebody_who_left_count_and_are_not_asked_again(call, coordinator):
    round_, (one, *_rest), readers = panel(call, 1, 4)
    make_mark(make_assignment(readers[0], one), 3, 3)
    readers[0].state = ReviewerState.LEFT
    readers[0].save()
    plan = allocation.ask(round_=round_, by=coordinator, settings=settings())
    assert len(pairs(plan)) == 3
    assert (one.pk, readers[0].pk) in pairs(plan)
    assert plan.result["overloaded"] == {}


def test_people_force_and_forbid_and_the_plan_follows(call, coordinator):
    round_, (one, two, *_rest), readers = panel(call, 3, 5)
    plan = allocation.ask(round_=round_, by=coordinator, settings=settings())
    kept = next(row[1] for row in plan.result["pairs"] if row[0] == one.pk)
    reader = next(r for r in readers if r.pk == kept)
    allocation.decide(round_=round_, application=one, reviewer=reader, what="forbid", by=coordinator)
    other = next(r for r in readers if (two.pk, r.pk) not in pairs(plan))
    allocation.decide(round_=round_, application=two, reviewer=other, what="force", by=coordinator)
    again = allocation.ask(round_=round_, by=coordinator, settings=settings(), earlier=plan)
    assert (one.pk, reader.pk) not in pairs(again)
    assert (two.pk, other.pk) in pairs(again)
    assert len(pairs(plan) & pairs(again)) >= 6
    allocation.apply(plan=again, by=coordinator)
    assert Assignment.objects.get(application=two, reviewer=other).source == Source.FORCED
    round_.refresh_from_db()
    assert Decisions.of(round_) == Decisions(frozenset({(two.pk, other.pk)}), frozenset({(one.pk, reader.pk)}))
    allocation.decide(round_=round_, application=two, reviewer=other, what="free", by=coordinator)
    round_.refresh_from_db()
    assert Decisions.of(round_).forced == frozenset()


def test_nobody_forces_a_conflict(call, coordinator):
    round_, (one, *_rest), readers = panel(call)
    conflicts.declare(application=one, by=Actor(user=readers[0].person), words="voisins")
    with pytest.raises(Refused, match="conflict"):
        allocation.decide(round_=round_, application=one, reviewer=readers[0], what="force", by=coordinator)
    with pytest.raises(Refused, match="conflict"):
        allocation.assign(round_=round_, pairs=[(one, readers[0])], by=coordinator)
    assert len(allocation.assign(round_=round_, pairs=[(one, readers[1])], by=coordinator)) == 1


def test_what_changed_since_the_plan_is_left_aside_and_said(call, coordinator):
    round_, (one, two, *_rest), _readers = panel(call, 3, 3)
    plan = allocation.ask(round_=round_, by=coordinator, settings=settings())
    reader = next(r for r in _readers)
    conflicts.declare(application=one, by=Actor(user=reader.person), words="trop tard")
    two.state = State.WITHDRAWN
    two.save()
    done = allocation.apply(plan=plan, by=coordinator)
    assert done.made == 5
    assert {pair for pair, _why in done.skipped} == {(one.pk, reader.pk)} | {(two.pk, r.pk) for r in _readers}
    assert all(why for _pair, why in done.skipped)


def test_a_plan_is_applied_once_and_never_over_a_newer_one(call, coordinator):
    round_, _applications, _readers = panel(call)
    old = allocation.ask(round_=round_, by=coordinator, settings=settings())
    new = allocation.ask(round_=round_, by=coordinator, settings=settings(seed="b"))
    allocation.apply(plan=new, by=coordinator)
    with pytest.raises(Refused, match="applied"):
        allocation.apply(plan=new, by=coordinator)
    with pytest.raises(Refused, match="since"):
        allocation.apply(plan=old, by=coordinator)
    Plan.objects.filter(pk=old.pk).update(result={}, made_at=timezone.now() + timedelta(seconds=1))
    with pytest.raises(Refused, match="computed"):
        allocation.apply(plan=old, by=coordinator)


def test_the_reads_wanted_of_the_settings_become_those_of_the_round(call, coordinator):
    round_, applications, _readers = panel(call, 3, 6)
    Score.objects.filter(application=applications[0]).update(reads_wanted=5)
    plan = allocation.ask(round_=round_, by=coordinator, settings=settings(reads=4))
    assert len(pairs(plan)) == 13
    allocation.apply(plan=plan, by=coordinator)
    round_.refresh_from_db()
    assert round_.reads_wanted == 4
    assert sorted(Score.objects.values_list("reads_wanted", flat=True)) == [4, 4, 5]


def test_before_the_opening_the_applications_to_come_are_shared_out(call, coordinator):
    round_ = make_round(call, RoundState.DRAFT)
    make_application(call, make_user(), State.SUBMITTED)
    for _n in range(3):
        make_reviewer(round_, make_user())
    plan = allocation.ask(round_=round_, by=coordinator, settings=settings())
    allocation.apply(plan=plan, by=coordinator)
    assert Assignment.objects.filter(round=round_).count() == 3
    assert Mail.objects.filter(kind="reviews.entrusted").count() == 0


def test_reads_are_entrusted_taken_back_and_given_by_hand(call, coordinator):
    round_, (one, *_rest), (first, second, *_others) = panel(call)
    (read,) = allocation.assign(round_=round_, pairs=[(one, first)], by=coordinator)
    assert read.source == Source.FORCED
    assert allocation.assign(round_=round_, pairs=[(one, first)], by=coordinator) == []
    moved = allocation.move(assignment=read, to=second, by=coordinator)
    assert list(Assignment.objects.values_list("reviewer_id", flat=True)) == [second.pk]
    allocation.take_back(assignment=moved, by=coordinator, never_again=True)
    round_.refresh_from_db()
    assert Decisions.of(round_).forbidden == frozenset({(one.pk, second.pk)})
    assert Score.objects.get(application=one).reads_assigned == 0
    (again,) = allocation.assign(round_=round_, pairs=[(one, second)], by=coordinator)
    round_.refresh_from_db()
    assert Decisions.of(round_).forbidden == frozenset()
    make_mark(again, 3, 3)
    with pytest.raises(Refused, match="given"):
        allocation.take_back(assignment=again, by=coordinator)


def test_who_abstained_is_not_asked_again(call, coordinator):
    round_, (one, *_rest), readers = panel(call, 1, 4)
    make_assignment(readers[0], one, AssignmentState.ABSTAINED)
    plan = allocation.ask(round_=round_, by=coordinator, settings=settings())
    assert {pair[1] for pair in pairs(plan)} == {r.pk for r in readers[1:]}
    with pytest.raises(Refused, match="abstained"):
        allocation.assign(round_=round_, pairs=[(one, readers[0])], by=coordinator)


def test_only_who_runs_the_call_shares_out(call, coordinator):
    round_, (one, *_rest), readers = panel(call)
    plan = allocation.ask(round_=round_, by=coordinator, settings=settings())
    stranger = alliances.acting(alliances.make_membership(alliance_of(call), Role.REVIEWER, readers[0].person))
    for gesture in (
        lambda: allocation.ask(round_=round_, by=stranger, settings=settings()),
        lambda: allocation.apply(plan=plan, by=stranger),
        lambda: allocation.assign(round_=round_, pairs=[(one, readers[0])], by=stranger),
        lambda: allocation.decide(round_=round_, application=one, reviewer=readers[0], what="force", by=stranger),
    ):
        with pytest.raises(NotAllowed):
            gesture()
    assert allocation.apply(plan=plan, by=coordinator).made == 12


def test_nothing_to_share_out_is_said(call, coordinator):
    round_ = make_round(call)
    with pytest.raises(Refused, match="people who accepted"):
        allocation.ask(round_=round_, by=coordinator, settings=settings())
    closed, _applications, _readers = panel(call, state=RoundState.CLOSED)
    with pytest.raises(Refused, match="closed"):
        allocation.ask(round_=closed, by=coordinator, settings=settings())


def test_a_large_round_is_computed_by_a_job(call, coordinator, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(allocation, "AT_ONCE", 10)
    assert AT_ONCE == 6_000
    round_, _applications, _readers = panel(call)
    with django_capture_on_commit_callbacks(execute=True):
        plan = allocation.ask(round_=round_, by=coordinator, settings=settings())
        assert plan.result == {}
    plan.refresh_from_db()
    assert len(pairs(plan)) == 12


def test_a_round_is_read_in_a_fixed_number_of_queries(call, django_assert_num_queries):
    round_, applications, readers = panel(call, 1, 1)
    for _turn in range(2):
        make_assignment(readers[-1], applications[-1])
        with django_assert_num_queries(8):
            Scene.of(round_)
        applications.append(make_application(call, make_user(), State.REVIEW))
        readers.append(make_reviewer(round_, make_user()))
