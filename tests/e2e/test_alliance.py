"""A person is invited, enters, is protected, switches, is replaced, is confirmed; and the journal tells all of it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from kiif.accounts.models import User
from kiif.alliance.enums import Role
from kiif.alliance.models import Body, Delegation, Membership
from kiif.mailbox.models import Mail
from tests.alliance import factories as make
from tests.e2e.test_accounts import _totp
from tests.factories import World, make_user

PASSWORD = "quatre mots sans lien aucun"
ADDRESS = "ysee@exemple.test"


@pytest.fixture
def world(transactional_db: None) -> World:
    """Two incubators and one person for each role, committed: the browser reads them."""
    world = World()
    assert world.people
    return world


@pytest.fixture
def address(live_server: LiveServer) -> str:
    return live_server.url


def link_of(mail: Mail) -> str:
    found = re.search(r"/alliance/invitation/[\w-]+/", mail.text)
    assert found
    return found.group(0)


def test_an_invited_manager_enters_with_a_second_factor(
    page: Page, address: str, world: World, enter: Callable[[User], Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiif.mailbox.actions.queue.send_later", lambda mail: None)  # its text is blanked once sent
    coordinator = enter(world.people["coordinator"])
    coordinator.goto(f"{address}/alliance/incubateurs/{world.incubator.slug}/")
    coordinator.click("main .btn.go")
    coordinator.fill("[name=email]", ADDRESS)
    coordinator.fill("[name=full_name]", "Ysée Aubelune")
    coordinator.check(f"[name=role][value={Role.MANAGER}]")
    coordinator.click("main .btn.go")
    expect(coordinator.locator("main")).to_contain_text(ADDRESS)
    expect(coordinator.locator("main")).to_contain_text("en attente")
    mail = Mail.objects.get(kind="alliance.invitation")
    assert mail.address == ADDRESS

    page.context.clear_cookies()
    page.goto(address + link_of(mail))
    expect(page).to_have_url(f"{address}/alliance/invitation/")
    expect(page.locator("h1")).to_contain_text(world.incubator.name)
    assert page.input_value("[name=full_name]") == "Ysée Aubelune"
    page.fill("[name=password]", PASSWORD)
    page.click("main .btn.go")
    expect(page).to_have_url(re.compile("/compte/second-facteur/"))
    page.goto(f"{address}/compte/second-facteur/application/")
    secret = (page.text_content("#totp-key") or "").replace(" ", "")
    page.fill("[name=code]", _totp(secret))
    page.click("main .btn.go")
    expect(page.locator("#recovery-codes li")).to_have_count(10)

    page.goto(f"{address}/alliance/equipes/{world.incubator.slug}/")
    expect(page.locator("main")).to_contain_text("Ysée Aubelune")
    person = User.objects.get(email=ADDRESS)
    assert Membership.objects.get(user=person).role == Role.MANAGER


def test_a_used_link_says_so(page: Page, address: str, world: World, watch: object) -> None:
    watch.allow(410)  # type: ignore[attr-defined]  # the watch of conftest
    make.make_invitation(world.incubator, "jeton-use", accepted_at=timezone.now())
    page.goto(f"{address}/alliance/invitation/jeton-use/")
    expect(page.locator("main")).to_contain_text("a déjà servi")


def test_only_what_the_role_allows(
    page: Page, address: str, world: World, enter: Callable[[User], Page], watch: object
) -> None:
    watch.allow(403, 404)  # type: ignore[attr-defined]  # the watch of conftest
    advisor = enter(world.people["advisor"])
    advisor.goto(f"{address}/alliance/equipes/{world.incubator.slug}/")
    expect(advisor.locator("main")).to_contain_text(str(world.people["manager"]))
    expect(advisor.locator("main .btn.go")).to_have_count(0)
    advisor.goto(f"{address}/alliance/equipes/{world.other_incubator.slug}/")
    expect(advisor.locator("[data-reason]")).to_be_visible()
    advisor.goto(f"{address}/alliance/revues/")
    expect(advisor.locator("[data-reason]")).to_be_visible()


def test_switching_and_delegating_for_a_holiday(
    page: Page, address: str, world: World, enter: Callable[[User], Page]
) -> None:
    advisor = world.people["advisor"]
    make.make_membership(world.other_incubator, Role.ADVISOR, advisor)
    enter(world.people["manager"]).goto(f"{address}/alliance/delegations/nouvelle/")
    page.select_option("[name=to]", str(advisor.pk))
    page.fill("[name=until]", make.days(10).isoformat())
    page.fill("[name=reason]", "congés d’été")
    page.click("main .btn.go")
    expect(page.locator("main")).to_contain_text("congés d’été")
    delegation = Delegation.objects.get()

    page.context.clear_cookies()
    enter(advisor).goto(f"{address}/alliance/mes-roles/")
    page.click("details.menu > summary")
    panel = page.locator(".menu-panel .acting")
    expect(panel).to_contain_text(world.incubator.name)
    panel.locator(f"button[value=d{delegation.pk}]").click()
    page.wait_for_load_state()
    page.goto(f"{address}/alliance/equipes/{world.incubator.slug}/")
    expect(page.locator(".banner", has_text=str(world.people["manager"]))).to_be_visible()
    expect(page.locator("main .btn.go")).to_be_visible()
    # back to oneself, without JavaScript magic: the page “My roles” does the same
    page.goto(f"{address}/alliance/mes-roles/")
    page.locator(f"main button[value=m{world.memberships['advisor'].pk}]").click()
    page.wait_for_load_state()
    page.goto(f"{address}/alliance/equipes/{world.incubator.slug}/")
    expect(page.locator("main .btn.go")).to_have_count(0)


def test_the_quarterly_review_closes_who_left_and_the_history_tells_it(
    page: Page, address: str, world: World, enter: Callable[[User], Page]
) -> None:
    gone = make.make_membership(world.incubator, Role.COLLEAGUE, make_user("Ulysse Tourbenoire"))
    enter(world.people["coordinator"]).goto(f"{address}/alliance/revues/")
    page.click("main .btn.go")
    expect(page.locator("main")).to_contain_text(world.incubator.name)
    page.context.clear_cookies()
    enter(world.people["manager"]).goto(f"{address}/alliance/revues/")
    page.get_by_role("link", name=world.incubator.name).first.click()
    page.get_by_label("Ulysse Tourbenoire").select_option("leaves")
    page.click("main button[value=confirm]")
    expect(page.locator("main")).to_contain_text(str(world.people["manager"]))
    assert not Membership.objects.current().filter(pk=gone.pk).exists()
    assert Membership.objects.current().filter(where=Body.objects.get(pk=world.incubator.pk)).count() == 2
    page.goto(f"{address}/alliance/appartenances/{gone.pk}/")
    expect(page.locator("main")).to_contain_text("a fermé un accès")


def test_a_list_is_searched_and_sorted_in_place(
    page: Page, address: str, world: World, enter: Callable[[User], Page]
) -> None:
    for name in ("Adélie Lunebois", "Zélie Ormeclair"):
        make.make_membership(world.incubator, Role.ADVISOR, make_user(name))
    enter(world.people["manager"]).goto(f"{address}/alliance/equipes/{world.incubator.slug}/")
    page.fill("[name=q]", "Lunebois")
    expect(page.locator("#table-equipe tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("q=Lunebois"))
    page.goto(f"{address}/alliance/equipes/{world.incubator.slug}/?tri=-person")
    expect(page.locator("#table-equipe tbody th").first).to_contain_text("Zélie Ormeclair")
