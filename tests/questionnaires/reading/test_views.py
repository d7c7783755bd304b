"""The pages of whoever reads what was gathered."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kiif.alliance.enums import Role
from kiif.jobs.models import Run
from kiif.questionnaires.models import Collection
from kiif.questionnaires.views import reading
from tests.alliance import factories as alliance
from tests.factories import sign_in
from tests.questionnaires.answer_factories import make_collection
from tests.questionnaires.reading.sent import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def collection() -> Collection:
    return make_collection()


@pytest.fixture
def reader(collection: Collection) -> Client:
    return sign_in(alliance.make_membership(collection.owner.specific, Role.ADVISOR).user)


def page(client: Client, name: str, collection: Collection, **asked: Any) -> str:
    response = client.get(reverse(f"questionnaires:{name}", args=[collection.public_id]), asked)
    assert response.status_code == 200
    return re.sub(r"[\u00a0\u202f]", " ", response.content.decode())


def test_the_table_shows_sent_answers_with_chosen_columns(collection: Collection, reader: Client) -> None:
    send(collection, nom1="Garage", nombre=12, recit="Long récit")
    shown = page(reader, "answers", collection, c=["q_nombre", "q_recit"])
    assert ">12 jours<" in shown
    assert "Long récit" in shown
    assert ">Garage<" not in shown


def test_a_draft_is_counted_and_never_shown(collection: Collection, reader: Client) -> None:
    draft = send(collection, nom1="Secret")
    draft.state = "draft"
    draft.save()
    shown = page(reader, "answers", collection)
    assert "1 réponse est en cours" in shown
    assert "Secret" not in shown


def test_answers_are_sorted_by_any_column_unknown_ones_last(collection: Collection, reader: Client) -> None:
    for name, number in (("Petit", 2), ("Grand", 30), ("Muet", None)):
        send(collection, nom1=name, nombre=number)
    shown = page(reader, "answers", collection, tri="-q_nombre")
    assert sorted(("Petit", "Grand", "Muet"), key=shown.index) == ["Grand", "Petit", "Muet"]
    shown = page(reader, "answers", collection, tri="q_nombre")
    assert sorted(("Petit", "Grand", "Muet"), key=shown.index) == ["Petit", "Grand", "Muet"]


def test_a_filter_is_made_in_two_steps_and_taken_away(collection: Collection, reader: Client) -> None:
    send(collection, nom1="Garage", choix={"value": "oui"})
    send(collection, nom1="Atelier", choix={"value": "non"})
    step = page(reader, "narrow", collection, question="q_choix")
    assert "Question choix" in step
    address = reverse("questionnaires:narrow", args=[collection.public_id])
    made = reader.get(address, {"question": "q_choix", "operateur": "is", "choix": ["oui"]})
    shown = reader.get(made["Location"]).content.decode()
    assert ("Garage" in shown, "Atelier" in shown) == (True, False)
    again = reader.get(made["Location"].replace("f=", "g=")).content.decode()
    assert ("Garage" in again, "Atelier" in again) == (True, True)


@pytest.mark.parametrize(
    "asked",
    [
        {"question": "q_nombre", "operateur": "between", "de": "beaucoup"},
        {"question": "q_nombre", "operateur": "between"},
        {"question": "q_choix", "operateur": "is"},
        {"question": "q_nom1", "operateur": "between", "de": "1"},
    ],
)
def test_a_filter_that_cannot_be_says_why(collection: Collection, reader: Client, asked: dict[str, str]) -> None:
    response = reader.get(reverse("questionnaires:narrow", args=[collection.public_id]), asked)
    assert response.status_code == 422
    assert "notice" in response.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"f": "q_x:y:z"},
        {"f": "'; DROP TABLE"},
        {"c": "q_inconnue"},
        {"tri": "q_inconnue"},
        {"langue": "zz"},
        {"page": "99999999999"},
        {"f": ["q_nombre:between:1|2"] * 40},
    ],
)
def test_whatever_the_address_says_the_page_answers(
    collection: Collection, reader: Client, asked: dict[str, Any]
) -> None:
    send(collection, nombre=1)
    assert "<h1>" in page(reader, "answers", collection, **asked)
    assert "<h1>" in page(reader, "summary", collection, **asked)


def test_the_summary_reads_the_same_answers_as_the_table(collection: Collection, reader: Client) -> None:
    send(collection, nom1="Garage", nombre=10)
    send(collection, nom1="Atelier", nombre=30)
    assert "2 réponses lues" in page(reader, "summary", collection)
    narrowed = page(reader, "summary", collection, f="q_nombre:between:20|")
    assert "1 réponse lue" in narrowed
    assert "Question nombre : au moins 20" in narrowed


def test_what_is_under_correction_is_left_aside_where_indexes_are_read(collection: Collection, reader: Client) -> None:
    send(collection, nom1="Garage", nombre=10)
    corrected = send(collection, nom1="Atelier", nombre=30)
    corrected.state = "reopened"
    corrected.save()
    summary = page(reader, "summary", collection)
    assert "1 réponse lue" in summary
    assert "1 réponse en cours de correction est laissée de côté" in summary
    assert "Atelier" not in page(reader, "answers", collection, f="q_nombre:between:20|")
    assert "laissée de côté" not in page(reader, "answers", collection)


def test_a_small_export_comes_at_once(collection: Collection, reader: Client) -> None:
    send(collection, nom1="Garage")
    response = reader.post(reverse("questionnaires:answers-export", args=[collection.public_id]), {"format": "xlsx"})
    assert response.status_code == 200
    assert response["Content-Disposition"].endswith('.xlsx"')
    assert b"".join(response.streaming_content)[:2] == b"PK"


def test_a_large_export_is_a_job_with_a_file(
    collection: Collection, reader: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(reading, "AT_ONCE", 0)
    send(collection, nom1="Garage")
    address = reverse("questionnaires:answers-export", args=[collection.public_id])
    with django_capture_on_commit_callbacks(execute=True):
        response = reader.post(f"{address}?c=q_nom1", {"format": "csv"})
    assert response["Location"].startswith("/taches/")
    run = Run.objects.get(name="questionnaires.export")
    assert (run.state, run.result, run.file_name[-4:]) == ("done", {"rows": 1}, ".zip")


def test_a_format_that_does_not_exist_is_refused(collection: Collection, reader: Client) -> None:
    response = reader.post(reverse("questionnaires:answers-export", args=[collection.public_id]), {"format": "exe"})
    assert response.status_code == 422
    assert "Choisissez un format" in response.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_table_asks_the_same_number_of_queries(
    collection: Collection, reader: Client, rows: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in range(rows):
        send(collection, nom1="Un", nombre=number)
    page(reader, "answers", collection)
    with django_assert_num_queries(19):
        page(reader, "answers", collection, f="q_nombre:filled:")
