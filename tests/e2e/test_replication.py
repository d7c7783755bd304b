"""From nothing, without account, by keyboard: describe, rank, explain, keep five, print; then an account keeps it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kiif.accounts.models import User
from kiif.replication.models import Search, Solution
from tests.factories import make_user
from tests.opendata.conftest import base_dir, base_pack
from tests.territories.factories import load_departments

__all__ = ["base_dir", "base_pack"]


@pytest.fixture
def territories(transactional_db: None, base_pack: Any) -> None:
    load_departments(("24",))


def test_a_solidarity_garage_from_nothing_to_a_printed_list_then_kept(
    page: Page, live_server: Any, territories: None
) -> None:
    page.set_default_timeout(60_000)
    page.goto(f"{live_server.url}/essaimer/")
    page.get_by_role("link", name="Décrire ma solution").press("Enter")
    page.get_by_label("Nom de la solution").fill("Garage solidaire d’essai")
    page.get_by_role("radio", name=re.compile("Mobilité")).press("Space")
    page.get_by_label("Commune, ou son code postal").fill("nontron")
    page.get_by_role("button", name="Rechercher", exact=True).press("Enter")
    page.get_by_role("button", name="Ajouter Nontron").press("Enter")
    expect(page.get_by_role("button", name=re.compile("Nontron.*retirer"))).to_be_visible()
    page.get_by_role("button", name="Continuer").press("Enter")
    page.get_by_role("button", name="Choisir mes critères").press("Enter")

    preview = page.locator("#preview")
    before = preview.locator(".first").inner_text()
    page.get_by_role("slider", name=re.compile("^Habitant·es à moins de 20 km")).focus()
    for _step in range(8):
        page.keyboard.press("ArrowLeft")
    expect(preview.locator(".first")).not_to_have_text(before)
    page.get_by_role("button", name="Garder et voir le résultat").press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("territoire"))
    expect(page.get_by_role("heading", name=re.compile("^Pourquoi "))).to_be_visible()
    page.get_by_role("link", name="Faire une liste courte").press("Enter")
    page.get_by_role("link", name="Proposer une liste bien répartie").press("Enter")
    page.get_by_role("button", name="Retenir ceux qui sont cochés").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("5 territoires retenus")
    note = page.get_by_label(re.compile("^Note sur")).first
    note.fill("Appeler la mission locale")
    page.get_by_role("button", name=re.compile("Garder la note")).first.press("Enter")
    page.get_by_role("link", name="Imprimer la note").press("Enter")
    expect(page.get_by_text("Appeler la mission locale")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Revenir à la liste courte")).to_be_hidden()
    page.emulate_media(media="screen")

    person = make_user("Carole Porteuse", email="carole@exemple.test")
    person.set_password("une phrase bien longue")
    person.save()
    search = Search.objects.get()
    assert search.solution.owner is None
    page.goto(f"{live_server.url}/essaimer/recherches/{search.pk}/liste")
    page.get_by_role("link", name="Se connecter pour le garder").press("Enter")
    _sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("5 territoires retenus")
    assert Solution.objects.get().owner == person


def _sign_in(page: Page) -> None:
    page.get_by_label(re.compile("Adresse", re.IGNORECASE)).first.fill("carole@exemple.test")
    page.locator("input[type=password]").fill("une phrase bien longue")
    page.locator("input[type=password]").press("Enter")


def test_somebody_signed_in_changes_a_weight_without_javascript(
    browser: Any, live_server: Any, territories: None, enter: Callable[[User], Page]
) -> None:
    person = make_user("Carole Porteuse")
    cookies = enter(person).context.cookies()
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    context.add_cookies(cookies)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{live_server.url}/essaimer/solutions/nouvelle?genre=food")
    page.get_by_label("Nom de la solution").fill("Épicerie d’essai")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Choisir mes critères").click()
    page.get_by_role("link", name="Mettre en ordre").click()
    first = page.locator(".order-list h3").first.inner_text()
    page.get_by_role("button", name=f"Descendre {first}").click()
    assert page.locator(".order-list h3").nth(1).inner_text() == first
    page.get_by_role("button", name="Garder cet ordre").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Qu’est-ce qui compte")
    context.close()
