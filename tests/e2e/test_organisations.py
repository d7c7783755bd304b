"""A team enters an organisation, says who leads it; she accepts; two rows become one. With and without a mouse."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from kiif.accounts.models import User
from kiif.organisations.models import Organisation
from kiif.territories import lookup
from tests.e2e.conftest import Watch
from tests.factories import World, make_user
from tests.factories import sign_in as client_of
from tests.organisations import factories as make
from tests.ui import axe


def sign_in(page: Page, live_server: Any, person: User) -> None:
    """A session for this person in the context of this page."""
    cookie = client_of(person).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])


@pytest.fixture
def house(transactional_db: None) -> World:
    lookup.forget()
    return World()


def test_from_a_number_to_a_leader_then_one_row_out_of_two(
    page: Page, browser: Browser, live_server: Any, house: World, watch: Watch
) -> None:
    watch.allow(422)  # what looks alike is said before saving
    page.set_default_timeout(30_000)
    make.make_commune("24311", "Nontron")
    make.make_commune("24322", "Périgueux")
    leader = make_user("Inès Roncevigne")
    siren = make.siren()
    sign_in(page, live_server, house.people["advisor"])

    page.goto(f"{live_server.url}/organisations/")
    page.get_by_role("link", name="Saisir une structure").press("Enter")
    page.get_by_label("SIREN, SIRET, numéro RNA, ou nom").fill(siren)
    page.get_by_role("button", name="Continuer").press("Enter")
    expect(page.get_by_label("SIREN", exact=False).first).to_have_value(siren)
    page.get_by_label("Nom", exact=True).fill("Les Mains vives")
    page.get_by_label("Nom, code postal ou code de la commune").press_sequentially("nontr", delay=30)
    page.get_by_role("radio", name=re.compile("Nontron")).check()
    page.get_by_label("mobilité").check()
    assert axe.violations(page) == []
    page.get_by_role("button", name="Saisir cette structure").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Les Mains vives")
    made = Organisation.objects.get()
    assert (made.siren, made.commune.code, made.themes) == (siren, "24311", ["mobility"])  # type: ignore[union-attr]

    page.get_by_role("link", name="Ajouter une personne").press("Enter")
    page.get_by_label("Adresse électronique").fill(leader.email)
    page.get_by_label("Comment vous le savez").fill("rencontrée au marché de Nontron")
    page.get_by_role("button", name="Ajouter cette personne").press("Enter")
    expect(page.get_by_text("à accepter")).to_be_visible()
    assert axe.violations(page) == []

    hers = browser.new_context(locale="fr-FR").new_page()
    hers.set_default_timeout(30_000)
    sign_in(hers, live_server, leader)
    hers.goto(f"{live_server.url}/organisations/les-miennes/")
    expect(hers.get_by_text("rencontrée au marché de Nontron")).to_be_visible()
    assert axe.violations(hers) == []
    hers.get_by_role("button", name=re.compile("Oui, j’en suis")).press("Enter")
    expect(hers.get_by_role("heading", level=1)).to_have_text("Les Mains vives")
    hers.get_by_role("link", name="Décrire une solution").press("Enter")
    hers.get_by_label("Nom", exact=True).fill("L’atelier mobile")
    hers.get_by_role("button", name="Ajouter cette solution").press("Enter")
    expect(hers.get_by_role("heading", name="L’atelier mobile", exact=True)).to_be_visible()
    hers.context.close()

    page.goto(f"{live_server.url}/organisations/nouvelle/?nom=LES+MAINS-VIVES")
    page.get_by_label("Nom, code postal ou code de la commune").fill("24311")
    page.get_by_role("radio", name=re.compile("Nontron")).check()
    page.get_by_role("button", name="Saisir cette structure").press("Enter")
    expect(page.get_by_text("Le même nom dans la même commune.")).to_be_visible()
    assert axe.violations(page) == []
    page.get_by_label("Non, c’en est une autre").check()
    page.get_by_role("button", name="Saisir cette structure").press("Enter")
    page.get_by_role("link", name=re.compile("^Comparer Les Mains vives")).press("Enter")
    assert axe.violations(page) == []
    page.get_by_role("button", name="Les fusionner").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Les Mains vives")
    expect(page.get_by_role("link", name=re.compile("Les séparer de nouveau"))).to_be_visible()
    assert Organisation.objects.alive().get() == made


def test_without_javascript_a_commune_is_chosen_among_namesakes(
    browser: Browser, live_server: Any, house: World
) -> None:
    make.make_commune("24311", "Saint-Front")
    second = make.make_commune("16318", "Saint-Front")
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(30_000)
    sign_in(page, live_server, house.people["advisor"])
    page.goto(f"{live_server.url}/organisations/nouvelle/?nom=La+Lanterne")
    page.get_by_label("Nom, code postal ou code de la commune").fill("saint front")
    page.get_by_role("button", name="Saisir cette structure").click()
    page.get_by_role("radio", name=re.compile("Département 16|\\(16\\)")).check()
    page.get_by_role("button", name="Saisir cette structure").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("La Lanterne")
    assert Organisation.objects.get().commune == second
    context.close()


def test_a_small_screen_scrolls_one_way(page: Page, live_server: Any, house: World) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    organisation = make.make_organisation(house.alliance, house.incubator, name="Les Mains vives", siren=make.siren())
    sign_in(page, live_server, house.people["coordinator"])
    for path in ("/organisations/", organisation.get_absolute_url(), f"{organisation.get_absolute_url()}modifier/"):
        page.goto(f"{live_server.url}{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
