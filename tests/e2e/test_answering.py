"""Two people fill one form in two browsers; the connection is cut, the session ends. Not a word is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from kiif.accounts.actor import system
from kiif.accounts.models import User
from kiif.questionnaires import demo
from kiif.questionnaires.loaded import definition_of
from kiif.questionnaires.models import Collection, Response
from tests.alliance import factories as houses
from tests.e2e.test_study import second
from tests.factories import make_user
from tests.factories import sign_in as client_of
from tests.questionnaires import answer_factories as make
from tests.ui.axe import violations

STATE = "[data-save-all]"
NAME, STORY, NUMBER = "#q_nom1-field", "#q_recit-field", "#q_nombre-field"
Enter = Callable[[User], Page]


def kept(response: Response) -> dict[str, Any]:
    return dict(response.answers.values_list("field__key", "value"))


def open_form(page: Page, live_server: Any, response: Response, name: str = "p_premiere") -> None:
    page.goto(f"{live_server.url}/repondre/dossier/{response.public_id}/page/{name}")
    expect(page.locator("#answer-form[data-ready]")).to_be_attached()


@pytest.fixture
def response() -> Response:
    return make.make_response(make_user("Yaëlle Inventée"))


def test_two_people_and_a_cut_connection(
    enter: Enter, browser: Browser, live_server: Any, watch: Any, response: Response
) -> None:
    friend = make_user("Ilan Inventé")
    make.join(response, friend)
    one, two = enter(response.owner), second(browser, live_server, friend, watch)
    open_form(one, live_server, response)
    open_form(two, live_server, response)

    # what one writes appears at the other's, without reloading, with who is there
    one.locator(NAME).fill("La Bricole fertile")
    expect(one.locator(STATE)).to_contain_text("Enregistré à")
    expect(two.locator(NAME)).to_have_value("La Bricole fertile")
    expect(two.locator("#q_nom1 [data-here]")).to_contain_text("Yaëlle Inventée écrit ici")

    # the second one loses the connection and goes on, in the same field and in another one
    two.context.set_offline(True)
    two.locator(NAME).fill("La Bricole, atelier fertile")
    two.locator(NUMBER).fill("6")
    expect(two.locator(STATE)).to_contain_text("la connexion est coupée")
    one.locator(NAME).fill("La Bricole fertile de Brantelle")
    expect(one.locator(STATE)).to_contain_text("Enregistré à")
    one.locator(NUMBER).focus()
    assert kept(response) == {"q_nom1": "La Bricole fertile de Brantelle"}

    # back: what can be saved is, what clashes is shown side by side
    two.context.set_offline(False)
    clash = two.locator("#q_nom1 .clash")
    expect(clash).to_contain_text("La Bricole fertile de Brantelle")
    expect(two.locator(NAME)).to_have_value("La Bricole, atelier fertile")
    assert kept(response) == {"q_nom1": "La Bricole fertile de Brantelle", "q_nombre": 6}
    assert violations(two) == []
    clash.get_by_role("button", name="Mettre les deux").click()
    expect(clash).to_have_count(0)
    expect(two.locator(STATE)).to_contain_text("Enregistré à")
    assert kept(response)["q_nom1"] == "La Bricole fertile de Brantelle La Bricole, atelier fertile"
    expect(one.locator(NAME)).to_have_value("La Bricole fertile de Brantelle La Bricole, atelier fertile")


def test_closed_while_offline_it_comes_back_from_this_browser(
    enter: Enter, live_server: Any, response: Response
) -> None:
    page = enter(response.owner)
    open_form(page, live_server, response)
    page.locator(NAME).fill("Gardé")
    expect(page.locator(STATE)).to_contain_text("Enregistré à")
    page.context.set_offline(True)
    page.locator(STORY).fill("Un camion-atelier, huit villages.")
    page.locator("#q_budget input[data-column=c_poste]").first.fill("Camion")
    page.locator("#q_budget input[data-column=c_montant]").first.fill("8 000")
    expect(page.locator(STATE)).to_contain_text("la connexion est coupée")
    page.on("dialog", lambda dialog: dialog.accept())
    page.close(run_before_unload=False)
    page = enter(response.owner).context.new_page()
    page.context.set_offline(False)
    open_form(page, live_server, response)
    expect(page.locator(STATE)).to_contain_text("Enregistré à")
    expect(page.locator(STORY)).to_have_value("Un camion-atelier, huit villages.")
    values = kept(response)
    assert values["q_recit"] == "Un camion-atelier, huit villages."
    assert [(row["c_poste"], row["c_montant"]) for row in values["q_budget"]["rows"]] == [("Camion", 8000)]


def test_signed_out_in_the_middle_and_signed_in_elsewhere(
    enter: Enter, live_server: Any, watch: Any, response: Response
) -> None:
    watch.allow(401, 403)
    page = enter(response.owner)
    open_form(page, live_server, response)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.locator(NAME).fill("Écrit sans session")
    expect(page.locator(STATE)).to_contain_text("connectez-vous dans un autre onglet")
    expect(page.locator(NAME)).to_have_value("Écrit sans session")
    cookie = client_of(response.owner).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    expect(page.locator(STATE)).to_contain_text("Enregistré à")
    assert kept(response) == {"q_nom1": "Écrit sans session"}


def test_every_kind_by_keyboard_and_script(enter: Enter, live_server: Any, response: Response) -> None:
    page = enter(response.owner)
    open_form(page, live_server, response)
    page.locator(NAME).fill("La Bricole")
    expect(page.locator("#q_nom1 [data-count]")).to_have_text("10 / 40")
    expect(page.locator("#q_suite")).to_be_hidden()
    page.locator("#q_choix input[value=oui]").press("Space")
    expect(page.locator("#q_suite")).to_be_visible()
    page.locator("#q_plusieurs input[value=a]").check()
    page.locator("#q_plusieurs input[value=rien]").check()
    expect(page.locator("#q_plusieurs input[value=a]")).not_to_be_checked()
    page.get_by_role("button", name="Choisir Deux").press("Enter")
    page.get_by_role("button", name="Choisir Un", exact=True).press("Enter")
    page.get_by_role("button", name="Monter Un").press("Enter")
    page.locator("#q_echelle input[value='7']").check()
    page.locator("#q_ouinon input[value=no]").check()
    page.locator("#q_ouinon-reason").fill("Trop loin")
    page.locator("#q_budget input[data-column=c_montant]").first.fill("100")
    page.locator("#q_budget [data-add]").click()
    page.locator("#q_budget input[data-column=c_montant]").nth(1).fill("50")
    expect(page.locator("#q_total [data-calculated]")).to_contain_text("150\u00a0€")
    page.locator("#q_pieces-field").set_input_files(
        {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Bonjour"}
    )
    expect(page.locator("#q_pieces")).to_contain_text("notes.txt")
    page.locator("#q_riche [role=textbox]").press_sequentially("Un atelier")
    page.locator(NUMBER).fill("bientôt")
    expect(page.locator("#q_nombre [data-problems]")).to_contain_text("bientôt")
    page.locator(NUMBER).fill("12")
    expect(page.locator(STATE)).to_contain_text("Enregistré à")
    values = kept(response)
    assert values["q_ordre"] == {"values": ["un", "deux"]}
    assert values["q_plusieurs"] == {"values": ["rien"], "text": ""}
    assert "Un atelier" in values["q_riche"]
    assert (values["q_nombre"], len(values["q_pieces"]["files"]), values["q_echelle"]) == (12, 1, 7)
    assert violations(page) == []
    page.get_by_role("button", name="Continuer vers « La seconde partie »").click()
    expect(page.locator("#q_fin1-field")).to_be_visible()


def test_from_the_public_page_to_the_receipt(enter: Enter, live_server: Any, watch: Any) -> None:
    watch.allow(422)
    owner, collection = make_user("Yaëlle Inventée"), make.make_collection()
    page = enter(owner)
    page.goto(f"{live_server.url}/repondre/{collection.slug}")
    assert violations(page) == []
    page.get_by_role("button", name="Commencer ma réponse").click()
    page.goto(page.url.replace("/page/p_premiere", "/relire"))
    page.get_by_role("button", name="Envoyer ma réponse").click()
    expect(page.get_by_role("alert")).to_contain_text("Question nom1")
    assert violations(page) == []
    page.get_by_role("link", name="Question nom1").first.click()
    page.locator(NAME).fill("La Bricole fertile")
    page.get_by_role("button", name="Continuer vers").click()
    page.get_by_role("button", name="Relire avant d’envoyer").click()
    page.get_by_role("button", name="Envoyer ma réponse").click()
    expect(page.get_by_text("C’est bien arrivé")).to_be_visible()
    assert violations(page) == []
    page.goto(page.url.replace("/relire", "/personnes"))
    assert violations(page) == []
    page.goto(page.url.replace("/personnes", "/historique"))
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 390])
def test_a_small_phone_never_scrolls_sideways(enter: Enter, live_server: Any, response: Response, width: int) -> None:
    page = enter(response.owner)
    page.set_viewport_size({"width": width, "height": 800})
    for address in ("page/p_premiere", "relire", "personnes", "historique"):
        page.goto(f"{live_server.url}/repondre/dossier/{response.public_id}/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_les_sentiers_by_two_with_a_cut_connection(
    enter: Enter, browser: Browser, live_server: Any, watch: Any
) -> None:
    """The real form of the call, with its logic: two people on two pages, one of them offline for a while."""
    alliance = houses.make_alliance()
    version = demo.sentiers(system("demo"), alliance)
    collection = Collection.objects.create(
        questionnaire=version.questionnaire, owner=alliance, title="Les Sentiers", slug="sentiers"
    )
    response = make.make_response(make_user("Yaëlle Inventée"), collection)
    friend = make_user("Ilan Inventé")
    make.join(response, friend)
    definition = definition_of(version)
    field = {name: definition.by_name[name].id for name in ("solution", "besoin", "enjeux", "enjeu_services", "etp")}
    home = definition.place[field["solution"]][1].id
    issues = definition.place[field["enjeux"]][1].id
    one, two = enter(response.owner), second(browser, live_server, friend, watch)
    open_form(one, live_server, response, home)
    open_form(two, live_server, response, issues)
    two.context.set_offline(True)
    one.locator(f"#{field['solution']}-field").fill("Une tournée de réparation")
    one.locator(f"#{field['besoin']}-field").fill("Les commerces ont fermé.")
    expect(two.locator(f"#{field['enjeu_services']}")).to_be_hidden()
    two.locator(f"#{field['enjeux']} input[value=services]").check()
    # the logic is followed without the server
    two.locator(f"#{field['enjeu_services']}-field").fill("Huit villages retrouvent un service.")
    expect(two.locator(STATE)).to_contain_text("la connexion est coupée")
    expect(one.locator(STATE)).to_contain_text("Enregistré à")
    two.context.set_offline(False)
    expect(two.locator(STATE)).to_contain_text("Enregistré à", timeout=20_000)
    values = kept(response)
    assert values[field["solution"]] == "Une tournée de réparation"
    assert values[field["besoin"]] == "Les commerces ont fermé."
    assert values[field["enjeux"]] == {"values": ["services"], "text": ""}
    assert values[field["enjeu_services"]] == "Huit villages retrouvent un service."
    assert violations(two) == []
