"""Markup, code, formulas in everything that designers and people write; files and documents that are traps."""

from __future__ import annotations

import io
import json
import time
import zipfile
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kiif.accounts.actor import Actor
from kiif.questionnaires import engine
from kiif.questionnaires.actions import answering, people, remarks
from kiif.questionnaires.actions.saving import Sent, save
from kiif.questionnaires.definition import read
from kiif.questionnaires.exchange import ExchangeError, from_json
from kiif.questionnaires.models import Questionnaire, Response
from tests.factories import World
from tests.questionnaires import answer_factories as make
from tests.questionnaires import factories_design

pytestmark = pytest.mark.django_db
EVIL = '<img src=x onerror=alert(1)></script><script>alert(2)</script>"\'>${nom1}#eval("1")$x$\\n]{{7*7}}{% now "Y" %}'
RICH = (
    '<p onclick="alert(1)">Un <b>mot</b><a href="javascript:alert(1)" style="x">lien</a><svg onload=alert(1)></svg>'
    '<a href="data:text/html,x">data</a><math><mtext><style><img src onerror=alert(1)></style></math><iframe src=x></p>'
)
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "|cmd", '=HYPERLINK("http://x","y")', "\u200b=1+1", "＝1+1")


def evil_form() -> dict[str, Any]:
    """Every text of a form is hostile; some hold what was answered before."""
    questions = [
        make.question("text", "nom1"),
        make.question("rich_text", "riche"),
        make.question("note", "note1"),
        make.question("choice", "choix", choices=[{"key": "a", "label": {"fr": EVIL}}], other=True),
        make.question("grid", "grille", rows=[{"key": "r1", "label": {"fr": EVIL}}], columns=make.choices("bien")),
        make.question(
            "table", "budget", max_rows=3,
            columns=[{"id": "c_poste", "name": "poste", "label": {"fr": EVIL}, "kind": "text"}],
        ),
    ]  # fmt: skip
    for one in questions:
        one["label"] = {"fr": f"{EVIL} ${{nom1}}"}
        one["hint"] = {"fr": EVIL}
    document = make.document(questions)
    document["title"] = {"fr": EVIL}
    document["description"] = {"fr": EVIL}
    for section in document["sections"]:
        section["title"] = {"fr": EVIL}
    return document


def test_nothing_written_anywhere_is_run(world: World) -> None:
    collection = make.make_collection(world.incubator, evil_form(), title=EVIL[:200])
    owner = Actor(user=world.people["carrier"])
    response = make.make_response(world.people["carrier"], collection)
    client, address = world.client("carrier"), f"/repondre/dossier/{response.public_id}"
    sent = {"q_nom1": EVIL, "q_riche": RICH, "q_choix": "other", "q_choix.text": EVIL, "q_grille.r1": "bien",
            "q_budget.rows": "r1", "q_budget.r1.c_poste": EVIL}  # fmt: skip
    here = ["q_nom1", "q_riche", "q_choix", "q_grille", "q_budget"]
    told = client.post(f"{address}/enregistrer", {"here": here, "page": "p_premiere", **sent})
    assert {one["state"] for one in told.json()["fields"].values()} == {"saved"}
    remarks.remark(response=response, field_key="q_nom1", text=EVIL, by=owner)
    people.invite(response=response, email="a@exemple.test", role="view", words=EVIL, by=owner)
    pages = [f"{address}/{page}" for page in ("page/p_premiere", "relire", "historique", "personnes", "fil/q_nom1")]
    pages += [f"/repondre/{collection.slug}?nom1={EVIL}", "/repondre/"]
    for page in pages:
        shown = client.get(page).content.decode()
        assert "<script>alert" not in shown, page
        assert "<img src" not in shown, page
        assert "onclick=" not in shown.replace("data-onclick", ""), page
        assert "javascript:" not in shown, page
        assert "data:text/html" not in shown, page
        assert "<iframe" not in shown, page
        assert "<svg onload" not in shown, page
    assert "&lt;script&gt;" in client.get(f"{address}/page/p_premiere").content.decode()
    assert response.answers.get(field__key="q_riche").value.startswith("<p>Un mot<a rel=")
    pdf = client.get(f"{address}/pdf")
    assert pdf.content.startswith(b"%PDF")
    answering.submit(response=Response.objects.get(pk=response.pk), by=owner)
    manager, team = world.client("manager"), f"/questionnaires/collectes/{collection.public_id}"
    for page in ("reponses", "synthese", "exporter"):
        shown = manager.get(f"{team}/{page}").content.decode()
        assert "<script>alert" not in shown, page
        assert "<img src" not in shown, page


def test_piping_never_runs_twice() -> None:
    """A value that looks like a reference is text: it does not read another answer, nor itself for ever."""
    definition = read(make.document([make.question("text", "nom1"), make.question("text", "autre")]))
    state = engine.state(definition, {"q_nom1": "${autre}${nom1}", "q_autre": "secret"})
    assert engine.piped("Bonjour ${nom1} ${inconnu} ${nom1.x.y} ${", state).startswith("Bonjour ${autre}${nom1} ")
    assert "secret" not in engine.piped("${nom1}" * 500, state)
    assert engine.piped("${autre}", state) == "secret"


@pytest.mark.parametrize("words", ["\u200b", "\u202e", "🎉", " \u00a0 ", "\ufeff\u2060"])
def test_words_that_cannot_be_drawn_still_print(world: World, words: str) -> None:
    document = make.document([make.question("text", "nom1")])
    document["title"] = {"fr": words}
    document["sections"][0]["title"] = {"fr": words}
    document["sections"][0]["pages"][0]["questions"][0]["label"] = {"fr": words}
    response = make.make_response(world.people["carrier"], make.make_collection(world.incubator, document))
    save(response=response, by=world.actor("carrier"), sent={"q_nom1": Sent(f"a{words}", 0)})
    printed = world.client("carrier").get(f"/repondre/dossier/{response.public_id}/pdf")
    assert printed.status_code == 200
    assert printed.content.startswith(b"%PDF")


def test_no_cell_of_an_export_becomes_a_formula(world: World) -> None:
    document = make.document([make.question("text", "nom1"), make.question("long_text", "recit")])
    collection = make.make_collection(world.incubator, document, one_each=False, audience="link")
    for text in FORMULAS:
        response, token = answering.begin_by_link(collection=collection)
        from kiif.questionnaires.links import digest

        link = (digest(token),)
        sent = {"q_nom1": Sent(text, 0), "q_recit": Sent(text, 0)}
        save(response=response, by=Actor(), links=link, sent=sent)
        answering.submit(response=response, by=Actor(), links=link)
    manager, team = world.client("manager"), f"/questionnaires/collectes/{collection.public_id}/exporter"
    files = {}
    for kind in ("csv", "xlsx", "ods"):
        told = manager.post(team, {"format": kind})
        assert told.status_code == 200, kind
        files[kind] = b"".join(told.streaming_content)
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(cell.value in {"=1+1", "'=1+1"} for cell in cells)
    with zipfile.ZipFile(io.BytesIO(files["csv"])) as archive:
        rows = "".join(archive.read(name).decode("utf-8-sig") for name in archive.namelist())
    for line in rows.splitlines():
        for cell in line.split(";"):
            assert not cell.lstrip('"').startswith(("=", "+1", "@", "\t", "|")), line
    with zipfile.ZipFile(io.BytesIO(files["ods"])) as archive:
        assert b"table:formula" not in archive.read("content.xml")


def traps() -> dict[str, bytes]:
    sound = make.document([make.question("text", "nom1")])

    def changed(**fields: Any) -> bytes:
        return json.dumps({**sound, **fields}).encode()

    first = sound["sections"][0]
    return {
        "deep": b"[" * 1_000_000,
        "deep object": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        "deep inside": changed(title=json.loads("[" * 200 + "]" * 200)),
        "nan": b'{"format":"kiif-questionnaire/1","title":NaN}',
        "infinity": changed(sections=[1e400]).replace(b"Infinity", b"1e400"),
        "huge integer": b'{"title":' + b"9" * 100_000 + b"}",
        "bom and nothing": b"\xef\xbb\xbf",
        "not utf-8": b"\xff\xfe{}",
        "surrogate": changed(title={"fr": "?"}).replace(b'"?"', b'"\\ud800"'),
        "nul": changed(title={"fr": "a\x00b"}),
        "ten megabytes": b'{"title":"' + b"a" * (10 << 20) + b'"}',
        "twice the same question": changed(sections=[first, {**first, "id": "s_autre"}]),
        "wrong types": changed(languages="fr", sections={"a": 1}, variants=3),
        "an unknown key": changed(__proto__={"admin": True}),
        "an old format": changed(format="autre/9"),
        "too many questions": changed(sections=[{**first, "pages": [{"id": "p_beaucoup", "questions": [
            make.question("text", f"x{n:05d}") for n in range(601)]}]}]),
        "a list": b"[1,2,3]",
    }  # fmt: skip


@pytest.mark.parametrize("trap", traps())
def test_a_document_that_is_a_trap_is_refused_in_words(trap: str) -> None:
    start = time.monotonic()
    try:
        found = from_json(traps()[trap])
    except ExchangeError as refused:
        words = str(refused)
    else:
        assert found.definition is None, trap
        words = "".join(remark.sentence for remark in found.remarks)
    assert words
    assert time.monotonic() - start < 10
    sound = make.document([make.question("text", "nom1")])
    assert from_json(json.dumps(sound).encode()).definition is not None


def test_a_trap_sent_to_the_page_changes_nothing(world: World) -> None:
    made = factories_design.make_questionnaire(world.actor("manager"), world.incubator)
    before = Questionnaire.objects.values().get(pk=made.pk)
    client = world.client("manager")
    for name, content in {**traps(), "zip": b"PK\x03\x04" + bytes(100), "empty": b""}.items():
        for address in (f"/questionnaires/{made.public_id}/echanges/apporter", "/questionnaires/importer"):
            for ending in ("json", "xlsx"):
                file = SimpleUploadedFile(f"../../{name}.{ending}", content)
                told = client.post(address, {"file": file})
                assert told.status_code in {400, 413, 422}, (name, ending, told.status_code)
    forged = client.post(f"/questionnaires/{made.public_id}/echanges/apporter", {"document": "eyJhIjoxfQ:x:y"})
    assert forged.status_code == 302
    assert Questionnaire.objects.values().get(pk=made.pk) == before
    assert Questionnaire.objects.count() == 1


def test_five_thousand_choices_are_read_and_answered_quickly(world: World) -> None:
    many = [{"key": f"c{n}", "label": {"fr": f"Choix {n}"}} for n in range(5_000)]
    document = make.document([make.question("choices", "plusieurs", choices=many)])
    response = make.make_response(world.people["carrier"], make.make_collection(world.incubator, document))
    client, address = world.client("carrier"), f"/repondre/dossier/{response.public_id}"
    start = time.monotonic()
    assert client.get(f"{address}/page/p_premiere").status_code == 200
    chosen = [f"c{n}" for n in range(4_900)]
    told = client.post(f"{address}/enregistrer", {"here": "q_plusieurs", "q_plusieurs": chosen})
    assert told.json()["fields"]["q_plusieurs"]["state"] in {"saved", "refused"}
    assert time.monotonic() - start < 15
