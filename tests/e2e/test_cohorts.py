"""From accepted projects to the first message to the cohort: plan, answers of both sides, a signature, a message."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from kiif.accounts.models import User
from kiif.cohorts.models import Placement, Signature
from kiif.mailbox.models import Mail
from tests.cohorts import factories as make
from tests.cohorts.factories import Stage
from tests.e2e.conftest import Watch
from tests.factories import make_user
from tests.factories import sign_in as client_of
from tests.ui import axe


def sign_in(page: Page, live_server: Any, person: User) -> None:
    """A session for this person in the context of this page."""
    cookie = client_of(person).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])


def opened(browser: Browser, live_server: Any, person: User) -> Page:
    page = browser.new_context(locale="fr-FR").new_page()
    page.set_default_timeout(30_000)
    sign_in(page, live_server, person)
    return page


@pytest.fixture
def stage(transactional_db: None) -> Stage:
    return Stage()


def test_from_the_plan_to_the_first_message(
    page: Page, browser: Browser, live_server: Any, stage: Stage, watch: Watch
) -> None:
    page.set_default_timeout(30_000)
    stage.accepted(title="La Bricole fertile")
    stage.accepted(make_user("Autre Porteur"), code="23", title="Le Pain d’ici")
    sign_in(page, live_server, stage.coordinator.user)  # type: ignore[arg-type]  # a person

    page.goto(f"{live_server.url}/promotions/appels/{stage.call.public_id}/accueil/")
    expect(page.get_by_role("heading", name="2 projets sans accueil")).to_be_visible()
    page.get_by_role("button", name="Calculer un plan").press("Enter")
    expect(page.get_by_text("2 placés sur 2")).to_be_visible()
    assert axe.violations(page) == []
    page.get_by_role("link", name=re.compile("Comparer les accueils.*Bricole")).press("Enter")
    expect(page.get_by_text("le premier territoire visé").first).to_be_attached()
    assert axe.violations(page) == []
    page.go_back()
    page.get_by_role("button", name="Proposer les lignes cochées aux deux parties").press("Enter")
    expect(page.get_by_text("2 accueils sont proposés aux deux parties.")).to_be_visible()

    placement = Placement.objects.get(application__title="La Bricole fertile")
    theirs = opened(browser, live_server, stage.advisors[0].user)  # type: ignore[arg-type]  # a person
    theirs.goto(f"{live_server.url}/promotions/accueillis/")
    theirs.get_by_role("link", name="La Bricole fertile").press("Enter")
    assert axe.violations(theirs) == []
    theirs.get_by_label("Oui, nous accueillons ce projet").check()
    theirs.get_by_role("button", name="Envoyer votre réponse").press("Enter")
    expect(theirs.get_by_text("accepté par la structure d’accueil").first).to_be_visible()
    theirs.context.close()

    hers = opened(browser, live_server, stage.carrier)
    hers.goto(f"{live_server.url}/promotions/mon-accueil/{placement.public_id}/")
    assert axe.violations(hers) == []
    hers.get_by_label("Oui, cet accueil nous convient").check()
    hers.get_by_role("button", name="Envoyer votre réponse").press("Enter")
    expect(hers.get_by_role("heading", level=1)).to_contain_text("accueille votre projet")

    page.goto(f"{live_server.url}/promotions/appels/{stage.call.public_id}/promotion/")
    page.get_by_role("link", name="Ouvrir la promotion").press("Enter")
    page.locator("#id_name").fill("Promotion des chemins")
    page.get_by_role("button", name="Ouvrir la promotion").press("Enter")
    expect(page.get_by_text("2 projets participent.", exact=True)).to_be_visible()
    assert axe.violations(page) == []

    cohort = stage.call.cohort
    text = make.make_commitment(cohort, by_host=False)
    hers.goto(f"{live_server.url}/promotions/ma-promotion/{cohort.public_id}/")
    assert axe.violations(hers) == []
    hers.get_by_role("link", name=re.compile("Lire et signer")).press("Enter")
    hers.get_by_label("Votre nom").fill("Porteuse Inventée")
    hers.get_by_role("button", name="Signer").press("Enter")
    expect(hers.get_by_text("Signé par Porteuse Inventée")).to_be_visible()
    assert Signature.objects.get().commitment == text
    hers.context.close()

    page.get_by_role("link", name="Écrire à la promotion").press("Enter")
    page.get_by_label("Objet").fill("Bienvenue {prenom}")
    page.get_by_label("Message").fill("Votre accueil : {accueil}.")
    page.get_by_role("button", name="Voir les destinataires").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce message part à 2 personnes")
    assert axe.violations(page) == []
    page.get_by_role("button", name="Envoyer à 2 personnes").press("Enter")
    expect(page.get_by_text(re.compile("Envoyé le .* à 2 personnes"))).to_be_visible()
    assert Mail.objects.filter(kind="cohorts.message").count() == 2
