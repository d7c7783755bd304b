"""XLSForms of other tools: what has an equal becomes it, what has none is told, line by line."""

from __future__ import annotations

from unittest import mock

import pytest

from kiif.questionnaires import audit, engine, exchange
from kiif.questionnaires.exchange import hostile, xls_read

SURVEY = [
    ["type", "name", "label::Français (fr)", "label::English (en)", "relevant", "constraint",
     "constraint_message::Français (fr)", "required", "appearance", "parameters", "choice_filter", "calculation",
     "default", "repeat_count"],
    ["start", "start"],
    ["text", "Nom-Structure", "Votre nom", "Your name", "", "", "", "yes"],
    ["begin group", "identite", "Identité", "Identity", "${Nom-Structure} != ''"],
    ["integer", "age", "Âge de ${Nom-Structure}", "Age", "", ". >= 18 and . < 120", "Majeur·es seulement", "true()"],
    ["decimal", "ca", "Chiffre", "Turnover"],
    ["select_one region", "region", "Région", "Region", "", "", "", "", "minimal"],
    ["select_one dept", "dept", "Département", "Department", "", "", "", "${age} > 20", "", "", "region = ${region}"],
    ["select_multiple themes or_other", "themes", "Thèmes", "Themes"],
    ["rank themes", "ordre", "Ordre", "Order"],
    ["range", "note", "Note", "Mark", "", "", "", "", "", "start=0 end=10 step=1"],
    ["range", "prix", "Prix", "Price", "", "", "", "", "", "start=0 end=1 step=0.1"],
    ["begin_group", "detail", "Détail", "Detail", "${age} > 30", "", "", "", "field-list"],
    ["text", "parole", "Parole", "Words", "", "", "", "", "multiline"],
    ["begin_group", "deep", "Profond", "Deep", "${ca} > 0"],
    ["note", "merci", "Merci", "Thanks", "${age} < 99"],
    ["end_group"],
    ["end_group"],
    ["end group"],
    ["begin_group", "avis", "Avis", "Opinion", "", "", "", "", "table-list"],
    ["select_one accord", "accueil", "Accueil", "Welcome"],
    ["select_one accord", "suivi", "Suivi", "Follow-up"],
    ["end_group"],
    ["begin_repeat", "depenses", "Dépenses", "Costs"],
    ["text", "quoi", "Quoi", "What"],
    ["integer", "combien", "Combien", "How many"],
    ["calculate", "double", "", "", "", "", "", "", "", "", "", "${combien} * 2"],
    ["end_repeat"],
    ["calculate", "total", "", "", "", "", "", "", "", "", "", "sum(${double}) + ${ca}"],
    ["calculate", "grand", "", "", "", "", "", "", "", "", "", "${total} > 100"],
    ["calculate", "code", "", "", "", "", "", "", "", "", "", "concat('a', ${total})"],
    ["geopoint", "lieu", "Lieu", "Place"],
    ["acknowledge", "ok", "D’accord ?", "Agreed?"],
    ["image", "photo", "Photo", "Picture", "${accueil} = 'oui' and ${total} > 3", "", "", "", "draw", "", "", "",
     "x.png"],
    ["text", "bizarre", "Bizarre", "Odd", "position(..) = 1"],
]  # fmt: skip
CHOICES = [
    ["list_name", "name", "label::Français (fr)", "label::English (en)", "region"],
    ["region", "na", "Nouvelle-Aquitaine", "Nouvelle-Aquitaine"],
    ["region", "bzh", "Bretagne", "Brittany"],
    ["dept", "24", "Dordogne", "Dordogne", "na"],
    ["dept", "29", "Finistère", "Finistère", "bzh"],
    ["themes", "eau", "Eau", "Water"],
    ["themes", "sol", "Sol", "Soil"],
    ["accord", "oui", "Oui", "Yes"],
    ["accord", "non", "Non", "No"],
]
SETTINGS = [["form_title", "default_language"], ["Enquête", "Français (fr)"]]
SHEETS = {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS}


@pytest.fixture(scope="module")
def found() -> exchange.Imported:
    return xls_read.from_sheets(SHEETS)


def test_pyxform_accepts_it_and_so_do_we(found: exchange.Imported) -> None:
    assert found.errors == ()
    assert found.definition is not None
    assert found.definition.title == {"fr": "Enquête"}
    assert found.definition.languages == ("fr", "en")


def test_every_kind_becomes_its_equal(found: exchange.Imported) -> None:
    assert found.definition is not None
    assert [(question.name, question.kind) for question in found.definition.walk()] == [
        ("nom_structure", "text"), ("age", "number"), ("ca", "number"), ("region", "choice"), ("dept", "choice"),
        ("themes", "choices"), ("ordre", "ranking"), ("note", "scale"), ("prix", "number"), ("parole", "long_text"),
        ("merci", "note"), ("avis", "grid"), ("depenses", "table"), ("total", "calculated"), ("grand", "calculated"),
        ("code", "calculated"), ("lieu", "text"), ("ok", "consent"), ("photo", "files"), ("bizarre", "text"),
    ]  # fmt: skip
    assert [section.title["fr"] for section in found.definition.sections] == ["Enquête", "Identité", "Enquête"]
    by_name = found.definition.by_name
    assert by_name["nom_structure"].required
    assert by_name["age"].label["fr"] == "Âge de ${nom_structure}"
    assert by_name["age"].constraint == ". >= 18 and . < 120"
    assert by_name["dept"].required_if == "${age} > 20"
    assert [choice.relevant for choice in by_name["dept"].choices] == ["${region} = 'na'", "${region} = 'bzh'"]
    assert by_name["themes"].other
    assert by_name["merci"].relevant == "(${ca} > 0) and (${age} < 99)"
    assert [row.key for row in by_name["avis"].rows] == ["accueil", "suivi"]
    assert [column.name for column in by_name["depenses"].columns] == ["quoi", "combien", "double"]
    assert by_name["depenses"].columns[2].calculation == "${combien} * 2"
    assert by_name["total"].calculation == "sum(${depenses.double}) + ${ca}"
    assert [by_name[name].result for name in ("total", "grand", "code")] == ["number", "boolean", "text"]
    assert by_name["photo"].relevant == "${avis.accueil} = 'oui' and ${total} > 3"


def test_each_loss_is_told_once_with_its_line(found: exchange.Imported) -> None:
    assert [(remark.row, remark.column) for remark in found.losses] == [
        (3, "name"),  # renamed
        (2, "type"),  # of a telephone
        (12, "type"),  # a range that is no scale
        (15, ""),  # a group too deep
        (32, "type"),  # a point on a map
        (33, "type"),  # OK is not yes
        (34, "default"),
        (34, "appearance"),
        (35, "relevant"),
    ]
    assert all(remark.place.startswith("sheet “survey”, line") for remark in found.losses)


def test_what_was_imported_works(found: exchange.Imported) -> None:
    assert found.definition is not None
    ids = {question.name: question.id for question in found.definition.walk()}
    columns = {column.name: column.id for column in found.definition.by_name["depenses"].columns}
    now = engine.state(
        found.definition,
        {
            ids["nom_structure"]: "La Fabrique",
            ids["age"]: 40,
            ids["ca"]: 0.5,
            ids["depenses"]: {"rows": [{"id": "r1", columns["combien"]: 60}]},
        },
        language="fr",
    )
    assert now.questions[ids["total"]].value == 120.5
    assert now.questions[ids["grand"]].value is True
    assert engine.piped(found.definition.by_name["age"].label["fr"], now) == "Âge de La Fabrique"
    codes = {finding.code for finding in audit.look(found.definition).blocking}
    assert codes == {"unreadable"}


FAULTS = [
    ([["type", "name", "label"], ["begin_group", "g", "G"], ["text", "a", "A"]], "never closed", 2),
    ([["type", "name", "label"], ["text", "a", "A"], ["end_group"]], "not opened", 3),
    ([["type", "name", "label"], ["telepathy", "a", "A"]], "telepathy", 2),
    ([["type", "name", "label"], ["select_one nowhere", "a", "A"]], "nowhere", 2),
    ([["type", "name", "label"], ["text", "", "A"]], "no name", 2),
    ([["type", "name", "label"], ["", "a", "A"]], "no type", 2),
]


@pytest.mark.parametrize(("survey", "words", "row"), FAULTS, ids=[fault[1] for fault in FAULTS])
def test_a_fault_is_told_by_sheet_and_row(survey: list[list[str]], words: str, row: int) -> None:
    with mock.patch.object(hostile, "ask_pyxform", return_value=[]):
        found = xls_read.from_sheets({"survey": survey})
    assert found.definition is None
    assert [(remark.sheet, remark.row) for remark in found.errors] == [("survey", row)]
    assert words in found.errors[0].sentence


def test_what_pyxform_refuses_is_refused_with_its_row() -> None:
    survey = [["type", "name", "label", "relevant"], ["text", "a", "A"], ["text", "b", "B", "${nobody} = 1"]]
    found = xls_read.from_sheets({"survey": survey})
    assert found.definition is None
    assert [(remark.sheet, remark.row, remark.column) for remark in found.errors] == [("survey", 3, "relevant")]
    assert "nobody" in found.errors[0].sentence


def test_what_pyxform_advises_is_reported() -> None:
    header = ["type", "name", "label::English (en)", "label::Français (fr)", "hint::English (en)"]
    found = xls_read.from_sheets({"survey": [header, ["text", "a", "A", "A", "Help"]]})
    assert found.definition is not None
    assert [remark.severity for remark in found.remarks] == ["warning"]
    assert "pyxform" in found.remarks[0].sentence
