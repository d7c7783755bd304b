"""A conflict of interest in the rounds: nothing of the dossier is left to the person, anywhere; nothing to the others
changes. Each refusal has its positive control."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kiif.accounts.actor import Actor
from kiif.alliance.enums import Role
from kiif.programmes.actions import conflicts
from kiif.programmes.enums import ConflictState, State
from kiif.programmes.models import Application, Conflict
from kiif.reviews import results
from kiif.reviews.actions import allocation, reminders
from kiif.reviews.allocation import Settings
from kiif.reviews.enums import AssignmentState
from kiif.reviews.models import Assignment, Mark, Score
from kiif.ui.errors import Refused
from tests.alliance import factories as alliances
from tests.factories import make_user, sign_in
from tests.programmes.factories import alliance_of, make_application, make_call
from tests.reviews.factories import enter, make_assignment, make_mark, make_reviewer, make_round

pytestmark = pytest.mark.django_db
TITLE = "Épicerie du Ventoux inventé"


@pytest.fixture
def call():
    return make_call()


@pytest.fixture
def team(call):
    """Two coordinators: the first will be barred, the second is the control."""
    return [alliances.make_membership(alliance_of(call), Role.COORDINATOR, make_user()) for _n in range(2)]


@pytest.fixture
def dossier(call):
    application = make_application(call, make_user(), State.REVIEW, title=TITLE)
    application.search_text = f" {TITLE.lower()} "
    application.save()
    return application


@pytest.fixture
def round_(call, dossier):
    made = make_round(call)
    enter(made, dossier, make_application(call, make_user(), State.REVIEW, title="Autre dossier"))
    return made


def pages(call, round_):
    """Lists, exports and boards of programmes and reviews, for who runs the call."""
    of_round = [round_.public_id]
    named = [
        ("reviews:board", of_round), ("reviews:results", of_round), ("reviews:conflicts", of_round),
        ("reviews:allocation", of_round), ("programmes:applications", [call.public_id]),
        ("programmes:call", [call.public_id]),
    ]  # fmt: skip
    addresses = [reverse(name, args=args) for name, args in named]
    exports = [f"{reverse(f'reviews:{name}', args=of_round)}?format=csv" for name in ("board", "results", "conflicts")]
    return [*addresses, *exports, f"{reverse('programmes:applications', args=[call.public_id])}?format=csv"]


def shown_in(client, addresses, text=TITLE):
    """The addresses whose answer holds the text; each must answer."""
    found = set()
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        body = b"".join(response.streaming_content) if response.streaming else response.content
        if text in body.decode("utf-8-sig"):
            found.add(address)
    return found


def test_a_barred_coordinator_finds_nothing_of_it_and_the_other_all(call, team, dossier, round_):
    barred, control = team
    reader = make_reviewer(round_, make_user())
    make_mark(make_assignment(reader, dossier), 3, 4)
    results.compute(round_)
    conflicts.bar(application=dossier, person=reader.person, by=alliances.acting(control), words="voisins")
    addresses = pages(call, round_)
    before = shown_in(sign_in(barred.user), addresses)
    assert len(before) >= 6
    conflicts.declare(application=dossier, by=Actor(user=barred.user), words="ma cousine")
    assert shown_in(sign_in(barred.user), addresses) == set()
    assert shown_in(sign_in(control.user), addresses) == before
    for name in ("reviews:sharing-application", "reviews:result"):
        address = reverse(name, args=[round_.public_id, dossier.public_id])
        assert sign_in(barred.user).get(address).status_code == 404
        assert sign_in(control.user).get(address).status_code == 200


def test_a_plan_shows_nothing_of_it_to_the_barred(call, team, dossier, round_):
    barred, control = team
    for _n in range(4):
        make_reviewer(round_, make_user())
    plan = allocation.ask(round_=round_, by=alliances.acting(control), settings=Settings(reads=3, seed="x"))
    address = [reverse("reviews:plan", args=[round_.public_id, plan.public_id])]
    conflicts.declare(application=dossier, by=Actor(user=barred.user), words="ma cousine")
    assert shown_in(sign_in(barred.user), address) == set()
    assert shown_in(sign_in(control.user), address) == set(address)
    allocation.apply(plan=plan, by=alliances.acting(control))
    pair = f"{dossier.public_id}/{round_.reviewers.first().public_id}"
    sign_in(barred.user).post(reverse("reviews:assign", args=[round_.public_id]), {"pair": pair})
    assert Assignment.objects.filter(application=dossier, source="forced").count() == 0


def found_by_search(membership):
    response = sign_in(membership.user).get(reverse("search:results"), {"q": "Ventoux"})
    assert response.status_code == 200
    return TITLE in response.content.decode()


def test_search_finds_it_no_more(team, dossier):
    barred, control = team
    assert found_by_search(barred) == found_by_search(control)
    conflicts.declare(application=dossier, by=Actor(user=barred.user), words="ma cousine")
    assert not found_by_search(barred)


def test_a_reviewer_who_finds_out_after_scoring_loses_it_and_the_mark_counts_no_more(team, dossier, round_):
    reader, others = make_reviewer(round_, make_user()), [make_reviewer(round_, make_user()) for _n in range(2)]
    reads = [make_assignment(one, dossier) for one in (reader, *others)]
    for read, values in zip(reads, ((5, 5), (2, 2), (2, 3)), strict=True):
        make_mark(read, *values)
    results.compute(round_)
    before = Score.objects.get(application=dossier)
    client = sign_in(reader.person)
    page = reverse("reviews:read", args=[reads[0].public_id])
    assert client.get(page).status_code == 200
    response = client.post(reverse("reviews:conflict", args=[reads[0].public_id]), {"words": "Mon ancienne associée"})
    assert (response.status_code, response["Location"]) == (302, reverse("reviews:mine"))
    assert client.get(page).status_code == 404
    assert TITLE not in client.get(reverse("reviews:mine")).content.decode()
    assert not Application.objects.visible_to(Actor(user=reader.person)).filter(pk=dossier.pk).exists()
    read = Assignment.objects.get(pk=reads[0].pk)
    assert read.state == AssignmentState.RECUSED
    mark = Mark.objects.get(assignment=read)
    assert mark.voided_at is not None
    assert mark.total is not None
    results.compute(round_)
    after = Score.objects.get(application=dossier)
    assert (before.reads_done, after.reads_done) == (3, 2) or after.reads_done == 2
    assert after.raw < before.raw
    assert sign_in(others[0].person).get(reverse("reviews:read", args=[reads[1].public_id])).status_code == 200

    conflict = Conflict.objects.get(application=dossier, person=reader.person)
    conflicts.reverse(conflict=conflict, by=alliances.acting(team[1]), words="Homonyme")
    assert Assignment.objects.get(pk=reads[0].pk).state == AssignmentState.DONE
    results.compute(round_)
    assert Score.objects.get(application=dossier).raw == before.raw
    assert client.get(page).status_code == 200


def test_nothing_of_a_dossier_is_shown_before_the_question_is_settled(dossier, round_):
    reader = make_reviewer(round_, make_user())
    read = make_assignment(reader, dossier)
    client, page = sign_in(reader.person), reverse("reviews:read", args=[read.public_id])
    assert client.get(page).status_code == 200
    question = Conflict.objects.create(
        application=dossier, person=reader.person, reasons=[["domain", "la-remise.example"]]
    )
    response = client.get(page)
    assert (response.status_code, response["Location"]) == (302, reverse("reviews:conflict", args=[read.public_id]))
    asked = client.get(response["Location"])
    assert asked.status_code == 200
    assert "la-remise.example" in asked.content.decode()
    answer = reverse("reviews:answer-conflict", args=[question.pk])
    client.post(answer, {"answer": "no", "next": page})
    assert client.get(page).status_code == 200
    question.state = ConflictState.PROPOSED
    question.save()
    client.post(answer, {"answer": "yes", "next": page})
    assert client.get(page).status_code == 404
    assert Assignment.objects.get(pk=read.pk).state == AssignmentState.RECUSED


def test_nobody_answers_in_somebody_elses_place_by_their_page(dossier, round_):
    reader, other = make_reviewer(round_, make_user()), make_reviewer(round_, make_user())
    question = Conflict.objects.create(application=dossier, person=reader.person, reasons=[["domain", "x.example"]])
    answer = reverse("reviews:answer-conflict", args=[question.pk])
    assert sign_in(other.person).post(answer, {"answer": "no"}).status_code == 404
    assert sign_in(reader.person).post(answer, {"answer": "no"}).status_code == 302


def test_blind_rounds_hide_who_applies_in_the_question_too(call, dossier):
    round_ = make_round(call, blind=True)
    enter(round_, dossier)
    dossier.organisation_name = "La Remise inventée"
    dossier.save()
    reader = make_reviewer(round_, make_user())
    Conflict.objects.create(application=dossier, person=reader.person, reasons=[["support", "ATIS"]])
    page = sign_in(reader.person).get(reverse("reviews:my-conflicts")).content.decode()
    assert "ATIS" in page
    assert "La Remise inventée" not in page
    assert TITLE not in page


def test_a_draft_is_told_to_nobody_by_a_question(call, dossier, round_):
    reader = make_reviewer(round_, make_user())
    Conflict.objects.create(application=dossier, person=reader.person, reasons=[["support", "ATIS"]])
    page, today = reverse("reviews:my-conflicts"), reverse("today")
    asked = reverse("reviews:answer-conflict", args=[Conflict.objects.get().pk])
    client = sign_in(reader.person)
    for state, seen in (("draft", False), ("withdrawn", False), ("review", True)):
        type(dossier).objects.filter(pk=dossier.pk).update(state=state)
        assert (TITLE in client.get(page).text, page in client.get(today).text) == (seen, seen), state
        assert client.post(asked, {"answer": "no"}).status_code == (302 if seen else 404)


def test_pages_of_a_round_do_not_tell_the_title_of_a_draft(call, team, dossier, round_):
    reader = make_reviewer(round_, make_user())
    Conflict.objects.create(application=dossier, person=reader.person, reasons=[["support", "ATIS"]])
    client = sign_in(team[1].user)
    conflicts_page = reverse("reviews:conflicts", args=[round_.public_id])
    sharing = reverse("reviews:sharing-application", args=[round_.public_id, dossier.public_id])
    for state, seen in (("draft", False), ("review", True)):
        type(dossier).objects.filter(pk=dossier.pk).update(state=state)
        assert (TITLE in client.get(conflicts_page).text) is seen
        assert client.get(sharing).status_code == (200 if seen else 404)


def test_reminders_name_no_application_and_forget_what_is_recused(team, dossier, round_):
    reader = make_reviewer(round_, make_user())
    make_assignment(reader, dossier)
    assert [one.pk for one in reminders.waiting(round_)] == [reader.pk]
    conflicts.declare(application=dossier, by=Actor(user=reader.person), words="voisins")
    assert list(reminders.waiting(round_)) == []
    with pytest.raises(Refused):
        reminders.remind(round_=round_, reviewers=[reader.pk], by=alliances.acting(team[1]))


def test_addresses_are_safe(dossier, round_):
    reader = make_reviewer(round_, make_user())
    question = Conflict.objects.create(application=dossier, person=reader.person, reasons=[["domain", "x.example"]])
    response = sign_in(reader.person).post(
        reverse("reviews:answer-conflict", args=[question.pk]), {"answer": "no", "next": "https://ailleurs.example/"}
    )
    assert response["Location"] == reverse("reviews:my-conflicts")
