"""Exports: typed cells, labels, codebook, coded answers, several versions; what programs read back."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyreadstat
import pytest
from defusedcsv import csv
from odfdo import Document
from python_calamine import CalamineWorkbook

from kiif.questionnaires.models import Collection, Response
from kiif.questionnaires.reading.book import Book, book
from kiif.questionnaires.reading.files import FORMATS
from kiif.questionnaires.reading.plan import plan_of
from tests.questionnaires.answer_factories import document, make_collection, publish, question
from tests.questionnaires.reading.sent import send

pytestmark = pytest.mark.django_db


def whole(collection: Collection) -> Book:
    plan = plan_of(collection)
    assert plan is not None
    return book(plan, list(plan.groups), Response.objects.order_by("pk"), "fr", name="essai")


def written(kind: str, made: Book) -> io.BytesIO:
    file = io.BytesIO()
    FORMATS[kind][3](made, file, lambda done: None)
    file.seek(0)
    return file


@pytest.fixture
def collection() -> Collection:
    made = make_collection()
    send(
        made,
        nom1="=HYPERLINK(1)",
        nombre=12,
        argent=1500,
        jour="2026-03-02",
        choix={"value": "oui"},
        plusieurs={"values": ["a", "c"]},
        ordre={"values": ["deux", "un"]},
        grille={"rows": {"ligne1": "bien"}},
        ouinon={"value": False, "reason": "Plus tard"},
        budget={"rows": [{"id": "r1", "c_poste": "Loyer", "c_montant": 10.5}, {"id": "r2", "c_montant": 4}]},
    )
    send(made, choix={"coded": "unknown"}, nom1="Deux\nlignes; avec « signes »")
    return made


def column(made: Book, key: str) -> list[Any]:
    at = [heading.key for heading in made.main.headings].index(key)
    return [row[at] for row in made.main.rows()]


def test_cells_are_typed(collection: Collection) -> None:
    made = whole(collection)
    assert column(made, "nombre") == [12, None]
    assert column(made, "jour") == [dt.date(2026, 3, 2), None]
    assert column(made, "plusieurs.a") == [True, None]
    assert column(made, "plusieurs.b") == [False, None]
    assert column(made, "ordre.un") == [2, None]
    assert column(made, "grille.ligne1") == ["bien", None]
    assert column(made, "budget.montant") == [14.5, None]
    assert [str(cell) for cell in column(made, "choix")] == ["oui", "Je ne sais pas"]
    assert column(made, "submitted_at")[0] == dt.datetime(2026, 5, 20, 10, tzinfo=dt.UTC)


def test_the_lines_of_a_table_have_a_sheet_of_their_own(collection: Collection) -> None:
    made = whole(collection)
    dossier = column(made, "dossier")[0]
    assert list(made.sheets[1].rows()) == [[dossier, "Loyer", 10.5], [dossier, None, 4]]


def test_excel_shows_words_and_keeps_types(collection: Collection) -> None:
    workbook = CalamineWorkbook.from_filelike(written("xlsx", whole(collection)))
    rows = workbook.get_sheet_by_index(0).to_python()
    first = dict(zip(rows[1], rows[2], strict=True))
    assert first["choix"] == "Oui"
    assert first["nombre"] == 12
    assert first["jour"] == dt.date(2026, 3, 2)
    assert first["nom1"] == "=HYPERLINK(1)"
    assert workbook.sheet_names[-1] == "Dictionnaire"
    codes = workbook.get_sheet_by_index(len(workbook.sheet_names) - 1).to_python()
    assert [row[4:] for row in codes if row[4] == "oui"] == [["oui", "Oui"]]


def test_csv_comes_with_its_codebook_and_no_cell_is_a_formula(collection: Collection) -> None:
    archive = zipfile.ZipFile(written("csv", whole(collection)))
    assert [name for name in archive.namelist() if "codebook" in name] == ["essai-codebook.csv"]
    text = archive.read("essai.csv").decode("utf-8-sig")
    first, second = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert first["nom1"] == "'=HYPERLINK(1)"
    assert first["choix"] == "oui"
    assert first["plusieurs.a"] == "1"
    assert second["nom1"] == "Deux lignes; avec « signes »"


def test_an_opendocument_sheet_keeps_types(collection: Collection) -> None:
    table = Document(written("ods", whole(collection))).body.get_table(0)
    keys, cells = table.get_row(1).get_values(), table.get_row(2).cells
    kinds = {key: cell.type for key, cell in zip(keys, cells, strict=False)}
    assert (kinds["nombre"], kinds["jour"], kinds["plusieurs.a"], kinds["nom1"]) == (
        "float",
        "date",
        "boolean",
        "string",
    )


def test_spss_keeps_labels_and_tells_coded_answers_from_blank_ones(collection: Collection, tmp_path: Path) -> None:
    path = tmp_path / "essai.sav"
    path.write_bytes(written("sav", whole(collection)).read())
    frame, meta = pyreadstat.read_sav(str(path), user_missing=True, output_format="dict")
    assert meta.column_names_to_labels["nombre"] == "Question nombre"
    assert meta.variable_value_labels["choix"][1.0] == "Oui"
    assert list(frame["choix"]) == [1.0, -98.0]
    assert meta.variable_value_labels["choix"][-98.0] == "Je ne sais pas"
    assert meta.missing_ranges["choix"] == [{"lo": -99.0, "hi": -98.0}]
    assert next(iter(frame["plusieurs_a"])) == 1.0
    assert next(iter(frame["jour"])) == dt.date(2026, 3, 2)


def test_answers_of_two_versions_are_read_together() -> None:
    """A choice removed keeps its words; a kind that changed has a column of its own; a question removed stays."""
    kept = [{"key": "a", "label": {"fr": "Ancien"}}, {"key": "b", "label": {"fr": "Bis"}}]
    old = [question("choice", "voie", choices=kept), question("text", "taille"), question("text", "ancien")]
    collection = make_collection(written=document(old))
    first = collection.questionnaire.versions.get()
    send(collection, voie={"value": "a"}, taille="grande", ancien="resté")
    new = [question("choice", "voie", choices=kept[1:]), question("number", "taille")]
    second = publish(collection.questionnaire, document(new))
    send(collection, second, voie={"value": "b"}, taille=3)
    made = whole(collection)
    assert column(made, "voie") == ["a", "b"]
    assert column(made, "taille") == [None, 3]
    assert column(made, "taille__text") == ["grande", None]
    assert column(made, "ancien__text") == ["resté", None]
    assert column(made, "version") == [first.number, second.number]
    heading = next(one for one in made.main.headings if one.key == "voie")
    assert dict(heading.labels) == {"b": "Bis", "a": "Ancien"}


@pytest.mark.parametrize("kind", sorted(FORMATS))
def test_a_collection_without_answer_gives_a_file(kind: str) -> None:
    assert len(written(kind, whole(make_collection())).read()) > 100


@pytest.mark.parametrize("rows", [1, 3])
def test_reading_asks_the_same_number_of_queries(rows: int, django_assert_num_queries: Callable[[int], Any]) -> None:
    collection = make_collection()
    for number in range(rows):
        send(collection, nom1="Un", nombre=number)
    made = whole(collection)
    with django_assert_num_queries(3):
        assert len(list(made.main.rows())) == rows
