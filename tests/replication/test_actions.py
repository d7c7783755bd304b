"""What every action does, and what it refuses, in a sentence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kiif.accounts.actor import VISITOR, system
from kiif.journal.models import JournalEntry
from kiif.opendata import base
from kiif.replication import actions, editing
from kiif.replication.actions.common import Conflict
from kiif.replication.answers import answer_of, recompute
from kiif.replication.models import Grant, Search, Solution
from kiif.replication.uploads import Upload, read
from kiif.ui.errors import NotAllowed, Refused
from tests.factories import World
from tests.replication import factories as make

NONTRON = "200071819"


def test_a_solution_keeps_its_words_and_sites(solution: Solution, world: World) -> None:
    assert solution.owner == world.people["carrier"]
    assert [site.commune_code for site in solution.sites.all()] == ["24311"]
    assert JournalEntry.objects.filter(verb="replication.solution_described").count() == 1


@pytest.mark.parametrize(
    ("texts", "sites", "field"),
    [
        ({"name": "  "}, (), "name"),
        ({"kind": "rocket"}, (), "kind"),
        ({"does": "x" * 2_001}, (), "does"),
        ({}, ("99999",), "sites"),
        ({}, tuple(f"24{i:03}" for i in range(21)), "sites"),
    ],
)
def test_a_solution_refuses_in_a_sentence(
    world: World, real: Any, texts: dict[str, str], sites: Any, field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        make.describe(world.actor("carrier"), sites=sites, **texts)
    assert refusal.value.field == field
    assert not Solution.objects.exists()


def test_nobody_describes_without_session_nor_with_somebody_elses_eyes(world: World, real: Any) -> None:
    for actor in (VISITOR, world.actor("impersonating")):
        with pytest.raises(NotAllowed):
            make.describe(actor)
    assert make.describe(VISITOR, visitor_key="cle").owner is None


def test_two_people_do_not_overwrite_each_other(solution: Solution, world: World) -> None:
    by = world.actor("carrier")
    actions.change_solution(solution=solution, by=by, texts=make.TEXTS | {"does": "Un"}, version=1)
    with pytest.raises(Conflict) as conflict:
        actions.change_solution(solution=solution, by=by, texts=make.TEXTS | {"does": "Deux"}, version=1)
    assert conflict.value.current.does == "Un"


def test_a_reader_reads_and_a_writer_writes(search: Search, world: World) -> None:
    advisor = world.actor("advisor")
    grant = Grant.objects.create(solution=search.solution, user=world.people["advisor"])
    with pytest.raises(NotAllowed, match=r"lecture|reading"):
        actions.pick(search=search, by=advisor, code=NONTRON)
    grant.may_write = True
    grant.save()
    assert actions.pick(search=search, by=advisor, code=NONTRON).picked_by == world.people["advisor"]


def test_a_trial_is_adopted_once(world: World, real: Any) -> None:
    make.describe(VISITOR, visitor_key="cle")
    by = world.actor("carrier")
    assert actions.adopt(by=by, visitor_key="cle") == 1
    assert actions.adopt(by=by, visitor_key="cle") == 0
    assert Solution.objects.get().owner == world.people["carrier"]


def test_old_trials_are_forgotten_and_nothing_else(world: World, solution: Solution) -> None:
    old, young = make.describe(VISITOR, visitor_key="a"), make.describe(VISITOR, visitor_key="b")
    long_ago = timezone.now() - timedelta(days=8)
    Solution.objects.filter(pk__in=[old.pk, solution.pk]).update(updated_at=long_ago)
    assert actions.forget_visitors(by=system("test")) == 1
    assert set(Solution.objects.all()) == {young, solution}


def test_a_model_that_cannot_be_answered_is_refused_and_nothing_changes(search: Search, world: World) -> None:
    model = search.model
    for broken, words in (
        ({**model, "criteria": []}, "at least one|au moins un"),
        ({**model, "pillars": [p | {"weight": 0} for p in model["pillars"]]}, "zero|nulles"),
        ({**model, "criteria": [model["criteria"][0] | {"condition": {"min": 1e12}}]}, "exclude|écartent"),
        ({**model, "criteria": [model["criteria"][0] | {"indicator": "nothing"}]}, "no figures|pas de chiffres"),
    ):
        with pytest.raises(Refused, match=words):
            actions.change_model(search=search, by=world.actor("carrier"), model=broken, version=1)
    search.refresh_from_db()
    assert search.version == 1
    assert search.model == model


def test_one_criterion_alone_ranks(search: Search, world: World) -> None:
    alone = {**search.model, "criteria": search.model["criteria"][:1]}
    changed = actions.change_model(search=search, by=world.actor("carrier"), model=alone, version=1)
    assert len(answer_of(changed).evaluation.criteria) == 1
    with pytest.raises(Conflict):
        actions.change_model(search=search, by=world.actor("carrier"), model=alone, version=1)


def test_figures_of_ones_own_count_and_leave(search: Search, world: World) -> None:
    by = world.actor("carrier")
    codes = base.load_epci()["code"].to_list()
    text = "code;demandes\n" + "\n".join(f"{code};{i}" for i, code in enumerate(codes))
    upload = read(text.encode(), "demandes.csv", "epci")
    own = actions.add_own_criterion(search=search, by=by, label="Demandes", upload=upload)
    model = editing.with_own(search.model, own, "need")
    changed = actions.change_model(search=search, by=by, model=model, version=search.version)
    assert own.indicator in {c.indicator for c in answer_of(changed).evaluation.criteria}
    with pytest.raises(Refused, match=r"name|nom"):
        actions.add_own_criterion(search=search, by=by, label="Demandes", upload=upload)
    with pytest.raises(Refused):
        actions.add_own_criterion(search=search, by=by, label="Autre", upload=Upload("x", "epci"))
    actions.remove_own_criterion(own=own, by=by)
    changed.refresh_from_db()
    assert own.indicator not in {c["indicator"] for c in changed.model["criteria"]}


def test_a_score_is_signed_dated_and_stops_counting(search: Search, world: World) -> None:
    by = world.actor("carrier")
    score = actions.give_score(search=search, by=by, code=NONTRON, about="will", value=3, evidence="Lettre du maire")
    assert score.author == world.people["carrier"]
    assert score.counts
    score.expires_on = timezone.localdate() - timedelta(days=1)
    assert not score.counts
    for wrong, field in (
        ({"value": 4}, "value"),
        ({"evidence": " "}, "evidence"),
        ({"code": "000000000"}, "code"),
    ):
        given: dict[str, Any] = {"code": NONTRON, "about": "will", "value": 1, "evidence": "x"} | wrong
        with pytest.raises(Refused) as refusal:
            actions.give_score(search=search, by=by, **given)
        assert refusal.value.field == field


def test_a_kept_result_is_recomputed_identically(search: Search, world: World) -> None:
    result = actions.keep_result(search=search, by=world.actor("carrier"))
    again = recompute(result)
    assert (again.identical, again.same_data) == (True, True)
    result.rows[0], result.rows[1] = result.rows[1] | {"rank": 1}, result.rows[0] | {"rank": 2}
    assert [(moved.before, moved.now) for moved in recompute(result).moved] == [(1, 2), (2, 1)]


def test_the_short_list_keeps_orders_notes_and_sets_aside(search: Search, world: World) -> None:
    by = world.actor("carrier")
    codes = base.load_epci()["code"].to_list()[:3]
    picks = [actions.pick(search=search, by=by, code=code) for code in codes]
    actions.move(chosen=picks[2], by=by, up=True)
    actions.move(chosen=picks[0], by=by, up=True)
    assert [p.code for p in search.picks.filter(excluded=False)] == [codes[0], codes[2], codes[1]]
    actions.write_note(chosen=picks[0], by=by, note="Appeler")
    with pytest.raises(Refused):
        actions.exclude(search=search, by=by, code=codes[0], reason=" ")
    aside = actions.exclude(search=search, by=by, code=codes[0], reason="Déjà un garage")
    assert (aside.excluded, aside.note) == (True, "Appeler")
    assert not actions.pick(search=search, by=by, code=codes[0]).excluded
    actions.remove_pick(chosen=picks[1], by=by)
    assert search.picks.count() == 2
    with pytest.raises(Refused):
        actions.pick(search=search, by=by, code="nowhere")


def test_what_others_wrote_in_is_not_removed(search: Search, world: World) -> None:
    by = world.actor("carrier")
    chosen = actions.pick(search=search, by=by, code=NONTRON)
    actions.open_study(search=search, by=by, code=NONTRON)
    with pytest.raises(Refused):
        actions.remove_pick(chosen=chosen, by=by)
    with pytest.raises(Refused):
        actions.remove_solution(solution=search.solution, by=by)
    assert Solution.objects.exists()
