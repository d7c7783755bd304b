"""Figures start from what a person sees: whatever becomes of a dossier that a conflict hides, pages stay the same."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.alliance.enums import Role
from kiif.cohorts import actions
from kiif.cohorts.models import Broadcast, Member, Placement, PlanLine, Signature
from kiif.programmes.actions import conflicts
from kiif.ui.errors import Refused
from tests.cohorts.factories import Stage, make_cohort, make_commitment, make_placement, staff
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db

_TOKENS = re.compile(r'(name="csrfmiddlewaretoken" value|nonce|name="revision" value)="[^"]*"|X-CSRFToken[^}]*')


class Scene:
    """A call with a cohort: a member and a project to place that everybody sees, a dossier hidden from one person."""

    def __init__(self) -> None:
        self.stage = Stage()
        call = self.stage.call
        shown = self.stage.accepted(title="Le Four ouvert")
        make_placement(shown, self.stage.hosts[0], "hosted")
        self.alone = self.stage.accepted(make_user("Autre Porteur"), title="La Grange ouverte")
        self.hidden = self.stage.accepted(make_user("Zélie Cachette"), title="La Remise cachée", code="23")
        self.cohort = make_cohort(call, shown, self.alone)
        self.text = make_commitment(self.cohort)
        self.message = Broadcast.objects.create(
            cohort=self.cohort, subject="Bienvenue", text="Bonjour", audience="carriers", filters={}
        )
        self.barred = staff(self.stage.alliance, Role.COORDINATOR)
        conflicts.declare(application=self.hidden, by=Actor(user=self.barred.user), words="ma cousine")

    def happens(self) -> None:
        """The hidden dossier takes part, is hosted, signs; its people are written to."""
        placed = make_placement(self.hidden, self.stage.hosts[1], "hosted")
        member = Member.objects.create(
            cohort=self.cohort, application=self.hidden, placement=placed, consent_alumni_at=timezone.now()
        )
        digest = self.text.digest
        Signature.objects.create(
            commitment=self.text, member=member, side="carrier", name="Zélie Cachette", version=1, digest=digest
        )

    def pages(self) -> list[str]:
        call = self.stage.call.public_id
        return [
            reverse("cohorts:list"),
            *(reverse(f"cohorts:{name}", args=[call]) for name in ("matching", "cohort", "commitments", "broadcasts")),
            reverse("cohorts:cohort-close", args=[call]),
            reverse("cohorts:commitment", args=[self.text.public_id]),
            reverse("cohorts:matching-host", args=[call, self.stage.hosts[1].pk]),
            reverse("cohorts:host-leave", args=[call, self.stage.hosts[1].pk]),
            reverse("cohorts:matching-project", args=[call, self.alone.public_id]),
        ]

    def read_by(self, actor: Actor) -> dict[str, str]:
        client = sign_in(actor.user)
        found = {}
        for page in self.pages():
            answer = client.get(page)
            assert answer.status_code == 200, page
            found[page] = _TOKENS.sub("", answer.content.decode())
        return found


def test_no_figure_moves_with_a_hidden_dossier():
    scene = Scene()
    before = [scene.read_by(who) for who in (scene.barred, scene.stage.by)]
    scene.happens()
    after = [scene.read_by(who) for who in (scene.barred, scene.stage.by)]
    changed = [{page for page in was if was[page] != now[page]} for was, now in zip(before, after, strict=True)]
    assert (changed[0], set(scene.pages()) - changed[1]) == (set(), set())


def test_the_plan_says_nothing_of_a_hidden_dossier():
    scene = Scene()
    page = reverse("cohorts:matching", args=[scene.stage.call.public_id])
    texts = []
    for who in (scene.barred, scene.stage.by):
        client = sign_in(who.user)
        client.post(reverse("cohorts:plan-draw", args=[scene.stage.call.public_id]))
        texts.append(client.get(page).content.decode())
    assert PlanLine.objects.filter(host__isnull=False).count() == 2
    assert ["1 projet a un accueil dans le plan" in text for text in texts] == [True, False]
    assert ["2 projets ont un accueil dans le plan" in text for text in texts] == [False, True]
    assert ["2 placés sur 2" in text for text in texts] == [False, True]


def test_nobody_proposes_a_hidden_dossier_by_its_key():
    scene = Scene()
    matching = actions.draw_up(call=scene.stage.call, by=scene.stage.by)
    with pytest.raises(Refused):
        actions.send_lines(
            call=scene.stage.call, applications=[scene.hidden.pk], by=scene.barred, revision=matching.revision
        )
    assert Placement.objects.filter(application=scene.hidden).count() == 0
    actions.send_lines(
        call=scene.stage.call, applications=[scene.hidden.pk], by=scene.stage.by, revision=matching.revision
    )
    assert Placement.objects.filter(application=scene.hidden).count() == 1


def test_a_message_tells_how_many_only_to_who_sees_them_all():
    scene = Scene()
    scene.happens()
    page = reverse("cohorts:broadcast", args=[scene.message.public_id])
    said = sign_in(scene.barred.user).post(page, {"revision": scene.message.revision}, follow=True).content.decode()
    assert ("part à 2 personnes" in said, "3 personnes" in said) == (True, False)
    listed = reverse("cohorts:broadcasts", args=[scene.stage.call.public_id])
    seen, whole = (sign_in(who.user).get(listed).content.decode() for who in (scene.barred, scene.stage.by))
    assert [">3<" in text for text in (seen, whole)] == [False, True]


def test_the_page_of_a_host_shows_the_first_projects_and_leads_to_the_others(monkeypatch):
    scene = Scene()
    scene.stage.accepted(make_user("Troisième Porteuse"), title="Le Lavoir ouvert")
    page = reverse("cohorts:matching-host", args=[scene.stage.call.public_id, scene.stage.hosts[1].pk])
    client = sign_in(staff(scene.stage.alliance, Role.COORDINATOR).user)
    titles = ("La Grange ouverte", "Le Lavoir ouvert", "La Remise cachée")
    assert all(title in client.get(page).content.decode() for title in titles)
    monkeypatch.setattr("kiif.cohorts.views.hosts._SHOWN", 1)
    short = client.get(page).content.decode()
    assert sum(title in short for title in titles) == 1
    assert "Voir les 2 autres projets" in short
    assert all(title in client.get(f"{page}?tout").content.decode() for title in titles)
