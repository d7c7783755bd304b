"""Pages: entering from a number, duplicates said before saving, conflict, people, partner, lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from kiif.opendata import registers_build
from kiif.organisations import actions
from kiif.organisations.enums import Status
from kiif.organisations.models import DuplicatePair, Organisation, Tie
from kiif.territories import lookup
from tests.opendata.test_registers import ASSOCIATION_HEADER, ESTABLISHMENT_HEADER, UNIT_HEADER, unit, write
from tests.organisations import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No register, unless a test builds one."""
    monkeypatch.setenv("KIIF_DATA_DIR", str(tmp_path / "data"))
    lookup.forget()


@pytest.fixture
def register(tmp_path: Path) -> str:
    """A register of one invented organisation; gives its SIREN."""
    siren = make.siren()
    siret = make.siret(siren)
    make.make_commune("24311", "Nontron")
    place = {
        "siret": siret,
        "etablissementSiege": "true",
        "numeroVoieEtablissement": "12",
        "typeVoieEtablissement": "RUE",
        "libelleVoieEtablissement": "DES TANNEURS",
        "codePostalEtablissement": "24300",
        "libelleCommuneEtablissement": "NONTRON",
        "codeCommuneEtablissement": "24311",
    }
    registers_build.build(
        units=write(
            tmp_path / "units.csv", UNIT_HEADER, [unit(siren, "LES MAINS VIVES", sigle="LMV", nicSiege=siret[9:])]
        ),
        establishments=write(tmp_path / "places.csv", ESTABLISHMENT_HEADER, [place]),
        associations=write(
            tmp_path / "rna.csv",
            ASSOCIATION_HEADER,
            [{"id": "W243009999", "titre": "LE PRÉ AUX LUNES", "position": "A", "maj_time": "2026-09-02 10:00:00"}],
            ";",
        ),
    )
    return siren


def entered(**fields: Any) -> dict[str, Any]:
    return {"name": "Les Mains vives", "legal_form": "association", **fields}


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_a_number_fills_the_form_from_the_register(world: Any, register: str) -> None:
    client = world.client("advisor")
    page = client.get(reverse("organisations:create"), {"numero": f"{register[:3]} {register[3:6]} {register[6:]}"})
    form = page.context["form"]
    assert (form["name"].value(), form["siren"].value(), form["address"].value(), form["usual_name"].value()) == (
        "LES MAINS VIVES",
        register,
        "12 RUE DES TANNEURS",
        "LMV",
    )
    assert form["legal_form"].value() == "association"
    commune = form.initial["commune"]
    data = entered(
        name="LES MAINS VIVES", siren=register, address="12 RUE DES TANNEURS", postcode="24300", commune=commune.pk
    )
    answer = client.post(reverse("organisations:create"), data)
    made = Organisation.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    assert made.commune == commune
    assert made.sources["name"]["source"] == "sirene"
    assert made.sources["address"] == {**made.sources["name"]}
    assert made.sources["legal_form"]["source"] == "sirene"
    fiche = text_of(client.get(made.get_absolute_url()))
    assert "Insee" in fiche or "INSEE" in fiche


def test_what_the_register_does_not_say_is_the_persons(world: Any, register: str) -> None:
    client = world.client("advisor")
    client.post(reverse("organisations:create"), entered(name="Autrement nommée", siren=register))
    made = Organisation.objects.get()
    assert (made.sources["name"]["source"], made.sources["siren"]["source"]) == ("staff", "sirene")


def test_names_are_proposed_from_the_directory_and_the_registers(world: Any, register: str) -> None:
    here = make.make_organisation(world.alliance, name="Mains d’ici")
    page = world.client("advisor").get(reverse("organisations:create"), {"numero": "mains"})
    assert page.context["here"] == [here]
    assert [facts.name for facts in page.context["proposals"]] == ["LES MAINS VIVES"]
    wrong = world.client("advisor").get(reverse("organisations:create"), {"numero": "123 456 789"})
    with override("fr"):
        assert wrong.context["problem"]
    assert not wrong.context["proposals"]


def test_without_a_register_the_page_says_so_and_the_person_types(world: Any) -> None:
    client = world.client("advisor")
    assert "kiif data register" in text_of(client.get(reverse("organisations:create")))
    siren = make.siren()
    page = client.get(reverse("organisations:create"), {"numero": siren})
    assert (page.context["form"]["siren"].value(), page.context["official"]) == (siren, None)
    client.post(reverse("organisations:create"), entered(siren=siren))
    assert Organisation.objects.get().sources["siren"]["source"] == "staff"


def test_a_known_number_leads_to_its_page_or_to_asking(world: Any) -> None:
    known = make.make_organisation(world.alliance, siren=make.siren())
    team = world.client("advisor").get(reverse("organisations:create"), {"numero": known.siren})
    assert known.get_absolute_url() in text_of(team)
    carrier = world.client("carrier")
    page = text_of(carrier.get(reverse("organisations:create"), {"numero": known.siren}))
    assert known.get_absolute_url() not in page
    address = reverse("organisations:claim", args=["x"])[:-3]
    token = page.split(address)[1].split('"')[0]
    carrier.post(f"{address}{token}", {"role": "leader", "message": "Je la dirige."})
    tie = Tie.objects.get()
    assert (tie.state.value, tie.user) == ("claimed", world.people["carrier"])
    assert carrier.get(known.get_absolute_url()).status_code == 404
    world.client("advisor").post(reverse("organisations:tie-confirm", args=[tie.pk]))
    assert carrier.get(known.get_absolute_url()).status_code == 200
    assert carrier.get(reverse("organisations:claim", args=["1:abc:def"])).status_code == 404


def test_what_looks_alike_is_said_before_saving(world: Any) -> None:
    commune = make.make_commune()
    alike = make.make_organisation(world.alliance, name="Association Les Mains Vives", commune=commune)
    client = world.client("advisor")
    first = client.post(reverse("organisations:create"), entered(commune=commune.pk))
    assert first.status_code == 422
    assert [row["candidate"].organisation for row in first.context["alike"]] == [alike]
    assert Organisation.objects.count() == 1
    second = client.post(reverse("organisations:create"), entered(commune=commune.pk, distincte="1"))
    assert second.status_code == 302
    assert DuplicatePair.objects.get().first == alike


def test_somebody_outside_the_teams_learns_little(world: Any) -> None:
    commune = make.make_commune()
    make.make_organisation(world.alliance, name="Les Mains vivaces", commune=commune, siren=make.siren())
    carrier = world.client("carrier")
    answer = carrier.post(reverse("organisations:create"), entered(commune=commune.pk, role="leader"))
    assert answer.status_code == 302  # close, but not the same name: not told
    same = make.make_organisation(world.alliance, name="Mains vertes", commune=commune, siren=make.siren())
    told = carrier.post(
        reverse("organisations:create"), entered(name="Mains Vertes", commune=commune.pk, role="leader")
    )
    assert told.status_code == 422
    assert same.siren not in text_of(told)
    assert same.get_absolute_url() not in text_of(told)


def test_a_commune_is_typed_or_picked(world: Any) -> None:
    first, second = make.make_commune("24311", "Saint-Front"), make.make_commune("16318", "Saint-Front")
    client = world.client("advisor")
    unsure = client.post(reverse("organisations:create"), entered(**{"commune-texte": "saint front"}))
    assert unsure.status_code == 422
    assert f'value="{first.pk}"' in text_of(unsure)
    assert f'value="{second.pk}"' in text_of(unsure)
    sure = client.post(
        reverse("organisations:create"), entered(**{"commune-texte": "saint front", "commune": second.pk})
    )
    assert sure.status_code == 302
    assert Organisation.objects.get().commune == second
    by_code = client.post(
        reverse("organisations:create"),
        entered(name="Autre", **{"commune-texte": "24311", "commune": "", "commune-avant": ""}),
    )
    assert by_code.status_code == 302
    assert Organisation.objects.get(name="Autre").commune == first
    fragment = client.get(reverse("organisations:communes"), {"champ": "commune", "commune-texte": "front"})
    assert text_of(fragment).count('type="radio"') == 2


def test_the_picker_of_organisations_answers_what_the_actor_knows(world: Any) -> None:
    mine = make.make_organisation(world.alliance, name="Étape claire")
    make.make_organisation(name="Étape d’ailleurs")
    fragment = text_of(
        world.client("advisor").get(reverse("organisations:choose"), {"champ": "structure", "q": "etape"})
    )
    assert fragment.count('type="radio"') == 1
    assert f'name="structure" value="{mine.pk}"' in fragment
    assert 'type="radio"' not in text_of(world.client("carrier").get(reverse("organisations:choose"), {"q": "etape"}))
    odd = text_of(world.client("advisor").get(reverse("organisations:choose"), {"champ": '"><script>', "q": "etape"}))
    assert "<script>" not in odd


def test_two_editors_see_both_texts(world: Any) -> None:
    organisation = make.make_organisation(world.alliance, world.incubator, name="Avant")
    address = reverse("organisations:change", args=[organisation.pk])
    actions.change_organisation(organisation=organisation, by=world.actor("manager"), name="Par quelqu’un d’autre")
    answer = world.client("advisor").post(address, entered(name="Par moi", version=1))
    assert answer.status_code == 422
    assert "Par moi" in text_of(answer)
    assert "Par quelqu’un d’autre" in text_of(answer)
    again = world.client("advisor").post(address, entered(name="Par moi", version=2))
    assert again.status_code == 302
    organisation.refresh_from_db()
    assert organisation.name == "Par moi"


def test_the_register_is_taken_fact_by_fact(world: Any, register: str) -> None:
    organisation = make.make_organisation(world.alliance, world.incubator, name="Ancien nom", siren=register)
    address = reverse("organisations:registry", args=[organisation.pk])
    client = world.client("advisor")
    assert "12 RUE DES TANNEURS" in text_of(client.get(address))
    client.post(address, {"prendre": ["address", "commune"]})
    organisation.refresh_from_db()
    assert (organisation.name, organisation.address, organisation.commune.code) == (
        "Ancien nom",
        "12 RUE DES TANNEURS",
        "24311",
    )
    assert organisation.sources["address"]["source"] == organisation.sources["siren"]["source"] == "sirene"
    assert "name" not in organisation.sources


def test_a_partner_reads_three_facts(world: Any) -> None:
    organisation = make.make_organisation(
        world.alliance,
        name="Les Mains vives",
        commune=make.make_commune(),
        themes=["food"],
        email="secret@exemple.test",
        phone="0102030405",
        siren=make.siren(),
        address="12 rue cachée",
    )
    client = world.client("partner")
    for address in (
        organisation.get_absolute_url(),
        reverse("organisations:home"),
        reverse("organisations:home") + "?format=csv",
    ):
        page = client.get(address)
        body = b"".join(page.streaming_content).decode() if page.streaming else text_of(page)
        assert "Les Mains vives" in body
        assert "Nontron" in body
        for hidden in ("secret@exemple.test", "0102030405", organisation.siren, "12 rue cachée"):
            assert hidden not in body
    Organisation.objects.update(status=Status.CLOSED)
    assert client.get(organisation.get_absolute_url()).status_code == 404


def test_a_merged_row_leads_to_the_one_that_stays(world: Any) -> None:
    kept = make.make_organisation(world.alliance, name="Gardée")
    gone = make.make_organisation(world.alliance, name="Partie", status=Status.MERGED, merged_into=kept)
    client = world.client("advisor")
    assert client.get(gone.get_absolute_url())["Location"] == kept.get_absolute_url()
    assert "Partie" in text_of(client.get(gone.get_absolute_url() + "?ligne"))


def test_one_enters_a_person_by_the_address_of_an_account(world: Any) -> None:
    organisation = make.make_organisation(world.alliance, world.incubator)
    address = reverse("organisations:tie-create", args=[organisation.pk])
    client, data = world.client("advisor"), {"role": "leader", "source": "rencontrée le 3 mai"}
    assert client.post(address, {**data, "email": "personne@ailleurs.test"}).status_code == 422
    assert client.post(address, {**data, "email": world.people["carrier"].email.upper()}).status_code == 302
    carrier = world.client("carrier")
    assert "rencontrée le 3 mai" in text_of(carrier.get(reverse("organisations:mine")))
    assert carrier.get(organisation.get_absolute_url()).status_code == 404
    carrier.post(reverse("organisations:tie-accept", args=[Tie.objects.get().pk]))
    assert carrier.get(organisation.get_absolute_url()).status_code == 200


def _queries(client: Client, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_filters_of_the_directory(world: Any) -> None:
    here, there = make.make_commune("24311"), make.make_commune("33063", "Bordeaux")
    first = make.make_organisation(world.alliance, world.incubator, name="Une", commune=here, themes=["food"])
    second = make.make_organisation(world.alliance, name="Deux", commune=here, legal_form="scic", siren=make.siren())
    third = make.make_organisation(world.alliance, name="Trois", commune=there, status=Status.CLOSED)
    client, address = world.client("advisor"), reverse("organisations:home")

    def shown(**asked: str) -> set[Organisation]:
        return {row.source for row in client.get(address, asked).context["table"].page_rows}

    table = client.get(address).context["table"]
    departments = next(bound for bound in table.bound_filters if bound.key == "departement")
    assert [code for code, _label in departments.options] == ["24", "33"]
    assert shown() == {first, second, third}
    assert shown(theme="food") == {first}
    assert shown(departement="24") == {first, second}
    assert shown(suivi=str(world.incubator.pk)) == {first}
    assert shown(suivi="0") == {second, third}
    assert shown(forme="scic") == {second}
    assert shown(etat="closed") == {third}
    assert shown(q=f"deux {second.siren[:5]}") == {second}


@pytest.mark.parametrize("role", ["advisor", "partner"])
def test_the_directory_asks_as_much_for_three_as_for_one(world: Any, role: str) -> None:
    client, commune = world.client(role), make.make_commune()
    make.make_organisation(world.alliance, world.incubator, commune=commune, themes=["food"])
    one = _queries(client, reverse("organisations:home"))
    for _ in range(2):
        make.make_organisation(world.alliance, world.incubator, world.other_incubator, commune=commune)
    assert _queries(client, reverse("organisations:home")) == one


def test_other_lists_ask_as_much_for_three_as_for_one(world: Any) -> None:
    client, carrier = world.client("advisor"), world.client("carrier")
    commune = make.make_commune()

    def add() -> None:
        organisation = make.make_organisation(world.alliance, world.incubator, commune=commune)
        make.make_tie(organisation, world.people["carrier"])
        actions.register_organisation(by=world.actor("advisor"), name=organisation.name, commune=commune)

    add()
    pages = [(client, reverse("organisations:duplicates")), (carrier, reverse("organisations:mine"))]
    one = [_queries(*page) for page in pages]
    add()
    add()
    assert [_queries(*page) for page in pages] == one


def test_the_fiche_asks_as_much_for_three_people_as_for_one(world: Any) -> None:
    from tests.factories import make_user

    organisation = make.make_organisation(world.alliance, world.incubator)
    client = world.client("advisor")
    make.make_tie(organisation, make_user())
    one = _queries(client, organisation.get_absolute_url())
    make.make_tie(organisation, make_user())
    make.make_tie(organisation, make_user())
    assert _queries(client, organisation.get_absolute_url()) == one
    assert one <= 30
