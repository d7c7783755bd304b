"""Several people on one answer: invited, handed over, under a mandate. Everything is accepted, seen, and ends."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.accounts.privacy import who_sees
from kiif.mailbox.models import Mail
from kiif.questionnaires.actions import people, remarks
from kiif.questionnaires.actions.saving import Sent, save
from kiif.questionnaires.enums import ResponseState
from kiif.questionnaires.models import Offer, Participant, Response
from kiif.questionnaires.privacy import HOLDER
from kiif.ui.errors import NotAllowed, Refused
from tests.factories import World, make_user, sign_in
from tests.questionnaires import answer_factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Any:
    return make_user("Yaëlle Inventée")


@pytest.fixture
def response(owner: Any) -> Response:
    return make.make_response(owner)


def token_of(kind: str) -> str:
    text = Mail.objects.filter(kind=kind).latest("pk").text
    found = re.search(r"/invitation/([\w-]+)", text)
    assert found
    return found[1]


def test_an_invitation_is_for_one_address_and_once(response: Response, owner: Any) -> None:
    guest, other = make_user("Ilan Inventé"), make_user()
    people.invite(response=response, email=guest.email.upper(), role="edit", by=Actor(user=owner), words="Viens")
    offer = people.find_offer(token_of("questionnaires.invitation"))
    assert offer is not None
    with pytest.raises(Refused, match="destinée à"):
        people.accept_offer(offer=offer, by=Actor(user=other))
    people.accept_offer(offer=offer, by=Actor(user=guest))
    assert save(response=response, by=Actor(user=guest), sent={"q_nom1": Sent("Ilan", 0)}).saved
    with pytest.raises(Refused, match="a servi"):
        people.accept_offer(offer=offer, by=Actor(user=guest))
    assert Mail.objects.get(kind="questionnaires.offer_accepted").to == owner


def test_an_invitation_ends_and_can_be_taken_back(response: Response, owner: Any) -> None:
    guest = make_user()
    offer = people.invite(response=response, email=guest.email, role="view", by=Actor(user=owner))
    with time_machine.travel(timezone.now() + timedelta(days=15)), pytest.raises(Refused, match="trop ancienne"):
        people.accept_offer(offer=offer, by=Actor(user=guest))
    with pytest.raises(Refused, match="déjà invitée"):
        people.invite(response=response, email=guest.email, role="view", by=Actor(user=owner))
    people.withdraw_offer(offer=offer, by=Actor(user=owner))
    with pytest.raises(Refused, match="reprise"):
        people.accept_offer(offer=offer, by=Actor(user=guest))
    assert people.invite(response=response, email=guest.email, role="view", by=Actor(user=owner))


def test_only_the_owner_shares(response: Response, owner: Any) -> None:
    writer = make_user()
    row = make.join(response, writer, "submit")
    for act in (
        lambda by: people.invite(response=response, email="x@exemple.test", role="view", by=by),
        lambda by: people.transfer(response=response, email="x@exemple.test", by=by),
        lambda by: people.change_role(participant=row, role="view", by=by),
    ):
        with pytest.raises(NotAllowed, match="personne responsable"):
            act(Actor(user=writer))
    assert people.change_role(participant=row, role="view", by=Actor(user=owner)).role == "view"
    people.remove(participant=row, by=Actor(user=writer))  # one may always leave
    assert not Participant.objects.exists()


def test_handing_over_waits_for_the_receiver(response: Response, owner: Any) -> None:
    heir = make_user("Ilan Inventé")
    people.transfer(response=response, email=heir.email, by=Actor(user=owner))
    with pytest.raises(Refused, match="déjà proposé"):
        people.transfer(response=response, email="autre@exemple.test", by=Actor(user=owner))
    response.refresh_from_db()
    assert response.owner == owner
    offer = people.find_offer(token_of("questionnaires.transfer"))
    assert offer is not None
    people.accept_offer(offer=offer, by=Actor(user=heir))
    response.refresh_from_db()
    assert response.owner == heir
    assert response.participants.get(user=owner).role == "edit"


def test_a_mandate_is_told_seen_and_ended(world: World) -> None:
    carrier, collection = world.people["carrier"], make.make_collection(world.incubator)
    response = make.make_response(carrier, collection)
    given = {"given_by": "Carole Porteuse", "channel": "phone", "given_on": date(2026, 1, 5), "words": "Le budget."}
    with pytest.raises(NotAllowed):
        people.give_mandate(collection=collection, email=carrier.email, by=world.actor("other_advisor"), **given)
    mandate = people.give_mandate(collection=collection, email=carrier.email, by=world.actor("manager"), **given)
    assert mandate.response == response
    assert Mail.objects.get(kind="questionnaires.mandate").to == carrier
    save(response=response, by=world.actor("manager"), sent={"q_nom1": Sent("Dicté", 0)})
    assert response.changes.get().mandate == mandate
    from kiif.questionnaires.actions.answering import submit

    with pytest.raises(NotAllowed):
        submit(response=response, by=world.actor("manager"))
    people.end_mandate(mandate=mandate, by=world.actor("carrier"))
    fresh = Response.objects.get(pk=response.pk)
    with pytest.raises(NotAllowed):
        save(response=fresh, by=world.actor("manager"), sent={"q_nom1": Sent("Encore", 9)})
    assert not Response.objects.visible_to(world.actor("manager")).filter(pk=response.pk).exists()


def test_who_reads_the_answers_of_a_person_is_told_in_one_query(
    world: World, owner: Any, django_assert_num_queries: Any
) -> None:
    collection = make.make_collection(world.incubator)
    row = make.make_response(owner, collection)
    for title in ("Deuxième", "Troisième"):
        make.make_response(owner, make.make_collection(world.incubator, title=title))
    given = {"given_by": "Yaëlle", "channel": "phone", "given_on": date(2026, 1, 5), "words": "Le budget."}
    mandate = people.give_mandate(collection=collection, email=owner.email, by=world.actor("manager"), **given)
    Response.objects.exclude(pk=row.pk).update(state=ResponseState.SUBMITTED, submitted_at=timezone.now())
    with django_assert_num_queries(1):
        draft, sent, writing = HOLDER.seen_by(owner)
    assert [re.findall(r"\d+", sentence) for sentence in (draft, sent, writing)] == [["1"], ["2"], ["1"]]
    people.end_mandate(mandate=mandate, by=Actor(user=owner))
    assert HOLDER.seen_by(owner) == [draft, sent]
    assert HOLDER.label in [label for label, _ in who_sees(owner)]
    assert HOLDER.label not in [label for label, _ in who_sees(world.people["manager"])]


def test_a_mandate_for_somebody_without_account_is_offered_to_them(world: World) -> None:
    collection = make.make_collection(world.incubator)
    given = {"given_by": "Une voisine", "channel": "meeting", "given_on": date(2026, 1, 5), "words": "Tout."}
    mandate = people.give_mandate(
        collection=collection, email="voisine@exemple.test", by=world.actor("manager"), **given
    )
    response = mandate.response
    assert (response.owner, Offer.objects.get(response=response, role="").email) == (None, "voisine@exemple.test")
    assert Response.objects.visible_to(world.actor("manager")).get() == response
    neighbour = make_user(email="voisine@exemple.test")
    people.accept_offer(offer=Offer.objects.get(), by=Actor(user=neighbour))
    response.refresh_from_db()
    assert response.owner == neighbour


def test_the_pages_say_who_may_what(response: Response, owner: Any) -> None:
    reader = make_user("Ilan Inventé")
    make.join(response, reader, "comment")
    address = f"/repondre/dossier/{response.public_id}/personnes"
    for user, forms in ((owner, True), (reader, False)):
        page = sign_in(user).get(address).content.decode()
        assert "Ilan Inventé" in page
        assert ("/inviter" in page, "/confier" in page) == (forms, forms)
    assert sign_in(make_user()).get(address).status_code == 404


def test_an_offer_page_accepts_with_a_post_only(response: Response, owner: Any) -> None:
    guest = make_user()
    offer = people.invite(response=response, email=guest.email, role="edit", by=Actor(user=owner))
    client = sign_in(guest)
    page = client.get(f"/repondre/invitation/{token_of('questionnaires.invitation')}", follow=True)
    assert page.status_code == 200
    assert not Participant.objects.exists()
    assert client.post("/repondre/invitation", {"answer": "yes"}).status_code == 302
    assert Participant.objects.get().user == guest
    offer.refresh_from_db()
    assert offer.accepted is True


def test_remarks_are_for_those_who_may(response: Response, owner: Any) -> None:
    reader = make_user()
    row = make.join(response, reader, "view")
    with pytest.raises(NotAllowed, match="le droit de commenter"):
        remarks.remark(response=response, field_key="q_nom1", text="Ici ?", by=Actor(user=reader))
    row.role = "comment"
    row.save()
    made = remarks.remark(response=response, field_key="q_nom1", text="Ici ?", by=Actor(user=reader))
    with pytest.raises(Refused, match="n’est pas dans le formulaire"):
        remarks.remark(response=response, field_key="q_autre", text="Là ?", by=Actor(user=reader))
    assert remarks.settle_remark(remark=made, by=Actor(user=owner)).settled_at
