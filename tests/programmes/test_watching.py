"""Being told when a programme opens again: by whom it is asked, when the one message leaves, what is kept of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kiif.decisions.letters.values import doors_of
from kiif.mailbox.models import Mail
from kiif.programmes import privacy_calls, tasks_watching
from kiif.programmes.actions import watching
from kiif.programmes.eligibility.doors import doors
from kiif.programmes.models import Call, Watch
from tests.factories import make_user, sign_in
from tests.programmes import factories as make
from tests.programmes.call_factories import Place, make_place

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def place() -> Place:
    """A call that closed yesterday."""
    cache.clear()
    return make_place(
        opens_at=NOW - timedelta(days=30), closes_at=NOW - timedelta(days=1), contact_email="equipe@exemple.example"
    )


def _ask(place: Place) -> str:
    return reverse("programmes:public-watch", args=[place.call.slug])


def _next(place: Place, **fields: Any) -> Call:
    return make.make_call(make.make_edition(place.call.edition.programme), summary="Une autre fois.", **fields)


def _told(kind: str = "programmes.call_opened") -> list[Mail]:
    return list(Mail.objects.filter(kind=kind).order_by("pk"))


def test_an_account_is_told_once_when_the_next_call_opens(place: Place) -> None:
    person = make_user()
    client = sign_in(person)
    assert "Me prévenir du prochain appel" in client.get(place.call.public_url).content.decode()
    for _twice in range(2):
        assert client.post(_ask(place)).status_code == 302
    watch = Watch.objects.get()
    assert (watch.user, watch.email, watch.confirmed_at is not None) == (person, "", True)
    assert "Vous serez prévenu·e" in client.get(_ask(place)).content.decode()
    assert tasks_watching.something_opened() is False
    announced = _next(place, opens_at=NOW + timedelta(days=2))
    assert watching.tell(watch=watch) is False
    Call.objects.filter(pk=announced.pk).update(opens_at=NOW - timedelta(minutes=1))
    assert tasks_watching.something_opened() is True
    assert tasks_watching.tell_openings.function() == {"told": 1}
    assert tasks_watching.tell_openings.function() == {"told": 0}
    (mail,) = _told()
    assert mail.to == person
    assert reverse("programmes:public-call", args=[announced.slug]) in mail.text
    assert Watch.objects.count() == 0


def test_an_account_stops_it(place: Place) -> None:
    client = sign_in(make_user())
    other = sign_in(make_user())
    client.post(_ask(place))
    other.post(_ask(place))
    assert client.post(_ask(place), {"stop": "1"}).status_code == 302
    assert Watch.objects.count() == 1
    _next(place)
    assert tasks_watching.tell_openings.function() == {"told": 1}


def test_an_address_is_told_once_it_is_confirmed(client: Client, place: Place) -> None:
    assert client.post(_ask(place), {"email": "pas une adresse"}).status_code == 422
    for _twice in range(2):
        assert client.post(_ask(place), {"email": "Aude@exemple.example"}).status_code == 302
    watch = Watch.objects.get()
    assert (watch.email, watch.confirmed_at) == ("aude@exemple.example", None)
    (asked,) = _told("programmes.watch_confirm")
    address = reverse("programmes:public-watch-link", args=[watching.token_of(watch)])
    assert address in asked.text
    _next(place, opens_at=NOW + timedelta(days=1))
    assert client.get(address).status_code == 200
    watch.refresh_from_db()
    assert watch.confirmed_at is None, "reading the page writes nothing"
    assert client.get(address[:-2] + "xx").status_code == 404
    assert client.post(address).status_code == 200
    Call.objects.update(opens_at=NOW - timedelta(minutes=1), closes_at=NOW + timedelta(days=9))
    assert tasks_watching.tell_openings.function() == {"told": 1}
    (mail,) = _told()
    assert (mail.to, mail.address) == (None, "aude@exemple.example")
    assert client.get(address).status_code == 404


def test_an_address_that_nobody_confirmed_receives_nothing_and_goes(client: Client, place: Place) -> None:
    client.post(_ask(place), {"email": "aude@exemple.example"})
    _next(place)
    assert tasks_watching.tell_openings.function() == {"told": 0}
    assert tasks_watching.forget_watches.function() == 0
    Watch.objects.update(asked_at=NOW - timedelta(days=8))
    assert tasks_watching.forget_watches.function() == 1


def test_the_link_takes_the_address_off(client: Client, place: Place) -> None:
    client.post(_ask(place), {"email": "aude@exemple.example"})
    address = reverse("programmes:public-watch-link", args=[watching.token_of(Watch.objects.get())])
    assert "effacée" in client.post(address, {"stop": "1"}).content.decode()
    assert Watch.objects.count() == 0


def test_while_a_call_is_open_its_page_says_more(client: Client, place: Place) -> None:
    opened = _next(place)
    answer = client.get(_ask(place))
    assert (answer.status_code, answer["Location"]) == (302, opened.public_url)
    assert client.post(_ask(place), {"email": "aude@exemple.example"}).status_code == 302
    assert Watch.objects.count() == 0


def test_a_call_that_opens_just_before_one_asks_is_told_in_words(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look and the gesture: to an account as to an address."""
    for client, sent in ((sign_in(make_user()), {}), (Client(), {"email": "aude@exemple.example"})):
        looks = iter([None, place.call])
        monkeypatch.setattr(watching, "opened", lambda _programme, looks=looks: next(looks))
        answer = client.post(_ask(place), sent)
        assert answer.status_code == 422
        assert "ouvert" in answer.content.decode()
    assert Watch.objects.count() == 0


def test_who_has_begun_already_and_who_left_are_not_written_to(place: Place) -> None:
    begun, gone, there = make_user(), make_user(), make_user()
    for person in (begun, gone, there):
        sign_in(person).post(_ask(place))
    gone.is_active = False
    gone.save()
    opened = _next(place)
    make.make_application(opened, begun, "draft")
    assert tasks_watching.tell_openings.function() == {"told": 1}
    assert [mail.to for mail in _told()] == [there]
    assert Watch.objects.count() == 0


def test_a_rehearsal_opens_for_nobody(place: Place) -> None:
    sign_in(make_user()).post(_ask(place))
    edition = make.make_edition(place.call.edition.programme, rehearsal_of=place.call.edition)
    make.make_call(edition)
    assert tasks_watching.tell_openings.function() == {"told": 0}


def test_a_refusal_opens_the_door_of_the_next_edition(place: Place) -> None:
    address = reverse("programmes:public-watch", args=[place.call.slug])
    (door,) = [one for one in doors(place.call) if one.kind == "watch"]
    assert door.url == address
    assert address in [one.url[-len(address) :] for one in doors_of(place.call)]
    _next(place, opens_at=NOW + timedelta(days=9))
    kinds = [one.kind for one in doors(place.call)]
    assert "next" in kinds
    assert "watch" not in kinds


def test_what_is_kept_of_somebody_is_told_and_erased(place: Place) -> None:
    person = make_user()
    sign_in(person).post(_ask(place))
    assert [row["programme"] for row in privacy_calls.export(person)["watched_programmes"]] == [
        place.call.edition.programme.name
    ]
    privacy_calls.erase(person)
    assert Watch.objects.count() == 0
