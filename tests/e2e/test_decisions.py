"""Decisions in a real browser: prepared, written, read again, published at once; the carriers read and reply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from kiif.accounts import actor as actors
from kiif.accounts.models import User
from kiif.decisions.models import Decision
from kiif.programmes.enums import State
from kiif.programmes.models import Application, Call
from tests.decisions.factories import make_ready
from tests.factories import World
from tests.programmes.factories import make_application, make_call, make_edition, make_programme
from tests.ui import axe


@pytest.fixture
def world(transactional_db: None) -> World:
    return World()


@pytest.fixture
def call(world: World) -> Call:
    return make_call(
        make_edition(make_programme(world.alliance)),
        contact_email="equipe@kiif.example",
        contact_name="L’équipe inventée",
        places=2,
    )


@pytest.fixture
def application(world: World, call: Call) -> Application:
    return make_application(call, world.people["carrier"], State.REVIEW, title="La Remise tournante")


def at(live_server: Any, name: str, *args: Any) -> str:
    return str(live_server.url + reverse(f"decisions:{name}", args=args))


def test_from_the_decision_to_the_reply(
    enter: Callable[[User], Page], live_server: Any, world: World, call: Call, application: Application
) -> None:
    other = make_application(call, None, State.REVIEW, title="Le Lavoir commun")
    make_ready(other, "refused", actors.system("test"))
    page = enter(world.people["coordinator"])
    page.goto(at(live_server, "call", call.public_id))
    expect(page.get_by_text("1 candidature n’a pas encore de réponse")).to_be_visible()
    assert axe.violations(page) == []

    page.get_by_role("link", name="La Remise tournante").click()
    page.get_by_label("retenue").check()
    page.get_by_label("Motifs, pour l’équipe").fill("Solide et attendu.")
    page.get_by_role("button", name="Préparer la décision").click()
    page.get_by_role("button", name="Écrire sa lettre").click()

    # a word between braces is put where one writes, and shown with what fills it
    body = page.get_by_label("Texte", exact=True)
    body.focus()
    page.keyboard.press("Control+End")
    page.get_by_role("button", name="{numero}").click()
    assert body.input_value().endswith("{numero}")
    page.get_by_role("button", name="Garder la lettre").click()
    expect(page.locator(".letter-preview mark", has_text=application.number).last).to_be_visible()
    assert axe.violations(page) == []
    page.get_by_role("button", name="Relue : elle est prête").click()
    page.goto(at(live_server, "publish", call.public_id))
    assert axe.violations(page) == []
    page.get_by_label("Combien de réponses publiez-vous ?").fill("2")
    page.get_by_role("button", name="Publier 2 réponses").click()
    expect(page.get_by_text("2 réponses sont publiées.")).to_be_visible()
    assert Decision.objects.published().count() == 2

    carrier = enter(world.people["carrier"])
    carrier.goto(at(live_server, "mine", application.public_id))
    expect(carrier.get_by_role("heading", name="La lettre")).to_be_visible()
    assert axe.violations(carrier) == []
    carrier.get_by_label("Nous prenons la place").check()
    carrier.get_by_role("button", name="Envoyer la réponse").click()
    expect(carrier.get_by_role("heading", name="Vous avez pris la place")).to_be_visible()
    assert Decision.objects.get(application=application).reply == "confirmed"


def test_many_at_once_without_a_mouse_on_a_small_screen(
    enter: Callable[[User], Page], live_server: Any, world: World, call: Call, application: Application
) -> None:
    make_application(call, None, State.REVIEW, title="Le Lavoir commun")
    page = enter(world.people["coordinator"])
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(at(live_server, "call", call.public_id))
    page.get_by_label(f"Choisir {application.number}").press("Space")
    page.get_by_role("button", name="Décider ensemble de celles qui sont cochées").press("Enter")
    expect(page.get_by_text("1 candidature, telle qu’elle est maintenant")).to_be_visible()
    page.get_by_label("Décider : refusées").press("Space")
    page.get_by_role("button", name="Le faire pour 1 candidature").press("Enter")
    expect(page.get_by_text("Fait pour 1 candidature sur 1.")).to_be_visible()
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert Decision.objects.get().application == application
