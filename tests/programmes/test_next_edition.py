"""What somebody alone reads while preparing the next edition, and what applicants read of it."""

from __future__ import annotations

import json
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from kiif.programmes import clearing
from kiif.programmes.actions.applications import withdraw
from kiif.programmes.clearing import Lack
from kiif.programmes.eligibility.starter import RURAL
from kiif.programmes.enums import CallState
from kiif.programmes.models import Call
from tests.factories import sign_in
from tests.programmes import application_factories as applications
from tests.programmes.call_factories import Place, make_place

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def place() -> Place:
    return make_place(eligibility=RURAL)


def _draft(place: Place, opens: timedelta) -> Call:
    now = timezone.now()
    Call.objects.filter(pk=place.call.pk).update(
        state=CallState.DRAFT, published_at=None, opens_at=now + opens, closes_at=now + 20 * DAY
    )
    return Call.objects.get(pk=place.call.pk)


def test_a_call_that_lacks_nothing_says_so_and_offers_the_rehearsal(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = _draft(place, DAY)
    client = sign_in(place.coordinator.user)
    rehearse = reverse("programmes:edition-rehearse", args=[call.edition.public_id])

    def read(lacks: list[Lack]) -> tuple[bool, bool, bool]:
        monkeypatch.setattr(clearing, "lacks", lambda _call: lacks)
        page = client.get(call.get_absolute_url()).content.decode()
        return "Rien ne manque" in page, rehearse in page, "Ce qui manque encore" in page

    assert read([]) == (True, True, False)
    assert read([Lack("Une chose manque.")]) == (False, False, True)
    Call.objects.filter(pk=call.pk).update(state=CallState.PUBLISHED, published_at=timezone.now())
    assert read([]) == (False, False, False)


@pytest.mark.parametrize(("opens", "at_once"), [(DAY, False), (-DAY, True)])
def test_the_page_that_publishes_says_when_applications_open(place: Place, opens: timedelta, at_once: bool) -> None:
    call = _draft(place, opens)
    page = sign_in(place.coordinator.user).get(reverse("programmes:call-publish", args=[call.public_id]))
    words = page.content.decode()
    assert ("ouvrent aussitôt" in words, "Les candidatures ouvrent le" in words) == (at_once, not at_once)


def test_the_page_of_the_test_says_what_makes_a_question_asked(place: Place) -> None:
    from django.test import Client

    page = Client().get(reverse("programmes:test", args=[place.call.slug])).content.decode()
    found = [json.loads(unescape(part.split('"', 1)[0])) for part in page.split('data-asked-if="')[1:]]
    assert found == [{"esus": ["no", "unsure"]}] * 3
    assert "programmes/test.js" in page


def test_once_sent_the_wishes_are_read_not_offered() -> None:
    """No row of lists that nobody may open: what was chosen, and whom to write to."""
    place = applications.make_place(facts={"title": "q_titre"})
    carrier = place["carrier"]
    application = applications.begin(place["call"], carrier)
    address = reverse("programmes:application-wishes", args=[application.public_id])
    client = sign_in(carrier.user)
    assert "<select" in client.get(address).content.decode()
    applications.fill(application, carrier, titre="Le vélo partagé")
    applications.send(application, carrier)
    page = client.get(address).content.decode()
    main = page[page.index("<main") : page.index("</main")]
    assert ("<select" in main, "Vous n’avez pas encore choisi" in main) == (False, True)
    assert reverse("programmes:ask", args=[application.call.slug]) in main


@pytest.mark.parametrize("in_the_form", [False, True])
def test_hosts_are_asked_before_the_form_unless_it_asks_them(in_the_form: bool) -> None:
    """Somebody who comes straight from the call never passes by the page of the project, where else it is asked."""
    facts = {"title": "q_titre", **({"hosts": "q_accueil"} if in_the_form else {})}
    place = applications.make_place(facts=facts)
    client = sign_in(place["carrier"].user)
    begun = client.post(reverse("programmes:apply", args=[place["call"].slug]), {"language": "fr"})
    application = place["call"].applications.get()
    wishes = reverse("programmes:application-wishes", args=[application.public_id])
    form = application.response.get_absolute_url()
    assert (begun.status_code, begun["Location"]) == (302, form if in_the_form else wishes)
    if not in_the_form:
        assert client.post(wishes, {"open": "1"})["Location"] == form
        assert client.post(wishes, {"rank.sud": "1"})["Location"] == form
        assert [wish.host for wish in application.wishes.all()] == [place["sud"]]


def test_who_withdrew_reads_what_remains_to_be_done() -> None:
    place = applications.make_place()
    carrier = place["carrier"]
    application = applications.sent(place["call"], carrier)
    withdraw(application=application, words="", by=carrier)
    client = sign_in(carrier.user)
    page = reverse("programmes:project", args=[application.project.number])
    begin = reverse("programmes:apply", args=[application.call.slug])
    html = client.get(page).content.decode()
    assert ("En commencer une autre à partir d’elle" in html, f'href="{begin}?' in html) == (True, True)
    now = timezone.now()
    Call.objects.filter(pk=place["call"].pk).update(
        opens_at=now - 9 * DAY, closes_at=now - DAY, late_until=None, grace=0
    )
    html = client.get(page).content.decode()
    assert ("En commencer une autre" in html, "elle n’est plus parmi les candidatures" in html) == (False, True)
