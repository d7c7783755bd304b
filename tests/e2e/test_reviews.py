"""Reading in a browser: marks from the keyboard, the draft that keeps itself, save and next; an expert by a link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from kiif.accounts.models import User
from kiif.questionnaires.links import digest
from kiif.reviews import links
from kiif.reviews.models import Mark, Reviewer
from tests.programmes.factories import make_application
from tests.reviews.factories import make_assignment, make_reviewer, make_round
from tests.ui.axe import violations

Enter = Callable[[User], Page]
STATE = "[data-save-state]"


def test_a_reviewer_marks_from_the_keyboard_and_goes_on(enter: Enter, live_server: Any) -> None:
    round_ = make_round()
    reviewer = make_reviewer(round_)
    first = make_assignment(reviewer, make_application(round_.call, title="La Remise fertile"), state="draft")
    make_assignment(reviewer, make_application(round_.call, title="Le Lavoir commun"))
    page = enter(reviewer.person)
    page.goto(f"{live_server.url}/lectures/")
    assert violations(page) == []
    page.get_by_role("link", name="Reprendre la lecture commencée").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("La Remise fertile")
    assert violations(page) == []

    # digits mark, the total adds up, the draft keeps itself
    page.locator("#c-c1 input").first.focus()
    page.keyboard.press("5")
    expect(page.locator("[data-total]")).to_have_text("20 / 20")
    page.locator("#c-c2 input").first.focus()
    page.keyboard.press("3")
    expect(page.locator("[data-total]")).to_have_text("15 / 20")
    expect(page.locator(STATE)).to_contain_text("Enregistré à")
    assert Mark.objects.get(assignment=first).submitted_at is None

    # it is still there after a reload; given, the least read of mine opens
    page.reload()
    expect(page.locator("#c-c1 input[value='5']")).to_be_checked()
    page.locator("#words_carriers").fill("Comptez vos effets sur deux saisons.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Le Lavoir commun")
    mark = Mark.objects.get(assignment=first)
    assert (mark.total, mark.words_carriers) == (15, "Comptez vos effets sur deux saisons.")


def test_an_expert_reads_by_a_link_without_a_script(browser: Browser, live_server: Any, watch: Any) -> None:
    round_ = make_round()
    reviewer = make_reviewer(round_, external=True, token_until=timezone.now() + timedelta(days=2))
    token = links.make(reviewer)
    Reviewer.objects.filter(pk=reviewer.pk).update(token_hash=digest(token))
    make_assignment(reviewer, make_application(round_.call, title="La Remise fertile"))
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    watch.follow(page)
    watch.allow(422)
    page.goto(f"{live_server.url}/lectures/acces/{token}")
    expect(page).to_have_url(f"{live_server.url}/lectures/")
    page.get_by_role("link", name="Lire la suivante").click()
    page.locator("#c-c1 input[value='4']").check()
    page.get_by_role("button", name="Donner ma note").click()
    expect(page.get_by_role("alert")).to_contain_text("Une note reste à donner")
    expect(page.locator("#c-c1 input[value='4']")).to_be_checked()
    page.locator("#c-c2 input[value='4']").check()
    page.get_by_role("button", name="Donner ma note").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tout est lu")
    assert Mark.objects.get().total == 15

    # nothing else opens
    page.goto(f"{live_server.url}/programmes/")
    expect(page).to_have_url(f"{live_server.url}/compte/connexion/?next=/programmes/")
    context.close()
