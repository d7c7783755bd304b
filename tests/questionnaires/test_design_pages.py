"""The pages of the designer: plain forms, autosave, clashes, conditions, preview, publication, files."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kiif.jobs.models import Run
from kiif.questionnaires import tasks_design
from kiif.questionnaires.actions import design_draft, design_publish, design_steps
from kiif.questionnaires.drafting.elements import CHILDREN, ROOT
from kiif.questionnaires.drafting.written import q
from kiif.questionnaires.models import Block, Collection, Questionnaire, Response, Version
from tests.questionnaires.factories_design import first_page, flat, fresh, key_of, make_questionnaire, order

QUIET = {"headers": {"X-Design": "1"}}


@pytest.fixture
def row(world: Any) -> Questionnaire:
    return make_questionnaire(world.actor("manager"), world.incubator)


@pytest.fixture
def client(world: Any) -> Any:
    return world.client("manager")


def url(name: str, row: Questionnaire, *args: Any) -> str:
    return reverse(f"questionnaires:{name}", args=[row.public_id, *args])


def typed(row: Questionnaire, element: str, **more: Any) -> dict[str, Any]:
    """What the form of a question sends when nothing is changed, and some fields of it."""
    fields = flat(row)[element]
    data: dict[str, Any] = {"revision": fresh(row).draft_revision, "kind": fields["kind"], "name": fields["name"]}
    data |= {name: fields.get(name, "") for name in ("label.fr", "label.en", "hint.fr", "hint.en")}
    if fields.get("required"):
        data["required"] = "1"
    return data | more


def test_without_a_script_the_form_saves_and_says_so(client: Any, row: Questionnaire) -> None:
    nom = key_of(row, "nom")
    answer = client.post(url("write", row, nom), typed(row, nom, **{"label.fr": "Nom complet"}), follow=True)
    assert (answer.status_code, flat(row)[nom]["label.fr"]) == (200, "Nom complet")
    assert "Enregistré" in answer.content.decode()


def test_the_script_saves_and_learns_the_keys_made(client: Any, row: Questionnaire) -> None:
    statut = key_of(row, "statut")
    rows = {
        "choices-rows": "3",
        "choices-0-key": "asso", "choices-0-label.fr": "Association loi 1901",
        "choices-1-key": "scop", "choices-1-label.fr": "Scop",
        "choices-2-key": "", "choices-2-label.fr": "Société par actions",
    }  # fmt: skip
    answer = client.post(url("write", row, statut), typed(row, statut, **rows), **QUIET)
    state = answer.json()
    assert (answer.status_code, state["revision"], state["keys"]["choices-2-key"]) == (
        200, fresh(row).draft_revision, "societe_actions",
    )  # fmt: skip
    assert [choice["key"] for choice in flat(row)[statut]["choices"]] == ["asso", "scop", "societe_actions"]


def test_two_writings_of_one_field_come_back_side_by_side(client: Any, world: Any, row: Questionnaire) -> None:
    nom = key_of(row, "nom")
    mine = typed(row, nom, **{"hint.fr": "Mon aide", "label.en": "Full name"})
    design_draft.write(
        questionnaire=row, by=world.actor("advisor"), element=nom, values={"hint.fr": "Leur aide"},
        revision=fresh(row).draft_revision,
    )  # fmt: skip
    answer = client.post(url("write", row, nom), mine, **QUIET)
    assert answer.status_code == 409
    assert "Leur aide" in answer.json()["clashes"]
    assert "Mon aide" in answer.json()["clashes"]
    assert (flat(row)[nom]["hint.fr"], flat(row)[nom]["label.en"]) == ("Leur aide", "Full name")
    page = client.post(url("write", row, nom), mine)
    assert page.status_code == 409
    assert "Leur aide" in page.content.decode()
    assert "Mon aide" in page.content.decode()


def test_what_cannot_be_read_is_said_and_the_rest_is_kept(client: Any, row: Questionnaire) -> None:
    key = design_draft.add_question(
        questionnaire=row, by=_by(row), page=first_page(row), kind="number", fields={"label.fr": "Combien"}
    )
    data = {"revision": fresh(row).draft_revision, "kind": "number", "name": "combien", "minimum": "beaucoup",
            "maximum": "12,5", "label.fr": "Combien"}  # fmt: skip
    answer = client.post(url("write", row, key), data)
    page = answer.content.decode()
    assert (answer.status_code, "n’est pas un nombre" in page, 'value="beaucoup"' in page) == (
        422,
        True,
        True,
    )
    assert (flat(row)[key].get("minimum"), flat(row)[key]["maximum"]) == (None, 12.5)


def _by(row: Questionnaire) -> Any:
    from kiif.accounts.actor import system

    return system("test")


def test_a_name_already_taken_is_refused_at_its_field(client: Any, row: Questionnaire) -> None:
    nom = key_of(row, "nom")
    answer = client.post(url("write", row, nom), typed(row, nom, name="statut"), **QUIET)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["name"])


def test_gestures_are_plain_forms(client: Any, row: Questionnaire) -> None:
    statut = key_of(row, "statut")
    client.post(url("move", row, statut), {"way": "up"})
    assert order(row) == ["statut", "nom", "agrement"]
    client.post(url("duplicate", row, statut))
    assert order(row) == ["statut", "statut_2", "nom", "agrement"]
    client.post(url("remove", row, key_of(row, "statut_2")))
    client.post(url("undo", row))
    assert order(row) == ["statut", "statut_2", "nom", "agrement"]
    client.post(url("add", row), {"what": "q", "kind": "date", "element": statut})
    assert order(row)[1] == "question"
    client.post(url("add", row), {"what": "p", "element": statut})
    client.post(url("add", row), {"what": "s", "element": statut})
    assert len(flat(row)[ROOT][CHILDREN]) == 2
    answer = client.post(url("add", row), {"what": "q", "kind": "forged"}, follow=True)
    assert "Choisissez un genre de question" in answer.content.decode()


def test_a_move_by_the_script_gives_the_outline_and_says_where(client: Any, row: Questionnaire) -> None:
    answer = client.post(url("move", row, key_of(row, "statut")), {"way": "up"}, **QUIET).json()
    assert "question 1 sur 3" in answer["said"]
    assert "Quel statut" in answer["outline"]
    refused = client.post(url("move", row, key_of(row, "statut")), {"way": "up"}, **QUIET)
    assert (refused.status_code, "premier" in refused.json()["error"]) == (422, True)


def test_a_condition_is_made_of_rows_and_told_in_words(client: Any, row: Questionnaire) -> None:
    agrement = key_of(row, "agrement")
    address = url("condition", row, agrement, "relevant")
    rows = {"rows": "2", "join": "or", "revision": fresh(row).draft_revision,
            "subject-0": "statut", "operator-0": "is", "value-0": "scop",
            "subject-1": "nom", "operator-1": "contains", "value-1": "l’Atelier"}  # fmt: skip
    assert client.post(address, rows).status_code == 302
    assert flat(row)[agrement]["relevant"] == "${statut} = 'scop' or contains(${nom}, 'l’Atelier')"
    page = client.get(address).content.decode()
    assert "« Quel statut ? » est « Scop » ou « Nom de la structure » contient les mots « l’Atelier »" in page.replace(
        "\u202f", " "
    ).replace("\u00a0", " ")
    empty = client.post(address, {**rows, "value-0": "", "revision": fresh(row).draft_revision})
    assert (empty.status_code, "dites à quoi" in empty.content.decode()) == (422, True)


def test_a_formula_is_checked_at_once_and_refused_with_its_place(client: Any, row: Questionnaire) -> None:
    agrement = key_of(row, "agrement")
    check = url("formula", row, agrement, "relevant")
    assert "Quel statut" in client.post(check, {"formula": "${statut} = 'scop'"}).content.decode()
    assert "Aucune question" in client.post(check, {"formula": "${perdue} = 1"}).content.decode()
    bad = {"mode": "text", "formula": "${statut} = ", "revision": fresh(row).draft_revision}
    answer = client.post(url("condition", row, agrement, "relevant"), bad)
    assert (answer.status_code, "relevant" in flat(row)[agrement]) == (422, False)
    assert "${statut} =" in answer.content.decode()


def test_the_preview_tries_answers_and_keeps_none(client: Any, row: Questionnaire) -> None:
    agrement = key_of(row, "agrement")
    design_draft.write(
        questionnaire=row, by=_by(row), element=agrement, values={"relevant": "${statut} = 'scop'"},
        revision=fresh(row).draft_revision,
    )  # fmt: skip
    address = url("preview-frame", row)
    page = client.get(address, {"e": agrement})
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    hidden = re.compile(rf'data-question="{agrement}"[^>]*hidden')
    assert hidden.search(page.content.decode())
    statut, kept = key_of(row, "statut"), re.search(r'name="kept" value="([^"]*)"', page.content.decode())
    assert kept
    data = {"page": first_page(row), "here": [statut], statut: "scop", "kept": kept[1], "langue": "fr"}
    tried = client.post(address, data).content.decode()
    assert not hidden.search(tried)
    forged = client.post(address, {**data, "kept": "forged:x:y"})
    assert forged.status_code == 200
    assert "Which form?" in client.get(address, {"e": statut, "langue": "en"}).content.decode()
    assert client.get(url("preview", row), {"role": "reads"}).status_code == 200
    assert client.get(address, {"role": "reads"}).status_code == 200


def test_publication_shows_what_stands_against_it_then_what_changed(client: Any, row: Questionnaire) -> None:
    nom = key_of(row, "nom")
    design_draft.write(
        questionnaire=row, by=_by(row), element=nom, values={"label.fr": "", "label.en": ""},
        revision=fresh(row).draft_revision,
    )  # fmt: skip
    assert "empêche" in client.get(url("check", row)).content.decode()
    data = {"note": "Première", "revision": fresh(row).draft_revision}
    assert client.post(url("publish", row), data).status_code == 422
    client.post(url("undo", row))
    design_steps.undo(questionnaire=row, by=_by(row))
    stale = client.post(url("publish", row), {**data, "revision": 1})
    assert (stale.status_code, "a changé" in stale.content.decode()) == (422, True)
    assert client.post(url("publish", row), {**data, "revision": fresh(row).draft_revision}).status_code == 302
    version = Version.objects.get(questionnaire=row)
    assert (version.number, version.note, len(version.sha256)) == (1, "Première", 64)
    assert "mot pour mot" in client.get(url("check", row)).content.decode()
    design_draft.remove(questionnaire=row, by=_by(row), element=nom)
    assert "disparue" in client.get(url("check", row)).content.decode()
    compare = client.get(url("compare", row), {"de": "1"}).content.decode()
    assert "Nom de la structure" in compare
    assert client.get(url("compare", row), {"de": "9" * 30}).status_code == 404
    client.post(url("restore", row, 1))
    assert fresh(row).draft == version.definition


def test_a_block_of_the_library_comes_in_and_ones_own_is_kept(client: Any, world: Any, row: Questionnaire) -> None:
    block = Block.objects.get(key="contact")
    client.post(url("put-in", row, key_of(row, "nom")), {"block": block.pk})
    assert order(row)[1:4] == ["contact_nom", "contact_fonction", "contact_courriel"]
    data = {"title": "Nos contacts", "about": "", "elements": [key_of(row, "contact_nom"), key_of(row, "statut")]}
    assert client.post(url("keep", row), data).status_code == 302
    kept = Block.objects.get(title="Nos contacts")
    assert [question["name"] for question in kept.page["questions"]] == ["contact_nom", "statut"]
    assert "Nos contacts" in world.client("other_advisor").get(reverse("questionnaires:library")).content.decode()
    none = client.post(url("keep", row), {"title": "Vide", "elements": []})
    assert (none.status_code, "Cochez" in none.content.decode()) == (422, True)
    made = client.post(reverse("questionnaires:create") + f"?bloc={block.pk}",
                       {"title": "Neuf", "purpose": "other", "languages": ["fr"]})  # fmt: skip
    assert (made.status_code, "contact_courriel" in order(Questionnaire.objects.get(title="Neuf"))) == (302, True)


def test_a_remark_waits_until_somebody_settles_it(client: Any, world: Any, row: Questionnaire) -> None:
    nom = key_of(row, "nom")
    assert client.post(url("remark", row), {"element": nom, "text": "  "}).status_code == 422
    client.post(url("remark", row), {"element": nom, "text": "<b>Trop long ?</b>"})
    page = world.client("coordinator").get(url("element", row, nom)).content.decode()
    assert "&lt;b&gt;Trop long ?" in page
    remark = row.comments.get()
    world.client("coordinator").post(url("settle", row, remark.pk))
    remark.refresh_from_db()
    assert (remark.resolved_at is not None, remark.resolved_by) == (True, world.people["coordinator"])


def test_a_file_is_looked_at_before_anything_is_written(client: Any, row: Questionnaire) -> None:
    document = json.loads(client.get(url("export", row, "json")).content)
    document["sections"][0]["title"] = {"fr": "Autre titre"}
    upload = SimpleUploadedFile("q.json", json.dumps(document).encode())
    before = fresh(row).draft
    page = client.post(url("bring", row), {"file": upload}).content.decode()
    assert ("Autre titre" in page, fresh(row).draft) == (True, before)
    signed = re.search(r'name="document" value="([^"]*)"', page)
    assert signed
    client.post(url("bring", row), {"document": signed[1], "name": "q.json"})
    assert fresh(row).draft["sections"][0]["title"] == {"fr": "Autre titre"}
    forged = client.post(url("bring", row), {"document": "x:y:z"}, follow=True).content.decode()
    assert "trop ancien" in forged
    bad = client.post(reverse("questionnaires:import"), {"file": SimpleUploadedFile("q.json", b"{")})
    assert bad.status_code == 422


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_many_queries_whatever_its_length(client: Any, world: Any, count: int) -> None:
    for number in range(count):
        make_questionnaire(world.actor("manager"), world.incubator, title=f"Essai {number}", empty=True)
    client.get(reverse("questionnaires:list"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = client.get(reverse("questionnaires:list"))
    assert page.content.decode().count("Essai ") >= count
    assert len(queries) == LIST_QUERIES


LIST_QUERIES = 10


def test_the_designer_asks_as_many_queries_for_four_questions_as_for_forty(client: Any, row: Questionnaire) -> None:
    address = url("element", row, key_of(row, "nom"))
    counts = []
    for _turn in range(2):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
        content = {"questions": [q("text", f"de_plus_{number}", "Et ?", "And?") for number in range(40)]}
        design_draft.put_in(questionnaire=row, by=_by(row), page=first_page(row), content=content)
    assert counts[0] == counts[1]


def test_a_paste_of_two_megabytes_is_refused_in_a_sentence_and_stays(client: Any, row: Questionnaire) -> None:
    nom = key_of(row, "nom")
    answer = client.post(url("write", row, nom), typed(row, nom, **{"hint.fr": "é" * 1_000_000}))
    page = answer.content.decode()
    assert (answer.status_code, "20\u202f000" in page, "é" * 1_000_000 in page) == (422, True, True)
    assert "hint.fr" not in flat(row)[nom]


def test_another_team_reads_copies_and_says_but_does_not_write(world: Any, row: Questionnaire) -> None:
    stranger = world.client("other_advisor")
    page = stranger.get(url("element", row, key_of(row, "nom"))).content.decode()
    assert ("Faire une copie" in page, "Ajouter une question" in page) == (True, False)
    assert stranger.post(url("copy", row), {"title": "Le mien"}).status_code == 302
    mine = Questionnaire.objects.get(title="Le mien")
    assert (mine.owner_id, order(mine)) == (world.other_incubator.pk, order(row))


def test_a_model_to_fill_is_read_by_whoever_answers_once_published(client: Any, world: Any, row: Questionnaire) -> None:
    key = design_draft.add_question(
        questionnaire=row, by=_by(row), page=first_page(row), kind="files", fields={"label.fr": "Budget"}
    )
    refused = client.post(url("model", row, key), {}, follow=True).content.decode()
    assert "Choisissez d’abord un fichier" in refused
    upload = SimpleUploadedFile("budget.csv", b"poste;montant\n", "text/csv")
    client.post(url("model", row, key), {"file": upload})
    model = reverse("attachments:download", args=[flat(row)[key]["model"]])
    carrier = world.client("carrier")
    assert (_status(client, model), _status(carrier, model)) == (200, 404)
    design_publish.publish(questionnaire=fresh(row), by=_by(row))
    assert _status(carrier, model) == 200
    client.post(url("model", row, key), {"off": "1"})
    assert ("model" in flat(row)[key], _status(client, model)) == (False, 200)


def _status(client: Any, address: str) -> int:
    """Of a file, read to its end."""
    answer = client.get(address)
    if answer.streaming:
        answer.getvalue()
    return int(answer.status_code)


def test_open_answers_follow_a_publication(world: Any, row: Questionnaire) -> None:
    first = design_publish.publish(questionnaire=row, by=_by(row))
    collection = Collection.objects.create(questionnaire=row, owner=world.incubator, title="Appel", slug="appel-essai")
    fields = {"collection": collection, "version": first}
    begun = Response.objects.create(owner=world.people["carrier"], **fields)
    sent = Response.objects.create(state="submitted", submitted_at=timezone.now(), **fields)
    design_draft.add_question(
        questionnaire=row, by=_by(row), page=first_page(row), kind="text", fields={"label.fr": "Et encore ?"}
    )
    second = design_publish.publish(questionnaire=fresh(row), by=_by(row), note="Une question de plus")
    begun.refresh_from_db()
    sent.refresh_from_db()
    assert (begun.version, sent.version) == (second, first)


def test_many_open_answers_follow_in_a_job(world: Any, row: Questionnaire, monkeypatch: Any) -> None:
    monkeypatch.setattr(tasks_design, "AT_ONCE", 0)
    first = design_publish.publish(questionnaire=row, by=_by(row))
    collection = Collection.objects.create(questionnaire=row, owner=world.incubator, title="Appel", slug="appel-essai")
    begun = Response.objects.create(owner=world.people["carrier"], collection=collection, version=first)
    design_draft.remove(questionnaire=row, by=_by(row), element=key_of(row, "nom"))
    second = design_publish.publish(questionnaire=fresh(row), by=world.actor("manager"))
    assert Run.objects.filter(name="questionnaires.move_drafts", args=[second.pk]).count() == 1
    tasks_design.move_drafts.function(second.pk)
    begun.refresh_from_db()
    assert begun.version == second
    tasks_design.move_drafts.function(first.pk)
    begun.refresh_from_db()
    assert begun.version == second


def test_the_preview_of_an_annex_shows_it_and_others_do_not(client: Any, row: Questionnaire) -> None:
    by = _by(row)
    variants = [{"key": "atis", "label": {"fr": "ATIS"}}]
    design_draft.write(questionnaire=row, by=by, element=ROOT, values={"variants": variants}, revision=99)
    section = design_draft.add_section(questionnaire=row, by=by, texts={"fr": "Annexe"})
    design_draft.write(questionnaire=row, by=by, element=section, values={"variants": ["atis"]}, revision=99)
    page = flat(row)[section][CHILDREN][0]
    fields = {"label.fr": "Pourquoi ATIS ?"}
    key = design_draft.add_question(questionnaire=row, by=by, page=page, kind="text", fields=fields)
    frame = url("preview-frame", row)
    assert "Pourquoi ATIS ?" in client.get(frame, {"e": key}).content.decode()
    assert "page 1 sur 1" in client.get(frame, {"e": key_of(row, "nom")}).content.decode()
    assert "page 1 sur 2" in client.get(frame, {"e": key_of(row, "nom"), "annexe": "atis"}).content.decode()
    design_draft.write(questionnaire=row, by=by, element=ROOT, values={"variants": []}, revision=99)
    assert "variants" not in flat(row)[section]


def test_a_workbook_taken_out_comes_back_the_same(client: Any, row: Questionnaire) -> None:
    content = client.get(url("export", row, "xlsx")).content
    page = client.post(url("bring", row), {"file": SimpleUploadedFile("essai.xlsx", content)}).content.decode()
    assert "le fichier dit la même chose" in page
    bad = client.post(url("bring", row), {"file": SimpleUploadedFile("essai.xlsx", b"PK not a workbook")})
    assert (bad.status_code, fresh(row).changes.filter(gesture="import").count()) == (422, 0)
    assert client.get(url("export", row, "pdf")).content.startswith(b"%PDF-")
    assert client.get(url("export", row, "exe")).status_code == 404
