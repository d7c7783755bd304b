"""Duplicates: what proposes them, what a merge moves, what undoing gives back, what nobody may forget."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.journal.models import JournalEntry
from kiif.organisations import actions, duplicates, merging
from kiif.organisations.enums import PairState, Status
from kiif.organisations.models import DuplicatePair, Organisation
from kiif.organisations.names import domain_of, host_of, key_of, likeness
from kiif.ui.errors import NotAllowed, Refused
from tests.factories import make_user
from tests.organisations import factories as make

pytestmark = pytest.mark.django_db


def reasons(one: Organisation) -> dict[str, tuple[str, ...]]:
    return {candidate.organisation.name: candidate.reasons for candidate in duplicates.candidates(one)}


def test_names_that_are_one_name() -> None:
    assert key_of("ASSOCIATION « Les Mains-Vives »") == key_of("les mains vives (asso loi 1901)") == "mains vives"
    assert key_of("La Fédération") == "la federation"  # nothing else would be left
    assert likeness("mains vives", "mains vive") > 0.9
    assert likeness("vives mains", "mains vives") == 1.0
    assert likeness("mains vives", "pre lunes") < 0.5
    assert (domain_of("a@mainsvives.fr"), domain_of("a@gmail.com"), domain_of("")) == ("mainsvives.fr", "", "")
    assert (host_of("https://www.mainsvives.fr/x"), host_of("")) == ("mainsvives.fr", "")


def test_each_fact_that_proposes(world: Any) -> None:
    here, near, far = (
        make.make_commune("24311"),
        make.make_commune("24322", "Périgueux"),
        make.make_commune("33063", "Bordeaux"),
    )
    one = make.make_organisation(
        world.alliance,
        name="Les Mains vives",
        commune=here,
        email="contact@mainsvives.fr",
        website="https://mainsvives.fr",
        phone="+33 5 53 00 00 01",
    )
    person = make_user()
    for name, fields in {
        "LES MAINS VIVES": {"commune": here},
        "Mains vives": {},
        "Mains Vives du département": {"commune": near},
        "Association Mains vives": {"commune": near},
        "Mains vives !": {"commune": far},
        "Les Mains vivess": {"commune": here},
        "Autre domaine": {"email": "bonjour@mainsvives.fr"},
        "Autre site": {"website": "http://www.mainsvives.fr/accueil"},
        "Autre téléphone": {"phone": "05 53 00 00 01"},
        "Voisine": {"commune": here},
        "Boîte commune": {"email": "x@gmail.com"},
    }.items():
        make.make_organisation(world.alliance, name=name, **fields)
    make.make_organisation(name="Les Mains vives", commune=here)  # another alliance
    found = reasons(one)
    assert found == {
        "LES MAINS VIVES": ("name_place",),
        "Les Mains vivess": ("alike_place",),
        "Association Mains vives": ("name_near",),
        "Mains vives": ("name",),
        "Autre site": ("website",),
        "Autre domaine": ("domain",),
        "Autre téléphone": ("phone",),
    }
    twin = Organisation.objects.get(name="Voisine")
    make.make_tie(one, person)
    make.make_tie(twin, person)
    assert "Voisine" not in reasons(one)  # one person in two organisations is no proof
    twin.phone = "0553000001"
    twin.save()
    assert reasons(one)["Voisine"] == ("phone", "people")


def test_two_numbers_are_two_organisations(world: Any) -> None:
    here = make.make_commune()
    one = make.make_organisation(world.alliance, name="Les Mains vives", commune=here, siren=make.siren())
    make.make_organisation(world.alliance, name="Les Mains vives", commune=here, siren=make.siren())
    assert reasons(one) == {}


def test_what_was_decided_is_not_proposed_again(world: Any) -> None:
    here = make.make_commune()
    make.make_organisation(world.alliance, world.incubator, name="Les Mains vives", commune=here)
    other = make.make_organisation(world.alliance, world.incubator, name="Les mains vives", commune=here)
    (pair,) = duplicates.look(other)
    with pytest.raises(NotAllowed):
        actions.keep_apart(pair=pair, by=world.actor("other_advisor"))
    actions.keep_apart(pair=pair, by=world.actor("advisor"), note="Deux antennes")
    duplicates.look(other)
    pair.refresh_from_db()
    assert (pair.state, pair.note) == (PairState.DISTINCT, "Deux antennes")
    assert not DuplicatePair.objects.open().exists()
    with pytest.raises(Refused):
        actions.keep_apart(pair=pair, by=world.actor("advisor"))


def two(world: Any) -> tuple[Organisation, Organisation]:
    kept = make.make_organisation(
        world.alliance,
        world.incubator,
        name="Les Mains vives",
        phone="01",
        sources={"name": {"source": "staff", "on": "2025-01-01"}},
    )
    gone = make.make_organisation(
        world.alliance,
        world.incubator,
        world.other_incubator,
        name="MAINS VIVES",
        siren=make.siren(7),
        siret=make.siret(make.siren(7)),
        email="contact@mainsvives.fr",
        phone="02",
        sources={"siren": {"source": "sirene", "on": "2025-02-01", "vintage": "2025-01"}},
    )
    return kept, gone


def test_a_merge_moves_everything_and_completes(world: Any) -> None:
    kept, gone = two(world)
    shared, alone = make_user(), make_user()
    make.make_tie(kept, shared)
    left = make.make_tie(gone, shared)
    moved = make.make_tie(gone, alone)
    offering = actions.describe_offering(organisation=gone, by=world.actor("advisor"), name="Atelier")
    done = actions.merge(kept=kept, gone=gone, by=world.actor("advisor"), take=["phone"])
    for row in (kept, gone, left, moved, offering):
        row.refresh_from_db()
    assert (gone.status, gone.merged_into, gone.name, gone.siren) == (Status.MERGED, kept, "MAINS VIVES", make.siren(7))
    assert (kept.name, kept.siren, kept.siret[:9], kept.email, kept.phone) == (
        "Les Mains vives",
        make.siren(7),
        make.siren(7),
        "contact@mainsvives.fr",
        "02",
    )
    assert kept.sources["siren"]["source"] == "sirene"
    assert (moved.organisation, offering.organisation, left.organisation) == (kept, kept, gone)
    assert set(kept.stewards.all()) == {world.incubator, world.other_incubator}
    assert done.can_be_undone
    verbs = list(JournalEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["organisations.merged", "organisations.merged_into"]
    assert list(Organisation.objects.visible_to(Actor(user=alone))) == [kept]


def test_a_merge_can_be_undone_for_a_month(world: Any) -> None:
    kept, gone = two(world)
    person = make_user()
    tie = make.make_tie(gone, person)
    by = world.actor("advisor")
    done = actions.merge(kept=kept, gone=gone, by=by, take=["phone"])
    actions.change_organisation(organisation=kept, by=by, email="nouvelle@mainsvives.fr")
    actions.undo_merge(done=done, by=by)
    for row in (kept, gone, tie):
        row.refresh_from_db()
    assert (kept.siren, kept.siret, kept.phone, kept.email) == ("", "", "01", "nouvelle@mainsvives.fr")
    assert kept.sources == {
        "name": {"source": "staff", "on": "2025-01-01"},
        "email": {"source": "staff", "on": timezone.localdate().isoformat()},
    }
    assert (gone.status, gone.merged_into, gone.siren) == (Status.ACTIVE, None, make.siren(7))
    assert tie.organisation == gone
    assert list(kept.stewards.all()) == [world.incubator]
    with pytest.raises(Refused):
        actions.undo_merge(done=done, by=by)


def test_after_a_month_it_is_too_late(world: Any) -> None:
    kept, gone = two(world)
    done = actions.merge(kept=kept, gone=gone, by=world.actor("advisor"))
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False), pytest.raises(Refused):
        actions.undo_merge(done=done, by=world.actor("advisor"))


def test_who_merges(world: Any) -> None:
    kept, gone = two(world)
    for role in ("carrier", "partner", "reviewer", "impersonating", "other_advisor"):
        with pytest.raises(NotAllowed):
            actions.merge(kept=kept, gone=gone, by=world.actor(role))
    with pytest.raises(Refused):
        actions.merge(kept=kept, gone=kept, by=world.actor("advisor"))
    elsewhere = make.make_organisation()
    with pytest.raises(NotAllowed):
        actions.merge(kept=kept, gone=elsewhere, by=world.actor("coordinator"))
    actions.merge(kept=kept, gone=gone, by=world.actor("coordinator"))
    with pytest.raises(Refused):
        actions.merge(kept=kept, gone=gone, by=world.actor("coordinator"))


def test_a_siret_never_goes_without_its_siren(world: Any) -> None:
    one, other = make.siren(1), make.siren(2)
    kept = make.make_organisation(world.alliance, world.incubator, siren=one)
    gone = make.make_organisation(world.alliance, world.incubator, siren=other, siret=make.siret(other))
    done = actions.merge(kept=kept, gone=gone, by=world.actor("advisor"))
    kept.refresh_from_db()
    assert (kept.siren, kept.siret) == (one, "")
    actions.undo_merge(done=done, by=world.actor("advisor"))
    actions.merge(kept=kept, gone=gone, by=world.actor("advisor"), take=["siren"])
    kept.refresh_from_db()
    assert (kept.siren, kept.siret) == (other, make.siret(other))


def test_no_room_forgets_to_say_that_it_points_here() -> None:
    assert merging.unregistered() == []
    assert {"organisations.tie.organisation", "organisations.offering.organisation"} <= {
        p.key for p in merging.pointers()
    }
