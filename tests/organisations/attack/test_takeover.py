"""Somebody outside tries to become one of an organisation that is not theirs; teams try what is another team's."""

from __future__ import annotations

from typing import Any

import pytest

from kiif.accounts.actor import Actor
from kiif.organisations import actions, duplicates
from kiif.organisations.actions.imports import bring_list, discard_list, import_list, start_import
from kiif.organisations.enums import ImportState, TieRole
from kiif.organisations.models import Organisation, Tie
from kiif.organisations.models.people import TieState
from kiif.ui.errors import NotAllowed, Refused
from tests.factories import World, make_user, sign_in
from tests.organisations import factories as make

pytestmark = pytest.mark.django_db
LIST = "nom;courriel\nLes Prés inventés;contact@pres-inventes.example\n".encode()


def entered(by: Any, alliance: Any, name: str, **fields: Any) -> Organisation:
    return actions.register_organisation(by=Actor(user=by), alliance=alliance, name=name, **fields)


def test_a_merge_does_not_make_a_stranger_lead(world: World) -> None:
    """Entering a row that looks like a real organisation, and waiting for a team to merge both."""
    stranger, leader = make_user("Ilan Inventé"), make_user("Yaëlle Inventée")
    real = make.make_organisation(world.alliance, world.incubator, name="Les Mains vives")
    make.make_tie(real, leader)
    fake = entered(stranger, world.alliance, "Les Mains vives (bis)")
    assert Organisation.objects.visible_to(Actor(user=stranger)).get() == fake
    done = actions.merge(kept=real, gone=fake, by=world.actor("coordinator"))
    tie = Tie.objects.get(user=stranger)
    assert (tie.organisation, tie.state) == (real, TieState.CLAIMED)
    assert not Organisation.objects.visible_to(Actor(user=stranger)).filter(pk=real.pk).exists()
    with pytest.raises(NotAllowed):
        actions.change_organisation(organisation=real, by=Actor(user=stranger), description="À moi")
    assert Organisation.objects.visible_to(Actor(user=leader)).get() == real
    actions.undo_merge(done=done, by=world.actor("coordinator"))
    assert Organisation.objects.visible_to(Actor(user=stranger)).get() == fake
    again = actions.merge(kept=real, gone=fake, by=world.actor("coordinator"))
    actions.confirm_tie(tie=Tie.objects.get(user=stranger), by=Actor(user=leader))
    assert Organisation.objects.visible_to(Actor(user=stranger)).get() == real
    actions.undo_merge(done=again, by=world.actor("coordinator"))
    assert Organisation.objects.visible_to(Actor(user=stranger)).get() == fake


def test_nor_when_the_row_of_the_stranger_stays(world: World) -> None:
    """The team keeps the other row: whoever entered it asks for what comes from the real one."""
    stranger, leader = make_user("Ilan Inventé"), make_user("Yaëlle Inventée")
    fake = entered(stranger, world.alliance, "Les Mains vives (bis)")
    real = make.make_organisation(world.alliance, world.incubator, name="Les Mains vives")
    make.make_tie(real, leader)
    done = actions.merge(kept=fake, gone=real, by=world.actor("coordinator"))
    assert Tie.objects.get(user=stranger).state == TieState.CLAIMED
    with pytest.raises(NotAllowed):
        actions.change_organisation(organisation=fake, by=Actor(user=stranger), description="À moi")
    assert Organisation.objects.visible_to(Actor(user=leader)).get() == fake
    actions.undo_merge(done=done, by=world.actor("coordinator"))
    assert Tie.objects.get(user=stranger).state == TieState.ACTIVE
    assert Organisation.objects.visible_to(Actor(user=stranger)).get() == fake


@pytest.mark.parametrize("what", ["followed", "others", "entered by a team"])
def test_each_thing_that_comes_is_asked_for(world: World, what: str) -> None:
    stranger = make_user("Ilan Inventé")
    fake = entered(stranger, world.alliance, "Les Mains vives (bis)")
    own = None if what == "entered by a team" else stranger
    real = make.make_organisation(world.alliance, name="Les Mains vives", created_by=own)
    if what == "followed":
        real.stewards.add(world.incubator)
    if what == "others":
        make.make_tie(real, make_user())
    actions.merge(kept=fake, gone=real, by=world.actor("coordinator"))
    assert Tie.objects.get(user=stranger).state == TieState.CLAIMED


def test_whoever_entered_both_rows_keeps_their_place(world: World) -> None:
    person = make_user("Yaëlle Inventée")
    first, second = (entered(person, world.alliance, name) for name in ("Les Mains vives", "Les Mains vives (bis)"))
    actions.merge(kept=first, gone=second, by=world.actor("coordinator"))
    assert Tie.objects.get(organisation=first).state == TieState.ACTIVE
    recognised = make.make_organisation(world.alliance, world.incubator, name="La reconnue")
    tie = make.make_tie(recognised, person, asserted_by=person, confirmed_by=world.people["advisor"])
    other = make.make_organisation(world.alliance, world.incubator, name="La reconnue (bis)")
    actions.merge(kept=recognised, gone=other, by=world.actor("coordinator"))
    tie.refresh_from_db()
    assert tie.state == TieState.ACTIVE


def test_the_comparison_names_those_whom_nobody_recognised(world: World) -> None:
    fake = entered(make_user("Ilan Inventé"), world.alliance, "Les Mains vives (bis)")
    real = make.make_organisation(world.alliance, world.incubator, name="Les Mains vives")
    make.make_tie(real, make_user("Yaëlle Inventée"))
    page = (
        world.client("coordinator")
        .get(f"/organisations/doublons/{duplicates.pair_of(real, fake).pk}/")
        .content.decode()
    )
    assert ("Ilan Inventé" in page, "Yaëlle Inventée" in page) == (True, False)


def test_a_number_already_borne_is_not_taken(world: World) -> None:
    number = make.siren()
    real = make.make_organisation(world.alliance, siren=number, name="La vraie")
    stranger = make_user()
    with pytest.raises(Refused):
        entered(stranger, world.alliance, "La fausse", siren=number)
    with pytest.raises(Refused):
        entered(stranger, world.alliance, "La fausse", siret=make.siret(number))
    own = entered(stranger, world.alliance, "La mienne")
    with pytest.raises(Refused):
        actions.change_organisation(organisation=own, by=Actor(user=stranger), siren=number)
    other = make.siren()
    actions.change_organisation(organisation=own, by=Actor(user=stranger), siren=other)
    assert set(Organisation.objects.values_list("siren", flat=True)) == {real.siren, other}


def test_identifiers_of_others_open_nothing(world: World) -> None:
    stranger, other = make_user(), make_user()
    real = make.make_organisation(world.alliance, world.incubator, name="La vraie")
    tie = make.make_tie(real, other, role=TieRole.EMPLOYEE)
    asked = make.make_tie(real, stranger, role=TieRole.LEADER, confirmed_at=None)
    client = sign_in(stranger)
    for page in ("", "modifier/", "registres/", "fermer/", "suivi/", "personnes/nouvelle/", "solutions/nouvelle/"):
        assert client.get(f"/organisations/{real.pk}/{page}").status_code == 404, page
    for gesture in ("accepter", "reconnaitre", "modifier", "terminer"):
        assert client.post(f"/organisations/personnes/{tie.pk}/{gesture}/").status_code == 404, gesture
    assert client.post(f"/organisations/personnes/{asked.pk}/reconnaitre/").status_code == 403
    assert client.post(f"/organisations/personnes/{asked.pk}/modifier/", {"role": "leader"}).status_code == 403
    for key in ("9" * 18, "9" * 40):
        assert client.get(f"/organisations/{key}/").status_code == 404
        assert client.post(f"/organisations/personnes/{key}/accepter/").status_code == 404
    assert client.get(f"/organisations/rejoindre/{real.pk}/").status_code == 404
    asked.refresh_from_db()
    assert asked.confirmed_at is None
    assert sign_in(other).get(f"/organisations/{real.pk}/").status_code == 200


def test_a_list_is_for_its_own_incubator(world: World) -> None:
    batch = bring_list(content=LIST, name="liste.csv", steward=world.incubator, by=world.actor("advisor"))
    theirs = world.actor("other_advisor")
    for act in (import_list, discard_list, start_import):
        with pytest.raises(NotAllowed):
            act(batch=batch, by=theirs)
    page = world.client("other_advisor").post(batch.get_absolute_url(), {"ecarter": "1"})
    assert page.status_code == 403
    batch.refresh_from_db()
    assert (batch.state, Organisation.objects.count()) == (ImportState.CHECKED, 0)
    assert import_list(batch=batch, by=world.actor("advisor"))["create"] == 1
    made = Organisation.objects.get()
    assert list(made.stewards.all()) == [world.incubator]


def test_absurd_numbers_are_not_numbers(world: World) -> None:
    organisation = make.make_organisation(world.alliance, world.incubator)
    client = world.client("advisor")
    batch = bring_list(content=LIST, name="liste.csv", steward=world.incubator, by=world.actor("advisor"))
    for number in ("²", "①", "-1", "9" * 40, "٣", "1e3"):
        sent = {"name": "Un nom", "version": number, "commune": number}
        assert client.post(f"/organisations/{organisation.pk}/modifier/", sent).status_code in {302, 422}
        told = client.get("/organisations/choisir/", {"champ": number, "q": number})
        assert told.status_code == 200
        assert client.get("/organisations/", {"page": number, "commune": number}).status_code in {200, 404}
        assert client.post(f"/organisations/{organisation.pk}/doublon/", {"other": number}).status_code == 422
    assert client.post(batch.get_absolute_url(), {"ligne": ["²", "2"]}).status_code == 302
    assert Organisation.objects.filter(name="Les Prés inventés").exists()


def test_what_is_typed_is_text(world: World) -> None:
    """Markup and formulas in the names of organisations, on pages and in the files taken from them."""
    make.make_organisation(world.alliance, world.incubator, name='=HYPERLINK("x")<script>alert(1)</script>')
    client = world.client("advisor")
    page = client.get("/organisations/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    written = client.get("/organisations/", {"export": "csv"})
    text = b"".join(written.streaming_content) if written.streaming else written.content
    assert b"\n=HYPERLINK" not in text
    assert b'"=HYPERLINK' not in text
