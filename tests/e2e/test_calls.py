"""A coordinator prepares a call and its test, publishes; a visitor takes the test and asks a question."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from kiif.accounts.models import User
from kiif.programmes.models import Call, Check, Inquiry
from kiif.questionnaires.models import Questionnaire
from tests.e2e.conftest import Watch
from tests.factories import World
from tests.factories import sign_in as client_of
from tests.questionnaires.answer_factories import make_collection
from tests.ui import axe


def sign_in(page: Page, live_server: Any, person: User) -> None:
    """A session for this person in the context of this page."""
    cookie = client_of(person).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])


@pytest.fixture
def house(transactional_db: None) -> World:
    cache.clear()
    world = World()
    make_collection(world.alliance)
    Questionnaire.objects.update(title="Formulaire inventé")
    return world


def _at(days: int) -> str:
    return (timezone.localtime() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def test_from_a_programme_to_the_answer_of_the_test(
    page: Page, browser: Browser, live_server: Any, house: World, watch: Watch
) -> None:
    page.set_default_timeout(30_000)
    sign_in(page, live_server, house.people["coordinator"])
    page.goto(f"{live_server.url}/programmes/")
    page.get_by_role("link", name="Créer un programme").press("Enter")
    page.get_by_label("Nom", exact=True).fill("Les Essais")
    if page.get_by_label("Appartient à").count():
        page.get_by_label("Appartient à").select_option(str(house.alliance.pk))
    page.get_by_role("button", name="Créer le programme").press("Enter")
    page.get_by_role("link", name="Ouvrir une édition").press("Enter")
    page.locator("#id_name").fill("2027")
    page.get_by_role("button", name="Ouvrir l’édition").press("Enter")
    page.get_by_role("link", name="Préparer un appel").press("Enter")
    page.locator("#id_summary").fill("Pour essayer, en une phrase.")
    page.locator("#id_questionnaire").select_option(label="Formulaire inventé")
    page.locator("#id_opens_at").fill(_at(-1))
    page.locator("#id_closes_at").fill(_at(20))
    page.get_by_role("button", name="Préparer l’appel").press("Enter")
    expect(page.get_by_role("heading", name="Ce qui manque encore")).to_be_visible()
    assert axe.violations(page) == []

    page.get_by_role("link", name="Modifier les mots").press("Enter")
    page.locator("#id_contact_email").fill("equipe@exemple.example")
    page.get_by_role("button", name="Enregistrer").press("Enter")
    page.get_by_role("link", name="Test", exact=True).press("Enter")
    page.get_by_role("button", name="Partir de l’essaimage rural").press("Enter")
    expect(page.get_by_role("heading", name="La maturité")).to_be_visible()
    assert axe.violations(page) == []
    page.get_by_role("link", name="Vue d’ensemble").press("Enter")
    page.get_by_role("link", name="Publier l’appel").press("Enter")
    page.get_by_role("button", name="Publier l’appel").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Les Essais 2027")
    assert axe.violations(page) == []
    call = Call.objects.get()

    visitor = browser.new_context(locale="fr-FR").new_page()
    visitor.set_default_timeout(30_000)
    visitor.goto(f"{live_server.url}/appels/")
    visitor.get_by_role("link", name="Les Essais 2027").press("Enter")
    visitor.get_by_role("link", name=re.compile("Faire le test")).press("Enter")
    visitor.get_by_role("checkbox", name=re.compile("Emploi et économie locale")).check()
    for group, answer in (
        ("agrément Esus", "Oui"), ("impact est-il prouvé", "Pas encore"), ("les moyens", "Pas encore"),
        ("un enjeu pour", "Oui"), ("expérimenter", "Oui"), ("D’où vient", "D’un milieu rural"),
        ("quelle forme", "À discuter"),
    ):  # fmt: skip
        visitor.get_by_role("group", name=re.compile(group)).get_by_role("radio", name=answer, exact=True).check()
    assert axe.violations(visitor) == []
    visitor.get_by_role("button", name="Voir la réponse").press("Enter")
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Pas cette fois")
    expect(visitor.get_by_role("heading", name="Portes ouvertes")).to_be_visible()
    assert axe.violations(visitor) == []
    visitor.get_by_label("Où vous répondre").fill("visite@exemple.example")
    visitor.get_by_label("J’accepte", exact=False).check()
    visitor.get_by_role("button", name="Demander à une personne").press("Enter")
    expect(visitor.get_by_text("L’équipe a votre demande")).to_be_visible()
    assert Check.objects.get().email == "visite@exemple.example"

    visitor.goto(f"{live_server.url}{call.public_url}")
    visitor.get_by_role("link", name="Poser une question").press("Enter")
    visitor.get_by_label("Votre question").fill("Faut-il une antenne ?")
    visitor.get_by_label("Votre adresse électronique").fill("visite@exemple.example")
    visitor.get_by_label("J’accepte", exact=False).check()
    visitor.get_by_role("button", name="Envoyer la question").press("Enter")
    expect(visitor.get_by_text("L’équipe a votre question")).to_be_visible()
    visitor.context.close()
    assert Inquiry.objects.get().question == "Faut-il une antenne ?"
