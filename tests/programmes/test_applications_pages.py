"""Pages of applications: lists with their filters and figures, gestures of the team, *Mon projet*."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.mailbox.models import Mail
from kiif.programmes import carrying
from kiif.programmes.actions import applications_bulk, applications_team, copying, erasing, invented
from kiif.programmes.application_mails import may_open_reminder
from kiif.programmes.enums import Phase, State
from kiif.programmes.models import Application, Conflict, Edition, Reminder
from kiif.questionnaires.models import Mandate, Response
from kiif.search.queries import search
from kiif.ui.errors import NotAllowed, Refused
from tests.factories import make_user, sign_in
from tests.programmes import application_factories as make
from tests.programmes import factories
from tests.programmes.test_applications import ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> dict[str, Any]:
    return make.make_place()


def browser(actor: Actor) -> Client:
    assert actor.user is not None
    return sign_in(actor.user)


def counted(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_list_asks_as_much_of_three_as_of_one(place: dict[str, Any]) -> None:
    client, url = browser(place["coordinator"]), reverse("programmes:applications", args=[place["call"].public_id])
    make.sent(place["call"], title="Un", accueil={"values": ["nord"]})
    one = counted(client, url)
    for title in ("Deux", "Trois"):
        make.sent(place["call"], title=title, accueil={"values": ["sud", "nord"]})
    assert counted(client, url) == one
    assert one <= 30


def test_the_drafts_ask_as_much_of_three_as_of_one_and_tell_no_answer(place: dict[str, Any]) -> None:
    client, url = browser(place["coordinator"]), reverse("programmes:drafts", args=[place["call"].public_id])
    first = Actor(user=make_user())
    make.fill(make.begin(place["call"], first), first, titre="Un secret bien gardé")
    one = counted(client, url)
    for _number in range(2):
        make.begin(place["call"], Actor(user=make_user()))
    assert counted(client, url) == one
    assert "secret" not in client.get(url).content.decode()


def test_pages_of_one_application_stay_cheap(place: dict[str, Any]) -> None:
    sent = make.sent(place["call"], place["carrier"])
    assert counted(browser(place["coordinator"]), sent.get_absolute_url()) <= 20
    assert counted(browser(place["carrier"]), reverse("programmes:project", args=[sent.number])) <= 20


def test_the_list_that_was_narrowed_goes_along_with_its_applications(place: dict[str, Any]) -> None:
    for title in ("Un", "Deux", "Trois"):
        make.sent(place["call"], title=title, accueil={"values": ["sud" if title == "Deux" else "nord"]})
    client, url = browser(place["coordinator"]), reverse("programmes:applications", args=[place["call"].public_id])
    first, last = Application.objects.filter(title__in=("Un", "Trois")).order_by("pk")
    query = f"accueil={place['nord'].pk}&tri=title"
    assert (
        f'href="{last.get_absolute_url()}?{query.replace("&", "&amp;")}"'
        in client.get(f"{url}?{query}").content.decode()
    )
    page = client.get(f"{last.get_absolute_url()}?{query}").content.decode()
    assert "1 / 2" in page
    assert f'href="{first.get_absolute_url()}?{query.replace("&", "&amp;")}" rel="next"' in page
    assert 'rel="next"' not in client.get(last.get_absolute_url()).content.decode()


def test_each_sees_in_the_list_what_concerns_it_and_exports_what_is_filtered(place: dict[str, Any]) -> None:
    near = make.sent(place["call"], title="Au nord", accueil={"values": ["nord"]})
    far = make.sent(place["call"], title="Au sud", accueil={"values": ["sud"]})
    url = reverse("programmes:applications", args=[place["call"].public_id])
    page = browser(place["advisor"]).get(url).content.decode()
    assert near.number in page
    assert far.number not in page
    file = browser(place["coordinator"]).get(f"{url}?accueil={place['sud'].pk}&format=csv")
    text = b"".join(file).decode("utf-8-sig") if file.streaming else file.content.decode("utf-8-sig")
    assert far.number in text
    assert near.number not in text


def test_a_barred_person_sees_nothing_of_it(place: dict[str, Any]) -> None:
    sent = make.sent(place["call"], title="Le vélo partagé")
    actor = place["coordinator"]
    url = reverse("programmes:applications", args=[place["call"].public_id])
    assert sent.number in browser(actor).get(url).content.decode()
    assert sent.number in str(search(actor, "vélo"))
    Conflict.objects.create(application=sent, person=actor.user, state="confirmed")
    assert sent.number not in browser(actor).get(url).content.decode()
    assert browser(actor).get(sent.get_absolute_url()).status_code == 404
    assert sent.number not in str(search(actor, "vélo"))


def test_putting_many_in_review_is_computed_again_when_it_runs(place: dict[str, Any]) -> None:
    rows = [make.sent(place["call"], title=title) for title in ("Un", "Deux", "Trois")]
    ask(rows[1], place["coordinator"], "recit")
    door = applications_team.Door("Les webinaires")
    applications_team.decide_eligibility(
        application=rows[2], eligible=False, words="Non", door=door, by=place["coordinator"]
    )
    keys = [row.public_id for row in rows]
    done = applications_bulk.in_bulk(call=place["call"], gesture="review", keys=keys, by=place["coordinator"])
    assert [row.pk for row in done.done] == [rows[0].pk]
    assert {row.pk for row, _reason in done.left} == {rows[1].pk, rows[2].pk}
    with pytest.raises(NotAllowed):
        applications_bulk.in_bulk(call=place["call"], gesture="review", keys=keys, by=place["advisor"])


def test_drafts_are_reminded_once_a_day_and_not_once_sent(place: dict[str, Any]) -> None:
    first, second = Actor(user=make_user()), Actor(user=make_user())
    draft = make.fill(make.begin(place["call"], first), first, titre="Un")
    make.begin(place["call"], second)
    made = applications_bulk.remind_drafts(call=place["call"], words="Quatre jours.", by=place["coordinator"])
    assert len(made) == 2
    assert Mail.objects.filter(kind="programmes.draft_reminder").count() == 2
    with pytest.raises(Refused):
        applications_bulk.remind_drafts(call=place["call"], words="Trois.", by=place["coordinator"])
    reminder = Reminder.objects.get(application=draft)
    assert may_open_reminder(first.user, reminder)
    make.send(draft, first)
    assert not may_open_reminder(first.user, reminder)


def test_the_team_writes_for_somebody_who_sends_themselves(place: dict[str, Any]) -> None:
    url = reverse("programmes:application-type", args=[place["call"].public_id])
    data = {
        "email": place["carrier"].user.email, "given_by": "Léonce", "channel": "phone",
        "given_on": timezone.localdate().isoformat(), "words": "Écrire la première partie.",
    }  # fmt: skip
    client = browser(place["coordinator"])
    made = client.post(url, data)
    assert made.status_code == 302, made.content.decode()
    application = Application.objects.get(call=place["call"])
    assert application.response.owner == place["carrier"].user
    assert Mandate.objects.filter(response=application.response).count() == 1
    client.post(url, {**data, "email": "nouveau@exemple.test"})
    other = Application.objects.exclude(pk=application.pk).get()
    assert other.response.owner is None
    assert other.project_id != application.project_id


def test_the_number_of_a_merged_project_leads_on(place: dict[str, Any]) -> None:
    first = make.sent(place["call"], place["carrier"], "Un")
    second = make.begin(place["call"], place["carrier"])
    type(second.project).objects.filter(pk=second.project_id).update(merged_into=first.project)
    shown = browser(place["carrier"]).get(reverse("programmes:project", args=[second.number]))
    assert shown["Location"] == reverse("programmes:project", args=[first.number])
    assert browser(Actor(user=make_user())).get(reverse("programmes:project", args=[first.number])).status_code == 404


def test_mon_projet_says_what_to_do(place: dict[str, Any]) -> None:
    sent = make.sent(place["call"], place["carrier"])
    asked = ask(sent, place["coordinator"], "recit")
    client = browser(place["carrier"])
    page = client.get(reverse("programmes:project", args=[sent.number])).content.decode()
    assert "Question recit" in page
    assert sent.response.get_absolute_url() in page
    assert "Dites-en plus." in page
    assert asked.words == ""


def test_applying_from_the_call_goes_to_the_form_with_the_number(place: dict[str, Any]) -> None:
    client, url = browser(place["carrier"]), reverse("programmes:apply", args=[place["call"].slug])
    assert client.get(url).status_code == 200
    begun = client.post(url, {"language": "fr"})
    application = Application.objects.get(call=place["call"])
    assert begun["Location"] == application.response.get_absolute_url()
    page = client.get(begun["Location"], follow=True).content.decode()
    assert application.number in page
    wrong = client.post(url, {"code": "INCONNU", "project": ""})
    assert wrong.status_code in (302, 422)


def test_the_print_of_the_team_is_a_pdf_of_what_one_reads(place: dict[str, Any]) -> None:
    sent = make.sent(place["call"], place["carrier"])
    got = browser(place["coordinator"]).get(reverse("programmes:application-pdf", args=[sent.public_id]))
    assert got.content.startswith(b"%PDF")
    assert sent.number in got["Content-Disposition"]


def test_a_rehearsal_is_filled_with_invented_applicants_and_a_real_call_is_not(place: dict[str, Any]) -> None:
    call = place["call"]
    with pytest.raises(Refused):
        invented.fill(call=call, number=3, by=place["coordinator"])
    Edition.objects.filter(pk=call.edition_id).update(rehearsal_of=factories.make_edition(call.edition.programme))
    call = type(call).objects.with_ties().get(pk=call.pk)
    assert call.phase() == Phase.OPEN
    made = invented.fill(call=call, number=9, by=place["coordinator"])
    assert sorted({row.state for row in made}) == [State.DRAFT, State.SUBMITTED]
    assert len({row.number for row in made}) == 9
    assert all(row.response.owner.email.endswith(".example") for row in made)
    assert Response.objects.filter(collection=call.collection).count() == 9
    assert dt.timedelta(0) <= timezone.now() - made[0].begun_at


def test_a_rehearsal_takes_its_invented_people_along(place: dict[str, Any]) -> None:
    call = place["call"]
    kept = make.sent(call, place["carrier"]).response.owner
    Edition.objects.filter(pk=call.edition_id).update(rehearsal_of=factories.make_edition(call.edition.programme))
    call = type(call).objects.with_ties().get(pk=call.pk)
    made = invented.fill(call=call, number=3, by=place["coordinator"])
    people = [row.response.owner for row in made]
    opened = people[0]
    User.objects.filter(pk=opened.pk).update(last_login=timezone.now())
    elsewhere = make_user(email=f"quelqu-un.{call.pk}.0@exemple.example")
    erasing.erase_rehearsal(rehearsal=call.edition, by=place["coordinator"])
    left = User.objects.filter(pk__in=[row.pk for row in (*people, kept, elsewhere)])
    assert set(left) == {opened, kept, elsewhere}


def test_invented_applicants_never_come_from_the_future(place: dict[str, Any]) -> None:
    edition = place["call"].edition
    opening = timezone.localdate(place["call"].opens_at)
    for day in (opening, opening + dt.timedelta(days=3)):
        rehearsal = copying.rehearse(edition=edition, by=place["coordinator"], day=day)
        copying.invent(rehearsal=rehearsal, by=place["coordinator"], number=2)
        rows = Application.objects.filter(call__edition=rehearsal)
        assert rows.count() == 2
        if rehearsal.calls.get().opens_at <= timezone.now():  # at the hour of opening of that day
            assert all(row.begun_at <= timezone.now() for row in rows)


def test_my_project_shows_first_what_corrections_are_waited_for(place: dict[str, Any]) -> None:
    call = factories.make_call(place["call"].edition, make.form(), facts=make.FACTS)
    old = make.sent(place["call"], place["carrier"])
    new = make.begin(call, place["carrier"], project=old.project)
    stories = carrying.stories(old.project, place["carrier"])
    assert [one.application for one in stories] == [new, old]
    ask(old, place["coordinator"], "recit")
    stories = carrying.stories(old.project, place["carrier"])
    assert [one.application for one in stories] == [old, new]
