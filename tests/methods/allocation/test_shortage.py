import dataclasses

from hypothesis import given, settings

from kiif.methods.allocation.model import Dossier, Reviewer, Round, Rules
from kiif.methods.allocation.shortage import Obstacle, Remedy, Shortage, Way
from kiif.methods.allocation.solver import allocate
from kiif.methods.allocation.supply import Option, supply
from tests.methods.allocation.factories import rounds

FOUR = tuple(Reviewer(f"r{i}", 2) for i in range(3))


def test_a_language_that_too_few_people_read_is_named():
    dossiers = (
        Dossier("en-1", languages={"en"}),
        Dossier("en-2", languages={"en"}),
        Dossier("fr-1", languages={"fr"}, themes={"water"}),
    )
    reviewers = (
        Reviewer("ann", 2, languages={"fr", "en"}),
        Reviewer("bob", 1, languages={"en"}),
        Reviewer("eve", 5, languages={"fr"}),
        Reviewer("zoe", 5, languages={"fr"}),
        Reviewer("leo", 5, languages={"fr"}),
    )
    plan = allocate(Round(dossiers, reviewers))
    assert plan.value.missing == 3
    assert sorted(shortage.missing for shortage in plan.shortages) == [1, 2]
    (narrow,) = plan.bottlenecks
    assert narrow.dossiers == narrow.short == ("en-1", "en-2")
    assert narrow.reviewers == ("bob",)
    assert (narrow.wanted, narrow.missing, narrow.languages, narrow.themes) == (6, 3, {"en": 2}, {})
    ways = {way.remedy: way for way in narrow.ways}
    assert ways[Remedy.RECRUIT] == Way(Remedy.RECRUIT, 3)
    assert ways[Remedy.LANGUAGE] == Way(Remedy.LANGUAGE, 3, ("eve", "leo", "zoe"))
    assert ways[Remedy.PLACES] == Way(Remedy.PLACES, 1, ("bob",))


def test_what_is_missing_is_spread_over_dossiers():
    dossiers = tuple(Dossier(f"d{i}") for i in range(3))
    plan = allocate(Round(dossiers, FOUR))
    assert [shortage.missing for shortage in plan.shortages] == [1, 1, 1]
    assert plan.bottlenecks[0].missing == 3
    assert Way(Remedy.PLACES, 3, ("r0", "r1", "r2")) in plan.bottlenecks[0].ways


def test_obstacles_are_counted_by_reason():
    dossier = Dossier("a", languages={"fr"})
    reviewers = (
        Reviewer("ann", 9),
        Reviewer("bob", 9, languages={"en"}),
        Reviewer("eve", 9),
        Reviewer("leo", 9),
        Reviewer("zoe", 0),
    )
    plan = allocate(Round((dossier,), reviewers, conflicts={("a", "eve")}, forbidden={("a", "leo")}))
    obstacles = {Obstacle.CONFLICT: 1, Obstacle.FORBIDDEN: 1, Obstacle.LANGUAGE: 1, Obstacle.FULL: 1}
    assert plan.shortages == (Shortage("a", 3, 1, obstacles),)
    assert {way.remedy: way.reviewers for way in plan.bottlenecks[0].ways} == {
        Remedy.RECRUIT: (),
        Remedy.PLACES: ("zoe",),
        Remedy.FORBIDDEN: ("leo",),
        Remedy.LANGUAGE: ("bob",),
    }


def test_an_organisation_with_its_reader_already_there_is_an_obstacle():
    reviewers = (Reviewer("ann", 9, organisation="x"), Reviewer("bob", 9, organisation="x"), Reviewer("eve", 9))
    plan = allocate(Round((Dossier("a"),), reviewers, rules=Rules(most_per_organisation=1)))
    assert plan.shortages == (Shortage("a", 3, 2, {Obstacle.ORGANISATION: 1}),)
    assert Remedy.ORGANISATION in {way.remedy for way in plan.bottlenecks[0].ways}


def test_two_narrow_places_are_told_apart():
    dossiers = (Dossier("br", languages={"br"}), Dossier("en", languages={"en"}))
    reviewers = (Reviewer("ann", 3, languages={"br"}), Reviewer("bob", 3, languages={"en"}))
    plan = allocate(Round(dossiers, reviewers))
    assert [(narrow.dossiers, narrow.missing) for narrow in plan.bottlenecks] == [(("br",), 2), (("en",), 2)]


@settings(deadline=None, max_examples=100)
@given(rounds(dossiers=6, reviewers=4))
def test_narrow_places_explain_all_that_is_missing(asked):
    plan = allocate(asked)
    short = {shortage.dossier for shortage in plan.shortages}
    assert sum(narrow.missing for narrow in plan.bottlenecks) == sum(shortage.missing for shortage in plan.shortages)
    assert {key for narrow in plan.bottlenecks for key in narrow.short} == short
    capacities = {r.key: r.capacity for r in asked.reviewers}
    for narrow in plan.bottlenecks:
        for reviewer in narrow.reviewers:
            assert plan.loads[reviewer] >= capacities[reviewer]


@settings(deadline=None, max_examples=40)
@given(rounds(dossiers=5, reviewers=4))
def test_more_places_elsewhere_than_where_it_is_narrow_change_nothing(asked):
    plan = allocate(asked)
    named = {reviewer for narrow in plan.bottlenecks for reviewer in narrow.reviewers}
    elsewhere = tuple(r if r.key in named else dataclasses.replace(r, capacity=r.capacity + 5) for r in asked.reviewers)
    richer = allocate(dataclasses.replace(asked, reviewers=elsewhere))
    assert richer.value.missing == plan.value.missing


@settings(deadline=None, max_examples=40)
@given(rounds(dossiers=5, reviewers=4))
def test_more_places_where_it_is_narrow_give_no_more_than_said(asked):
    plan = allocate(asked)
    named = {reviewer for narrow in plan.bottlenecks for reviewer in narrow.reviewers}
    here = tuple(dataclasses.replace(r, capacity=99) if r.key in named else r for r in asked.reviewers)
    richer = allocate(dataclasses.replace(asked, reviewers=here))
    said = sum(way.reads for narrow in plan.bottlenecks for way in narrow.ways if way.remedy is Remedy.PLACES)
    assert 0 <= plan.value.missing - richer.value.missing <= said


def test_supply_counts_wants_and_places_by_option():
    dossiers = (Dossier("a", themes={"water"}, languages={"en"}), Dossier("b", needs={"law": 2}, languages={"fr"}))
    reviewers = (Reviewer("ann", 4, {"water"}, languages={"fr"}), Reviewer("bob", 2, languages={"en", "fr"}))
    assert supply(Round(dossiers, reviewers)) == (
        Option("skill", "law", 2, 0, 0),
        Option("language", "en", 3, 2, 1),
        Option("language", "fr", 3, 6, 2),
        Option("theme", "water", 1, 4, 1),
    )
    assert supply(Round(dossiers, reviewers))[0].balance == -2
