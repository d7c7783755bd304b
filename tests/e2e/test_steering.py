"""Steering in a browser: from a figure to its dossiers, an export that is asked for and taken, open data."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kiif.accounts.models import User
from kiif.programmes.enums import State
from tests.factories import World
from tests.steering.factories import answered_call, published, some
from tests.ui.axe import violations


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("width", [1440, 390])
def test_from_a_figure_to_its_dossiers(
    page: Page, live_server: Any, enter: Callable[[User], Page], world: World, width: int
) -> None:
    call = answered_call(world.alliance)
    some(call, 2, State.REVIEW, rural="urban")
    enter(world.people["coordinator"])
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/pilotage/appels/{call.public_id}/")
    expect(page.get_by_role("heading", name="Le parcours des candidatures")).to_be_visible()
    assert violations(page) == []
    page.locator("#rural").get_by_role("row", name="Urbain").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("rural=urban"))
    expect(page.locator("table tbody tr")).to_have_count(4)


def test_an_export_is_asked_for_and_taken(
    page: Page, live_server: Any, enter: Callable[[User], Page], world: World
) -> None:
    call = answered_call(world.alliance)
    enter(world.people["coordinator"])
    page.goto(f"{live_server.url}/pilotage/appels/{call.public_id}/exports")
    assert violations(page) == []
    page.get_by_role("button", name="Préparer l’export").click()
    expect(page.get_by_role("heading", name="Vos exports")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger kiif-").first.click()
    assert download.value.suggested_filename.endswith(".zip")


def test_anybody_reads_an_open_summary(page: Page, live_server: Any, world: World) -> None:
    row = published(world.alliance)
    page.goto(f"{live_server.url}/pilotage/donnees-ouvertes/{row.edition.public_id}")
    expect(page.get_by_role("heading", name="Comment ces chiffres sont faits")).to_be_visible()
    assert violations(page) == []
