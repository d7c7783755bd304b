"""Whoever gathers answers tries to read what was never given to them; whoever left tries to go on writing."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.alliance.enums import Role
from kiif.questionnaires import uses
from kiif.questionnaires.actions import answering, people, remarks, saving
from kiif.questionnaires.actions.saving import Sent, save
from kiif.questionnaires.models import Collection, Response
from kiif.questionnaires.rules import may_read
from kiif.ui.errors import NotAllowed
from tests.factories import World, sign_in
from tests.questionnaires import answer_factories as make

pytestmark = pytest.mark.django_db
SHORT = make.document([make.question("text", "nom1"), make.question("text", "autre")])
GIVEN: dict[str, Any] = {
    "given_by": "Carole Porteuse", "channel": "phone", "given_on": date(2026, 1, 5), "words": "Le budget.",
}  # fmt: skip


@pytest.fixture
def collection(world: World) -> Collection:
    return make.make_collection(world.incubator, SHORT)


@pytest.fixture
def response(world: World, collection: Collection) -> Response:
    return make.make_response(world.people["carrier"], collection)


def written(response: Response, by: Actor, **texts: str) -> Response:
    fresh = Response.objects.get(pk=response.pk)
    outcome = save(response=fresh, by=by, sent={f"q_{key}": Sent(text, fresh.revision) for key, text in texts.items()})
    assert len(outcome.saved) == len(texts)
    return Response.objects.with_ties().get(pk=response.pk)


def exported(told: Any) -> io.BytesIO:
    return io.BytesIO(b"".join(told.streaming_content))


def readers(world: World, response: Response) -> tuple[bool, bool]:
    """Whether the manager reads it: by the rule, by the list."""
    actor = world.actor("manager")
    return may_read(actor, response), Response.objects.visible_to(actor).filter(pk=response.pk).exists()


def test_a_withdrawn_answer_goes_back_to_its_people(world: World, response: Response) -> None:
    """Withdrawing a draft must not be what shows it to the team; withdrawing what was sent takes it back."""
    carrier = world.actor("carrier")
    never_sent = written(response, carrier, nom1="Jamais envoyé")
    withdrawn = answering.withdraw(response=never_sent, by=carrier)
    assert readers(world, withdrawn) == (False, False)
    address = f"/repondre/dossier/{response.public_id}/"
    for page in ("relire", "pdf", "historique", "fil/q_nom1", "personnes", "nouvelles"):
        assert world.client("manager").get(address + page).status_code == 404, page
        assert world.client("carrier").get(address + page).status_code == 200, page
    again = make.make_response(world.people["carrier"], response.collection)
    answering.submit(response=written(again, carrier, nom1="Envoyé"), by=carrier)
    again.refresh_from_db()
    assert readers(world, again) == (True, True)
    answering.withdraw(response=again, by=carrier)
    again.refresh_from_db()
    assert readers(world, again) == (False, False)


def test_a_use_never_opens_a_draft(world: World, response: Response, monkeypatch: pytest.MonkeyPatch) -> None:
    """A higher room adds readers of what was sent; even careless, it opens no draft and nothing withdrawn."""
    from django.db.models import Q

    monkeypatch.setitem(
        uses._uses, "careless", uses.Use("careless", reads=lambda *_: True, readable=lambda _actor: Q(pk__gt=0))
    )
    Collection.objects.update(use="careless")
    carrier = world.actor("carrier")
    fresh = written(response, carrier, nom1="Brouillon")
    assert readers(world, fresh) == (False, False)
    answering.submit(response=fresh, by=carrier)
    assert readers(world, Response.objects.with_ties().get(pk=fresh.pk)) == (True, True)


def test_what_was_thought_before_sending_stays_with_its_people(
    world: World, response: Response, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread, the history and the remarks of a draft are not given with what is sent."""
    monkeypatch.setattr(saving, "SITTING", timedelta(0))
    carrier, address = world.actor("carrier"), f"/repondre/dossier/{response.public_id}/"
    written(response, carrier, nom1="Une confidence retirée")
    remarks.remark(response=response, field_key="q_nom1", text="Entre nous seulement", by=carrier)
    remarks.remark(response=response, field_key="", text="Entre nous, sur le tout", by=carrier)
    fresh = written(response, carrier, nom1="Le texte envoyé")
    answering.submit(response=fresh, by=carrier)
    for page in ("relire", "historique", "fil/q_nom1", "page/p_premiere", "nouvelles?since=0"):
        shown = world.client("manager").get(address + page, follow=True).content.decode()
        assert "confidence" not in shown, page
        assert "Entre nous" not in shown, page
    assert "Le texte envoyé" in world.client("manager").get(address + "relire").content.decode()
    assert "confidence" in world.client("carrier").get(address + "fil/q_nom1").content.decode()
    assert "Entre nous" in world.client("carrier").get(address + "relire").content.decode()


def test_corrections_are_read_once_sent_again(world: World, response: Response) -> None:
    """A dossier reopened is a draft again: until it is sent, the team reads what was sent."""
    carrier, manager = world.actor("carrier"), world.actor("manager")
    address = f"/repondre/dossier/{response.public_id}/"
    answering.submit(response=written(response, carrier, nom1="Première version"), by=carrier)
    answering.reopen(response=response, fields=[], until=timezone.now() + timedelta(days=2), by=manager)
    written(response, carrier, nom1="Phrase en chantier")
    for page in ("relire", "page/p_premiere", "fil/q_nom1", "historique", "nouvelles?since=0&page=p_premiere"):
        shown = world.client("manager").get(address + page, follow=True).content.decode()
        assert "chantier" not in shown, page
    assert "Première version" in world.client("manager").get(address + "relire").content.decode()
    team = f"/questionnaires/collectes/{response.collection.public_id}"
    assert "chantier" not in world.client("manager").get(f"{team}/reponses").content.decode()
    assert "Première version" in world.client("manager").get(f"{team}/reponses").content.decode()
    with zipfile.ZipFile(exported(world.client("manager").post(f"{team}/exporter", {"format": "csv"}))) as archive:
        rows = "".join(archive.read(name).decode() for name in archive.namelist())
    assert ("chantier" in rows, "Première version" in rows) == (False, True)
    assert "chantier" in world.client("carrier").get(address + "relire").content.decode()
    answering.submit(response=Response.objects.get(pk=response.pk), by=carrier)
    assert "chantier" in world.client("manager").get(address + "relire").content.decode()


@pytest.mark.parametrize("how", ["left", "lowered"])
def test_a_mandate_ends_with_the_role_it_was_given_under(world: World, response: Response, how: str) -> None:
    from kiif.alliance.actions.memberships import change_membership, end_membership

    staff, membership = world.actor("advisor"), world.memberships["advisor"]
    people.give_mandate(collection=response.collection, email=world.people["carrier"].email, by=staff, **GIVEN)
    client, address = sign_in(staff.user), f"/repondre/dossier/{response.public_id}/"
    assert client.get(address + "relire").status_code == 200
    written(response, staff, nom1="Dicté")
    if how == "left":
        end_membership(membership=membership, by=world.actor("manager"))
        after = Actor(user=staff.user)
    else:
        change_membership(membership=membership, role=Role.COLLEAGUE, title="", branch=None, by=world.actor("manager"))
        membership.refresh_from_db()
        after = Actor(staff.user, membership)
    with pytest.raises(NotAllowed):
        save(response=Response.objects.get(pk=response.pk), by=after, sent={"q_nom1": Sent("Encore", 9)})
    assert not Response.objects.visible_to(after).filter(pk=response.pk).exists()
    assert not may_read(after, Response.objects.get(pk=response.pk))
    assert sign_in(staff.user).get(address + "relire").status_code == 404
