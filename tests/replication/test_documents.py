"""Prints: accessible, the same bytes twice, users' words printed as they are, for those who read the study only."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader

from kiif.replication.documents.content import content_of
from kiif.replication.documents.pdf import BLANK, DRAWN, TEMPLATE, pdf_of, printable
from kiif.replication.documents.word import docx_of
from kiif.replication.enums import Kind, Part
from kiif.replication.models import FeasibilityStudy
from tests.opendata.conftest import base_dir, base_pack
from tests.replication import study_factories as make

__all__ = ["base_dir", "base_pack"]
pytestmark = pytest.mark.django_db
HOSTILE = '#read("/etc/passwd") *x* $y$ #eval("1") <a> \x08'


@pytest.fixture
def study() -> FeasibilityStudy:
    study = make.make_study()
    study.sections.filter(part=Part.NEED).update(text=f"Rosa marche.\n\n{HOSTILE}", version=1)
    make.make_line(study, Kind.FUNDING, title="Fonds inventé", amount=1500)
    make.make_line(study, Kind.PARTNER, title=HOSTILE[:60], engagement=4, detail="=1+1")
    return study


def text_of(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def test_the_pdf_is_accessible_and_says_it(study: FeasibilityStudy, base_pack: Path) -> None:
    made = pdf_of(content_of(study))
    reader = PdfReader(io.BytesIO(made))
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"] == True  # noqa: E712 -- a value of PDF, not of Python
    assert catalog["/Lang"].startswith("fr")
    assert reader.metadata is not None
    assert reader.metadata.title == "Périgord Nontronnais, Garage inventé"
    assert b"pdfuaid" in made
    assert pdf_of(content_of(study)) == made


def test_words_are_printed_and_never_run(study: FeasibilityStudy) -> None:
    text = text_of(pdf_of(content_of(study)))
    assert '#read("/etc/passwd") *x* $y$ #eval("1")' in text
    assert "root:" not in text


def test_an_empty_study_prints_too() -> None:
    study = make.make_study()
    assert text_of(pdf_of(content_of(study))).count(content_of(study)["nothing"]) == len(Part)


def test_the_word_file_has_headings_headers_and_language(study: FeasibilityStudy) -> None:
    file = Document(io.BytesIO(docx_of(content_of(study))))
    headings = [p.text for p in file.paragraphs if p.style is not None and p.style.name == "Heading 2"]
    assert headings[1:] == [str(part.label) for part in Part]
    assert file.core_properties.language == "fr-FR"
    assert len(file.tables) == 2
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in file.tables)
    assert any("#read" in p.text for p in file.paragraphs)
    assert any("500" in cell.text for table in file.tables for row in table.rows for cell in row.cells)


def test_the_template_fetches_nothing() -> None:
    source = TEMPLATE.read_text("utf-8")
    assert "@preview" not in source
    assert "#import" not in source
    assert "eval(" not in source
    assert re.findall(r"\bread\(", source) == []


def test_every_character_that_is_let_through_can_be_drawn(study: FeasibilityStudy) -> None:
    every = "".join(printable("".join(map(chr, range(low, high + 1)))) for low, high in DRAWN)
    study.sections.filter(part=Part.NEED).update(text=every)
    assert pdf_of(content_of(study)).startswith(b"%PDF")


def test_what_no_face_draws_is_a_blank_and_the_file_is_made(study: FeasibilityStudy) -> None:
    text = "oui \U0001f600 漢 e\u0301 fin\u200b"
    study.sections.filter(part=Part.NEED).update(text=text)
    assert printable(text) == f"oui {BLANK} {BLANK} é fin"
    assert "é fin" in text_of(pdf_of(content_of(study)))


def test_a_small_map_says_where_it_is(study: FeasibilityStudy, base_pack: Path) -> None:
    content = content_of(study)
    assert content["map"].startswith("<svg")
    assert study.name in content["map_alt"]
    assert pdf_of(content) != pdf_of(content | {"map": ""})


def test_overseas_has_no_mark_on_this_map(study: FeasibilityStudy, base_pack: Path) -> None:
    study.level, study.code = "department", "971"
    assert content_of(study)["map"] == ""
