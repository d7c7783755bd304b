"""Sharing out in a browser: a plan is computed, changed, applied; a reviewer in conflict loses the dossier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from kiif.accounts.models import User
from kiif.alliance.enums import Role
from kiif.programmes.enums import State
from kiif.programmes.models import Conflict
from kiif.reviews import results
from kiif.reviews.enums import AssignmentState
from kiif.reviews.models import Assignment
from tests.alliance import factories as alliances
from tests.factories import make_user
from tests.programmes.factories import alliance_of, make_application, make_call
from tests.reviews.factories import enter as enter_round
from tests.reviews.factories import make_mark, make_reviewer, make_round
from tests.ui.axe import violations

Enter = Callable[[User], Page]


def test_a_coordinator_shares_out_and_a_reviewer_withdraws(enter: Enter, live_server: Any) -> None:
    call = make_call()
    coordinator = alliances.make_membership(alliance_of(call), Role.COORDINATOR, make_user("Zélie Mirevent")).user
    round_ = make_round(call)
    titles = ["La Remise fertile", "Le Lavoir commun", "Le Four du Plateau"]
    dossiers = [make_application(call, make_user(), State.REVIEW, title=title) for title in titles]
    enter_round(round_, *dossiers)
    readers = [make_reviewer(round_, make_user(name)) for name in ("Ava Brume", "Ilo Rive", "Mia Crête", "Téo Lande")]
    for reader in readers:
        reader.person.email = f"lecture{reader.pk}@gmail.com"
        reader.person.save(update_fields=["email"])
    base = f"{live_server.url}/lectures/tours/{round_.public_id}"

    page = enter(coordinator)
    page.goto(f"{base}/attribution/")
    assert violations(page) == []
    page.get_by_role("button", name="Calculer une répartition").click()
    expect(page.get_by_text("Prouvé optimal")).to_be_visible()
    assert violations(page) == []
    assert Assignment.objects.count() == 0

    # somebody decides against a line: the plan is computed again around it
    pair = page.get_by_role("button", name="jamais").first
    kept_out = str(pair.text_content() or "")
    pair.click()
    expect(page.get_by_text("Prouvé optimal")).to_be_visible()
    assert kept_out not in [str(one.text_content()) for one in page.get_by_role("button", name="jamais").all()]
    page.get_by_role("button", name="Appliquer cette répartition").click()
    expect(page.get_by_text("9 lectures ont été confiées.")).to_be_visible()
    assert violations(page) == []
    assert Assignment.objects.count() == 9

    # by hand, from a dossier: a read is taken back
    page.get_by_role("link", name=titles[0]).click()
    expect(page.get_by_role("heading", name="Qui la lit")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Reprendre").first.click()
    expect(page.get_by_text("La lecture est reprise.")).to_be_visible()
    assert Assignment.objects.count() == 8

    # a reviewer is asked before anything is shown, says yes, and the dossier is gone
    read = Assignment.objects.filter(application=dossiers[1]).select_related("reviewer__person").first()
    assert read is not None
    Conflict.objects.create(
        application=dossiers[1], person=read.reviewer.person, reasons=[["organisation", "Lavoir commun"]]
    )
    theirs = enter(read.reviewer.person)
    theirs.goto(f"{live_server.url}{read.get_absolute_url()}")
    expect(theirs.get_by_role("heading", level=1)).to_contain_text("Connaissez-vous ces personnes")
    assert violations(theirs) == []
    theirs.get_by_role("button", name="Oui, je suis trop proche").click()
    expect(theirs.get_by_text("n’est plus parmi celles que vous voyez")).to_be_visible()
    theirs.goto(f"{live_server.url}/lectures/")
    expect(theirs.get_by_text(titles[1])).to_have_count(0)
    assert Assignment.objects.get(pk=read.pk).state == AssignmentState.RECUSED


def test_scores_are_read_and_explained(enter: Enter, live_server: Any) -> None:
    call = make_call()
    coordinator = alliances.make_membership(alliance_of(call), Role.COORDINATOR, make_user()).user
    round_ = make_round(call)
    readers = [make_reviewer(round_, make_user()) for _n in range(3)]
    for place in range(6):
        application = make_application(call, make_user(), State.REVIEW, title=f"Dossier inventé {place}")
        enter_round(round_, application)
        for shift, reader in enumerate(readers):
            read = Assignment.objects.create(round=round_, application=application, reviewer=reader)
            make_mark(read, min(5, 1 + (place + shift) % 5), min(5, 2 + place // 2))
    results.compute(round_)
    page = enter(coordinator)
    base = f"{live_server.url}/lectures/tours/{round_.public_id}/notes"
    page.goto(f"{base}/")
    expect(page.get_by_text("Note corrigée").first).to_be_visible()
    assert violations(page) == []
    page.locator("tbody th a").first.click()
    expect(page.get_by_role("heading", name="Pas à pas")).to_be_visible()
    assert violations(page) == []
    page.goto(f"{base}/lecteurs")
    expect(page.get_by_text("Être sévère n’est pas une faute")).to_be_visible()
    assert violations(page) == []
