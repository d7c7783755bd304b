"""The designer in a real browser: written with the keyboard, saved by itself, by two people, without a connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from kiif.accounts.models import User
from kiif.questionnaires.models import Questionnaire
from tests.factories import World
from tests.factories import sign_in as client_of
from tests.questionnaires.factories_design import flat, key_of, make_questionnaire, order
from tests.ui import axe

STATE = "[data-save-state]"


@pytest.fixture
def world(transactional_db: None) -> World:
    from kiif.questionnaires import blocks

    blocks.install("default")
    return World()


@pytest.fixture
def row(world: World) -> Questionnaire:
    return make_questionnaire(world.actor("manager"), world.incubator)


def at(live_server: Any, row: Questionnaire, name: str = "") -> str:
    address = row.get_absolute_url()
    return str(live_server.url + (f"{address}e/{key_of(row, name)}/" if name else address))


def second(browser: Browser, live_server: Any, user: User, watch: Any, **options: Any) -> Page:
    """Another browser, signed in as somebody else."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 1440, "height": 900}, **options)
    cookie = client_of(user).cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    watch.follow(page)
    page.set_default_timeout(15_000)
    return page


def test_a_question_is_added_and_written_with_the_keyboard(
    enter: Callable[[User], Page], live_server: Any, world: World, row: Questionnaire
) -> None:
    page = enter(world.people["manager"])
    page.goto(at(live_server, row, "nom"))
    page.get_by_role("link", name="Ajouter une question").press("Enter")
    page.get_by_role("button", name="Choix unique").press("Enter")
    page.get_by_label("Question français").fill("Quelle forme ?")
    page.get_by_label("Mots du choix 1, français").fill("Une antenne")
    page.get_by_label("Mots du choix 2, français").fill("Un réseau")
    expect(page.get_by_label("Mots du choix 3, français")).to_be_visible()
    expect(page.locator(STATE)).to_contain_text("Enregistré à")
    expect(page.locator("[data-outline]")).to_contain_text("Quelle forme ?")
    assert order(row) == ["nom", "forme", "statut", "agrement"]
    found = flat(row)[key_of(row, "forme")]
    assert [choice["key"] for choice in found["choices"]] == ["antenne", "reseau"]
    expect(page.frame_locator("iframe[data-preview]").get_by_text("Un réseau")).to_be_visible()


def test_a_question_moves_with_the_keyboard_and_says_where_it_is(
    enter: Callable[[User], Page], live_server: Any, world: World, row: Questionnaire
) -> None:
    page = enter(world.people["manager"])
    page.goto(at(live_server, row, "nom"))
    link = page.locator("[data-outline] a", has_text="Nom de la structure")
    link.focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#live")).to_contain_text("question 2 sur 3")
    assert order(row) == ["statut", "nom", "agrement"]
    expect(page.locator("[data-outline] a", has_text="Nom de la structure")).to_be_focused()
    page.locator("[data-outline] a", has_text="Avez-vous").drag_to(
        page.locator("[data-outline] a", has_text="Quel statut"), target_position={"x": 40, "y": 3}
    )
    expect(page.locator("#live")).to_contain_text("question 1 sur 3")
    assert order(row) == ["agrement", "statut", "nom"]


def test_a_gesture_made_while_writing_saves_first(
    enter: Callable[[User], Page], live_server: Any, world: World, row: Questionnaire
) -> None:
    page = enter(world.people["manager"])
    page.goto(at(live_server, row, "statut"))
    page.get_by_label("Question français").fill("Quelle forme juridique ?")
    page.get_by_role("button", name="Monter", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("question 1 sur 3")
    assert (order(row)[0], flat(row)[key_of(row, "statut")]["label.fr"]) == ("statut", "Quelle forme juridique ?")


def test_two_designers_lose_nothing(  # noqa: PLR0917 -- fixtures
    enter: Callable[[User], Page], browser: Browser, live_server: Any, watch: Any, world: World, row: Questionnaire
) -> None:
    watch.allow(409)
    one = enter(world.people["manager"])
    two = second(browser, live_server, world.people["advisor"], watch)
    one.goto(at(live_server, row, "nom"))
    two.goto(at(live_server, row, "nom"))
    one.get_by_label("Question français").fill("Nom complet")
    expect(one.locator(STATE)).to_contain_text("Enregistré à")
    two.get_by_label("Question English").fill("Full name")
    expect(two.locator(STATE)).to_contain_text("Enregistré à")
    expect(two.get_by_label("Question français")).to_have_value("Nom complet")
    one.get_by_label("Question français").fill("Nom d’usage")
    one.locator("h1").click()
    expect(one.locator(STATE)).to_contain_text("Enregistré à")
    two.get_by_label("Question français").fill("Nom officiel")
    expect(two.locator("[data-clash]")).to_contain_text("Nom d’usage")
    two.get_by_label("Aide français").fill("Tel que dans les statuts")
    expect(two.locator(STATE)).to_contain_text("Enregistré à")
    assert flat(row)[key_of(row, "nom")]["label.fr"] == "Nom d’usage"
    with two.expect_response(lambda answer: answer.url.endswith("/ecrire")):
        two.get_by_role("button", name="Garder la mienne").click()
    expect(two.locator("[data-clash]")).to_have_count(0)
    expect(two.locator(STATE)).to_contain_text("Enregistré à")
    found = flat(row)[key_of(row, "nom")]
    assert (found["label.fr"], found["label.en"]) == ("Nom officiel", "Full name")
    two.context.close()


def test_a_cut_connection_keeps_what_was_typed(
    enter: Callable[[User], Page], live_server: Any, world: World, row: Questionnaire
) -> None:
    page = enter(world.people["manager"])
    page.goto(at(live_server, row, "nom"))
    page.context.set_offline(True)
    page.get_by_label("Question français").fill("Écrit sans réseau")
    expect(page.locator(STATE)).to_contain_text("Pas enregistré")
    page.context.set_offline(False)
    expect(page.locator(STATE)).to_contain_text("Enregistré à")
    assert flat(row)[key_of(row, "nom")]["label.fr"] == "Écrit sans réseau"


def test_a_condition_is_built_by_choosing(
    enter: Callable[[User], Page], live_server: Any, world: World, row: Questionnaire
) -> None:
    page = enter(world.people["manager"])
    page.goto(at(live_server, row, "agrement"))
    page.get_by_role("link", name="Ajouter une condition : Affichée").click()
    page.get_by_label("Question de la ligne 1").select_option(label="Quel statut ?")
    page.get_by_label("Comparé à").select_option(label="Scop")
    page.get_by_role("button", name="Garder la condition").click()
    expect(page.locator("#logic")).to_contain_text("Scop")
    assert flat(row)[key_of(row, "agrement")]["relevant"] == "${statut} = 'scop'"


def test_without_javascript_everything_is_a_form(
    browser: Browser, live_server: Any, watch: Any, world: World, row: Questionnaire
) -> None:
    page = second(browser, live_server, world.people["manager"], watch, java_script_enabled=False)
    page.goto(at(live_server, row, "statut"))
    page.get_by_label("Mots du choix 3, français").fill("Autre chose")
    page.get_by_role("button", name="Enregistrer", exact=True).last.click()
    page.get_by_role("button", name="Monter : Autre chose").click()
    page.get_by_role("button", name="Descendre", exact=True).click()
    assert order(row) == ["nom", "agrement", "statut"]
    labels = [choice["label"]["fr"] for choice in flat(row)[key_of(row, "statut")]["choices"]]
    assert labels == ["Association", "Autre chose", "Scop"]
    page.get_by_role("link", name="Ajouter une condition : Affichée").click()
    page.get_by_label("Question de la ligne 1").select_option(label="Avez-vous l’agrément ?")
    page.get_by_role("button", name="Choisir").click()
    page.get_by_label("Comparé à").select_option(label="Oui")
    page.get_by_role("button", name="Garder la condition").click()
    assert flat(row)[key_of(row, "statut")]["relevant"] == "${agrement} = 'yes'"
    page.context.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_the_designer_have_no_barrier(
    enter: Callable[[User], Page], live_server: Any, world: World, row: Questionnaire, width: int
) -> None:
    page = enter(world.people["manager"])
    page.set_viewport_size({"width": width, "height": 900})
    names = ("preview", "preview-frame", "check", "versions", "history", "exchange", "settings", "keep")
    addresses = [at(live_server, row, "statut"), at(live_server, row)]
    addresses += [live_server.url + reverse(f"questionnaires:{name}", args=[row.public_id]) for name in names]
    addresses += [at(live_server, row, "statut") + part for part in ("genres", "blocs", "condition/relevant/")]
    addresses += [live_server.url + reverse(f"questionnaires:{name}") for name in ("list", "library", "create")]
    for address in addresses:
        page.goto(address)
        assert axe.violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
