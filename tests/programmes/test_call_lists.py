"""Lists of the teams ask as much for three rows as for one; sentences of the team's pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kiif.programmes.actions import eligibility, hosts, inquiries
from kiif.programmes.eligibility.starter import RURAL
from kiif.programmes.enums import CodeKind
from kiif.programmes.models import Check, Inquiry
from tests.alliance import factories as alliances
from tests.factories import sign_in
from tests.programmes import factories as make
from tests.programmes.call_factories import Place, make_place

pytestmark = pytest.mark.django_db
#: Most queries of a page of a call, its frame and tabs included.
MOST = 30


@pytest.fixture
def place() -> Place:
    return make_place(eligibility=RURAL)


def _host(place: Place) -> None:
    hosts.add_host(call=place.call, incubator=alliances.make_incubator(place.alliance), by=place.coordinator)


def _code(place: Place) -> None:
    hosts.make_code(call=place.call, by=place.coordinator, kind=CodeKind.EARLY, why="exemple")


def _question(place: Place) -> None:
    inquiries.ask(call=place.call, question="Quand ?", email="q@exemple.example", by=place.coordinator)


def _test(place: Place) -> None:
    Check.objects.create(call=place.call, verdict="person")


def _programme(place: Place) -> None:
    make.make_call(make.make_edition(make.make_programme(place.alliance)))


@pytest.mark.parametrize(
    ("name", "add"),
    [
        ("call-hosts", _host),
        ("call-codes", _code),
        ("call-inquiries", _question),
        ("call-checks", _test),
        ("list", _programme),
    ],
)
def test_a_list_asks_as_much_for_three_rows_as_for_one(place: Place, name: str, add: Any) -> None:
    client = sign_in(place.coordinator.user)
    url = reverse(f"programmes:{name}", args=[] if name == "list" else [place.call.public_id])
    add(place)
    client.get(url)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(url).status_code == 200
        counts.append(len(asked))
        add(place)
        add(place)
    assert counts[0] == counts[1]
    assert counts[0] <= MOST


def test_the_team_answers_from_its_pages(place: Place) -> None:
    client = sign_in(place.coordinator.user)
    _question(place)
    asked = Inquiry.objects.get()
    url = reverse("programmes:inquiry", args=[place.call.public_id, asked.public_id])
    assert client.post(url, {"answer": ""}).status_code == 422
    assert client.post(url, {"answer": "En mai."}).status_code == 302
    check = eligibility.take(
        call=place.call, by=place.coordinator,
        answers={"challenge": ["none"], "esus": ["yes"], "impact": ["yes"], "means": ["yes"], "stake": ["yes"],
                 "capacity": ["yes"], "setting": ["rural"], "form": ["branch"]},
    )  # fmt: skip
    url = reverse("programmes:check", args=[place.call.public_id, check.public_id])
    assert client.post(url, {"decision": "yes", "words": "Oui, c’est civique."}).status_code == 302
    check.refresh_from_db()
    assert check.outcome == "yes"


def test_the_calendar_is_written_from_its_page(place: Place) -> None:
    client = sign_in(place.coordinator.user)
    url = reverse("programmes:call-calendar-change", args=[place.call.public_id])
    data = {
        "revision": place.call.revision, "opens_at": "2027-03-01T09:00", "closes_at": "2027-06-30T23:59", "grace": "10",
        "dates-TOTAL_FORMS": "2", "dates-INITIAL_FORMS": "0",
        "dates-0-kind": "committee", "dates-0-title": "Comité", "dates-0-starts_at": "2027-07-10T09:00",
        "dates-0-public": "on",
    }  # fmt: skip
    assert client.post(url, {**data, "dates-0-starts_at": "2027-03-28T02:30"}).status_code == 422
    assert client.post(url, data).status_code == 302
    assert [row.title for row in place.call.moments.all()] == ["Comité"]
    assert client.post(url, data).status_code == 422  # the page is an old one now


def test_partners_changed_by_two_people_are_not_overwritten(place: Place) -> None:
    client = sign_in(place.coordinator.user)
    url = reverse("programmes:call-partners", args=[place.call.public_id])
    page = client.get(url).content.decode()
    assert f'name="revision" value="{place.call.revision}"' in page
    data = {"partners-TOTAL_FORMS": "1", "partners-INITIAL_FORMS": "0", "revision": place.call.revision}
    assert client.post(url, {**data, "partners-0-name": "Fondation première"}).status_code == 302
    late = client.post(url, {**data, "partners-0-name": "Fondation seconde"})
    assert late.status_code == 422
    assert "Fondation seconde" in late.content.decode()  # what was typed stays, to be copied
    assert [row.name for row in place.call.partners.all()] == ["Fondation première"]


def test_a_key_that_no_database_holds_is_refused_in_words(place: Place) -> None:
    client = sign_in(place.coordinator.user)
    url = reverse("programmes:host-add", args=[place.call.public_id])
    for key in ("9" * 30, "-" + "9" * 30, str(2**63)):
        assert client.post(url, {"incubator": key}).status_code == 422
        assert client.post(url, {"incubator": place.incubator.pk, "branch": key}).status_code == 422
    assert not place.call.hosts.exists()
    assert client.post(url, {"incubator": place.incubator.pk}).status_code == 302
