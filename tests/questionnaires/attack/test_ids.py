"""Identifiers of somebody else's things, sent with one's own: files, areas, remarks, people, invitations, exports."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kiif.accounts.actor import Actor
from kiif.attachments.models import Attachment
from kiif.questionnaires.actions import answering, files, people, remarks
from kiif.questionnaires.actions.saving import Sent, save
from kiif.questionnaires.models import Participant, Response
from kiif.territories.models import DrawnTerritory
from tests.factories import World, make_user, sign_in
from tests.questionnaires import answer_factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def response(world: World) -> Response:
    return make.make_response(world.people["carrier"], make.make_collection(world.incubator))


def attach(response: Response, owner: Any) -> str:
    upload = SimpleUploadedFile("statuts.txt", b"Un texte de personne.", "text/plain")
    row = files.add(response=response, key="q_pieces", upload=upload, by=Actor(user=owner))
    return str(row.public_id)


def test_a_file_of_another_answer_is_never_mine(world: World, response: Response) -> None:
    victim = make_user("Ilan Inventé")
    theirs = make.make_response(victim, response.collection)
    name = attach(theirs, victim)
    carrier, address = world.client("carrier"), f"/repondre/dossier/{response.public_id}"
    told = carrier.post(f"{address}/enregistrer", {"here": "q_pieces", "q_pieces": name}).json()
    assert told["fields"]["q_pieces"]["state"] == "refused"
    assert carrier.get(f"{address}/fichiers/{name}").status_code == 404
    assert carrier.get(f"/repondre/dossier/{theirs.public_id}/fichiers/{name}").status_code == 404
    assert carrier.post(f"{address}/fichier/q_pieces", {"drop": f"q_pieces:{name}"}).status_code == 422
    assert Attachment.objects.filter(public_id=name).exists()
    other = attach(response, world.people["carrier"])
    given = carrier.get(f"{address}/fichiers/{other}")
    assert b"".join(given.streaming_content) == b"Un texte de personne."
    assert sign_in(victim).get(f"{address}/fichiers/{other}").status_code == 404


def test_an_area_that_somebody_keeps_for_themselves_tells_nothing(world: World, response: Response) -> None:
    """Counting identifiers must not tell the names of private areas."""
    private = DrawnTerritory.objects.create(name="Projet tenu secret", slug="secret", drawn_by=make_user())
    public = DrawnTerritory.objects.create(name="Vallée connue", slug="connue", visibility="public")
    carrier, address = world.client("carrier"), f"/repondre/dossier/{response.public_id}"
    definition = make.document([make.question("territories", "lieux", levels=["drawn"])])
    drawn = make.make_response(world.people["carrier"], make.make_collection(world.incubator, definition))
    address = f"/repondre/dossier/{drawn.public_id}"
    told = carrier.post(f"{address}/enregistrer", {"here": "q_lieux", "q_lieux": f"drawn:{private.pk}"})
    assert "secret" not in told.content.decode()
    assert told.json()["fields"]["q_lieux"]["state"] == "refused"
    page = carrier.post(f"{address}/page/p_premiere", {"here": "q_lieux", "q_lieux": f"drawn:{private.pk}"})
    assert "secret" not in page.content.decode()
    slug = drawn.collection.slug
    asked = carrier.get(f"/repondre/{slug}", {"lieux": f"drawn:{private.pk}"})
    assert "secret" not in asked.content.decode()
    told = carrier.post(f"{address}/enregistrer", {"here": "q_lieux", "q_lieux": f"drawn:{public.pk}"}).json()
    assert told["fields"]["q_lieux"]["state"] == "saved"


def test_everything_of_a_dossier_is_reached_through_it_only(world: World, response: Response) -> None:
    """Identifiers of another dossier under the address of one's own, as its owner."""
    owner, stranger = world.people["carrier"], make_user()
    row = make.join(response, make_user("Ilan Inventé"), "comment")
    offer = people.invite(response=response, email="a@exemple.test", role="edit", by=Actor(user=owner))
    said = remarks.remark(response=response, field_key="", text="À nous", by=Actor(user=owner))
    mine = make.make_response(stranger, response.collection)
    client, address = sign_in(stranger), f"/repondre/dossier/{mine.public_id}"
    assert client.post(f"{address}/personnes/{row.pk}/role", {f"p{row.pk}-role": "view"}).status_code == 404
    assert client.post(f"{address}/personnes/{row.pk}/retirer").status_code == 404
    assert client.post(f"{address}/invitations/{offer.pk}/reprendre").status_code == 404
    assert client.post(f"{address}/remarques/{said.pk}/regler").status_code == 404
    assert client.get(f"/repondre/invitation/{offer.pk}/").status_code == 404
    assert client.post(f"{address}/reprendre", {"from": str(response.public_id)}).status_code == 404
    row.refresh_from_db()
    assert row.role == "comment"
    ours = sign_in(owner).post(f"/repondre/dossier/{response.public_id}/personnes/{row.pk}/role",
                               {f"p{row.pk}-role": "view"})  # fmt: skip
    assert ours.status_code == 302
    row.refresh_from_db()
    assert row.role == "view"


@pytest.mark.parametrize(("role", "allowed"), [("view", ""), ("comment", "c"), ("edit", "ce"), ("submit", "ces")])
def test_a_role_lowered_counts_at_the_next_request(world: World, role: str, allowed: str) -> None:
    collection = make.make_collection(world.incubator, make.document([make.question("text", "nom1")]))
    response = make.make_response(world.people["carrier"], collection)
    guest = make_user()
    row = make.join(response, guest, "submit")
    client, address = sign_in(guest), f"/repondre/dossier/{response.public_id}"
    assert client.post(f"{address}/enregistrer", {"here": "q_nom1", "q_nom1": "Un"}).status_code == 200
    Participant.objects.filter(pk=row.pk).update(role=role)
    saved = client.post(f"{address}/enregistrer", {"here": "q_nom1", "q_nom1": "Deux", "base.q_nom1": "1"})
    assert saved.status_code == (200 if "e" in allowed else 403)
    said = client.post(f"{address}/remarques", {"text": "Bonjour"})
    assert said.status_code == (302 if "c" in allowed else 403)
    assert client.post(f"{address}/inviter", {"email": "x@exemple.test", "role": "view"}).status_code == 403
    assert client.post(f"{address}/confier", {"email": "x@exemple.test"}).status_code == 403
    assert client.post(f"{address}/langue", {"language": "en"}).status_code == (302 if "e" in allowed else 403)
    file = {"file": SimpleUploadedFile("a.txt", b"texte")}
    assert client.post(f"{address}/fichier/q_nom1", file).status_code == (422 if "e" in allowed else 403)
    sent = client.post(f"{address}/relire", {"revision": "9"})
    assert sent.status_code == (302 if "s" in allowed else 403)
    assert (response.snapshots.count() == 1) is ("s" in allowed)


def test_a_stale_tab_after_closing_writes_nothing(world: World, response: Response) -> None:
    from kiif.questionnaires.actions.collections import close

    client, address = world.client("carrier"), f"/repondre/dossier/{response.public_id}"
    assert client.post(f"{address}/enregistrer", {"here": "q_nom1", "q_nom1": "Avant"}).status_code == 200
    close(collection=response.collection, by=world.actor("manager"))
    before = list(response.answers.values("value", "revision"))
    after = client.post(f"{address}/enregistrer", {"here": "q_nom1", "q_nom1": "Après", "base.q_nom1": "1"})
    assert after.status_code == 422
    assert client.post(f"{address}/page/p_premiere", {"here": "q_nom1", "q_nom1": "Après"}).status_code == 422
    assert client.post(f"{address}/relire").status_code == 422
    file = {"file": SimpleUploadedFile("a.txt", b"texte")}
    assert client.post(f"{address}/fichier/q_pieces", file).status_code == 422
    assert client.post(f"{address}/langue", {"language": "en"}).status_code == 302
    response.refresh_from_db()
    assert list(response.answers.values("value", "revision")) == before
    assert (response.language, response.state) == ("fr", "draft")
    assert not Attachment.objects.exists()


def test_answers_are_read_by_their_house(world: World, response: Response) -> None:
    save(response=response, by=world.actor("carrier"), sent={"q_nom1": Sent("Dit à une maison", 0)})
    Response.objects.filter(pk=response.pk).update(state="submitted", submitted_at=response.created_at)
    team = f"/questionnaires/collectes/{response.collection.public_id}"
    for role in ("other_advisor", "coordinator", "partner", "reviewer", "carrier", "visitor"):
        client = world.client(role)
        for page in ("reponses", "synthese", "exporter"):
            for told in (client.get(f"{team}/{page}"), client.post(f"{team}/exporter", {"format": "csv"})):
                assert told.status_code in {302, 403, 404}, (role, page)
                assert b"Dit \xc3\xa0 une maison" not in told.content
    assert "Dit à une maison" in world.client("manager").get(f"{team}/reponses").content.decode()


def test_pages_ask_for_a_token_and_reading_changes_nothing(world: World, response: Response) -> None:
    from kiif.questionnaires import answer_urls

    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["carrier"], backend="allauth.account.auth_backends.AuthenticationBackend")
    address = f"/repondre/dossier/{response.public_id}"
    posted = ("relire", "retirer", "langue", "vu", "reprendre", "lien", "enregistrer", "presence", "fichier/q_pieces",
              "inviter", "confier", "remarques", "page/p_premiere")  # fmt: skip
    for page in posted:
        assert client.post(f"{address}/{page}", {"here": "q_nom1", "q_nom1": "Forgé"}).status_code == 403, page
    assert client.post(f"/repondre/{response.collection.slug}/commencer").status_code == 403
    before = (Response.objects.values().get(), response.answers.count(), Participant.objects.count())
    for pattern in answer_urls.urlpatterns:
        if "<uuid:public_id>" in str(pattern.pattern) and "pk" not in str(pattern.pattern):
            path = str(pattern.pattern).replace("<uuid:public_id>", str(response.public_id))
            path = path.replace("<slug:page_id>", "p_premiere").replace("<slug:key>", "q_nom1")
            path = path.replace("<uuid:file_id>", str(uuid.uuid4()))
            client.get(f"/repondre/{path}", {"q_nom1": "Forgé", "here": "q_nom1"})
    assert (Response.objects.values().get(), response.answers.count(), Participant.objects.count()) == before
    free = world.client("carrier")
    assert free.post(f"{address}/enregistrer", {"here": "q_nom1", "q_nom1": "Vrai"}).status_code == 200


def test_a_personal_link_dies_with_a_hand_over_and_shows_nowhere(world: World) -> None:
    collection = make.make_collection(world.incubator, make.document([make.question("text", "nom1")]), audience="link")
    response, token = answering.begin_by_link(collection=collection)
    client = Client()
    first = client.get(f"/repondre/lien/{token}")
    assert first.status_code == 302
    assert token not in first["Location"]
    assert first.headers.get("Referrer-Policy", "") in {"same-origin", "no-referrer", "strict-origin"}
    page = client.get(first["Location"], follow=True)
    assert token not in page.content.decode()
    assert token not in str(dict(client.session))
    assert Client().get(f"/repondre/lien/{token}x").status_code == 404
    assert Client().get(f"/repondre/lien/{response.link_hash}").status_code == 404
    heir = make_user()
    Response.objects.filter(pk=response.pk).update(owner=heir, link_hash="")
    assert client.get(f"/repondre/dossier/{response.public_id}/relire").status_code == 302
    assert sign_in(heir).get(f"/repondre/dossier/{response.public_id}/relire").status_code == 200


def test_an_invitation_taken_by_a_thief(world: World, response: Response) -> None:
    """The link in other hands, an unverified address, after a withdrawal, twice."""
    from allauth.account.models import EmailAddress

    from kiif.ui.errors import Refused

    owner = Actor(user=world.people["carrier"])
    offer = people.invite(response=response, email="visee@exemple.test", role="submit", by=owner)
    thief = make_user()
    EmailAddress.objects.create(user=thief, email="visee@exemple.test", verified=False)
    with pytest.raises(Refused):
        people.accept_offer(offer=offer, by=Actor(user=thief))
    assert sign_in(thief).get(f"/repondre/invitation/{offer.pk}/").status_code == 404
    true = make_user(email="visee2@exemple.test")
    EmailAddress.objects.filter(user=thief, email="visee@exemple.test").delete()
    EmailAddress.objects.create(user=true, email="visee@exemple.test", verified=True)
    people.accept_offer(offer=offer, by=Actor(user=true))
    people.remove(participant=Participant.objects.get(user=true), by=owner)
    with pytest.raises(Refused):
        people.accept_offer(offer=offer, by=Actor(user=true))
    assert not Participant.objects.exists()
