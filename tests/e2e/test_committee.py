"""A committee with several browsers: the same dossier on every screen at once, and nothing for who is kept away."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kiif.accounts.models import User
from kiif.committees.actions import preparing
from kiif.committees.models import Item, Round
from tests.committees.factories import Scene, bar, give_marks, make_scene
from tests.e2e.conftest import Watch
from tests.factories import sign_in as client_of
from tests.ui.axe import violations

Open = Callable[..., Page]


@pytest.fixture
def scene() -> Scene:
    """Nobody is noted as present yet; the fourth member is kept away from the first dossier."""
    from kiif.committees.models import Presence

    made = make_scene(members=4, dossiers=3, state="open")
    give_marks(made, (15, 14, 16), (9, 17, 12), (8, 8, 9))
    bar(made.items[0].application, made.members[3].person)
    Presence.objects.all().delete()
    return made


@pytest.fixture
def opened(browser: Browser, live_server: Any, watch: Watch, browser_context_args: dict[str, Any]) -> Iterator[Open]:
    """`opened(path, user)`: a page of a browser of its own, signed in as that person."""
    contexts: list[BrowserContext] = []

    def open_(path: str, user: User | None = None, **options: Any) -> Page:
        context = browser.new_context(**{**browser_context_args, **options})
        contexts.append(context)
        if user is not None:
            cookie = client_of(user).cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        watch.follow(page)
        page.set_default_timeout(15_000)
        page.goto(f"{live_server.url}{path}")
        return page

    yield open_
    for context in contexts:
        context.close()


def _address(name: str, scene: Scene) -> str:
    return reverse(f"committees:{name}", args=[scene.session.public_id])


def test_a_session_seen_by_several_browsers(scene: Scene, opened: Open, watch: Watch) -> None:
    token = preparing.open_screen(session=scene.session, by=scene.actor())
    desk = opened(_address("desk", scene), scene.runner)
    voter = opened(_address("seat", scene), scene.members[1].person)
    away = opened(_address("seat", scene), scene.members[3].person, viewport={"width": 390, "height": 844})
    screen = opened(reverse("committees:screen", args=[token]), viewport={"width": 1920, "height": 1080})
    for page in (voter, away):
        page.get_by_role("button", name="Je suis là").click()
        expect(page.get_by_role("button", name="Je sors")).to_be_visible()
    for member in (scene.members[0], scene.members[2]):
        desk.get_by_role("button", name=re.compile(f"^{member.name} est là")).click()
        expect(desk.get_by_role("button", name=re.compile(f"^{member.name} sort"))).to_be_visible()

    title = scene.items[0].application.title
    desk.get_by_role("button", name="Appeler le dossier 1", exact=True).click()
    expect(screen.get_by_text(scene.members[3].name)).to_be_visible()
    assert title not in screen.content()
    expect(away.get_by_role("heading", name="Vous sortez pour ce dossier")).to_be_visible()

    clicked = time.monotonic()
    desk.get_by_role("button", name="Elles et ils sont sortis : montrer le dossier").click()
    expect(screen.get_by_role("heading", name=title)).to_be_visible()
    expect(voter.get_by_role("heading", name=title)).to_be_visible()
    assert time.monotonic() - clicked < 2
    for word in (title, scene.items[0].application.number, "Avis inventé, 15"):
        assert word not in away.content()
    assert "Avis inventé, 15" in voter.content()

    desk.get_by_role("button", name="Ouvrir le vote").click()
    voter.get_by_role("button", name="Pour", exact=True).click()
    expect(screen.get_by_text("1 réponse sur 3")).to_be_visible()
    expect(voter.get_by_role("button", name="Pour", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(away.get_by_role("button", name="Pour", exact=True)).to_have_count(0)
    for page in (desk, voter, away, screen):
        assert violations(page) == []

    desk.get_by_role("button", name="Clore le vote").click()
    expect(screen.get_by_text("La proposition est acceptée")).to_be_visible()
    desk.get_by_label("Motifs", exact=True).fill("Un modèle solide, une équipe prête.")
    desk.get_by_text("Retenir", exact=True).last.click()
    desk.get_by_role("button", name="Écrire la décision").click()
    expect(screen.get_by_text("Un modèle solide, une équipe prête.")).to_be_visible()
    item = Item.objects.get(pk=scene.items[0].pk)
    assert (item.state, item.decision) == ("decided", "accept")
    assert item.application.decisions.get().words == "Un modèle solide, une équipe prête."


def test_the_connection_is_lost_and_comes_back(scene: Scene, opened: Open, watch: Watch) -> None:
    desk = opened(_address("desk", scene), scene.runner)
    voter = opened(_address("seat", scene), scene.members[1].person)
    voter.context.set_offline(True)
    expect(voter.get_by_text("La connexion est coupée", exact=False)).to_be_visible()
    desk.get_by_role("button", name="Appeler le dossier 2", exact=True).click()
    voter.context.set_offline(False)
    expect(voter.get_by_role("heading", name=scene.items[1].application.title)).to_be_visible()
    expect(voter.get_by_text("La connexion est revenue", exact=False)).to_be_visible()


def test_a_conflict_declared_in_session_empties_the_screen(scene: Scene, opened: Open) -> None:
    desk = opened(_address("desk", scene), scene.runner)
    voter = opened(_address("seat", scene), scene.members[1].person)
    voter.get_by_role("button", name="Je suis là").click()
    for member in (scene.members[0], scene.members[2]):
        desk.get_by_role("button", name=re.compile(f"^{member.name} est là")).click()
    desk.get_by_role("button", name="Appeler le dossier 2", exact=True).click()
    desk.get_by_role("button", name="Ouvrir le vote").click()
    voter.get_by_role("button", name="Contre", exact=True).click()
    expect(voter.get_by_text("Votre vote est reçu", exact=False)).to_be_visible()
    voter.get_by_text("J’ai un conflit d’intérêts").click()
    voter.get_by_label("Ce qui vous lie à ce dossier", exact=False).fill("Je siège à son conseil.")
    voter.get_by_role("button", name="Le déclarer et sortir").click()
    expect(voter.get_by_role("heading", name="Vous sortez pour ce dossier")).to_be_visible()
    assert scene.items[1].application.title not in voter.content()
    assert Round.objects.get().ballots.get().void == "conflict"


def test_without_scripts_a_link_refreshes(scene: Scene, opened: Open) -> None:
    seat = opened(_address("seat", scene), scene.members[1].person, java_script_enabled=False)
    expect(seat.get_by_role("link", name="Actualiser")).to_be_visible()
    seat.get_by_role("button", name="Je suis là").click()
    expect(seat.get_by_role("button", name="Je sors")).to_be_visible()
