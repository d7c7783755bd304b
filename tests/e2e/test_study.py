"""Two people write the same study in two browsers; a cut connection; no script at all. Not a word is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from kiif.accounts.models import User
from kiif.replication.enums import Part
from kiif.replication.models import FeasibilityStudy
from tests.factories import make_user
from tests.factories import sign_in as client_of
from tests.replication import study_factories as make

FIELD = "#text-need"
STATE = "#need [data-save-state]"


def second(browser: Browser, live_server: Any, user: User, watch: Any, **options: Any) -> Page:
    """Another browser, signed in as somebody else."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 1440, "height": 900}, **options)
    cookie = client_of(user).cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    watch.follow(page)
    page.set_default_timeout(15_000)
    return page


def text_of(study: FeasibilityStudy) -> str:
    return study.sections.get(part=Part.NEED).text


def open_study(page: Page, live_server: Any, study: FeasibilityStudy) -> None:
    page.goto(live_server.url + study.get_absolute_url())
    expect(page.locator("auto-save[data-part=need][ready]")).to_be_attached()


def test_two_people_write_at_once_and_keep_every_word(
    enter: Callable[[User], Page], browser: Browser, live_server: Any, watch: Any
) -> None:
    watch.allow(409)
    study = make.make_study()
    friend = make_user("Inès Inventée")
    make.share(study.search.solution, friend, may_write=True)
    one = enter(study.search.solution.owner)
    two = second(browser, live_server, friend, watch)
    open_study(one, live_server, study)
    open_study(two, live_server, study)

    one.locator(FIELD).press_sequentially("Rosa marche onze kilomètres.")
    expect(one.locator(STATE)).to_contain_text("Enregistré à")
    assert text_of(study) == "Rosa marche onze kilomètres."

    two.locator(FIELD).press_sequentially("Le car ne passe plus.")
    expect(two.locator("#need [data-conflict]")).to_be_visible()
    expect(two.locator("#theirs-need")).to_have_value("Rosa marche onze kilomètres.")
    expect(two.locator(FIELD)).to_have_value("Le car ne passe plus.")
    assert text_of(study) == "Rosa marche onze kilomètres."

    two.get_by_role("button", name="Mettre l’autre texte au-dessus du mien").click()
    expect(two.locator(STATE)).to_contain_text("Enregistré à")
    expect(two.locator("#need [data-conflict]")).to_have_count(0)
    assert text_of(study) == "Rosa marche onze kilomètres.\n\nLe car ne passe plus."

    two.locator(FIELD).focus()
    one.locator("h1").click()
    one.evaluate("document.activeElement.blur()")
    one.evaluate("document.querySelector('writers-here').last = 0; document.querySelector('writers-here').beat()")
    expect(one.locator(FIELD)).to_have_value("Rosa marche onze kilomètres.\n\nLe car ne passe plus.")
    two.context.close()


def test_presence_says_who_writes_where(
    enter: Callable[[User], Page], browser: Browser, live_server: Any, watch: Any
) -> None:
    study = make.make_study()
    friend = make_user("Inès Inventée")
    make.share(study.search.solution, friend, may_write=True)
    two = second(browser, live_server, friend, watch)
    open_study(two, live_server, study)
    two.wait_for_timeout(3200)
    with two.expect_response(lambda answer: answer.url.endswith("/presence")):
        two.locator(FIELD).focus()
    one = enter(study.search.solution.owner)
    open_study(one, live_server, study)
    expect(one.locator("[data-here=need]")).to_contain_text("Inès Inventée écrit ici")
    two.context.close()


def test_a_cut_connection_keeps_the_text_and_sends_it_when_it_is_back(
    enter: Callable[[User], Page], live_server: Any
) -> None:
    study = make.make_study()
    page = enter(study.search.solution.owner)
    open_study(page, live_server, study)
    page.context.set_offline(True)
    page.locator(FIELD).press_sequentially("Écrit sans réseau.")
    expect(page.locator(STATE)).to_contain_text("Pas enregistré")
    expect(page.locator(FIELD)).to_have_value("Écrit sans réseau.")
    assert text_of(study) == ""
    page.context.set_offline(False)
    expect(page.locator(STATE)).to_contain_text("Enregistré à")
    assert text_of(study) == "Écrit sans réseau."


def test_a_page_closed_before_the_end_finds_its_draft_again(enter: Callable[[User], Page], live_server: Any) -> None:
    study = make.make_study()
    page = enter(study.search.solution.owner)
    open_study(page, live_server, study)
    page.on("dialog", lambda dialog: dialog.accept())
    page.context.set_offline(True)
    page.locator(FIELD).press_sequentially("Un brouillon.")
    page.evaluate("document.querySelector('auto-save').save = () => {}")
    page.context.set_offline(False)
    assert text_of(study) == ""
    open_study(page, live_server, study)
    expect(page.locator(FIELD)).to_have_value("Un brouillon.")
    expect(page.locator(STATE)).to_contain_text("Enregistré à")
    assert text_of(study) == "Un brouillon."


def test_without_javascript_the_button_saves(browser: Browser, live_server: Any, watch: Any) -> None:
    study = make.make_study()
    page = second(browser, live_server, study.search.solution.owner, watch, java_script_enabled=False)
    page.goto(live_server.url + study.get_absolute_url())
    page.locator(FIELD).fill("Sans script.")
    page.locator("#need").get_by_role("button", name="Enregistrer").first.click()
    assert text_of(study) == "Sans script."
    page.context.close()
