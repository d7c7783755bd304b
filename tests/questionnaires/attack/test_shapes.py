"""Requests that no page of ours sends: wrong shapes, great numbers, deep documents. Each gets a sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kiif.questionnaires.actions import answering
from kiif.questionnaires.actions.saving import Sent, save
from kiif.questionnaires.models import Response
from tests.factories import World
from tests.questionnaires import answer_factories as make

pytestmark = pytest.mark.django_db
MANY: Any = "9" * 5_000
#: What the editor is said to have started from, in shapes that no editor sends.
HOSTILE = [
    "[" * 100_000, "[1]", "1", '"text"', '{"values": 3}', '{"values": [[]]}', '{"values": [{"a": 1}], "text": {}}',
    '{"rows": [1]}', '{"rows": [{}]}', '{"rows": [{"id": []}]}', '{"rows": {"ligne1": []}}', '{"rows": 5}',
    '{"items": [{}]}', '{"items": "ab"}', '{"files": [[]]}', '{"files": 1}', "NaN", "1e999", '"\\ud800"', "true",
    '{"coded": 1}', "-" + MANY,
]  # fmt: skip
THEIRS: dict[str, Any] = {
    "q_plusieurs": {"values": ["a"], "text": ""},
    "q_budget": {"rows": [{"id": "r1", "c_poste": "Salaires"}]},
    "q_grille": {"rows": {"ligne1": "peu"}},
    "q_lieux": {"items": [{"level": "commune", "code": "24311", "name": "Inventée"}]},
    "q_nom1": "Déjà écrit",
}
MINE: dict[str, dict[str, Any]] = {
    "q_plusieurs": {"q_plusieurs": ["b"]},
    "q_budget": {"q_budget.rows": ["r1"], "q_budget.r1.c_poste": "Loyers"},
    "q_grille": {"q_grille.ligne1": "bien"},
    "q_lieux": {},
    "q_nom1": {"q_nom1": "Autre chose"},
}


@pytest.fixture
def response(world: World) -> Response:
    return make.make_response(world.people["carrier"], make.make_collection(world.incubator))


@pytest.mark.parametrize("key", THEIRS)
def test_what_the_editor_started_from_is_only_compared(world: World, response: Response, key: str) -> None:
    carrier, address = world.client("carrier"), f"/repondre/dossier/{response.public_id}/enregistrer"
    save(response=response, by=world.actor("carrier"), sent={key: Sent(THEIRS[key], 0)})
    for was in HOSTILE:
        told = carrier.post(address, {"here": key, f"base.{key}": "0", f"was.{key}": was, **MINE[key]})
        assert told.status_code == 200, was[:40]
        now = response.answers.get(field__key=key).value
        if key == "q_plusieurs":  # two sets of things chosen: both may stay, theirs always does
            assert "a" in now["values"], was[:40]
        else:
            assert now == THEIRS[key], was[:40]
    good = json.dumps(THEIRS[key])
    told = carrier.post(address, {"here": key, f"base.{key}": "0", f"was.{key}": good, **MINE[key]})
    assert told.json()["fields"][key]["state"] == "saved"


def test_numbers_of_addresses_and_forms_may_be_absurd(world: World, response: Response) -> None:
    carrier, manager = world.client("carrier"), world.client("manager")
    address, collection = f"/repondre/dossier/{response.public_id}", response.collection
    team = f"/questionnaires/collectes/{collection.public_id}"
    for number in (MANY, "00019", "²", "٣", "-1", "1e3", "99999999999999999999"):
        assert carrier.post(f"{address}/relire", {"revision": number}).status_code == 422
        assert carrier.get(f"{address}/nouvelles", {"since": number, "version": number}).status_code == 200
        assert carrier.get(f"{address}/pdf", {"envoi": number}).status_code in {200, 404}
        assert carrier.post(f"{address}/enregistrer", {"here": "q_nom1", "base.q_nom1": number}).status_code == 200
        assert manager.get(f"{team}/synthese", {"partie": number}).status_code == 200
        assert manager.get(f"{team}/reponses", {"page": number, "tri": number}).status_code in {200, 404}
        for condition in (f"q_nombre:between:{number}|", f"q_jour:between_dates:{number}", f"q_choix:is:{number}"):
            assert manager.get(f"{team}/reponses", {"f": condition}).status_code == 200
            assert manager.get(f"{team}/synthese", {"f": condition}).status_code == 200
    for key in ("9" * 18, "9" * 30):
        assert carrier.post(f"{address}/remarques/{key}/regler").status_code == 404
        assert carrier.post(f"{address}/mandats/{key}/finir").status_code == 404
        assert carrier.get(f"{address}/envois/{key}/").status_code == 404
        assert carrier.get(f"/repondre/invitation/{key}/").status_code == 404
        assert carrier.post(f"{address}/personnes/{key}/retirer").status_code == 404
    assert manager.get(f"{team}/synthese", {"partie": "2"}).status_code == 200


def test_values_of_every_kind_refuse_what_they_are_not(world: World, response: Response) -> None:
    """Each field of the form with texts made to break: never a fault, and nothing executable is kept."""
    carrier, address = world.client("carrier"), f"/repondre/dossier/{response.public_id}/enregistrer"
    parts = ("", ".text", ".reason", ".start", ".end", ".line", ".postcode", ".town", ".code", ".name", ".coded",
             ".rows", ".r1.c_poste", ".r1.c_montant", ".rank.un", ".ligne1")  # fmt: skip
    hostile = (
        "NaN", "1e400", "-Infinity", "sNaN", MANY, "1" * 5_000, "<script>alert(1)</script>", "=1+1", "'; DROP TABLE x",
        "%s%n{0}${nom1}", "0000-00-00", "9999-99-99", "10000-01-01", "+33" + "1" * 40, "javascript:alert(1)",
        "http://[::1", "drawn:1", "commune:" + "9" * 99, "../../etc/passwd", "\u202e\u200f\ufeff", "r1",
    )  # fmt: skip
    keys = [question["id"] for question in make.EVERY_KIND]
    for text in hostile:
        sent = {f"{key}{part}": text for key in keys for part in parts}
        told = carrier.post(address, {"here": keys, **sent})
        assert told.status_code == 200, text[:30]
        fresh = Response.objects.get(pk=response.pk)
        for page in ("page/p_premiere", "relire", "historique"):
            shown = carrier.get(f"/repondre/dossier/{fresh.public_id}/{page}")
            assert shown.status_code == 200, (text[:30], page)
            assert b"<script>alert" not in shown.content
            assert b'href="javascript:' not in shown.content
    assert carrier.get(f"/repondre/dossier/{response.public_id}/pdf").status_code == 200
    told = carrier.post(address, {"here": "q_nom1", "q_nom1": "Un nom", "base.q_nom1": "999"}).json()
    assert told["fields"]["q_nom1"]["state"] == "saved"


def test_a_long_paste_is_refused_in_a_sentence_and_given_back(world: World, response: Response) -> None:
    carrier, address = world.client("carrier"), f"/repondre/dossier/{response.public_id}"
    book = "é" * 1_000_000
    for key in ("q_nom1", "q_recit", "q_riche"):
        told = carrier.post(f"{address}/enregistrer", {"here": key, key: book}).json()["fields"][key]
        assert told["state"] == "refused"
        assert told["words"]
    assert not response.answers.exists()
    page = carrier.post(f"{address}/page/p_premiere", {"here": "q_recit", "q_recit": book})
    assert page.status_code == 422
    assert book[:1000] in page.content.decode()


def test_forged_hidden_and_computed_fields_are_refused(world: World, response: Response) -> None:
    carrier, address = world.client("carrier"), f"/repondre/dossier/{response.public_id}/enregistrer"
    forged = ["q_total", "q_suite", "q_remarque", "q_inconnu", "__proto__", "id", "q_nom1' OR 1=1 --", "x" * 500]
    told = carrier.post(address, {"here": forged, **dict.fromkeys(forged, "9")})
    assert told.status_code == 200
    fields = told.json()["fields"]
    assert {key: fields[key]["state"] for key in ("q_suite", "q_inconnu", "__proto__", "id", "x" * 500)} == {
        "q_suite": "refused", "q_inconnu": "refused", "__proto__": "refused", "id": "refused", "x" * 500: "refused",
    }  # fmt: skip
    assert not response.answers.exists()
    told = carrier.post(address, {"here": ["q_choix", "q_suite"], "q_choix": "oui", "q_suite": "Vu"}).json()
    assert told["fields"]["q_suite"]["state"] == "saved"


def test_a_link_that_fills_carries_answers_only(world: World, response: Response) -> None:
    """What an address adds is not what the form itself says: its token, its language, its sub-forms."""
    slug = response.collection.slug
    query = {"nom1": "Connu", "csrfmiddlewaretoken": "volé", "variant": "annexe", "language": "en", "query": "x=1"}
    page = world.client("manager").get(f"/repondre/{slug}", query).content.decode()
    assert 'value="Connu"' in page
    assert "volé" not in page.replace("vol%C3%A9", "")
    assert 'name="variant"' not in page
    assert page.count('name="query"') == 1
    assert answering.may_begin(response.collection, world.actor("manager")) is None
