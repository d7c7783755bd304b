"""The pages of who reads: list, dossier and sheet, draft while typing, personal link, counts of queries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kiif.programmes.enums import ConflictState, NoteReach
from kiif.programmes.models import Conflict, Note
from kiif.questionnaires.links import digest
from kiif.reviews import links
from kiif.reviews.enums import Others, Sees
from kiif.reviews.models import Assignment, Mark, Remark, Reviewer
from tests.alliance import factories as alliances
from tests.factories import make_user, sign_in
from tests.programmes.factories import alliance_of, make_application
from tests.reviews.factories import enter, make_assignment, make_mark, make_reviewer, make_round

pytestmark = pytest.mark.django_db
GIVEN = {"c-c1": "5", "c-c2": "3", "w-c1": "Solide", "words_carriers": "Continuez", "advice": "yes", "revision": "0"}


def _read(**fields: Any) -> tuple[Client, Assignment]:
    round_ = make_round(**fields)
    reviewer = make_reviewer(round_)
    read = make_assignment(reviewer, make_application(round_.call, title="La Remise fertile"))
    return sign_in(reviewer.person), read


def test_a_dossier_is_marked_without_a_script() -> None:
    client, read = _read()
    page = client.get(read.get_absolute_url())
    assert "La Remise fertile" in page.text
    assert client.post(read.get_absolute_url(), {"c-c1": "4", "do": "keep", "revision": "0"}).status_code == 302
    assert Mark.objects.get().submitted_at is None
    refused = client.post(read.get_absolute_url(), {"c-c1": "4", "revision": "1", "do": "give"})
    assert refused.status_code == 422
    assert client.post(read.get_absolute_url(), {**GIVEN, "revision": "1", "do": "give"}).status_code == 302
    assert Mark.objects.get().total == 15


def test_save_and_next_opens_the_least_read_of_mine() -> None:
    client, read = _read()
    often, seldom = make_application(read.round.call), make_application(read.round.call)
    make_mark(make_assignment(make_reviewer(read.round), often), 3, 3)
    from kiif.reviews.counting import recount

    make_assignment(read.reviewer, often)
    following = make_assignment(read.reviewer, seldom)
    recount(read.round)
    answer = client.post(read.get_absolute_url(), {**GIVEN, "do": "next"})
    assert answer.url == following.get_absolute_url()


def test_draft_is_kept_while_one_types() -> None:
    client, read = _read()
    address = reverse("reviews:save", args=[read.public_id])
    first = client.post(address, {"c-c1": "4", "revision": "0"})
    assert (first.status_code, first.json()["revision"]) == (200, 1)
    assert client.post(address, {"c-c1": "5", "revision": "0"}).status_code == 409
    assert client.post(address, {"c-c1": "5", "revision": "1"}).json()["revision"] == 2
    read.refresh_from_db()
    assert read.state == "draft"


def test_marks_off_the_scale_are_not_kept() -> None:
    client, read = _read()
    client.post(reverse("reviews:save", args=[read.public_id]), {"c-c1": "99", "c-c2": "<b>", "revision": "0"})
    assert list(Mark.objects.get().lines.values_list("value", flat=True)) == [None, None]


def test_reading_is_only_one_s_own_and_goes_with_a_conflict() -> None:
    client, read = _read()
    assert client.get(read.get_absolute_url()).status_code == 200
    assert sign_in(make_user()).get(read.get_absolute_url()).status_code == 404
    Conflict.objects.create(application=read.application, person=read.reviewer.person, state=ConflictState.CONFIRMED)
    assert client.get(read.get_absolute_url()).status_code == 404
    assert "La Remise fertile" not in client.get(reverse("reviews:mine")).text


def test_others_come_after_mine() -> None:
    client, read = _read()
    other = make_assignment(make_reviewer(read.round), read.application)
    make_mark(other, 1, 1, words_team="Trop cher à reprendre")
    assert "Trop cher" not in client.get(read.get_absolute_url()).text
    client.post(read.get_absolute_url(), {**GIVEN, "do": "give"})
    assert "Trop cher" in client.get(read.get_absolute_url()).text


def test_dossier_that_changed_since_the_mark_says_so() -> None:
    client, read = _read()
    client.post(read.get_absolute_url(), {**GIVEN, "do": "give"})
    said = "a changé depuis votre note"
    assert said not in client.get(read.get_absolute_url(), headers={"accept-language": "fr"}).text
    type(read.application.response).objects.filter(pk=read.application.response_id).update(revision=9)
    assert said in client.get(read.get_absolute_url(), headers={"accept-language": "fr"}).text


def test_abstention_page_asks_why() -> None:
    client, read = _read()
    address = reverse("reviews:abstain", args=[read.public_id])
    assert client.post(address, {"words": ""}).status_code == 422
    assert client.post(address, {"words": "Pas mon sujet"}).status_code == 302
    read.refresh_from_db()
    assert (read.state, read.words) == ("abstained", "Pas mon sujet")


def _expert() -> tuple[str, Assignment]:
    round_ = make_round()
    row = make_reviewer(round_, external=True, token_until=timezone.now() + timedelta(days=2))
    token = links.make(row)
    Reviewer.objects.filter(pk=row.pk).update(token_hash=digest(token))
    return token, make_assignment(row, make_application(round_.call, title="Le Lavoir commun"))


def test_expert_reads_by_link_and_nothing_else() -> None:
    token, read = _expert()
    client = Client()
    assert client.get(reverse("reviews:access", args=["x" * 43])).status_code == 410
    assert client.get(reverse("reviews:access", args=[token])).url == reverse("reviews:mine")
    assert "Le Lavoir commun" in client.get(reverse("reviews:mine")).text
    assert client.post(read.get_absolute_url(), {**GIVEN, "do": "give"}).status_code == 302
    assert Mark.objects.get().assignment == read
    for name, args in (
        ("programmes:application", [read.application.public_id]),
        ("programmes:list", []),
        ("reviews:round", [read.round.public_id]),
        ("people:my-data", []),
    ):
        assert client.get(reverse(name, args=args)).status_code == 302, name
    Reviewer.objects.update(token_hash="")
    assert client.get(read.get_absolute_url()).status_code == 302


def test_link_never_opens_another_round_of_the_same_person() -> None:
    token, read = _expert()
    elsewhere = make_assignment(make_reviewer(make_round(), read.reviewer.person), make_application(title="Ailleurs"))
    client = Client()
    client.get(reverse("reviews:access", args=[token]))
    assert client.get(read.get_absolute_url()).status_code == 200
    assert client.get(elsewhere.get_absolute_url()).status_code == 404
    assert "Ailleurs" not in client.get(reverse("reviews:mine")).text


def test_link_takes_no_dossier_in_another_round_of_the_same_person() -> None:
    token, read = _expert()
    reader = make_reviewer(make_round(sees=Sees.ALL), read.reviewer.person)
    dossier = make_application(reader.round.call)
    enter(reader.round, dossier)
    address = reverse("reviews:take", args=[reader.round.public_id, dossier.public_id])
    client = Client()
    client.get(reverse("reviews:access", args=[token]))
    assert client.post(address).status_code == 404
    assert not reader.assignments.exists()
    assert sign_in(reader.person).post(address).status_code == 302
    assert reader.assignments.get().application == dossier


def test_a_blind_reader_reads_notes_and_the_thread_without_names() -> None:
    round_ = make_round(blind=True, sees_others=Others.ALWAYS)
    dossier = make_application(round_.call, organisation_name="La Remise inventée")
    read = make_assignment(make_reviewer(round_), dossier)
    team = alliances.make_membership(alliance_of(round_.call), "coordinator")
    words = "J’ai appelé La Remise inventée hier."
    Note.objects.create(application=dossier, author=team.user, text=words, reach=NoteReach.EVERY)
    Remark.objects.create(round=round_, application=dossier, author=team.user, text=words)
    for page in (dossier.get_absolute_url(), read.get_absolute_url()):
        text = sign_in(read.reviewer.person).get(page).text
        assert ("J’ai appelé […] hier." in text, "La Remise inventée" in text) == (True, False), page
    assert words in sign_in(team.user).get(dossier.get_absolute_url()).text


def test_link_is_forgotten_on_a_shared_computer() -> None:
    token, read = _expert()
    client = Client()
    client.get(reverse("reviews:access", args=[token]))
    client.post(reverse("reviews:let-go"))
    assert client.get(read.get_absolute_url()).status_code == 302


def test_link_of_somebody_else_is_refused_to_who_is_signed_in() -> None:
    token = _expert()[0]
    assert sign_in(make_user()).get(reverse("reviews:access", args=[token])).status_code == 409


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("blind", [False, True])
def test_my_readings_ask_as_much_for_one_as_for_three(rows: int, blind: bool, django_assert_num_queries: Any) -> None:
    client, read = _read(blind=blind)
    for _ in range(rows - 1):
        make_assignment(read.reviewer, make_application(read.round.call))
    client.get(reverse("reviews:mine"))
    with django_assert_num_queries(QUERIES_BLIND if blind else QUERIES):
        client.get(reverse("reviews:mine"))


QUERIES = 11
QUERIES_BLIND = 12
