"""From what was typed to a typed value, its check, its words, its columns."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiif.questionnaires import values
from kiif.questionnaires.definition import DefinitionError, read
from kiif.questionnaires.values.base import CODED
from kiif.questionnaires.values.numbers import plain_number, read_number
from kiif.questionnaires.values.texts import words
from tests.questionnaires.making import choices, document, question, question_row, raw

GRID = {"rows": choices("prix", "lieu"), "columns": choices("oui", "non")}
COLUMNS = [
    {"id": "c_0001", "name": "poste", "label": {"fr": "Poste"}, "required": True},
    {"id": "c_0002", "name": "montant", "label": {"fr": "Montant"}, "kind": "money", "total": True, "minimum": 0},
    {"id": "c_0003", "name": "acquis", "label": {"fr": "Acquis"}, "kind": "yes_no"},
]

#: kind, options of the question, what a form sends, value, words
TYPED: list[tuple[str, dict[str, Any], str, Any, str]] = [
    ("text", {}, "q_0001=++deux++mots+", "deux mots", "deux mots"),
    ("long_text", {}, "q_0001=un%0D%0Adeux", "un\ndeux", "un\ndeux"),
    ("rich_text", {}, "q_0001=<p>a+<strong>b</strong><script>x</script></p>", "<p>a <strong>b</strong></p>", "a b"),
    ("number", {"unit": {"fr": "places"}}, "q_0001=1+234", 1234, "1\u202f234\u00a0places"),
    ("number", {"decimals": 2}, "q_0001=12,50", 12.5, "12,5"),
    ("money", {"cents": True}, "q_0001=3.000,75+€", 3000.75, "3\u202f000,75\u00a0€"),
    ("percent", {}, "q_0001=12%25", 12, "12\u00a0%"),
    ("scale", {}, "q_0001=7", 7, "7 sur une échelle de 0 à 10"),
    ("date", {}, "q_0001=13/05/2026", "2026-05-13", "13 mai 2026"),
    ("date", {}, "q_0001=2026-05-13", "2026-05-13", "13 mai 2026"),
    (
        "period",
        {},
        "q_0001.start=2026-05-13&q_0001.end=14/05/2026",
        {"start": "2026-05-13", "end": "2026-05-14"},
        "du 13 mai 2026 au 14 mai 2026",
    ),
    ("choice", {"choices": choices("a", "b")}, "q_0001=b", {"value": "b", "text": ""}, "B"),
    (
        "choice",
        {"choices": choices("a"), "other": True},
        "q_0001=other&q_0001.text=Un+moulin",
        {"value": "other", "text": "Un moulin"},
        "autre\u00a0: Un moulin",
    ),
    (
        "choices",
        {"choices": choices("a", "b", "c")},
        "q_0001=c&q_0001=a&q_0001=c",
        {"values": ["a", "c"], "text": ""},
        "A\nC",
    ),
    (
        "ranking",
        {"choices": choices("a", "b", "c")},
        "q_0001.rank.a=2&q_0001.rank.c=1",
        {"values": ["c", "a"]},
        "1. C\n2. A",
    ),
    ("ranking", {"choices": choices("a", "b")}, "q_0001=b&q_0001=a", {"values": ["b", "a"]}, "1. B\n2. A"),
    ("grid", GRID, "q_0001.lieu=non", {"rows": {"lieu": "non"}}, "LIEU\u00a0: NON"),
    ("yes_no", {}, "q_0001=no", {"value": False, "reason": ""}, "non"),
    (
        "yes_no",
        {"reason": "yes"},
        "q_0001=yes&q_0001.reason=Parce+que",
        {"value": True, "reason": "Parce que"},
        "oui\u00a0: Parce que",
    ),
    ("email", {}, "q_0001=Jo.Test@Exemple.FR", "Jo.Test@exemple.fr", "Jo.Test@exemple.fr"),
    ("phone", {}, "q_0001=06+39+98+12+34", "+33639981234", "06 39 98 12 34"),
    ("url", {}, "q_0001=exemple.fr/page", "https://exemple.fr/page", "https://exemple.fr/page"),
    (
        "address",
        {},
        "q_0001.line=1+rue+Haute&q_0001.postcode=24300&q_0001.town=Nontron",
        {"line": "1 rue Haute", "postcode": "24300", "town": "Nontron", "code": ""},
        "1 rue Haute\n24300 Nontron",
    ),
    ("consent", {"text_version": "3"}, "q_0001=on", {"given": True, "version": "3"}, "accepté le  (texte 3)"),
    (
        "files",
        {},
        "q_0001=0b3d9a52-6b43-4a3e-9d2f-3c8b7a1f2e11",
        {"files": ["0b3d9a52-6b43-4a3e-9d2f-3c8b7a1f2e11"]},
        "1 fichier joint",
    ),
    (
        "table",
        {"columns": COLUMNS},
        "q_0001.rows=r1&q_0001.rows=r2&q_0001.r1.c_0001=Loyer&q_0001.r1.c_0002=1+200&q_0001.r1.c_0003=yes",
        {"rows": [{"id": "r1", "c_0001": "Loyer", "c_0002": 1200, "c_0003": True}]},
        "Poste\u00a0: Loyer · Montant\u00a0: 1\u202f200\u00a0€ · Acquis\u00a0: oui\nTotal – Montant\u00a0: 1\u202f200",
    ),
]  # fmt: skip


def _id(case: Any) -> str:
    return f"{case[0]}-{case[2][:24]}"


@pytest.mark.parametrize("case", TYPED, ids=_id)
def test_what_was_typed_becomes_a_typed_value(case: Any) -> None:
    kind, options, query, expected, _words = case
    assert values.read(question(kind, **options), raw(query)) == expected


@pytest.mark.parametrize("case", TYPED, ids=_id)
def test_a_value_read_from_json_is_the_one_that_a_form_gave(case: Any) -> None:
    kind, options, query, expected, _words = case
    asked = question(kind, **options)
    assert values.accept(asked, values.read(asked, raw(query))) == expected


@pytest.mark.parametrize("case", TYPED, ids=_id)
def test_a_value_is_said_in_words(case: Any) -> None:
    kind, options, _query, value, words_ = case
    assert values.show(question(kind, **options), value, "fr") == words_


@pytest.mark.parametrize("case", TYPED, ids=_id)
def test_there_are_as_many_cells_as_columns(case: Any) -> None:
    kind, options, _query, value, _words = case
    asked = question(kind, **options)
    columns = values.of(asked).columns(asked, "fr")
    assert len(columns) == len(values.cells(asked, value)) == len(values.cells(asked, None)) > 0
    assert len({column.key for column in columns}) == len(columns)


@pytest.mark.parametrize("kind", sorted(values.KINDS))
def test_nothing_typed_is_no_answer(kind: str) -> None:
    assert values.read(question(kind), raw("")) is None


@pytest.mark.parametrize("kind", sorted(set(values.KINDS) - {"note", "calculated"}))
@pytest.mark.parametrize("hostile", [3, "x" * 3_000_000, [], {"a": 1}, {"values": {}}, {"rows": 3}, True, [[[]]]])
def test_a_document_of_another_shape_is_refused_with_a_sentence(kind: str, hostile: Any) -> None:
    asked, sentence = question(kind), ""
    try:
        value = values.accept(asked, hostile)
    except ValueError as error:
        value, sentence = None, str(error)
    assert len(sentence) < 300
    assert not sentence or sentence.endswith(".")
    assert values.accept(asked, value) == value


#: kind, options, what a form sends, start of the sentence
REFUSED = [
    ("number", {}, "q_0001=beaucoup", "«\u00a0beaucoup\u00a0» n’est pas un nombre"),
    ("number", {}, "q_0001=1e99", "Ce nombre est trop grand"),
    ("date", {}, "q_0001=31/02/2026", "«\u00a031/02/2026\u00a0» n’est pas une date"),
    ("date", {}, "q_0001=0026-01-01", "Vérifiez l’année"),
    ("choice", {"choices": choices("a")}, "q_0001=z", "«\u00a0z\u00a0» ne fait pas partie des choix"),
    ("choices", {"choices": choices("a")}, "q_0001=a&q_0001=z", "«\u00a0z\u00a0» ne fait pas partie des choix"),
    ("ranking", {"choices": choices("a", "b")}, "q_0001.rank.a=1&q_0001.rank.b=1", "Deux éléments ont le même rang"),
    ("scale", {}, "q_0001=11", "Choisissez une note de 0 à 10"),
    ("yes_no", {}, "q_0001=maybe", "Choisissez oui ou non"),
    ("email", {}, "q_0001=moi", "Cette adresse électronique n’est pas complète"),
    ("phone", {}, "q_0001=12", "Ce n’est pas un numéro de téléphone"),
    ("url", {}, "q_0001=pas+une+adresse", "Ce n’est pas une adresse web"),
    ("url", {}, "q_0001=javascript://x", "Ce n’est pas une adresse web"),
    ("files", {}, "q_0001=zzz", "Ce fichier n’est plus joint ici"),
    ("long_text", {}, f"q_0001={'x' * 25_000}", "Ce texte compte 25000 caractères"),
]


@pytest.mark.parametrize(("kind", "options", "query", "sentence"), REFUSED)
def test_what_cannot_be_read_is_refused_with_a_sentence(
    kind: str, options: dict[str, Any], query: str, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        values.read(question(kind, **options), raw(query))


#: kind, options, value, start of the sentence; the value itself is kept in a draft
WRONG = [
    ("text", {"max_chars": 4}, "abcdef", "2 caractères en trop"),
    ("long_text", {"max_words": 2}, "un deux trois", "1 mot en trop"),
    ("long_text", {"min_words": 3}, "un", "Il manque 2 mots"),
    ("number", {"minimum": 5}, 4, "La plus petite valeur acceptée ici est 5"),
    ("number", {}, 4.5, "Un nombre entier est attendu"),
    ("percent", {}, 101, "La plus grande valeur acceptée ici est 100"),
    ("date", {"latest": "2026-01-01"}, "2026-01-02", "La date la plus tardive"),
    ("period", {}, {"start": "2026-01-02", "end": None}, "Donnez les deux dates"),
    ("period", {}, {"start": "2026-01-02", "end": "2026-01-01"}, "La dernière date précède"),
    ("choice", {"other": True}, {"value": "other", "text": ""}, "Vous avez choisi «\u00a0autre\u00a0»"),
    (
        "choices",
        {"choices": choices("a", "rien", rien={"exclusive": True})},
        {"values": ["a", "rien"], "text": ""},
        "«\u00a0RIEN\u00a0» ne peut pas être choisi avec d’autres",
    ),
    ("choices", {"choices": choices("a", "b"), "at_most": 1}, {"values": ["a", "b"], "text": ""}, "2 choix cochés"),
    ("grid", GRID | {"required": True}, {"rows": {"lieu": "non"}}, "1 ligne n’a pas de réponse"),
    ("yes_no", {"reason": "no"}, {"value": False, "reason": ""}, "Dites pourquoi"),
    ("address", {}, {"line": "", "postcode": "2430", "town": "Nontron", "code": ""}, "Un code postal a cinq chiffres"),
    ("signature", {}, {"name": "Mado"}, "Signez avec votre prénom et votre nom"),
    ("table", {"columns": COLUMNS}, {"rows": [{"id": "r1", "c_0002": -3}]}, "Ligne 1, «\u00a0Poste\u00a0»"),
    ("table", {"columns": COLUMNS, "min_rows": 2}, {"rows": [{"id": "r1", "c_0001": "a"}]}, "Au moins 2 lignes"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "options", "value", "sentence"), WRONG)
def test_what_is_wrong_is_said_and_kept(kind: str, options: dict[str, Any], value: Any, sentence: str) -> None:
    asked = question(kind, **options)
    assert values.accept(asked, value) == value
    assert [said for said in values.problems(asked, value) if said.startswith(sentence)]


def test_an_exclusive_choice_alone_is_enough_whatever_the_number_asked() -> None:
    asked = question("choices", choices=choices("a", "b", "rien", rien={"exclusive": True}), at_least=2)
    assert values.problems(asked, {"values": ["rien"], "text": ""}) == []
    assert values.problems(asked, {"values": ["a"], "text": ""}) == ["Choisissez-en au moins 2."]


@pytest.mark.parametrize("code", CODED)
def test_i_do_not_know_is_an_answer_where_the_question_takes_it(code: str) -> None:
    taking = question("number", unknown=True, refusal=True)
    value = values.read(taking, raw(f"q_0001.coded={code}&q_0001=3"))
    assert value == {"coded": code}
    assert values.problems(taking, value) == []
    assert values.scalar(taking, value) is None
    assert values.show(taking, value, "fr") in {"Je ne sais pas", "Je préfère ne pas répondre"}
    with pytest.raises(ValueError, match="Cette question n’admet pas cette réponse"):
        values.read(question("number"), raw(f"q_0001.coded={code}"))


def test_a_consent_keeps_the_day_it_was_given() -> None:
    asked = question("consent")
    day, later = (dt.datetime(2026, 5, n, 12, tzinfo=dt.UTC) for n in (13, 20))
    first = values.stamp(asked, values.read(asked, raw("q_0001=on")), None, day)
    again = values.stamp(asked, values.read(asked, raw("q_0001=on")), first, later)
    assert again == first == {"given": True, "version": "1", "at": "2026-05-13T12:00:00+00:00"}
    newer = question("consent", text_version="2")
    assert values.stamp(newer, values.read(newer, raw("q_0001=on")), first, later)["at"].startswith("2026-05-20")


def test_expressions_read_a_table_by_columns() -> None:
    asked = question("table", columns=COLUMNS)
    value = {"rows": [{"id": "r1", "c_0001": "a", "c_0002": 2}, {"id": "r2", "c_0003": False}]}
    assert values.scalar(asked, value) == {
        "poste": ["a", None],
        "montant": [2.0, None],
        "acquis": [None, "no"],
        "#rows": 2,
    }


@given(st.text(max_size=60))
def test_reading_a_number_gives_a_finite_number_or_a_sentence(text: str) -> None:
    number: float | None = 0.0
    sentence = ""
    try:
        number = read_number(text)
    except ValueError as error:
        sentence = str(error)
    assert not sentence or sentence.endswith(".")
    assert number is None or abs(number) <= 1e15


@given(st.integers(-(10**12), 10**12), st.integers(0, 4))
def test_a_number_shown_is_read_back(units: int, decimals: int) -> None:
    number = units / 10**decimals
    assert read_number(plain_number(number)) == number


def test_words_are_counted_as_people_count_them() -> None:
    assert words("L’eau, c’est la vie – vraiment !") == 5


def test_a_definition_with_two_questions_of_one_name_is_refused() -> None:
    twice = document(question_row("text", 1, name="nom"), question_row("text", 2, name="nom"))
    with pytest.raises(DefinitionError, match="question name “nom” stands twice"):
        read(twice)
