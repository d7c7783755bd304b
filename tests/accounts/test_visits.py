"""Abuse case 10: seeing the product as somebody else is logged, visible, short, and gives less power, never more."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import FileResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kiif.accounts import actions
from kiif.accounts import rules as account_rules
from kiif.accounts.actor import Actor, system
from kiif.accounts.models import SupportVisit, User
from kiif.journal.models import JournalEntry
from kiif.ui.errors import NotAllowed, Refused
from tests.accounts.factories import PASSWORD, of, person, support, totp_code, visiting
from tests.factories import sign_in

pytestmark = pytest.mark.django_db
REASON = "A demandé de l’aide pour son dossier"


@pytest.fixture
def helper() -> User:
    return support()


@pytest.fixture
def visited() -> User:
    return person("Yaël Orsenne")


def test_support_starts_a_visit_and_ends_it(helper: User, visited: User) -> None:
    client = sign_in(helper)
    client.post(reverse("mfa_reauthenticate"), {"code": totp_code(helper)})
    start = reverse("people:visit-start", args=[visited.pk])
    assert client.get(start).status_code == 200
    assert client.post(start, {"reason": "aide"}).status_code == 422
    assert client.post(start, {"reason": REASON}).url == reverse("home")
    home = client.get(reverse("home"))
    banner = home.content.decode().split("<main")[0]
    assert "Yaël Orsenne" in banner
    assert reverse("people:visit-end") in banner
    assert home.context["request"].actor == Actor(user=visited, impersonator=helper)
    assert client.post(reverse("people:visit-end")).url == reverse("people:people")
    assert client.get(reverse("home")).context["request"].actor == of(helper)
    assert list(JournalEntry.objects.filter(verb__contains="visit").order_by("pk").values_list("verb", flat=True)) == [
        "accounts.visit_started",
        "accounts.visit_ended",
    ]


def test_the_journal_names_both(helper: User, visited: User) -> None:
    actions.start_visit(person=visited, reason=REASON, by=of(helper))
    entry = JournalEntry.objects.get(verb="accounts.visit_started")
    assert entry.person is not None
    assert entry.person.user_id == helper.pk
    assert entry.object_id == str(visited.pk)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_written_during_a_visit(method: str, helper: User, visited: User) -> None:
    client, _visit = visiting(helper, visited)
    answer = getattr(client, method)(reverse("people:profile"), {"full_name": "Autre", "language": "en"})
    assert answer.status_code == 403
    assert "data-reason" in answer.content.decode()
    visited.refresh_from_db()
    assert visited.full_name == "Yaël Orsenne"
    assert sign_in(visited).post(reverse("people:profile"), {"full_name": "Autre", "language": "en"}).status_code == 302


CLOSED = (
    *("people:account", "people:profile", "people:my-data", "people:erasure", "people:people", "people:terms"),
    *("account_email", "account_change_password", "mfa_index", "mfa_activate_totp", "mfa_view_recovery_codes"),
    *("mfa_list_webauthn", "mfa_add_webauthn", "usersessions_list"),
)


@pytest.mark.parametrize("name", CLOSED)
def test_the_persons_own_pages_stay_closed(name: str, helper: User, visited: User) -> None:
    client, _visit = visiting(helper, visited)
    assert client.get(reverse(name)).status_code == 403


def test_the_administration_is_closed_and_public_texts_are_open(helper: User, visited: User) -> None:
    client, _visit = visiting(helper, visited)
    assert client.get(reverse("admin:index")).status_code == 403
    assert client.get(reverse("admin:accounts_user_changelist")).status_code == 403
    assert client.get(reverse("people:text", args=["terms"])).status_code == 200


def test_their_data_cannot_be_exported(helper: User, visited: User) -> None:
    client, _visit = visiting(helper, visited)
    assert client.post(reverse("people:my-data-export")).status_code == 403
    with pytest.raises(NotAllowed):
        actions.export_data(person=visited, by=Actor(user=visited, impersonator=helper))


def test_nothing_is_downloaded(helper: User, visited: User, tmp_path: Path) -> None:
    from kiif.accounts.middleware import GatesMiddleware

    file = tmp_path / "export.csv"
    file.write_text("nom;adresse", "utf-8")

    def export(request: object) -> FileResponse:
        return FileResponse(file.open("rb"), as_attachment=True)

    client, visit = visiting(helper, visited)
    request = client.get(reverse("home")).wsgi_request
    request.visit = visit
    assert GatesMiddleware(export)(request).status_code == 403
    request.visit = None
    response = GatesMiddleware(export)(request)
    assert b"".join(response.streaming_content) == b"nom;adresse"
    response.file_to_stream.close()


ACTIONS = {
    "profile": lambda by, who: actions.update_profile(person=who, by=by, full_name="X", phone="", language="fr"),
    "language": lambda by, who: actions.set_language(person=who, by=by, language="en"),
    "erasure": lambda by, who: actions.request_erasure(person=who, by=by),
    "consent": lambda by, who: actions.give_consent(person=who, texts=[], by=by),
    "sessions": lambda by, who: actions.end_sessions(person=who, by=by),
    "visit": lambda by, who: actions.start_visit(person=person(), reason=REASON, by=by),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_actions_refuse_too(name: str, helper: User, visited: User) -> None:
    with pytest.raises(NotAllowed):
        ACTIONS[name](Actor(user=visited, impersonator=helper), visited)


def test_a_visit_ends_by_itself(helper: User, visited: User) -> None:
    client, visit = visiting(helper, visited)
    SupportVisit.objects.update(ends_at=timezone.now() - dt.timedelta(seconds=1))
    assert client.get(reverse("home")).context["request"].actor == of(helper)
    visit.refresh_from_db()
    assert visit.ended_at == visit.ends_at


def test_a_visit_ends_with_the_right_to_it(helper: User, visited: User) -> None:
    client, _visit = visiting(helper, visited)
    User.objects.filter(pk=helper.pk).update(is_superuser=False)
    assert client.get(reverse("home")).context["request"].actor.user == helper


def test_a_visit_belongs_to_the_session_of_its_support_person(helper: User, visited: User) -> None:
    _client, visit = visiting(helper, visited)
    thief = sign_in(person())
    session = thief.session
    session["support_visit"] = visit.pk
    session.save()
    assert thief.get(reverse("home")).context["request"].actor.impersonator is None


def test_signing_out_ends_the_visit(helper: User, visited: User) -> None:
    client, visit = visiting(helper, visited)
    client.post(reverse("account_logout"))
    visit.refresh_from_db()
    assert visit.ended_at is not None
    assert "_auth_user_id" not in client.session


def test_who_may_be_visited(helper: User, visited: User) -> None:
    other_support = support("Dominique Support")
    closed = person(is_active=False)
    for whom in (helper, other_support, closed, person(is_staff=True)):
        with pytest.raises(NotAllowed):
            actions.start_visit(person=whom, reason=REASON, by=of(helper))
    with pytest.raises(NotAllowed):
        actions.start_visit(person=visited, reason=REASON, by=of(person()))
    with pytest.raises(Refused):
        actions.start_visit(person=visited, reason="   court   ", by=of(helper))
    assert not SupportVisit.objects.exists()
    assert actions.start_visit(person=visited, reason=REASON, by=of(helper)).is_open


def test_a_higher_floor_may_name_support_people(visited: User, monkeypatch: pytest.MonkeyPatch) -> None:
    coordinator = person("Coordination Inventée")
    monkeypatch.setattr(account_rules, "_support", [*account_rules._support, lambda user: user == coordinator])
    assert actions.start_visit(person=visited, reason=REASON, by=of(coordinator)).support == coordinator


def test_support_without_a_second_factor_is_sent_to_it(visited: User) -> None:
    helper = support("Sans Facteur", factor=False)
    client = sign_in(helper)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answer = client.post(reverse("people:visit-start", args=[visited.pk]), {"reason": REASON})
    assert answer.url == reverse("mfa_index")
    assert not SupportVisit.objects.exists()


def test_the_list_of_people_is_for_support(helper: User, visited: User) -> None:
    page = sign_in(helper).get(reverse("people:people"), {"q": "yaël"})
    assert "Yaël Orsenne" in page.content.decode()
    refused = sign_in(visited).get(reverse("people:people"))
    assert refused.status_code == 403
    assert Client().get(reverse("people:people")).status_code == 302


def test_the_list_of_people_costs_the_same_for_one_row_and_three(helper: User, visited: User) -> None:
    client = sign_in(helper)
    client.get(reverse("people:people"))
    counts = []
    for _rows in (1, 3):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("people:people"))
        counts.append(len(queries))
        for _number in range(2):
            person()
    assert counts[0] == counts[1] <= 12


def test_the_person_reads_who_looked_and_why(helper: User, visited: User) -> None:
    actions.start_visit(person=visited, reason=REASON, by=of(helper))
    page = sign_in(visited).get(reverse("people:my-data")).content.decode()
    assert REASON in page
    assert "Camille Support" in page


def test_forgotten_visits_are_ended_every_day(helper: User, visited: User) -> None:
    visit = actions.start_visit(person=visited, reason=REASON, by=of(helper))
    SupportVisit.objects.update(ends_at=timezone.now())
    from kiif.accounts import housekeeping

    assert housekeeping.daily()["visits_ended"] == 1
    visit.refresh_from_db()
    assert visit.ended_at is not None
    assert actions.end_visit(visit=visit, by=system("x")).ended_at == visit.ended_at


def test_the_database_refuses_a_visit_of_oneself_or_without_a_reason(helper: User, visited: User) -> None:
    for values in ({"person": helper, "reason": REASON}, {"person": visited, "reason": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SupportVisit.objects.create(support=helper, ends_at=timezone.now(), **values)
