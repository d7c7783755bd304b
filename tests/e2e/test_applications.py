"""A carrier applies, from the call to the corrections sent again; the team asks for them. In two browsers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from kiif.accounts.models import User
from kiif.programmes.enums import State
from kiif.programmes.models import Application
from tests.e2e.test_study import second
from tests.programmes import application_factories as make
from tests.ui.axe import violations

Enter = Callable[[User], Page]


def test_from_the_call_to_the_corrections(enter: Enter, browser: Browser, live_server: Any, watch: Any) -> None:
    place = make.make_place(summary="Pour essaimer à la campagne.", contact_name="Maïwenn Astruc")
    call, carrier = place["call"], place["carrier"].user
    page = enter(carrier)

    # the page of the call leads to the form; the keyboard is enough
    page.goto(f"{live_server.url}{reverse('programmes:apply', args=[call.slug])}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Commencer votre candidature")
    assert violations(page) == []
    page.get_by_role("button", name="Commencer la candidature").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Mon projet KF-")).to_be_visible()
    application = Application.objects.select_related("project", "response").get(call=call)

    # two answers, the ranking brings an annex, then it is sent
    page.goto(f"{live_server.url}/repondre/dossier/{application.response.public_id}/page/p_quoi")
    expect(page.locator("#answer-form[data-ready]")).to_be_attached()
    page.locator("#q_titre-field").fill("Le vélo partagé")
    page.locator("#q_recit-field").fill("Huit villages.")
    expect(page.locator("[data-save-all]")).to_contain_text("Enregistré à")
    page.goto(f"{live_server.url}/repondre/dossier/{application.response.public_id}/relire")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("C’est bien arrivé")).to_be_visible()
    application.refresh_from_db()
    assert (application.state, application.title) == (State.SUBMITTED, "Le vélo partagé")

    # the team asks for one correction, with words
    team = second(browser, live_server, place["coordinator"].user, watch)
    team.goto(f"{live_server.url}{reverse('programmes:applications', args=[call.public_id])}")
    team.get_by_role("link", name="Le vélo partagé").click()
    expect(team.get_by_role("heading", level=1)).to_have_text("Le vélo partagé")
    assert violations(team) == []
    team.get_by_role("link", name="Demander des corrections").click()
    team.get_by_label("Question recit").first.check()
    team.locator("summary", has_text="Question recit").click()
    team.locator("#words-q_recit").fill("Lesquels ?")
    assert violations(team) == []
    team.get_by_role("button", name="Demander ces corrections").click()
    expect(team.get_by_text("Attendues jusqu’au").first).to_be_visible()

    # the carrier reads what is asked, corrects it, sends again
    page.goto(f"{live_server.url}{reverse('programmes:project', args=[application.number])}")
    expect(page.get_by_text("Lesquels ?")).to_be_visible()
    assert violations(page) == []
    page.goto(f"{live_server.url}/repondre/dossier/{application.response.public_id}/page/p_quoi")
    expect(page.locator("#answer-form[data-ready]")).to_be_attached()
    expect(page.locator("#q_titre-field")).not_to_be_editable()
    page.locator("#q_recit-field").fill("Nontron, Abjat et six autres.")
    expect(page.locator("[data-save-all]")).to_contain_text("Enregistré à")
    page.goto(f"{live_server.url}/repondre/dossier/{application.response.public_id}/relire")
    page.get_by_role("button", name="Envoyer les corrections").click()
    expect(page.get_by_text("Nontron, Abjat et six autres.")).to_be_visible()

    # the team reads what changed
    team.reload()
    team.get_by_role("link", name="ce qui a changé").click()
    expect(team.get_by_role("cell", name="Nontron, Abjat et six autres.")).to_be_visible()
    assert violations(team) == []
