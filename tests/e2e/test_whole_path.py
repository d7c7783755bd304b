"""The whole path in one story, each in their own browser: a call is prepared and published, somebody applies, it is
shared out, read, debated, decided, published; a host and the project accept each other; the cohort gets its first word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kiif.accounts.models import User
from kiif.cohorts.models import Placement
from kiif.committees.models import Session
from kiif.mailbox.models import Mail
from kiif.programmes.enums import State
from kiif.programmes.models import Application, Call
from kiif.questionnaires.models import Questionnaire
from kiif.reviews.models import Round
from tests.alliance import factories as alliances
from tests.e2e.conftest import Watch
from tests.factories import World
from tests.factories import sign_in as client_of
from tests.questionnaires.answer_factories import document, make_collection, question
from tests.ui import axe

As = Callable[[str], Page]


@pytest.fixture
def house(transactional_db: None) -> World:
    cache.clear()
    world = World()
    form = document([question("text", "titre", required=True), question("long_text", "recit")])
    make_collection(world.alliance, form)
    Questionnaire.objects.update(title="Formulaire inventé")
    alliances.make_coverage(world.incubator, "33")
    # an address of the same domain as a reviewer's would be proposed as a conflict of interest
    User.objects.filter(pk=world.people["carrier"].pk).update(email="carole@remise-tournante.example")
    return world


@pytest.fixture
def as_(browser: Browser, live_server: Any, house: World, watch: Watch) -> Iterator[As]:
    """`as_("advisor")`: the browser of that person, the same at each call."""
    opened: dict[str, tuple[BrowserContext, Page]] = {}

    def page_of(role: str) -> Page:
        if role not in opened:
            context = browser.new_context(
                locale="fr-FR", timezone_id="Europe/Paris", reduced_motion="reduce", base_url=live_server.url
            )
            person: User = house.people[role]
            cookie = client_of(person).cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
            page = context.new_page()
            watch.follow(page)
            page.set_default_timeout(30_000)
            opened[role] = (context, page)
        return opened[role][1]

    yield page_of
    for context, _page in opened.values():
        context.close()


def _at(days: int) -> str:
    return (timezone.localtime() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def press(page: Page, name: str | re.Pattern[str], role: str = "button") -> None:
    """From the keyboard: the first control of this name."""
    page.get_by_role(role, name=name).first.press("Enter")  # type: ignore[arg-type]  # a role of ARIA


def save(page: Page) -> None:
    """The form of the page."""
    page.locator("main form button[type=submit]").last.press("Enter")


def test_from_the_call_to_the_first_word_to_the_cohort(as_: As, house: World) -> None:
    call = publish_a_call(as_("coordinator"), house)
    application = apply(as_("carrier"), call)
    share_out(as_, call, house)
    read(as_("reviewer"))
    debate(as_, call, house)
    publish_the_answer(as_("coordinator"), call, application)
    take_the_place(as_("carrier"), application)
    match(as_, call)
    write_to_the_cohort(as_("coordinator"), call)
    assert Application.objects.get().state == State.ACCEPTED
    assert Mail.objects.filter(kind="cohorts.message").count() == 1


def publish_a_call(page: Page, house: World) -> Call:
    """Programme, edition, call with its form, a host; then everybody sees it."""
    page.goto("/programmes/")
    press(page, "Créer un programme", "link")
    page.locator("#id_name").fill("Les Essais")
    press(page, "Créer le programme")
    press(page, "Ouvrir une édition", "link")
    page.locator("#id_name").fill("2027")
    press(page, "Ouvrir l’édition")
    press(page, "Préparer un appel", "link")
    page.locator("#id_summary").fill("Pour essayer, en une phrase.")
    page.locator("#id_questionnaire").select_option(label="Formulaire inventé")
    page.locator("#id_opens_at").fill(_at(-1))
    page.locator("#id_closes_at").fill(_at(20))
    press(page, "Préparer l’appel")
    expect(page.get_by_role("heading", name="Ce qui manque encore")).to_be_visible()
    call = Call.objects.get()
    page.goto(f"/programmes/appels/{call.public_id}/hotes/nouveau")
    page.locator("#id_incubator").select_option(str(house.incubator.pk))
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(house.incubator.name)
    page.goto(f"/programmes/appels/{call.public_id}/")
    press(page, "Modifier les mots", "link")
    page.locator("#id_contact_email").fill("equipe@exemple.example")
    page.locator("#id_places").fill("1")
    press(page, "Enregistrer")
    press(page, "Publier l’appel", "link")
    press(page, "Publier l’appel")
    expect(page.get_by_text("Ouvert", exact=False).first).to_be_visible()
    return call


def apply(page: Page, call: Call) -> Application:
    """From the public page to the receipt."""
    page.goto("/appels/")
    press(page, re.compile("Les Essais 2027"), "link")
    press(page, re.compile("Commencer ma candidature"), "link")
    press(page, "Commencer la candidature")
    expect(page.get_by_role("link", name="Mon projet KF-")).to_be_visible()
    application = Application.objects.select_related("response").get(call=call)
    page.goto(f"/repondre/dossier/{application.response.public_id}/page/p_premiere")
    expect(page.locator("#answer-form[data-ready]")).to_be_attached()
    page.locator("#q_titre-field").fill("La Remise tournante")
    page.locator("#q_recit-field").fill("Huit villages se partagent un atelier.")
    expect(page.locator("[data-save-all]")).to_contain_text("Enregistré à")
    page.goto(f"/repondre/dossier/{application.response.public_id}/relire")
    press(page, "Envoyer")
    expect(page.get_by_text("C’est bien arrivé")).to_be_visible()
    page.goto(f"/mon-projet/candidature/{application.public_id}/")
    assert axe.violations(page) == []
    return application


def share_out(as_: As, call: Call, house: World) -> None:
    """Put in review, a round with one criterion, somebody who says yes, a plan that is applied, the reading open."""
    page = as_("coordinator")
    page.goto(f"/programmes/appels/{call.public_id}/candidatures/")
    press(page, "La Remise tournante", "link")
    press(page, re.compile("lecture"))
    page.goto(f"/lectures/appels/{call.public_id}/")
    press(page, "Préparer un tour", "link")
    page.locator("#id_title").fill("Première lecture")
    page.locator("#id_closes_at").fill(_at(10))
    page.locator("#id_reads_wanted").fill("1")
    page.locator("#id_least_reads").fill("1")
    save(page)
    expect(page.get_by_role("heading", name="Première lecture")).to_be_visible()
    press(page, "Grille", "link")
    press(page, "Ajouter un critère", "link")
    page.get_by_label("Critère", exact=True).fill("Un besoin nommé")
    save(page)
    expect(page.get_by_role("heading", name="Un besoin nommé")).to_be_visible()
    press(page, "Lecteur·rices", "link")
    press(page, re.compile("Inviter"), "link")
    page.get_by_role("checkbox", name=re.compile(re.escape(house.people["reviewer"].full_name))).check()
    save(page)

    reader = as_("reviewer")
    reader.goto("/lectures/")
    press(reader, "Répondre", "link")
    reader.get_by_role("radio", name=re.compile("^Oui")).check()
    press(reader, "Envoyer ma réponse")

    round_ = Round.objects.get()
    page.goto(f"/lectures/tours/{round_.public_id}/attribution/")
    press(page, "Calculer une répartition")
    expect(page.get_by_text("Prouvé optimal")).to_be_visible()
    press(page, "Appliquer cette répartition")
    expect(page.get_by_text(re.compile("lecture a été confiée"))).to_be_visible()
    page.goto(f"/lectures/tours/{round_.public_id}/")
    press(page, "Ouvrir la lecture", "link")
    press(page, "Ouvrir la lecture")
    expect(page.get_by_text(re.compile("En lecture")).first).to_be_visible()


def read(page: Page) -> None:
    """A mark, words for the carriers, given."""
    page.goto("/lectures/")
    press(page, re.compile("Lire la suivante"), "link")
    expect(page.get_by_role("heading", level=1)).to_have_text("La Remise tournante")
    page.get_by_role("radio", name=re.compile("^4")).first.check()
    page.locator("#words_carriers").fill("Votre modèle est clair.")
    press(page, re.compile("Donner ma note"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Tout est lu")


def debate(as_: As, call: Call, house: World) -> None:
    """A session with one member and its chair; a vote, a decision, minutes."""
    desk, seat = as_("coordinator"), as_("advisor")
    desk.goto(f"/comites/appels/{call.public_id}/nouvelle")
    desk.locator("#id_starts_at").fill(_at(0))
    desk.locator("#id_quorum_least").fill("1")
    save(desk)
    press(desk, "Ajouter des membres", "link")
    desk.get_by_label("Adresse électronique de son compte").fill(house.people["advisor"].email)
    desk.get_by_role("radio", name="présidence").check()
    press(desk, "Ajouter ce membre")
    session = Session.objects.get()
    desk.goto(f"/lectures/tours/{Round.objects.get().public_id}/notes/")
    press(desk, re.compile("calculer", re.IGNORECASE))
    desk.goto(f"/comites/seances/{session.public_id}/ordre-du-jour")
    press(desk, "Construire l’ordre du jour")
    expect(desk.get_by_role("link", name="La Remise tournante").first).to_be_visible()
    desk.goto(f"/comites/seances/{session.public_id}/bureau")
    press(desk, "Ouvrir la séance")
    seat.goto(f"/comites/seances/{session.public_id}/ma-place")
    press(seat, "Je suis là")
    desk.get_by_role("button", name="Appeler le dossier 1", exact=True).click()
    expect(seat.get_by_role("heading", name="La Remise tournante")).to_be_visible()
    desk.get_by_role("button", name="Ouvrir le vote").click()
    seat.get_by_role("button", name="Pour", exact=True).click()
    expect(desk.get_by_text("1 réponse sur 1").first).to_be_visible()
    desk.get_by_role("button", name="Clore le vote").click()
    desk.get_by_label("Motifs", exact=True).fill("Un modèle solide, une équipe prête.")
    desk.get_by_text("Retenir", exact=True).last.click()
    desk.get_by_role("button", name="Écrire la décision").click()
    expect(seat.get_by_text("Un modèle solide, une équipe prête.").first).to_be_visible()
    assert Application.objects.get().state == State.REVIEW


def publish_the_answer(page: Page, call: Call, application: Application) -> None:
    """The letter, with what a reader wrote; then everybody knows at once."""
    page.goto(f"/decisions/appels/{call.public_id}/")
    press(page, "La Remise tournante", "link")
    press(page, "Écrire sa lettre")
    page.get_by_role("checkbox", name=re.compile("Votre modèle est clair")).check()
    press(page, "Garder la lettre")
    press(page, "Relue : elle est prête")
    page.goto(f"/decisions/appels/{call.public_id}/publier/")
    page.get_by_label("Combien de réponses publiez-vous ?").fill("1")
    press(page, re.compile("Publier"))
    expect(page.get_by_text(re.compile("1 réponse est publiée"))).to_be_visible()
    application.refresh_from_db()
    assert application.state == State.ACCEPTED


def take_the_place(page: Page, application: Application) -> None:
    page.goto(f"/mon-projet/candidature/{application.public_id}/")
    expect(page.get_by_text(re.compile("retenue|acceptée")).first).to_be_visible()
    page.goto(f"/decisions/reponse/{application.public_id}/")
    page.get_by_label("Nous prenons la place").check()
    press(page, "Envoyer la réponse")
    expect(page.get_by_role("heading", name="Vous avez pris la place")).to_be_visible()


def match(as_: As, call: Call) -> None:
    """A plan with its reasons; the host says yes, so do the carriers."""
    page = as_("coordinator")
    page.goto(f"/promotions/appels/{call.public_id}/accueil/")
    press(page, "Calculer un plan")
    press(page, "Proposer les lignes cochées aux deux parties")
    host = as_("advisor")
    host.goto("/promotions/accueillis/")
    press(host, "La Remise tournante", "link")
    host.get_by_label("Oui, nous accueillons ce projet").check()
    press(host, "Envoyer votre réponse")
    carrier = as_("carrier")
    carrier.goto(f"/promotions/mon-accueil/{Placement.objects.get().public_id}/")
    carrier.get_by_label("Oui, cet accueil nous convient").check()
    press(carrier, "Envoyer votre réponse")
    expect(carrier.get_by_role("heading", level=1)).to_contain_text("accueille votre projet")


def write_to_the_cohort(page: Page, call: Call) -> None:
    page.goto(f"/promotions/appels/{call.public_id}/promotion/")
    press(page, "Ouvrir la promotion", "link")
    page.locator("#id_name").fill("Promotion des chemins")
    press(page, "Ouvrir la promotion")
    press(page, "Écrire à la promotion", "link")
    page.get_by_label("Objet").fill("Bienvenue {prenom}")
    page.get_by_label("Message").fill("Votre accueil : {accueil}.")
    press(page, "Voir les destinataires")
    press(page, re.compile("Envoyer à 1 personne"))
    expect(page.get_by_text(re.compile("Envoyé le .* à 1 personne"))).to_be_visible()
