"""Applications received twice: found, kept apart, merged, parted again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.mailbox.models import Mail
from kiif.programmes import reading, signals
from kiif.programmes.actions import duplicates
from kiif.programmes.enums import PairState, State
from kiif.programmes.models import Application, Pair
from kiif.questionnaires.actions.saving import Sent, save
from kiif.questionnaires.models import Response
from kiif.ui.errors import NotAllowed, Refused
from tests.factories import make_user
from tests.programmes import application_factories as make
from tests.programmes import factories

pytestmark = pytest.mark.django_db
NUMBER = {"kind": "siren", "identifier": "732829320"}


@pytest.fixture
def place() -> dict[str, Any]:
    found = make.make_place()
    found["first"] = make.sent(found["call"], title="Le vélo partagé", structure={**NUMBER, "name": "Les Cinq Chênes"})
    found["second"] = make.sent(found["call"], title="Le four du lundi", structure={**NUMBER, "name": "5 chênes"})
    found["other"] = make.sent(
        found["call"], title="La laverie", structure={"kind": "", "identifier": "", "name": "La Lessive (exemple)"}
    )
    return found


def look(place: dict[str, Any]) -> list[Pair]:
    duplicates.look(call=place["call"], by=place["coordinator"])
    return list(Pair.objects.order_by("-score"))


def test_the_same_number_makes_a_pair_and_different_ones_none(place: dict[str, Any]) -> None:
    [pair] = look(place)
    assert {pair.first_id, pair.second_id} == {place["first"].pk, place["second"].pk}
    assert [code for code, _words in pair.reasons] == ["siren"]
    assert len(look(place)) == 1


def test_near_names_and_the_same_person_make_a_pair(place: dict[str, Any]) -> None:
    near = make.sent(
        place["call"], title="La laverie", structure={"kind": "", "identifier": "", "name": "Association la lessive"}
    )
    pairs = {frozenset((row.first_id, row.second_id)) for row in look(place)}
    assert frozenset((near.pk, place["other"].pk)) in pairs


def test_what_a_person_said_stays_said(place: dict[str, Any]) -> None:
    [pair] = look(place)
    with pytest.raises(NotAllowed):
        duplicates.keep_apart(pair=pair, by=place["advisor"])
    duplicates.keep_apart(pair=pair, by=place["coordinator"], words="Deux projets d’une même structure.")
    [pair] = look(place)
    assert pair.state == PairState.APART
    assert not Pair.objects.open().exists()


def test_merging_keeps_all_that_was_written_and_leads_to_the_other(place: dict[str, Any]) -> None:
    heard: list[tuple[int, int]] = []
    signals.merged.connect(listen := (lambda sender, kept, gone, by, **more: heard.append((kept.pk, gone.pk))))
    [pair] = look(place)
    duplicates.merge(pair=pair, keep=place["first"], by=place["coordinator"])
    signals.merged.disconnect(listen)
    gone = make.fresh(place["second"])
    assert (gone.state, gone.merged_into_id) == (State.MERGED, place["first"].pk)
    assert gone.project.merged_into_id == place["first"].project_id
    assert heard == [(place["first"].pk, gone.pk)]
    assert gone.response.answers.filter(field__key="q_titre").exists()
    assert Mail.objects.filter(kind="programmes.merged").count() == 2
    with pytest.raises(Refused):
        duplicates.merge(pair=pair, keep=place["first"], by=place["coordinator"])


def test_a_merged_one_stays_readable_by_who_runs_the_call_and_by_nobody_else(place: dict[str, Any]) -> None:
    draft = make.begin(place["call"], Actor(user=make_user()))
    for gone, parts in ((place["second"], True), (draft, False)):
        pair = duplicates.pair_of(place["first"], gone)
        duplicates.merge(pair=pair, keep=place["first"], by=place["coordinator"])
        assert bool(reading.read(place["coordinator"], make.fresh(gone)).parts) is parts
        assert not Application.objects.visible_to(place["advisor"]).filter(pk=gone.pk).exists()


def test_a_merge_is_undone_within_a_month(place: dict[str, Any]) -> None:
    [pair] = look(place)
    duplicates.merge(pair=pair, keep=place["first"], by=place["coordinator"])
    duplicates.part(pair=pair, by=place["coordinator"])
    back = make.fresh(place["second"])
    assert (back.state, back.merged_into_id, back.project.merged_into_id) == (State.SUBMITTED, None, None)
    pair.refresh_from_db()
    duplicates.merge(pair=pair, keep=place["first"], by=place["coordinator"])
    Pair.objects.filter(pk=pair.pk).update(decided_at=timezone.now() - timedelta(days=31))
    with pytest.raises(Refused):
        duplicates.part(pair=pair, by=place["coordinator"])


def test_one_that_was_answered_does_not_go(place: dict[str, Any]) -> None:
    [pair] = look(place)
    Application.objects.filter(pk=place["second"].pk).update(state=State.ACCEPTED)
    with pytest.raises(Refused):
        duplicates.merge(pair=pair, keep=place["first"], by=place["coordinator"])
    assert duplicates.merge(pair=pair, keep=place["second"], by=place["coordinator"]).gone_id == place["first"].pk


def test_a_merged_draft_is_written_no_more(place: dict[str, Any]) -> None:
    carrier = Actor(user=make_user())
    draft = make.begin(place["call"], carrier)
    pair = duplicates.pair_of(place["first"], draft)
    duplicates.merge(pair=pair, keep=place["first"], by=place["coordinator"])
    response = Response.objects.get(pk=draft.response_id)
    with pytest.raises(Refused):
        save(response=response, sent={"q_titre": Sent("Encore", 0)}, by=carrier)


def test_in_two_calls_both_stay_under_one_project(place: dict[str, Any]) -> None:
    call = factories.make_call(place["call"].edition, make.form(), facts=make.FACTS)
    again = make.sent(call, title="Le vélo partagé", structure={**NUMBER, "name": "Les Cinq Chênes"})
    pairs = {frozenset((row.first_id, row.second_id)) for row in look(place)}
    assert frozenset((again.pk, place["first"].pk)) in pairs
    pair = duplicates.pair_of(place["first"], again)
    duplicates.merge(pair=pair, keep=place["first"], by=place["coordinator"])
    moved = make.fresh(again)
    assert (moved.state, moved.project_id) == (State.SUBMITTED, place["first"].project_id)
    duplicates.part(pair=pair, by=place["coordinator"])
    assert make.fresh(again).project_id == again.project_id
