"""The form to print: everything that people answer is there, tagged for those who listen."""

from __future__ import annotations

import io
from typing import Any

from django.urls import reverse
from pypdf import PdfReader

from kiif.questionnaires.actions import design
from kiif.questionnaires.definition import Definition, read
from kiif.questionnaires.exchange import blank
from tests.questionnaires.exchange.everything import everything


def text(definition: Definition, language: str) -> tuple[str, PdfReader]:
    reader = PdfReader(io.BytesIO(blank.pdf(definition, language)))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split()), reader


def test_each_question_is_printed_once_with_its_number() -> None:
    definition = everything()
    words, reader = text(definition, "fr")
    asked = [question for question in definition.walk() if question.kind not in ("calculated", "note")]
    for number, question in enumerate(asked, 1):
        assert words.count(f"{number}. {question.label['fr']}") == 1, question.name
    assert "Question total" not in words
    assert "Merci … : … €" in words
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "fr"


def test_conditions_are_said_in_words_in_the_language_of_the_form() -> None:
    definition = everything()
    french, english = text(definition, "fr")[0], text(definition, "en")[0]
    assert "${" not in french
    assert "Seulement si « Question kind » est « A »" in french.replace("\xa0", " ")
    assert "Only if “Question kind (en)” is “A (en)”" in english


def test_a_language_that_the_interface_does_not_speak_and_an_empty_form() -> None:
    breton = {"title": {"br": "Goulenn"}, "languages": ["br"], "sections": []}
    assert "Goulenn" in text(read(breton), "br")[0]


def test_the_same_form_gives_the_same_bytes() -> None:
    assert blank.pdf(everything(), "fr", 10) == blank.pdf(everything(), "fr", 10)


def test_the_form_as_a_page_asks_the_same(world: Any) -> None:
    owner = world.incubator
    row = design.create_questionnaire(
        by=world.actor("manager"), owner=owner, title="Tout", document=everything().document()
    )
    client = world.client("manager")
    asked = [question for question in everything().walk() if question.kind not in ("calculated", "note")]
    url = reverse("questionnaires:export", args=[row.public_id, "html"])
    for language in ("fr", "en"):
        answer = client.get(url, {"langue": language})
        assert answer.status_code == 200
        words = answer.content.decode()
        assert ("(en)" in words) is (language == "en")
        for number, question in enumerate(asked, 1):
            assert words.count(f"{number}. {question.label[language]}") == 1, question.name
