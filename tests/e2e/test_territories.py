"""A village found, understood, compared; a valley drawn and printed; the gaps seen. With and without script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from kiif.territories import lookup
from kiif.territories.models import DrawnTerritory
from tests.factories import World
from tests.opendata.conftest import base_dir, base_pack
from tests.territories import factories as make

__all__ = ["base_dir", "base_pack"]


@pytest.fixture(autouse=True)
def _places(db: None, base_pack: Path) -> Iterator[None]:
    lookup.forget()
    make.load_departments(("24", "06"))
    yield
    lookup.forget()


def test_find_understand_compare(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/territoires/")
    page.get_by_label("Nom, code postal ou code").type("nontr")
    page.get_by_role("link", name="Nontron", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nontron")
    expect(page.locator(".lead").first).to_contain_text(
        "Commune rurale de 3\u202f057 habitant·es, au nord de la Dordogne."
    )
    expect(page.get_by_text("Estimation d’après la densité").first).to_be_visible()
    page.get_by_role("link", name="Périgord Nontronnais").first.click()
    page.get_by_role("link", name="Comparer ce territoire").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Comparer des territoires")
    page.get_by_label("Ajouter un territoire").fill("grand perigueux")
    page.get_by_role("button", name="Rechercher").click()
    page.get_by_role("link", name=re.compile("^Ajouter .*Périgueux")).first.click()
    expect(page.locator(".comparison thead")).to_contain_text("Périgueux")


def test_draw_a_valley_with_the_keyboard_and_print_it(
    page: Page, live_server: Any, world: World, enter: Callable[..., Page]
) -> None:
    enter(world.people["advisor"])
    page.goto(f"{live_server.url}/territoires/dessines/nouveau")
    with page.expect_navigation():  # until its scripts listen to what is typed
        page.get_by_role("button", name="Commencer à dessiner").press("Enter")
    for count, (typed, name) in enumerate((("tende", "Tende"), ("breil", "Breil-sur-Roya"), ("saorg", "Saorge")), 1):
        page.get_by_label("Commune, intercommunalité, code postal").fill(typed)
        page.get_by_role("button", name=f"Ajouter {name}", exact=True).press("Enter")
        expect(page.locator(".draft-sum")).to_contain_text(re.compile(rf"^{count} commune"), timeout=15_000)
    page.get_by_role("button", name=re.compile("Ajouter .*Fontan")).press("Enter")
    expect(page.locator(".draft-sum")).to_contain_text("4 communes", timeout=15_000)
    page.get_by_label("Nom du territoire").fill("Vallée de la Roya")
    expect(page.locator("#draft-saved")).to_contain_text("Enregistré")
    page.get_by_role("button", name="Enregistrer le territoire").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vallée de la Roya")
    assert DrawnTerritory.objects.get().current.size == 4
    page.emulate_media(media="print")
    expect(page.locator(".place-map svg")).to_be_visible()
    expect(page.locator(".territory-head .acts")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")


def test_no_fast_gesture_is_lost(page: Page, live_server: Any, world: World, enter: Callable[..., Page]) -> None:
    enter(world.people["advisor"])
    page.goto(f"{live_server.url}/territoires/dessines/nouveau")
    page.get_by_role("button", name="Commencer à dessiner").click()
    page.get_by_label("Commune, intercommunalité, code postal").fill("tende")
    page.get_by_role("button", name="Ajouter Tende", exact=True).click()
    expect(page.locator(".draft-sum")).to_contain_text("1 commune", timeout=15_000)
    # three at once, faster than any answer: more than the queue of a form holds
    page.evaluate("[...document.querySelectorAll('.chip.add')].slice(0, 3).forEach((chip) => chip.click())")
    expect(page.locator(".draft-sum")).to_contain_text("4 communes", timeout=15_000)
    # taken off and put back before the first answer: the last gesture counts
    page.evaluate("""() => {
      const pick = (picked) => document.dispatchEvent(
        new CustomEvent("kiif-map-pick", { detail: { code: "24311", name: "Nontron", picked } }));
      pick(true); pick(false); pick(true);
    }""")
    expect(page.locator(".draft-sum")).to_contain_text("5 communes", timeout=15_000)
    # saved while a gesture waits: it is in what is saved
    page.get_by_label("Nom du territoire").fill("Vallée de la hâte")
    page.evaluate("""() => {
      document.querySelector(".chip.add").click();
      document.querySelector(".workshop-words .form-end button").click();
    }""")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vallée de la hâte", timeout=15_000)
    assert DrawnTerritory.objects.get().current.size == 6


def test_the_same_without_javascript(browser: Browser, browser_context_args: dict[str, Any], live_server: Any) -> None:
    context = browser.new_context(**{**browser_context_args, "java_script_enabled": False})
    page = context.new_page()
    page.goto(f"{live_server.url}/territoires/")
    page.get_by_label("Nom, code postal ou code").fill("brantome")
    page.get_by_role("button", name="Rechercher").first.click()
    expect(page.get_by_text("fait aujourd’hui partie de Brantôme en Périgord").first).to_be_visible()
    page.get_by_role("link", name="Brantôme en Périgord").first.click()
    expect(page.locator(".place-map svg")).to_be_visible()
    page.goto(f"{live_server.url}/territoires/alliance/")
    expect(page.get_by_role("heading", name="Là où il n’y a encore personne")).to_be_visible()
    expect(page.get_by_role("table").first).to_contain_text("Dordogne")
    context.close()
