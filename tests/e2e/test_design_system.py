"""The design system in a real browser: nobody is kept out by a component, and the first page is light and still."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from kiif.accounts.models import User
from tests.factories import make_user
from tests.ui.axe import violations
from tests.ui.tiles import square_tile

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
Enter = Callable[[User], Page]

WIDTHS = (320, 390, 1440)
#: Everything that a first visit loads, as it travels: page, styles, script, fonts.
FIRST_PAGE = 150 * 1024


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_style_guide_keeps_nobody_out(enter: Enter, live_server: Any, width: int, scheme: Any) -> None:
    page = enter(make_user(is_staff=True))
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{live_server.url}/style")
    page.evaluate("for (const part of document.querySelectorAll('main details')) part.open = true")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width + 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("address", ["/?public", "/vie-privee"])
def test_public_pages_keep_nobody_out(page: Page, live_server: Any, address: str, width: int, scheme: Any) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{live_server.url}{address}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width + 1


def test_open_menu_dialog_and_palette_keep_nobody_out(enter: Enter, live_server: Any) -> None:
    page = enter(make_user(is_staff=True))
    page.goto(f"{live_server.url}/style")
    page.locator("details.menu > summary").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("details.menu")).not_to_have_attribute("open", "")
    page.locator("[data-dialog=sample]").click()
    expect(page.locator("dialog#sample")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("dialog#sample")).to_be_hidden()
    expect(page.locator("[data-dialog=sample]")).to_be_focused()


def test_palette_goes_somewhere_by_keyboard(enter: Enter, live_server: Any) -> None:
    page = enter(make_user(is_staff=True))
    page.goto(f"{live_server.url}/style")
    page.keyboard.press("Control+k")
    field = page.locator("command-palette input")
    expect(field).to_be_focused()
    field.fill("vie privée")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_contain_text("Vie privée")
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    assert violations(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/vie-privee")


def test_a_refused_form_takes_the_focus_and_leads_to_its_fields(enter: Enter, live_server: Any) -> None:
    page = enter(make_user(is_staff=True))
    page.goto(f"{live_server.url}/style")
    summary = page.locator("error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    assert page.evaluate("document.activeElement.id") == "id_refused-name"


def test_a_list_is_filtered_sorted_and_turned_without_a_new_page(enter: Enter, live_server: Any) -> None:
    page = enter(make_user(is_staff=True))
    page.goto(f"{live_server.url}/style")
    page.evaluate("window.stillHere = true")
    page.locator("#table-exemples-name").click()
    expect(page.locator("#table-exemples th[aria-sort=descending]")).to_be_visible()
    assert "tri=-name" in page.url
    page.locator("#table-exemples-q").fill("fournil")
    expect(page.locator("#table-exemples tbody tr")).to_have_count(1)
    expect(page.locator("#live")).to_contain_text("1")
    assert page.evaluate("window.stillHere") is True
    page.reload()
    expect(page.locator("#table-exemples tbody tr")).to_have_count(1)


def test_theme_and_language_work_without_javascript(browser: Any, live_server: Any) -> None:
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{live_server.url}/vie-privee")
    page.get_by_role("button", name="Sombre").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    context.close()


def test_first_page_is_light(page: Page, live_server: Any) -> None:
    """Bodies as the browser received them; the test server does not compress, so texts are counted compressed."""
    import gzip

    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 -- the driver refuses a built-in
    page.goto(f"{live_server.url}/")
    page.wait_for_load_state("networkidle")
    sizes = {}
    for answer in answers:
        body = answer.body()
        packed = answer.request.resource_type in {"document", "stylesheet", "script"} or answer.url.endswith(".svg")
        sizes[answer.url.rsplit("/", 1)[-1] or "page"] = len(gzip.compress(body)) if packed else len(body)
    assert {"page", "app.js", "app-style.css", "bricolage.woff2", "atkinson.woff2"} <= sizes.keys()
    assert sum(sizes.values()) < FIRST_PAGE, sizes


@pytest.mark.parametrize("width", [390, 1440])
def test_first_page_does_not_move(page: Page, live_server: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries()) "
        "if (!entry.hadRecentInput) window.moved += entry.value }).observe({ type: 'layout-shift', buffered: true })"
    )
    page.goto(f"{live_server.url}/")
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")
    # fonts replaced by ours have the same widths; a busy machine shows both for an instant
    assert page.evaluate("window.moved") < 0.05


def _with_map(monkeypatch: pytest.MonkeyPatch) -> None:
    from kiif.ui.maps import MapView
    from kiif.ui.views import style

    view = MapView(label="Carte", tiles="/tuiles-d-essai/{z}/{x}/{y}.mvt", layer="departments", page="#CODE")
    monkeypatch.setattr(style, "_map", lambda: view)


def test_a_map_says_when_it_is_ready(enter: Enter, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _with_map(monkeypatch)
    page = enter(make_user(is_staff=True))
    page.route("**/tuiles-d-essai/**", lambda route: route.fulfill(body=square_tile("departments")))
    page.goto(f"{live_server.url}/style")
    expect(page.locator("kiif-map[data-ready]")).to_be_visible()
    expect(page.locator(".map-fallback").first).to_be_hidden()
    page.get_by_role("button", name="Agrandir").click()
    assert violations(page) == []


def test_a_map_without_tiles_says_so(
    enter: Enter, watch: Any, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.allow(404)
    _with_map(monkeypatch)
    page = enter(make_user(is_staff=True))
    page.route("**/tuiles-d-essai/**", lambda route: route.fulfill(status=404))
    page.goto(f"{live_server.url}/style")
    expect(page.locator("kiif-map[data-failed]")).to_be_visible()
    expect(page.locator("kiif-map .map-fallback").first).to_contain_text("La liste dit la même chose")
