"""What anybody sees of calls: the list, the page, the test behind its link, the question box, the calendar file."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from kiif.mailbox.models import Mail
from kiif.programmes.actions import eligibility, inquiries
from kiif.programmes.eligibility.starter import RURAL
from kiif.programmes.models import Call, Check, Inquiry
from kiif.ui.errors import Refused
from tests.alliance import factories as alliances
from tests.factories import make_user, sign_in
from tests.programmes import factories as make
from tests.programmes.call_factories import Place, make_moment, make_place

pytestmark = pytest.mark.django_db
ANSWERS = {
    "challenge": ["jobs"], "esus": "yes", "impact": "yes", "means": "yes", "stake": "yes", "capacity": "yes",
    "setting": "rural", "form": "branch",
}  # fmt: skip


@pytest.fixture
def place() -> Place:
    cache.clear()
    made = make_place(eligibility=RURAL, contact_email="equipe@exemple.example", summary="En une phrase.")
    make_moment(made.call, title="Rencontre ouverte")
    make_moment(made.call, 6, title="Réunion de l’équipe", public=False)
    return made


def page(client: Client, name: str, *args: Any) -> str:
    response = client.get(reverse(f"programmes:{name}", args=args))
    assert response.status_code == 200
    return response.content.decode()


def test_the_public_page_says_what_is_public_and_only_that(client: Client, place: Place) -> None:
    text = page(client, "public-call", place.call.slug)
    assert "Rencontre ouverte" in text
    assert "Réunion de l’équipe" not in text
    assert "heure de Paris" in text
    assert place.call.title in page(client, "public-calls")
    Call.objects.filter(pk=place.call.pk).update(state="draft", published_at=None)
    assert client.get(place.call.public_url).status_code == 404
    assert place.call.title not in page(client, "public-calls")


def test_an_ended_programme_leaves_the_public_pages(client: Client, place: Place) -> None:
    from kiif.programmes.actions.programmes import end_programme

    end_programme(programme=place.call.edition.programme, by=place.coordinator)
    assert client.get(place.call.public_url).status_code == 404


def test_the_list_asks_as_much_for_three_calls_as_for_one(
    client: Client, place: Place, django_assert_num_queries: Any
) -> None:
    url = reverse("programmes:public-calls")
    client.get(url)
    with django_assert_num_queries(LIST_QUERIES):
        client.get(url)
    for _number in range(2):
        make.make_call(place.call.edition)
    with django_assert_num_queries(LIST_QUERIES):
        client.get(url)


#: queries of the list of calls, whatever their number
LIST_QUERIES = 2


def test_the_test_is_taken_without_an_account_and_kept_on_sign_in(client: Client, place: Place) -> None:
    url = reverse("programmes:test", args=[place.call.slug])
    refused = client.post(url, {**ANSWERS, "stake": ""})
    assert refused.status_code == 422
    done = client.post(url, ANSWERS)
    assert done.status_code == 302
    text = client.get(done["Location"]).content.decode()
    assert "Cet appel est pour vous" in text
    check = Check.objects.get()
    assert check.user is None
    assert Client().get(done["Location"]).status_code == 200
    assert Client().get(done["Location"][:-3] + "abc").status_code == 404
    user = make_user()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    check.refresh_from_db()
    assert check.user in {user, None}


def test_a_session_that_signs_in_keeps_its_tests(client: Client, place: Place, rf: Any) -> None:
    from django.contrib.auth.signals import user_logged_in

    from kiif.programmes.views.eligibility import SESSION_KEY

    check = eligibility.take(call=place.call, answers=_listed(), by=_visitor(), token="jeton")
    request = rf.get("/")
    request.session = {SESSION_KEY: [eligibility.digest("jeton")]}
    user = make_user()
    from kiif.programmes import registers_calls

    registers_calls._keep_tests(get_user_model(), request, user)
    assert user_logged_in.has_listeners()
    check.refresh_from_db()
    assert check.user == user


def _listed() -> dict[str, list[str]]:
    return {key: value if isinstance(value, list) else [value] for key, value in ANSWERS.items()}


def _visitor() -> Any:
    from kiif.accounts.actor import Actor

    return Actor()


def test_somebody_who_is_not_ready_asks_a_person(client: Client, place: Place) -> None:
    done = client.post(
        reverse("programmes:test", args=[place.call.slug]), {**ANSWERS, "impact": "no", "means": "no", "capacity": "no"}
    )
    text = client.get(done["Location"]).content.decode()
    assert "Pas cette fois" in text
    assert "equipe@exemple.example" in text
    assert client.post(done["Location"], {"email": "moi@exemple.example", "words": "Voyons"}).status_code == 422
    asked = client.post(done["Location"], {"email": "moi@exemple.example", "words": "Voyons", "consent": "on"})
    assert asked.status_code == 302
    assert Check.objects.get().email == "moi@exemple.example"


def test_a_question_is_answered_by_mail_and_published_without_who_asked(client: Client, place: Place) -> None:
    url = reverse("programmes:ask", args=[place.call.slug])
    words = {"question": "Je suis Ode, puis-je candidater ?", "email": "ode@exemple.example", "name": "Ode Brumeval"}
    assert client.post(url, words).status_code == 422  # without the consent
    assert client.post(url, {**words, "consent": "on"}).status_code == 302
    inquiry = Inquiry.objects.get()
    with pytest.raises(Refused):
        inquiries.answer(inquiry=inquiry, answer="Oui.", by=place.coordinator, public=True)
    inquiries.answer(
        inquiry=inquiry,
        answer="Oui, bien sûr.",
        by=place.coordinator,
        public=True,
        shown_question="Puis-je candidater ?",
    )
    assert Mail.objects.get(kind="programmes.inquiry_answered").address == "ode@exemple.example"
    text = page(client, "public-call", place.call.slug)
    assert "Oui, bien sûr." in text
    assert "Ode" not in text


def test_too_many_questions_wait(client: Client, place: Place) -> None:
    url = reverse("programmes:ask", args=[place.call.slug])
    words = {"question": "Quand ?", "email": "q@exemple.example", "consent": "on"}
    answers = [client.post(url, words).status_code for _n in range(7)]
    assert answers == [302] * 6 + [422]


def test_dates_go_into_a_calendar(client: Client, place: Place) -> None:
    response = client.get(reverse("programmes:public-calendar", args=[place.call.slug]))
    events = Calendar.from_ical(response.content).walk("VEVENT")
    titles = {str(event["SUMMARY"]).split(" : ", 1)[-1] for event in events}
    assert titles == {"Ouverture", "Clôture", "Rencontre ouverte"}
    one = client.get(reverse("programmes:public-date", args=[place.call.slug, "cloture"]))
    [closing] = Calendar.from_ical(one.content).walk("VEVENT")
    assert closing["DTSTART"].dt == place.call.closes_at.replace(microsecond=0)
    assert client.get(reverse("programmes:public-date", args=[place.call.slug, "ghost"])).status_code == 404


def test_the_blank_form_of_a_call_is_public_once_the_call_is(client: Client, place: Place) -> None:
    call = make.make_call(place.call.edition)
    address = reverse("questionnaires:blank-public", args=[call.collection.slug])
    team = alliances.make_membership(make.alliance_of(call), "coordinator", make_user())
    readers = (client, sign_in(make_user()), sign_in(team.user))
    assert [one.get(address).status_code for one in readers] == [200, 200, 200]
    Call.objects.filter(pk=call.pk).update(state="draft", published_at=None)
    assert [one.get(address).status_code for one in readers] == [404, 404, 200]
    rehearsal = make.make_edition(call.edition.programme, rehearsal_of=call.edition)
    Call.objects.filter(pk=call.pk).update(state="published", published_at=timezone.now(), edition=rehearsal)
    assert [one.get(address).status_code for one in readers] == [404, 404, 200]
