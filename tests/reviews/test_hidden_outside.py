"""What a round hides from external experts only: on the page, in the print, among the files, in the search."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from kiif.accounts.actor import Actor
from kiif.attachments import actions as attachments
from kiif.journal.models import JournalDetail
from kiif.programmes import reading
from kiif.programmes.models import Application
from kiif.questionnaires.links import digest
from kiif.reviews import copying, links, reading_limits
from kiif.reviews.models import Assignment, Reviewer, Round
from kiif.reviews.questions import questions_of
from tests.alliance import factories as alliances
from tests.factories import make_user, sign_in
from tests.programmes import application_factories as applications
from tests.programmes.factories import alliance_of, make_call
from tests.reviews.factories import enter, make_assignment, make_reviewer, make_round

pytestmark = pytest.mark.django_db
STORY = "Le moulin rouvre au printemps"


def _dossier() -> tuple[Application, str]:
    """An application with a story and a file, and the identifier of the file."""
    carrier = Actor(user=make_user())
    call = make_call(None, applications.form(), facts=applications.FACTS)
    application = applications.begin(call, carrier)
    upload = SimpleUploadedFile("budget.txt", b"Une preuve.", content_type="text/plain")
    kept = attachments.attach(owner=application.response, upload=upload, by=carrier, label="Le budget")
    type(kept).objects.filter(pk=kept.pk).update(scan="clean")
    applications.fill(application, carrier, titre="Le pain", recit=STORY, pieces={"files": [str(kept.public_id)]})
    applications.fill(application, carrier, accueil={"values": ["nord"]})
    return applications.send(applications.fresh(application), carrier), str(kept.public_id)


def _reads(application: Application) -> tuple[Assignment, Assignment]:
    """Of an external expert, then of somebody of the alliance, in a round that hides more from the first."""
    round_ = make_round(application.call, hidden_fields=["q_femmes"], hidden_outside=["q_recit", "q_pieces"])
    expert = make_reviewer(round_, external=True, token_until=timezone.now() + timedelta(days=2))
    Reviewer.objects.filter(pk=expert.pk).update(token_hash=digest(links.make(expert)))
    return make_assignment(expert, application), make_assignment(make_reviewer(round_), application)


def _print(client: Client, application: Application) -> str:
    answer = client.get(reverse("programmes:application-pdf", args=[application.public_id]))
    assert answer.status_code == 200
    pages = PdfReader(BytesIO(answer.getvalue())).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("outside", [True, False])
def test_what_is_hidden_from_experts_is_shown_to_the_others(outside: bool) -> None:
    application, file = _dossier()
    read = _reads(application)[0 if outside else 1]
    signed = sign_in(read.reviewer.person)
    pages = [signed.get(read.get_absolute_url()).text, signed.get(application.get_absolute_url()).text]
    pages.append(_print(signed, application))
    assert [("Le pain" in page, STORY in page, "budget" in page) for page in pages] == [
        (True, not outside, not outside)
    ] * 3
    for address in (
        reverse("reviews:file", args=[read.public_id, file]),
        reverse("programmes:application-file", args=[application.public_id, file]),
    ):
        answer = signed.get(address)
        assert (answer.status_code, b"Une preuve." in answer.getvalue()) == ((404, False) if outside else (200, True))
    assert reading.limits_of(Actor(user=read.reviewer.person), application).hidden == frozenset(
        ["q_femmes", "q_recit", "q_pieces"] if outside else ["q_femmes"]
    )


def test_the_personal_link_hides_them_too() -> None:
    application, file = _dossier()
    read, _inside = _reads(application)
    client = Client()
    client.get(reverse("reviews:access", args=[links.make(read.reviewer)]))
    page = client.get(read.get_absolute_url()).text
    assert ("Le pain" in page, STORY in page, "budget" in page) == (True, False, False)
    assert client.get(reverse("reviews:file", args=[read.public_id, file])).status_code == 404


@pytest.mark.parametrize("word", ["moulin", "budget"])
def test_search_finds_nothing_by_what_is_hidden(word: str) -> None:
    application, _file = _dossier()
    expert, _inside = _reads(application)
    page = sign_in(expert.reviewer.person).get(reverse("search:results"), {"q": word})
    assert (page.status_code, application.number in page.text, STORY in page.text) == (200, False, False)


def test_who_reads_in_two_ways_sees_what_either_shows() -> None:
    application, _file = _dossier()
    expert, _inside = _reads(application)
    person = expert.reviewer.person
    other = make_round(application.call, sees="all", hidden_fields=["q_recit"], hidden_outside=["q_pieces"])
    make_reviewer(other, person)
    enter(other, application)
    assert reading.limits_of(Actor(user=person), application).hidden == {"q_recit"}
    team = alliances.make_membership(alliance_of(application.call), "coordinator", user=person)
    assert reading.limits_of(alliances.acting(team), application).hidden == frozenset()


def test_limits_ask_as_much_for_an_expert(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]  # fixture
    application, _file = _dossier()
    for read in _reads(application):
        actor = Actor(user=read.reviewer.person)
        with django_assert_num_queries(2):  # the rounds, then the redacted copies of the only one
            reading_limits.limits(actor, application)


def test_the_team_ticks_them_and_the_round_tells_both() -> None:
    call = make_call(None, applications.form(), facts=applications.FACTS)
    client = sign_in(alliances.make_membership(alliance_of(call), "coordinator").user)
    asked = {
        "title": "Première", "reads_wanted": 3, "least_reads": 2, "sees": "assigned", "sees_others": "after_mine",
        "aggregate": "mean", "shown": "corrected", "out_of": 20, "hidden_fields": ["q_femmes"],
        "hidden_outside": ["q_femmes", "q_recit", "q_pieces"],
    }  # fmt: skip
    page = client.get(reverse("reviews:round-create", args=[call.public_id])).text
    assert page.index('name="hidden_fields"') < page.index('name="hidden_outside"') < page.index('name="aggregate"')
    assert client.post(reverse("reviews:round-create", args=[call.public_id]), asked).status_code == 302
    round_ = Round.objects.get()
    assert round_.hidden_outside == ["q_femmes", "q_recit", "q_pieces"]
    page = client.get(round_.get_absolute_url()).text
    assert "Sans 1 question." in page
    assert "Expert·es extérieur·es\xa0: sans 2 autres questions." in page
    change = reverse("reviews:round-change", args=[round_.public_id])
    form = client.get(change).text
    assert ("1 masquée à ce jour" in form, "3 masquées à ce jour" in form) == (True, True)
    asked |= {"hidden_fields": [], "hidden_outside": ["q_recit"], "revision": round_.revision}
    assert client.post(change, asked).status_code == 302
    page = client.get(round_.get_absolute_url()).text
    assert "Expert·es extérieur·es\xa0: sans 1 question." in page
    changed = JournalDetail.objects.get(entry__verb="reviews.round_changed").changes
    labels = dict(questions_of(call))
    assert changed["hidden_fields"] == [[labels["q_femmes"]], []]
    assert "q_recit" not in str(changed)


def test_unknown_questions_are_refused() -> None:
    call = make_call(None, applications.form(), facts=applications.FACTS)
    client = sign_in(alliances.make_membership(alliance_of(call), "coordinator").user)
    refused = client.post(reverse("reviews:round-create", args=[call.public_id]), {"hidden_outside": ["q_ailleurs"]})
    assert (refused.status_code, Round.objects.count()) == (422, 0)


def test_a_copied_call_hides_the_same_from_experts() -> None:
    round_ = make_round(hidden_fields=["q_a"], hidden_outside=["q_b"])
    target = make_call(round_.call.edition)
    copying.copy(round_.call, target, timedelta(days=365), None)
    assert target.rounds.get().hidden_from(outside=True) == {"q_a", "q_b"}
