"""What goes out comes back identical."""

from __future__ import annotations

import io
import json
from typing import Any
from unittest import mock

import openpyxl
from hypothesis import HealthCheck, given, settings

from kiif.questionnaires import exchange
from kiif.questionnaires.definition import Definition, read
from kiif.questionnaires.exchange import hostile, lines, xls_read
from kiif.questionnaires.values import KINDS
from tests.questionnaires.exchange.drawn import DEFINITIONS
from tests.questionnaires.exchange.everything import everything


def as_rows(definition: Definition) -> dict[str, list[list[str]]]:
    """The sheets as a workbook gives them back."""
    found = {}
    for name, rows in exchange.sheets(definition).items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        found[name] = [columns, *[[row.get(column, "") for column in columns] for row in rows]]
    return found


def back(sheets: dict[str, list[list[str]]]) -> exchange.Imported:
    with mock.patch.object(hostile, "ask_pyxform", return_value=[]):
        return xls_read.from_sheets(sheets)


def test_a_form_of_every_kind_comes_back_identical_through_a_file() -> None:
    definition = everything()
    found = exchange.imported(exchange.workbook(definition))
    assert found.remarks == ()
    assert found.definition is not None
    assert found.definition.document() == definition.document()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(definition=DEFINITIONS)
def test_any_definition_comes_back_identical(definition: Definition) -> None:
    found = back(as_rows(definition))
    assert found.remarks == ()
    assert found.definition is not None
    assert found.definition.document() == definition.document()


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(definition=DEFINITIONS)
def test_any_definition_comes_back_identical_through_a_file(definition: Definition) -> None:
    read_again = hostile.read(exchange.workbook(definition))
    expected = as_rows(definition)
    for name in ("survey", "choices", "settings"):
        ours = _by_header(expected[name])
        assert _by_header(read_again[name]) == ours
    found = back(read_again)
    assert found.definition is not None
    assert found.definition.document() == definition.document()


def _by_header(rows: list[list[str]]) -> list[dict[str, str]]:
    return [{header: text for header, text in zip(rows[0], row, strict=False) if text} for row in rows[1:] if any(row)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(definition=DEFINITIONS)
def test_json_comes_back_identical(definition: Definition) -> None:
    written = exchange.to_json(definition)
    assert written == exchange.to_json(definition)
    found = exchange.from_json(written)
    assert found.definition is not None
    assert found.definition.document() == definition.document()


def test_the_schema_describes_what_is_written() -> None:
    import jsonschema_rs

    schema: dict[str, Any] = exchange.schema()
    validator = jsonschema_rs.Draft202012Validator(schema)
    document = json.loads(exchange.to_json(everything()))
    validator.validate(document)
    assert not validator.is_valid({**document, "surprise": 1})


def test_what_was_changed_in_a_spreadsheet_is_read() -> None:
    definition = everything()
    sheets = as_rows(definition)
    survey = sheets["survey"]
    label, relevant, required = (survey[0].index(name) for name in ("label::Français (fr)", "relevant", "required"))
    place = next(rank for rank, row in enumerate(survey) if row[survey[0].index("name")] == "short")
    survey[place][label] = "Autre libellé"
    survey[place][relevant] = "${kind} = 'b'"
    survey[place][required] = ""
    found = back(sheets)
    assert found.definition is not None
    changed = found.definition.by_name["short"]
    assert (changed.label["fr"], changed.relevant, changed.required) == ("Autre libellé", "${kind} = 'b'", False)
    others = [question for question in found.definition.walk() if question.name != "short"]
    assert others == [question for question in definition.walk() if question.name != "short"]


def test_a_line_added_in_a_spreadsheet_is_a_new_question() -> None:
    definition = read(
        {"title": {"fr": "Essai"}, "sections": [{"id": "s_0001", "title": {"fr": "Partie"}, "pages": [{
            "id": "p_0001", "questions": [{"id": "q_0001", "name": "a", "kind": "text", "label": {"fr": "A"}}]}]}]}
    )  # fmt: skip
    sheets = as_rows(definition)
    header = sheets["survey"][0]
    row = {"type": "integer", "name": "Âge", "label::Français (fr)": "Quel âge ?", "relevant": "${a} != ''"}
    sheets["survey"].insert(4, [row.get(column, "") for column in [*header, "relevant"]])
    header.append("relevant")
    copied = list(sheets["survey"][3])
    copied[header.index("name")] = "b"
    sheets["survey"].insert(5, copied)
    found = back(sheets)
    assert found.definition is not None
    assert [(question.name, question.kind) for question in found.definition.walk()] == [
        ("a", "text"),
        ("age", "number"),
        ("b", "text"),
    ]
    assert len({question.id for question in found.definition.walk()}) == 3
    assert [remark.severity for remark in found.remarks] == ["loss", "warning"]


def test_lines_are_read_once_whatever_the_headers() -> None:
    form = lines.read(
        {
            "survey": [
                ["Type", "name", "label::French", "hint:English (en)", "relevance"],
                ["text", "a", "Nom", "Help", "x"],
            ]
        },
        "fr",
    )
    assert form.remarks.found == []
    assert form.languages == ["fr", "en"]
    assert form.survey[0].texts == {"label": {"fr": "Nom"}, "hint": {"en": "Help"}}
    assert form.survey[0].get("relevant") == "x"


def test_a_workbook_opened_and_saved_by_another_program_is_still_the_same() -> None:
    definition = everything()
    book = openpyxl.load_workbook(io.BytesIO(exchange.workbook(definition)))
    assert book.sheetnames == ["survey", "choices", "settings"]
    saved = io.BytesIO()
    book.save(saved)
    found = exchange.imported(saved.getvalue())
    assert found.remarks == ()
    assert found.definition is not None
    assert found.definition.document() == definition.document()


def test_the_schema_is_published_for_everybody(client: Any, db: None) -> None:
    """What it accepts is what the reader accepts: it names every kind of question."""
    answer = client.get("/questionnaires/schema.json")
    assert answer.status_code == 200
    assert answer.json()["$id"] == "urn:kiif:kiif-questionnaire/1"
    kinds = answer.json()["$defs"]["Page"]["properties"]["questions"]["items"]["discriminator"]["mapping"]
    assert set(kinds) == set(KINDS)
