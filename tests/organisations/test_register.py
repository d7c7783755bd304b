"""Entering and changing an organisation; who may; where each fact comes from."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kiif.accounts.actor import Actor, system
from kiif.journal.models import JournalEntry
from kiif.organisations import actions, queries
from kiif.organisations.actions import AlreadyKnown
from kiif.organisations.enums import Status
from kiif.organisations.models import DuplicatePair, Organisation
from kiif.ui.errors import NotAllowed, Refused
from tests.organisations import factories as make

pytestmark = pytest.mark.django_db


def verbs_of(organisation: Organisation) -> list[str]:
    return list(
        JournalEntry.objects.filter(object_id=str(organisation.pk)).order_by("pk").values_list("verb", flat=True)
    )


def test_an_advisor_enters_an_organisation_that_the_incubator_then_follows(world: Any) -> None:
    siret = make.siret(make.siren())
    made = actions.register_organisation(
        by=world.actor("advisor"), name="Les Mains vives", siret=siret, themes=["mobility", "food"], legal_code="9220"
    )
    made.refresh_from_db()
    assert (made.siren, made.legal_form, made.themes) == (siret[:9], "association", ["food", "mobility"])
    assert list(made.stewards.all()) == [world.incubator]
    assert made.alliance == world.alliance
    assert made.sources["name"]["source"] == "staff"
    assert not made.ties.exists()
    assert verbs_of(made) == ["organisations.entered"]


def test_a_carrier_enters_the_own_organisation_and_leads_it(world: Any) -> None:
    world.memberships  # noqa: B018 -- makes the only alliance
    made = actions.register_organisation(by=world.actor("carrier"), name="La Corde à linge")
    tie = made.ties.get()
    assert (tie.user, tie.role, tie.gives_rights) == (world.people["carrier"], "leader", True)
    assert made.sources["name"]["source"] == "person"
    assert list(made.stewards.all()) == []
    assert list(Organisation.objects.visible_to(world.actor("carrier"))) == [made]


def test_support_and_visits_write_nothing(world: Any) -> None:
    with pytest.raises(NotAllowed):
        actions.register_organisation(by=world.actor("impersonating"), name="X")
    with pytest.raises(NotAllowed):
        actions.register_organisation(by=world.actor("visitor"), name="X")
    assert actions.register_organisation(by=world.actor("manager"), name="X").pk


def test_the_same_number_is_the_same_organisation(world: Any) -> None:
    siren = make.siren()
    known = make.make_organisation(world.alliance, siren=siren)
    with pytest.raises(AlreadyKnown) as refusal:
        actions.register_organisation(by=world.actor("advisor"), name="Autre nom", siren=siren)
    assert (refusal.value.organisation, refusal.value.field) == (known, "siren")
    rna = make.make_organisation(world.alliance, rna="W751234567")
    with pytest.raises(AlreadyKnown) as refusal:
        actions.register_organisation(by=world.actor("advisor"), name="Autre nom", rna="W751234567")
    assert (refusal.value.organisation, refusal.value.field) == (rna, "rna")


def test_two_alliances_each_know_their_own(world: Any) -> None:
    from tests.alliance import factories as alliance_make

    siren = make.siren()
    make.make_organisation(alliance_make.make_alliance(), siren=siren)
    assert actions.register_organisation(by=world.actor("advisor"), name="Ici aussi", siren=siren).pk


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"siren": "123456789"}, "siren"),
        ({"siret": "73282932000075"}, "siret"),
        ({"rna": "W12"}, "rna"),
        ({"email": "pas une adresse"}, "email"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"legal_form": "inventée"}, "legal_form"),
    ],
)
def test_wrong_facts_are_refused_by_their_field(world: Any, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        actions.register_organisation(by=world.actor("advisor"), **{"name": "Juste", **fields})
    assert refusal.value.field == field
    assert not Organisation.objects.exists()


def test_a_change_is_told_with_its_difference_and_its_source(world: Any) -> None:
    organisation = make.make_organisation(world.alliance, world.incubator, name="Avant", phone="01 02 03 04 05")
    changed = actions.change_organisation(
        organisation=organisation, by=world.actor("advisor"), version=1, name="Après", phone="01 02 03 04 05"
    )
    assert (changed.name, changed.version, changed.sources["name"]["source"]) == ("Après", 2, "staff")
    assert "phone" not in changed.sources
    entry = JournalEntry.objects.get(verb="organisations.changed")
    assert entry.detail.changes == {"name": ["Avant", "Après"]}
    again = actions.change_organisation(organisation=changed, by=world.actor("advisor"), version=2, name="Après")
    assert again.version == 2
    assert JournalEntry.objects.filter(verb="organisations.changed").count() == 1


def test_two_editors_never_overwrite_each_other(world: Any) -> None:
    organisation = make.make_organisation(world.alliance, world.incubator)
    actions.change_organisation(organisation=organisation, by=world.actor("advisor"), version=1, name="Premier")
    with pytest.raises(Refused):
        actions.change_organisation(organisation=organisation, by=world.actor("manager"), version=1, name="Second")
    organisation.refresh_from_db()
    assert organisation.name == "Premier"


def test_who_changes_it(world: Any) -> None:
    organisation = make.make_organisation(world.alliance, world.incubator)
    make.make_tie(organisation, world.people["carrier"])
    for number, role in enumerate(("advisor", "manager", "coordinator", "carrier")):
        actions.change_organisation(organisation=organisation, by=world.actor(role), phone=f"0102030{number}")
    for role in ("other_advisor", "partner", "reviewer", "impersonating"):
        with pytest.raises(NotAllowed):
            actions.change_organisation(organisation=organisation, by=world.actor(role), phone="05")
    unfollowed = make.make_organisation(world.alliance)
    assert (
        actions.change_organisation(organisation=unfollowed, by=world.actor("other_advisor"), phone="06").phone == "06"
    )


def test_following_gives_the_right_to_change(world: Any) -> None:
    organisation = make.make_organisation(world.alliance, world.incubator)
    actions.follow(organisation=organisation, by=world.actor("other_advisor"))
    assert set(organisation.stewards.all()) == {world.incubator, world.other_incubator}
    assert (
        actions.change_organisation(organisation=organisation, by=world.actor("other_advisor"), phone="01").version == 2
    )
    actions.unfollow(organisation=organisation, by=world.actor("other_advisor"))
    assert list(organisation.stewards.all()) == [world.incubator]
    with pytest.raises(NotAllowed):
        actions.follow(organisation=organisation, by=world.actor("coordinator"))
    actions.choose_stewards(organisation=organisation, stewards=[world.other_incubator], by=world.actor("coordinator"))
    assert list(organisation.stewards.all()) == [world.other_incubator]
    with pytest.raises(NotAllowed):
        actions.choose_stewards(organisation=organisation, stewards=[], by=world.actor("manager"))


def test_closing_and_opening_again(world: Any) -> None:
    organisation = make.make_organisation(world.alliance, world.incubator)
    by = world.actor("advisor")
    with pytest.raises(Refused):
        actions.close_organisation(organisation=organisation, on=timezone.localdate() + timedelta(days=1), by=by)
    closed = actions.close_organisation(organisation=organisation, on=date(2025, 3, 1), by=by)
    assert (closed.status, closed.closed_on) == (Status.CLOSED, date(2025, 3, 1))
    with pytest.raises(Refused):
        actions.close_organisation(organisation=organisation, on=date(2025, 3, 1), by=by)
    again = actions.reopen_organisation(organisation=organisation, by=by)
    assert (again.status, again.closed_on) == (Status.ACTIVE, None)
    assert verbs_of(organisation) == ["organisations.closed", "organisations.reopened"]


def test_what_looks_alike_is_proposed_never_merged(world: Any) -> None:
    commune = make.make_commune()
    first = make.make_organisation(world.alliance, name="Association Les Mains Vives", commune=commune)
    second = actions.register_organisation(by=world.actor("advisor"), name="LES MAINS-VIVES", commune=commune)
    pair = DuplicatePair.objects.get()
    assert (pair.first, pair.second, pair.reasons, pair.score, pair.state) == (
        first,
        second,
        ["name_place"],
        90,
        "open",
    )
    assert Organisation.objects.alive().count() == 2


def test_visible_known_and_found(world: Any) -> None:
    commune = make.make_commune()
    siren = make.siren()
    mine = make.make_organisation(world.alliance, name="L’Étape des Cévennes", commune=commune, siren=siren)
    make.make_tie(mine, world.people["carrier"])
    other = make.make_organisation(world.alliance, name="Étape d’après")
    closed = make.make_organisation(world.alliance, name="Étape close", status=Status.CLOSED)
    make.make_organisation(world.alliance, name="Étape fondue", status=Status.MERGED, merged_into=mine)
    elsewhere = make.make_organisation(name="Étape ailleurs")

    def seen(role: str, name: str) -> set[Organisation]:
        return set(getattr(Organisation.objects, name)(world.actor(role)).alive())

    for role in ("advisor", "other_advisor", "manager", "coordinator", "impersonating"):
        assert seen(role, "visible_to") == seen(role, "known_to") == {mine, other, closed}
    assert (seen("partner", "visible_to"), seen("partner", "known_to")) == (set(), {mine, other})
    assert seen("carrier", "visible_to") == seen("carrier", "known_to") == {mine}
    for role in ("visitor", "reviewer"):
        assert seen(role, "visible_to") == seen(role, "known_to") == set()
    assert set(Organisation.objects.visible_to(system("test")).alive()) == {mine, other, closed, elsewhere}

    by = world.actor("advisor")
    spaced = f"{siren[:3]} {siren[3:6]} {siren[6:]}"
    assert queries.find(by, "etape") == [other, mine, closed]
    assert queries.find(by, "ETAPE cevennes nontron") == [mine]
    assert queries.find(by, spaced) == [mine]
    assert queries.find(by, "etape", closed=False) == [other, mine]
    assert queries.find(by, "") == []
    assert queries.find(world.actor("carrier"), "etape") == [mine]
    assert queries.find(Actor(), "etape") == []


def test_ties_open_rights_only_when_both_sides_spoke(world: Any) -> None:
    organisation = make.make_organisation(world.alliance)
    tie = make.make_tie(organisation, world.people["carrier"], accepted_at=None)
    assert not Organisation.objects.visible_to(world.actor("carrier")).exists()
    tie.accepted_at, tie.confirmed_at = timezone.now(), None
    tie.save()
    assert not Organisation.objects.visible_to(world.actor("carrier")).exists()
    tie.confirmed_at = timezone.now()
    tie.save()
    assert Organisation.objects.visible_to(world.actor("carrier")).exists()
    tie.until = timezone.localdate()
    tie.save()
    assert not Organisation.objects.visible_to(world.actor("carrier")).exists()
