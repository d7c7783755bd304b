"""Rows become expressions and come back; sentences tell them; the fewest moves explain an order."""

from __future__ import annotations

from typing import Any

import pytest

from kiif.questionnaires.drafting import conditions, operations, patches, sentences
from kiif.questionnaires.drafting.compare import compare
from kiif.questionnaires.drafting.conditions import Row, Rows, by_path, subjects
from kiif.questionnaires.drafting.elements import CHILDREN, ROOT, Flat, build, flatten
from kiif.questionnaires.drafting.names import name_from, slug
from kiif.questionnaires.drafting.typed import number
from kiif.questionnaires.drafting.written import column, listed, q
from kiif.questionnaires.expressions import parse

KEYS = (("a", "Agir", "Act"), ("b", "Bâtir", "Build"))


@pytest.fixture
def flat() -> Flat:
    flat = operations.new_flat({"fr": "Essai"}, ["fr", "en"])
    page = flat[flat[ROOT][CHILDREN][0]][CHILDREN][0]
    questions = [
        q("text", "nom", "Nom ?", "Name?"),
        q("choice", "statut", "Statut ?", "Form?", choices=KEYS, other=True),
        q("choices", "enjeux", "Enjeux ?", "Challenges?", choices=KEYS),
        q("yes_no", "esus", "Esus ?", "ESUS?"),
        q("number", "etp", "Effectif ?", "Staff?"),
        q("date", "debut", "Début ?", "Start?"),
        q("period", "periode", "Période ?", "Period?"),
        q("territories", "lieux", "Où ?", "Where?"),
        q("consent", "accord", "Accord", "Consent"),
        q("grid", "avis", "Avis", "Opinions", rows=listed(KEYS), columns=listed(KEYS)),
        q("table", "budget", "Budget", "Budget", columns=[column("montant", "Montant", "Amount", "money")]),
    ]
    return operations.put_in(flat, page, {"questions": questions})[0]


@pytest.fixture
def known(flat: Flat) -> Any:
    return by_path(subjects(flat, "fr"))


ROWS = [
    (Row("nom", "is", "Zoé"), "${nom} = 'Zoé'"),
    (Row("nom", "contains", "l'eau"), """contains(${nom}, "l'eau")"""),
    (Row("nom", "longer", "9"), "string-length(${nom}) >= 9"),
    (Row("nom", "empty"), "${nom} = ''"),
    (Row("statut", "is-not", "a"), "${statut} != 'a'"),
    (Row("statut", "filled"), "${statut} != ''"),
    (Row("enjeux", "has", "b"), "selected(${enjeux}, 'b')"),
    (Row("enjeux", "has-not", "b"), "not(selected(${enjeux}, 'b'))"),
    (Row("enjeux", "count-at-least", "2"), "count-selected(${enjeux}) >= 2"),
    (Row("enjeux", "empty"), "count-selected(${enjeux}) = 0"),
    (Row("esus", "is", "yes"), "${esus} = 'yes'"),
    (Row("etp", "more", "2,5"), "${etp} > 2.5"),
    (Row("etp", "at-most", "-3"), "${etp} <= -3"),
    (Row("etp", "is", "${etp}"), "${etp} = ${etp}"),
    (Row("debut", "at-least", "2027-05-30"), "${debut} >= date('2027-05-30')"),
    (Row("debut", "less", "today()"), "${debut} < today()"),
    (Row("periode.end", "more", "2027-05-30"), "${periode.end} > date('2027-05-30')"),
    (Row("lieux", "filled"), "count-selected(${lieux}) > 0"),
    (Row("accord", "filled"), "${accord} != ''"),
    (Row("avis.a", "is", "b"), "${avis.a} = 'b'"),
    (Row("budget", "count-at-least", "2"), "count(${budget}) >= 2"),
    (Row("budget", "empty"), "count(${budget}) = 0"),
]


@pytest.mark.parametrize(("row", "source"), ROWS)
def test_a_row_is_an_expression_and_comes_back(known: Any, row: Row, source: str) -> None:
    assert conditions.build(Rows("and", (row,)), known) == source
    parse(source)
    back = conditions.rows_of(source, known)
    assert back is not None
    assert conditions.build(back, known) == source
    assert sentences.say(source, known)


def test_several_rows_are_joined_by_one_word(known: Any) -> None:
    rows = Rows("or", tuple(row for row, _source in ROWS[:20]))
    source = conditions.build(rows, known)
    assert source == " or ".join(source for _row, source in ROWS[:20])
    back = conditions.rows_of(source, known)
    assert back is not None
    assert (back.join, len(back.rows)) == ("or", 20)


@pytest.mark.parametrize(
    "source", ["${etp} > 2 and (${nom} = 'a' or ${nom} = 'b')", "${etp} + 1 > 2", "${perdu} = 1", "${nom} =", "true()"]
)
def test_what_is_richer_than_rows_stays_a_text(known: Any, source: str) -> None:
    assert conditions.rows_of(source, known) is None
    assert sentences.say(source, known)


@pytest.mark.parametrize(
    "row",
    [Row("perdu", "is", "1"), Row("etp", "contains", "1"), Row("etp", "is", ""), Row("etp", "is", "douze"),
     Row("debut", "is", "demain"), Row("nom", "is", "l'\"eau")],
)  # fmt: skip
def test_a_row_that_says_nothing_is_refused_in_a_sentence(known: Any, row: Row) -> None:
    with pytest.raises(ValueError, match=r".{10,}\."):
        conditions.build(Rows("and", (row,)), known)


def test_sentences_say_choices_by_their_words(known: Any) -> None:
    words = sentences.say("${statut} = 'a' and (selected(${enjeux}, 'b') or ${etp} > 2)", known).replace("\u00a0", " ")
    assert words == "« Statut ? » est « Agir » et (« Enjeux ? » comprend « Bâtir » ou « Effectif ? » dépasse 2)"


def test_taken_apart_and_put_together_a_document_is_the_same(flat: Flat) -> None:
    document = build(flat)
    assert build(flatten(document)) == document


def test_a_step_goes_back_although_others_wrote_elsewhere(flat: Flat) -> None:
    page = flat[flat[ROOT][CHILDREN][0]][CHILDREN][0]
    keys = list(flat[page][CHILDREN])
    after = operations.remove(flat, keys[1])
    step = patches.difference(flat, after)
    later = operations.move(after, keys[4], page, 0)
    later, added = operations.add_question(later, page, {"kind": "text"}, after=keys[0])
    back = patches.taken_back(later, step)
    assert back[page][CHILDREN] == [keys[4], keys[0], keys[1], added, *keys[2:4], *keys[5:]]
    assert back[keys[1]] == flat[keys[1]]


def test_the_fewest_moves_explain_a_new_order(flat: Flat) -> None:
    page = flat[flat[ROOT][CHILDREN][0]][CHILDREN][0]
    keys = list(flat[page][CHILDREN])
    moved = operations.move(flat, keys[0], page, 5)
    assert [(change.element, change.state) for change in compare(flat, moved)] == [(keys[0], "moved")]
    gone = operations.remove(moved, keys[2])
    assert {(change.element, change.state) for change in compare(flat, gone)} == {(keys[0], "moved"), (keys[2], "gone")}


@pytest.mark.parametrize(
    ("words", "name"),
    [("Nom de votre structure ?", "nom_structure"), ("À quelle date ?", "date"), ("2027", "q_2027"),
     ("???", "question"), ("Œuvre d’art", "oeuvre_art")],
)  # fmt: skip
def test_names_are_made_of_words(words: str, name: str) -> None:
    assert name_from(words, set()) == name
    assert name_from(words, {name}) == f"{name}_2"
    assert len(slug(words * 30)) <= 30


def test_numbers_are_read_as_people_write_them() -> None:
    assert [number(text) for text in ("", "12", " 1 200,50 ", "-3")] == [None, 12, 1200.5, -3]
    for text in ("douze", "nan", "1e99", "1,2,3"):
        with pytest.raises(ValueError, match="nombre"):
            number(text)
