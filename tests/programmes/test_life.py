"""One dossier for life: the page of an application tells the other calls of its project, to who reads both by name."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from kiif.accounts.actor import Actor
from kiif.alliance.enums import Role
from kiif.programmes import life, readers
from kiif.programmes.enums import State
from kiif.programmes.models import Application, Conflict
from kiif.programmes.readers import Limits
from tests.alliance.factories import acting, make_membership
from tests.cohorts.factories import make_cohort, make_placement
from tests.factories import make_user, sign_in
from tests.programmes import application_factories as make
from tests.programmes import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> dict[str, Any]:
    """`first`: an application of last year, accepted, hosted, in a cohort; `second`: the same project this year."""
    place = make.make_place()
    first = make.sent(place["call"], place["carrier"], "Le vélo partagé")
    Application.objects.filter(pk=first.pk).update(state=State.ACCEPTED)
    first.refresh_from_db()
    place["hosted"] = make_placement(first, place["nord"], "hosted")
    place["cohort"] = make_cohort(place["call"], first, name="Promotion des Aulnes")
    edition = factories.make_edition(place["call"].edition.programme)
    place["later"] = factories.make_call(edition, make.form(), title="Les Aulnes, plus tard", facts=make.FACTS)
    begun = make.begin(place["later"], place["carrier"], project=first.project)
    filled = make.fill(begun, place["carrier"], titre="Le vélo partagé, plus loin")
    return place | {"first": first, "second": make.send(filled, place["carrier"])}


def told(actor: Actor, application: Application) -> list[tuple[Application, tuple[str, ...]]]:
    context = life.panel(actor, application)
    return [(step.application, step.words) for step in context["steps"]] if context else []


def test_the_team_reads_what_became_of_the_project(place: dict[str, Any]) -> None:
    ((row, words),) = told(place["coordinator"], place["second"])
    assert row == place["first"]
    assert [str(place["nord"]) in words[0], "Promotion des Aulnes" in words[1]] == [True, True]
    page = sign_in(place["coordinator"].user).get(place["second"].get_absolute_url()).content.decode()
    assert "Le même projet dans d’autres appels" in page
    assert place["first"].get_absolute_url() in page
    back = sign_in(place["coordinator"].user).get(place["first"].get_absolute_url()).content.decode()
    assert place["second"].get_absolute_url() in back


def test_a_project_with_one_application_has_no_such_section(place: dict[str, Any]) -> None:
    alone = make.sent(place["call"], Actor(user=make_user()), "La remise")
    assert told(place["coordinator"], alone) == []
    page = sign_in(place["coordinator"].user).get(alone.get_absolute_url()).content.decode()
    assert "Le même projet dans d’autres appels" not in page


def test_whom_a_conflict_bars_from_one_reads_nothing_of_it_on_the_other(place: dict[str, Any]) -> None:
    person = place["coordinator"]
    assert len(told(person, place["second"])) == 1
    Conflict.objects.create(application=place["first"], person=person.user, state="confirmed")
    assert told(person, place["second"]) == []


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch, place: dict[str, Any]) -> dict[str, Any]:
    """Somebody who reads both; blind in the calls of `hidden`."""
    person = Actor(user=make_user())
    hidden: set[int] = set()

    def limits(actor: Actor, row: Application) -> Limits | None:
        return Limits(blind=row.call_id in hidden) if actor == person else None

    way = readers.Reader("here", lambda actor: Q(pk__gt=0) if actor == person else Q(pk__in=()), limits)
    monkeypatch.setitem(readers._readers, "here", way)
    return {"person": person, "hidden": hidden}


def test_a_blind_reading_is_linked_to_nothing(place: dict[str, Any], reader: dict[str, Any]) -> None:
    person, hidden = reader["person"], reader["hidden"]
    assert [row for row, _words in told(person, place["second"])] == [place["first"]]
    hidden.add(place["later"].pk)
    assert told(person, place["second"]) == []
    assert told(person, place["first"]) == []


def test_a_host_is_told_of_any_number_of_calls_with_as_many_queries(place: dict[str, Any]) -> None:
    host, asked = acting(make_membership(place["nord"].incubator, Role.ADVISOR)), []
    Application.objects.filter(pk=place["second"].pk).update(host_open=True)
    factories.make_host(place["later"], place["nord"].incubator)
    second = Application.objects.with_ties().get(pk=place["second"].pk)
    for others in (2, 4):
        while len(told(host, second)) < others:
            call = factories.make_call(factories.make_edition(place["call"].edition.programme), consortium=True)
            factories.make_host(call, place["nord"].incubator)
            row = factories.make_application(call)
            Application.objects.filter(pk=row.pk).update(project=second.project, host_open=True)
        with CaptureQueriesContext(connection) as captured:
            told(host, second)
        asked.append(len(captured))
    assert asked[0] == asked[1]
