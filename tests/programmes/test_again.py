"""Applying elsewhere with the same project: from *Mon projet* and from an answer, everything is chosen beforehand."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from kiif.accounts.actor import Actor
from kiif.decisions.letters.values import doors_of
from kiif.programmes import carrying
from kiif.programmes.models import Application
from tests.decisions.factories import coordinator_of, make_ready, publish_all
from tests.factories import make_user, sign_in
from tests.programmes import application_factories as make
from tests.programmes.factories import make_application, make_call

pytestmark = pytest.mark.django_db


def _chosen(page: str, name: str) -> str:
    """The value of the last radio that is checked: the one that a browser takes."""
    boxes = re.findall(rf'<input type="radio" name="{name}" value="([^"]*)"( checked)?', page)
    return [value for value, checked in boxes if checked][-1]


def test_another_call_starts_from_the_project_and_its_answers() -> None:
    place, other = make.make_place(), make.make_place()
    sent = make.sent(place["call"], place["carrier"], "Le vélo partagé", recit="Huit villages.")
    client = sign_in(place["carrier"].user)
    begin = reverse("programmes:apply", args=[other["call"].slug])
    link = begin + carrying.again(sent)
    project = client.get(reverse("programmes:project", args=[sent.project.number])).content.decode()
    assert link.replace("&", "&amp;") in project
    page = client.get(link).content.decode()
    assert (_chosen(page, "project"), _chosen(page, "source")) == (sent.project.number, str(sent.pk))
    plain = client.get(begin).content.decode()
    assert (_chosen(plain, "project"), _chosen(plain, "source")) == ("", "")
    client.post(link, {"project": _chosen(page, "project"), "source": _chosen(page, "source"), "language": "fr"})
    again = Application.objects.get(call=other["call"])
    assert again.project == sent.project
    assert dict(again.response.answers.values_list("field__key", "value"))["q_recit"] == "Huit villages."


def test_a_link_chooses_nothing_of_somebody_else() -> None:
    place, other = make.make_place(), make.make_place()
    sent = make.sent(place["call"], place["carrier"], "Le vélo partagé")
    neighbour = Actor(user=make_user())
    make.sent(place["call"], neighbour, "La remise")
    link = reverse("programmes:apply", args=[other["call"].slug]) + carrying.again(sent)
    page = sign_in(neighbour.user).get(link).content.decode()
    assert (_chosen(page, "project"), _chosen(page, "source")) == ("", "")
    assert "La remise" in page
    assert "Le vélo partagé" not in page


def test_a_refusal_leads_to_a_beginning_with_the_same_project() -> None:
    call = make_call(contact_email="equipe@kiif.example")
    application, by = make_application(call, None, "review"), coordinator_of(call)
    make_ready(application, "refused", by)
    publish_all(call, by, 1)
    opened = make_call(application.call.edition, title="Itinéraires inventés")
    link = reverse("programmes:apply", args=[opened.slug]) + carrying.again(application)
    page = sign_in(application.response.owner).get(reverse("decisions:mine", args=[application.public_id]))
    assert link.replace("&", "&amp;") in page.content.decode()
    assert [door.apply for door in doors_of(application.call) if door.apply] == [link.partition("?")[0]]


def test_a_link_fills_what_it_names_and_says_so_first() -> None:
    place = make.make_place()
    client = sign_in(place["carrier"].user)
    link = reverse("programmes:apply", args=[place["call"].slug]) + "?titre=Le+four+du+village&statut=scic&inconnu=1"
    page = client.get(link).content.decode()
    assert "Rempli d’avance par votre lien" in page
    assert "Le four du village" in page
    assert not Application.objects.exists()
    client.post(link, {"language": "fr"})
    held = dict(Application.objects.get().response.answers.values_list("field__key", "value"))
    assert held["q_titre"] == "Le four du village"
    assert held["q_statut"]["value"] == "scic"


def test_what_was_withdrawn_gives_its_answers_to_another_one_of_the_same_call() -> None:
    place = make.make_place()
    sent = make.sent(place["call"], place["carrier"], "Le vélo partagé")
    client, link = sign_in(place["carrier"].user), reverse("programmes:apply", args=[place["call"].slug])
    assert f'name="source" value="{sent.pk}"' not in client.get(link + carrying.again(sent)).content.decode()
    Application.objects.filter(pk=sent.pk).update(state="withdrawn")
    page = client.get(link + carrying.again(sent)).content.decode()
    assert (_chosen(page, "project"), _chosen(page, "source")) == (sent.project.number, str(sent.pk))
