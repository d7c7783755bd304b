"""The pages of the form without any script, what the script asks for, hostile requests, personal links."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from kiif.accounts.actor import Actor
from kiif.attachments.models import Attachment
from kiif.mailbox.models import Mail
from kiif.questionnaires.actions import answering
from kiif.questionnaires.actions.saving import Sent, save
from kiif.questionnaires.models import Response
from tests.factories import make_user, sign_in
from tests.questionnaires import answer_factories as make

pytestmark = pytest.mark.django_db
QUIET = {"X-Autosave": "1"}


@pytest.fixture
def owner() -> Any:
    return make_user("Yaëlle Inventée")


@pytest.fixture
def response(owner: Any) -> Response:
    return make.make_response(owner)


def page_of(response: Response, page: str = "p_premiere") -> str:
    return f"/repondre/dossier/{response.public_id}/page/{page}"


def fields_of(html: str) -> dict[str, list[str]]:
    """What a browser would send from the page as it is: hidden fields, texts, ticked boxes."""
    found: dict[str, list[str]] = {}
    form = html.split('id="answer-form"')[1].split("</form>", maxsplit=1)[0]
    for tag in re.findall(r"<input[^>]*>", re.sub(r"<template.*?</template>", "", form, flags=re.DOTALL)):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = (re.search(r'type="([^"]*)"', tag) or [None, "text"])[1]
        if name and kind != "file" and (kind not in {"radio", "checkbox"} or " checked" in tag):
            found.setdefault(name[1], []).append((value[1] if value else "").replace("&quot;", '"'))
    for name, text in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>\n?([^<]*)</textarea>', form):
        found.setdefault(name, []).append(text)
    return found


def kept(response: Response) -> dict[str, Any]:
    return dict(response.answers.values_list("field__key", "value"))


def test_without_a_script_the_page_saves_everything(response: Response, owner: Any) -> None:
    client = sign_in(owner)
    sent = fields_of(client.get(page_of(response)).content.decode())
    row = next(key for key in sent["q_budget.rows"])
    sent |= {
        "q_nom1": ["La Bricole fertile"], "q_nombre": ["12,5"], "q_argent": ["1 250"], "q_plusieurs": ["a", "b"],
        "q_ordre.rank.deux": ["1"], "q_ordre.rank.un": ["2"], "q_grille.ligne1": ["bien"], "q_echelle": ["7"],
        "q_ouinon": ["no"], "q_ouinon.reason": ["Trop loin"], "q_telephone": ["06 12 34 56 78"],
        "q_jour": ["2027-05-13"], "q_structure": ["852 379 999"], "q_accord": ["1"], "q_signe": ["Yaëlle Inventée"],
        f"q_budget.{row}.c_poste": ["Camion"], f"q_budget.{row}.c_montant": ["8 000"], "go": ["next"],
    }  # fmt: skip
    answer = client.post(page_of(response), sent)
    assert answer.status_code == 302, re.findall(r'class="err"[^>]*>([^<]*)', answer.content.decode())
    assert answer["Location"].endswith("/page/p_seconde")
    values = kept(response)
    assert values["q_ordre"] == {"values": ["deux", "un"]}
    assert values["q_budget"] == {"rows": [{"id": row, "c_poste": "Camion", "c_montant": 8000}]}
    assert (values["q_nombre"], values["q_argent"], values["q_telephone"]) == (12.5, 1250, "+33612345678")
    assert values["q_accord"]["at"]
    again = fields_of(client.get(page_of(response)).content.decode())
    before = Response.objects.get(pk=response.pk).revision
    assert client.post(page_of(response), again).status_code == 302
    assert Response.objects.get(pk=response.pk).revision == before  # the same page again changes nothing


def test_what_cannot_be_read_stays_in_the_field_and_the_rest_is_kept(response: Response, owner: Any) -> None:
    client = sign_in(owner)
    sent = fields_of(client.get(page_of(response)).content.decode())
    answer = client.post(page_of(response), sent | {"q_nombre": ["bientôt"], "q_nom1": ["La Bricole"], "go": ["next"]})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="bientôt"' in html
    assert '<a href="#q_nombre">' in html
    assert kept(response) == {"q_nom1": "La Bricole"}


def test_a_place_typed_but_not_chosen_is_said_and_never_holds_somebody_back_in_silence(
    response: Response, owner: Any
) -> None:
    client = sign_in(owner)
    sent = fields_of(client.get(page_of(response)).content.decode()) | {"find.q_lieux": ["Nulle-Part-du-Tout"]}
    asked = client.post(page_of(response), sent | {"go": ["next"]})
    assert asked.status_code == 422
    said = "Choisissez l’un des lieux trouvés, ou effacez ce que vous avez tapé."
    html = asked.content.decode()
    assert html.count(said) >= 2  # beside the question, and at the top of the page
    assert "Nulle-Part-du-Tout" in html
    found = client.post(page_of(response), sent | {"go": ["stay"]})
    assert (found.status_code, said in found.content.decode()) == (200, False)
    assert client.post(page_of(response), sent | {"find.q_lieux": [""], "go": ["next"]}).status_code == 302


def test_two_people_without_a_script_see_both_texts(response: Response, owner: Any) -> None:
    other = make_user("Ilan Inventé")
    make.join(response, other)
    one, two = sign_in(owner), sign_in(other)
    first = fields_of(one.get(page_of(response)).content.decode())
    second = fields_of(two.get(page_of(response)).content.decode())
    one.post(page_of(response), first | {"q_nom1": ["Celui de Yaëlle"]})
    answer = two.post(page_of(response), second | {"q_nom1": ["Celui d’Ilan"], "q_nombre": ["4"]})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Celui de Yaëlle" in html
    assert "Celui d’Ilan" in html
    assert kept(response) == {"q_nom1": "Celui de Yaëlle", "q_nombre": 4}
    mended = fields_of(html) | {"q_nom1": ["Celui de tous deux"]}
    done = two.post(page_of(response), mended)
    assert done.status_code == 302, re.findall(r'class="err"[^>]*>([^<]*)', done.content.decode())
    assert kept(response)["q_nom1"] == "Celui de tous deux"


def test_the_script_learns_what_became_of_each_field(response: Response, owner: Any) -> None:
    client = sign_in(owner)
    body = {"here": ["q_nom1", "q_nombre", "q_choix"], "q_nom1": "La Bricole", "q_nombre": "beaucoup", "q_choix": "oui",
            "page": "p_premiere"}  # fmt: skip
    told = client.post(f"/repondre/dossier/{response.public_id}/enregistrer", body, headers=QUIET).json()
    assert {key: one["state"] for key, one in told["fields"].items()} == {
        "q_nom1": "saved", "q_nombre": "refused", "q_choix": "saved",
    }  # fmt: skip
    assert told["shown"]["q_suite"] is True
    assert told["said"].startswith("Enregistré à")


def test_hostile_requests_are_refused_with_a_sentence(response: Response, owner: Any) -> None:
    client = sign_in(owner)
    save_url = f"/repondre/dossier/{response.public_id}/enregistrer"
    body = {"here": ["q_pirate", "q_total", "q_suite", "q_lieux", "q_recit"], "q_pirate": "x", "q_total": "9",
            "q_suite": "caché", "q_lieux": "commune:99999", "q_recit": "mot " * 500_000}  # fmt: skip
    told = client.post(save_url, body, headers=QUIET).json()["fields"]
    assert all(one.get("words") for key, one in told.items() if key != "q_total"), told
    assert {key for key, one in told.items() if one["state"] == "refused"} >= {
        "q_pirate",
        "q_suite",
        "q_lieux",
        "q_recit",
    }
    assert kept(response) == {}
    sent = fields_of(client.get(page_of(response)).content.decode())
    answer = client.post(
        page_of(response), sent | {"here": [*sent["here"], "q_pirate"], "q_pirate": ["x"]}, follow=True
    )
    assert "n’est pas dans le formulaire" in answer.content.decode()


def test_news_cost_one_query_when_nothing_is_new(response: Response, owner: Any) -> None:
    other = make_user("Ilan Inventé")
    make.join(response, other)
    client = sign_in(owner)
    address = f"/repondre/dossier/{response.public_id}/nouvelles?page=p_premiere&version={response.version_id}"
    client.get(f"{address}&since=0")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(f"{address}&since=0")
    ours = [one["sql"] for one in queries.captured_queries if "questionnaires_" in one["sql"]]
    assert len(ours) == 1
    save(response=response, by=Actor(user=other), sent={"q_nom1": Sent("Vu", 0)})
    told = client.get(f"{address}&since=0").json()
    assert (told["revision"], told["changed"]["q_nom1"]["by"]) == (1, "Ilan Inventé")
    assert 'value="Vu"' in told["changed"]["q_nom1"]["html"]


def test_who_writes_where_is_seen_by_the_others_only(response: Response, owner: Any) -> None:
    other = make_user("Ilan Inventé")
    make.join(response, other)
    sign_in(other).post(f"/repondre/dossier/{response.public_id}/presence", {"part": "q_nom1"})
    news = f"/repondre/dossier/{response.public_id}/nouvelles?version={response.version_id}"
    assert [one["said"] for one in sign_in(owner).get(news).json()["here"]] == ["Ilan Inventé écrit ici"]
    assert sign_in(other).get(news).json()["here"] == []


def test_signed_out_the_script_is_told_and_the_page_goes_to_sign_in(response: Response) -> None:
    answer = Client().post(f"/repondre/dossier/{response.public_id}/enregistrer", {"here": "q_nom1"}, headers=QUIET)
    assert (answer.status_code, "connectez-vous" in answer.json()["error"]) == (401, True)
    assert Client().get(page_of(response)).status_code == 302


def test_files_are_attached_named_and_taken_off(response: Response, owner: Any) -> None:
    client, address = sign_in(owner), f"/repondre/dossier/{response.public_id}/fichier/q_pieces"
    text = SimpleUploadedFile("notes.txt", b"Bonjour", "text/plain")
    told = client.post(address, {"file": text}, headers=QUIET)
    assert told.status_code == 200, told.content
    assert "notes.txt" in told.json()["html"]
    key = kept(response)["q_pieces"]["files"][0]
    given = client.get(f"/repondre/dossier/{response.public_id}/fichiers/{key}")
    assert given.getvalue() == b"Bonjour"
    refused = client.post(address, {"file": SimpleUploadedFile("x.exe", b"MZ", "x/y")}, headers=QUIET)
    assert (refused.status_code, bool(refused.json()["error"])) == (422, True)
    client.post(address, {"drop": f"q_pieces:{key}"}, headers=QUIET)
    assert (kept(response), Attachment.objects.count()) == ({}, 0)


def test_without_an_account_a_personal_link_is_the_way_back() -> None:
    collection = make.make_collection(audience="link")
    client = Client()
    started = client.post(f"/repondre/{collection.slug}/commencer", {"language": "fr"}, follow=True)
    address = re.search(r"http://testserver(/repondre/lien/[\w-]+)", started.content.decode())
    assert address
    response = Response.objects.get()
    client.post(f"/repondre/dossier/{response.public_id}/lien", {"email": "voisine@exemple.test"})
    assert address[1] in Mail.objects.get(kind="questionnaires.personal_link").text
    client.post(
        f"/repondre/dossier/{response.public_id}/enregistrer", {"here": "q_nom1", "q_nom1": "Moi"}, headers=QUIET
    )
    assert kept(response) == {"q_nom1": "Moi"}
    stranger = Client()
    assert stranger.get(page_of(response)).status_code == 302
    assert stranger.get(address[1], follow=True).status_code == 200
    file = SimpleUploadedFile("notes.txt", b"Bonjour", "text/plain")
    assert stranger.post(f"/repondre/dossier/{response.public_id}/fichier/q_pieces", {"file": file}).status_code == 200
    assert stranger.post(f"/repondre/dossier/{response.public_id}/relire", {}).status_code == 302
    response.refresh_from_db()
    assert response.state == "submitted"


def test_a_fallback_language_is_said(owner: Any) -> None:
    client, collection = sign_in(owner), make.make_collection()
    client.post(f"/repondre/{collection.slug}/commencer", {"language": "en"})
    html = client.get(page_of(Response.objects.get())).content.decode()
    assert "The first part" in html
    assert "en français seulement" in html


def test_the_public_page_says_what_who_and_until_when() -> None:
    collection = make.make_collection()
    html = Client().get(f"/repondre/{collection.slug}?nom1=La+Bricole&accord=1").content.decode()
    for words in ("La première partie", "La Bricole", collection.owner.name, "Se connecter et commencer"):
        assert words in html
    assert "Question accord" not in html


def test_the_print_is_accessible_and_says_the_digest(response: Response, owner: Any) -> None:
    from io import BytesIO

    save(response=response, by=Actor(user=owner), sent={"q_nom1": Sent("La Bricole fertile", 0)})
    snapshot = answering.submit(response=response, by=Actor(user=owner))
    content = sign_in(owner).get(f"/repondre/dossier/{response.public_id}/pdf?envoi={snapshot.pk}").content
    reader = PdfReader(BytesIO(content))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "La Bricole fertile" in text
    assert snapshot.sha256[:20] in text.replace("\n", "")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_of_mine_asks_as_much_for_one_as_for_three(owner: Any, many: int) -> None:
    for _number in range(many):
        make.make_response(owner)
    client = sign_in(owner)
    client.get("/repondre/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/repondre/").status_code == 200
    ours = [one for one in queries.captured_queries if "questionnaires_" in one["sql"]]
    assert len(ours) == 2


@pytest.mark.parametrize("size", [10, 300])
def test_a_page_asks_as_much_in_a_large_form_as_in_a_small_one(owner: Any, size: int) -> None:
    questions = [make.question("text", f"q{number:04}") for number in range(size - 10)]
    written = make.document([make.question("text", f"p{number:04}") for number in range(10)])
    for place in range(0, len(questions), 10):
        page = {"id": f"p_{place:05}", "questions": questions[place : place + 10]}
        written["sections"][1]["pages"].append(page)
    response = make.make_response(owner, make.make_collection(written=written))
    save(response=response, by=Actor(user=owner), sent={"q_p0001": Sent("x", 0)})
    client = sign_in(owner)
    client.get(page_of(response))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page_of(response)).status_code == 200
    assert len(queries) <= 20, json.dumps([one["sql"][:160] for one in queries.captured_queries], indent=1)
