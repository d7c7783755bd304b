"""Writing a draft: gestures, undo, two people at once, names that follow."""

from __future__ import annotations

from typing import Any

import pytest

from kiif.journal.models import JournalEntry
from kiif.questionnaires.actions import design, design_draft, design_steps
from kiif.questionnaires.definition import read
from kiif.questionnaires.drafting.elements import CHILDREN, ROOT
from kiif.questionnaires.models import Questionnaire
from kiif.ui.errors import NotAllowed, Refused
from tests.questionnaires.factories_design import first_page, flat, fresh, key_of, make_questionnaire, order


@pytest.fixture
def by(world: Any) -> Any:
    return world.actor("manager")


@pytest.fixture
def other(world: Any) -> Any:
    """A colleague of the same house."""
    return world.actor("advisor")


@pytest.fixture
def row(world: Any, by: Any) -> Questionnaire:
    return make_questionnaire(by, world.incubator)


def test_a_new_one_has_a_section_a_page_and_its_title(world: Any, by: Any) -> None:
    made = design.create_questionnaire(by=by, owner=world.incubator, title="  Appel   2027 ", languages=["fr", "en"])
    found = flat(made)
    assert (made.title, found[ROOT]["title.fr"], found[ROOT]["languages"]) == ("Appel 2027", "Appel 2027", ["fr", "en"])
    assert [len(found[key][CHILDREN]) for key in found[ROOT][CHILDREN]] == [1]
    with pytest.raises(Refused):
        design.create_questionnaire(by=by, owner=world.incubator, title=" ")
    with pytest.raises(Refused):
        design.create_questionnaire(by=by, owner=world.incubator, title="x", languages=["français"])


def test_only_the_team_writes_and_the_others_are_told_to_copy(world: Any, row: Questionnaire) -> None:
    stranger = world.actor("other_advisor")
    with pytest.raises(NotAllowed, match="copie"):
        design_draft.add_section(questionnaire=row, by=stranger)
    with pytest.raises(NotAllowed):
        design_draft.add_section(questionnaire=row, by=world.actor("impersonating"))
    copy = design.duplicate_questionnaire(questionnaire=row, by=stranger, owner=world.other_incubator)
    assert (copy.owner_id, order(copy)) == (world.other_incubator.pk, order(row))
    assert design_draft.add_section(questionnaire=copy, by=stranger).startswith("s_")


def test_a_name_follows_the_first_words_until_somebody_uses_it(row: Questionnaire, by: Any) -> None:
    key = design_draft.add_question(questionnaire=row, by=by, page=first_page(row), kind="number")
    assert flat(row)[key]["name"] == "question"
    revision = fresh(row).draft_revision
    values = {"label.fr": "Combien de personnes dans votre équipe ?"}
    design_draft.write(questionnaire=row, by=by, element=key, values=values, revision=revision)
    assert flat(row)[key]["name"] == "combien_personnes_equipe"


def test_a_new_name_is_followed_by_what_calls_it(row: Questionnaire, by: Any) -> None:
    agreed, status = key_of(row, "agrement"), key_of(row, "statut")
    revision = fresh(row).draft_revision
    values = {"relevant": "${statut} = 'scop'", "hint.fr": "Pour une ${statut} aussi."}
    design_draft.write(questionnaire=row, by=by, element=agreed, values=values, revision=revision)
    revision = fresh(row).draft_revision
    design_draft.write(questionnaire=row, by=by, element=status, values={"name": "forme"}, revision=revision)
    found = flat(row)[agreed]
    assert (found["relevant"], found["hint.fr"]) == ("${forme} = 'scop'", "Pour une ${forme} aussi.")
    with pytest.raises(Refused, match="déjà"):
        design_draft.write(
            questionnaire=row, by=by, element=status, values={"name": "nom"}, revision=fresh(row).draft_revision
        )


def test_up_and_down_cross_pages_and_stop_at_the_ends(row: Questionnaire, by: Any) -> None:
    assert order(row) == ["nom", "statut", "agrement"]
    section = flat(row)[ROOT][CHILDREN][0]
    page = design_draft.add_page(questionnaire=row, by=by, section=section)
    key = key_of(row, "agrement")
    design_draft.move_by(questionnaire=row, by=by, element=key, down=True)
    assert flat(row)[page][CHILDREN] == [key]
    with pytest.raises(Refused, match="dernier"):
        design_draft.move_by(questionnaire=row, by=by, element=key, down=True)
    design_draft.move_to(questionnaire=row, by=by, element=key, parent=first_page(row), position=0)
    assert order(row) == ["agrement", "nom", "statut"]
    with pytest.raises(Refused):
        design_draft.move_to(questionnaire=row, by=by, element=key, parent=section, position=0)


def test_a_copy_of_a_page_has_names_of_its_own_and_conditions_that_follow(row: Questionnaire, by: Any) -> None:
    key = key_of(row, "agrement")
    values = {"relevant": "${statut} = 'scop'"}
    design_draft.write(questionnaire=row, by=by, element=key, values=values, revision=fresh(row).draft_revision)
    copy = design_draft.duplicate(questionnaire=row, by=by, element=first_page(row))
    names = [flat(row)[child]["name"] for child in flat(row)[copy][CHILDREN]]
    assert names == ["nom_2", "statut_2", "agrement_2"]
    assert flat(row)[flat(row)[copy][CHILDREN][2]]["relevant"] == "${statut_2} = 'scop'"
    read(fresh(row).draft)


def test_what_was_taken_away_comes_back_at_its_place(row: Questionnaire, by: Any) -> None:
    before = fresh(row).draft
    design_draft.remove(questionnaire=row, by=by, element=key_of(row, "statut"))
    assert order(row) == ["nom", "agrement"]
    design_steps.undo(questionnaire=row, by=by)
    assert fresh(row).draft == before


def test_undo_takes_back_ones_own_steps_one_after_the_other(row: Questionnaire, by: Any, other: Any) -> None:
    nom, statut = key_of(row, "nom"), key_of(row, "statut")
    for text in ("Nom", "Nom de", "Nom de votre équipe"):
        design_draft.write(
            questionnaire=row, by=by, element=nom, values={"label.fr": text}, revision=fresh(row).draft_revision
        )
    design_draft.write(
        questionnaire=row, by=other, element=statut, values={"hint.fr": "Une aide"}, revision=fresh(row).draft_revision
    )
    design_steps.undo(questionnaire=row, by=by)
    assert (flat(row)[nom]["label.fr"], flat(row)[statut]["hint.fr"]) == ("Nom de la structure", "Une aide")
    step = fresh(row).changes.filter(gesture="undo").first()
    design_steps.undo(questionnaire=row, by=by, step=step)
    assert flat(row)[nom]["label.fr"] != "Nom de la structure"


def test_undo_says_when_somebody_wrote_over(row: Questionnaire, by: Any, other: Any) -> None:
    nom = key_of(row, "nom")
    design_draft.write(
        questionnaire=row, by=by, element=nom, values={"hint.fr": "A"}, revision=fresh(row).draft_revision
    )
    design_draft.write(
        questionnaire=row, by=other, element=nom, values={"hint.fr": "B"}, revision=fresh(row).draft_revision
    )
    with pytest.raises(Refused, match="Nom de la structure"):
        design_steps.undo(questionnaire=row, by=by)
    assert flat(row)[nom]["hint.fr"] == "B"


def test_two_designers_meet_only_on_the_same_field(row: Questionnaire, by: Any, other: Any) -> None:
    nom, seen = key_of(row, "nom"), fresh(row).draft_revision
    mine = {"label.fr": "Nom complet", "hint.fr": "Aide A", "required": True}
    design_draft.write(questionnaire=row, by=by, element=nom, values=mine, revision=seen)
    theirs = {"label.fr": "Nom de la structure", "hint.fr": "Aide B", "label.en": "Full name", "required": True}
    outcome = design_draft.write(questionnaire=row, by=other, element=nom, values=theirs, revision=seen)
    assert [(clash.field, clash.theirs, clash.mine) for clash in outcome.clashes] == [("hint.fr", "Aide A", "Aide B")]
    found = flat(row)[nom]
    assert (found["label.fr"], found["label.en"], found["hint.fr"]) == ("Nom complet", "Full name", "Aide A")
    again = design_draft.write(
        questionnaire=row, by=other, element=nom, values=theirs, revision=outcome.questionnaire.draft_revision
    )
    assert (again.clashes, flat(row)[nom]["hint.fr"]) == ([], "Aide B")


def test_an_unticked_box_that_is_ticked_by_default_stays_unticked(row: Questionnaire, by: Any) -> None:
    key = design_draft.add_question(questionnaire=row, by=by, page=first_page(row), kind="organisation")
    revision = fresh(row).draft_revision
    design_draft.write(questionnaire=row, by=by, element=key, values={"unregistered": False}, revision=revision)
    assert read(fresh(row).draft).by_id[key].unregistered is False  # type: ignore[attr-defined]  # of this kind
    design_draft.write(
        questionnaire=row, by=by, element=key, values={"unregistered": True}, revision=fresh(row).draft_revision
    )
    assert read(fresh(row).draft).by_id[key].unregistered is True  # type: ignore[attr-defined]  # of this kind


def test_a_kind_keeps_what_the_next_one_has(row: Questionnaire, by: Any) -> None:
    statut = key_of(row, "statut")
    design_draft.change_kind(questionnaire=row, by=by, element=statut, kind="choices")
    assert len(flat(row)[statut]["choices"]) == 2
    design_draft.change_kind(questionnaire=row, by=by, element=statut, kind="date")
    assert ("choices" in flat(row)[statut], flat(row)[statut]["label.fr"]) == (False, "Quel statut ?")
    design_steps.undo(questionnaire=row, by=by)
    assert len(flat(row)[statut]["choices"]) == 2
    with pytest.raises(Refused):
        design_draft.change_kind(questionnaire=row, by=by, element=statut, kind="forged")


def test_a_forged_field_is_dropped_and_a_forged_kind_refused(row: Questionnaire, by: Any) -> None:
    nom = key_of(row, "nom")
    values = {"id": "q_forged", "kind": "note", "choices": [], "unknown_field": "x", "hint.fr": "Aide"}
    design_draft.write(questionnaire=row, by=by, element=nom, values=values, revision=fresh(row).draft_revision)
    assert (flat(row)[nom]["kind"], flat(row)[nom]["hint.fr"]) == ("text", "Aide")
    with pytest.raises(Refused):
        design_draft.add_question(questionnaire=row, by=by, page=first_page(row), kind="hidden")
    with pytest.raises(Refused):
        design_draft.add_question(questionnaire=row, by=by, page="p_nowhere00", kind="text")


def test_the_journal_tells_sittings_not_pauses(row: Questionnaire, by: Any) -> None:
    nom = key_of(row, "nom")
    before = JournalEntry.objects.filter(verb="questionnaires.draft_changed").count()
    for text in "ABC":
        design_draft.write(
            questionnaire=row, by=by, element=nom, values={"hint.fr": text}, revision=fresh(row).draft_revision
        )
    assert JournalEntry.objects.filter(verb="questionnaires.draft_changed").count() == before + 1
    assert fresh(row).changes.filter(gesture="write").count() == 3


def test_put_away_it_is_not_changed_any_more(row: Questionnaire, by: Any) -> None:
    design.archive(questionnaire=row, by=by)
    with pytest.raises(Refused, match="rangé"):
        design_draft.add_section(questionnaire=row, by=by)
    design.take_out(questionnaire=row, by=by)
    assert design_draft.add_section(questionnaire=row, by=by).startswith("s_")


def test_the_last_section_stays(row: Questionnaire, by: Any) -> None:
    with pytest.raises(Refused):
        design_draft.remove(questionnaire=row, by=by, element=flat(row)[ROOT][CHILDREN][0])
    section = design_draft.add_section(questionnaire=row, by=by, after="")
    design_draft.remove(questionnaire=row, by=by, element=section)
    assert section not in flat(row)
