"""What an unlucky or hostile reader, inviter or visitor may try in the room of reads."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kiif.accounts.actor import Actor, system
from kiif.alliance.actions.memberships import end_membership
from kiif.attachments import actions as attachments
from kiif.mailbox.models import Mail
from kiif.mailbox.recipients import may_open
from kiif.programmes.models import Conflict
from kiif.reviews.actions import experts, rounds
from kiif.reviews.models import Anchor
from kiif.ui.errors import Refused
from tests.alliance import factories as alliances
from tests.factories import make_user, sign_in
from tests.programmes import application_factories as applications
from tests.programmes.factories import alliance_of, make_application, make_call
from tests.reviews.factories import enter, make_assignment, make_reviewer, make_round

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("left", [False, True])
def test_a_refusal_to_read_is_told_to_who_runs_the_call_today(left: bool) -> None:
    """To whom asked, as long as they are there; then to those who are."""
    round_ = make_round(make_call())
    asked, other = (alliances.make_membership(alliance_of(round_.call), "coordinator") for _ in range(2))
    expert = make_user("Ilan Veyrac")
    row = experts.invite_expert(round_=round_, email=expert.email, full_name="", by=alliances.acting(asked))
    if left:
        end_membership(membership=asked, by=system("test"))
    experts.answer_invitation(reviewer=row, accept=False, words="En congés.", by=Actor(user=expert))
    told = Mail.objects.filter(kind="reviews.declined")
    assert [(mail.to, may_open(mail.to, mail)) for mail in told] == [(other.user if left else asked.user, True)]
    assert may_open(asked.user, told.get()) is not left


def test_every_list_of_a_round_is_searched() -> None:
    """By name, by title, by number: the search of these lists fell whatever was typed."""
    call = make_call()
    member = alliances.make_membership(alliance_of(call), "coordinator")
    round_ = make_round(call)
    reader = make_reviewer(round_, make_user("Ilan Veyrac"))
    found, hidden = (make_application(call, title=title) for title in ("Le Four partagé", "La Remise"))
    enter(round_, found, hidden)
    make_assignment(reader, found)
    Conflict.objects.create(application=found, person=reader.person, state="confirmed")
    client = sign_in(member.user)
    for name, words, shown in (
        ("reviews:results", "four", found.number),
        ("reviews:conflicts", "four", found.number),
        ("reviews:conflicts", "VEYRAC", found.number),
    ):
        page = client.get(reverse(name, args=[round_.public_id]), {"q": words})
        assert (page.status_code, shown in page.content.decode()) == (200, True), (name, words)
        assert hidden.number not in page.content.decode()


@pytest.mark.parametrize("asked", ["9" * 30, "https://ailleurs.test/", "//ailleurs.test", "accueil", "home"])
def test_answering_a_question_leads_to_a_page_of_the_house(asked: str) -> None:
    call = make_call()
    reader = make_reviewer(make_round(call))
    application = make_application(call)
    make_assignment(reader, application)
    row = Conflict.objects.create(application=application, person=reader.person, state="proposed")
    address = reverse("reviews:answer-conflict", args=[row.pk])
    answer = sign_in(reader.person).post(address, {"answer": "no", "next": asked})
    assert (answer.status_code, answer["Location"]) == (302, reverse("reviews:my-conflicts"))


@pytest.mark.parametrize("blind", [True, False])
def test_a_blind_round_tells_no_file_by_the_name_that_people_gave_it(blind: bool) -> None:
    """Neither on the page nor when it is saved; and the file opens by no other address."""
    carrier = Actor(user=make_user("Zélie Cachette"))
    application = applications.begin(make_call(None, applications.form(), facts=applications.FACTS), carrier)
    upload = SimpleUploadedFile("CV-Zelie-Cachette.txt", b"Une preuve.", content_type="text/plain")
    kept = attachments.attach(owner=application.response, upload=upload, by=carrier, label="Le CV de Zélie")
    type(kept).objects.filter(pk=kept.pk).update(scan="clean")
    applications.fill(application, carrier, titre="Le vélo", pieces={"files": [str(kept.public_id)]})
    application = applications.send(applications.fill(application, carrier, accueil={"values": ["nord"]}), carrier)
    read = make_assignment(make_reviewer(make_round(application.call, blind=blind)), application)
    client = sign_in(read.reviewer.person)
    page = client.get(read.get_absolute_url()).text
    saved = client.get(reverse("reviews:file", args=[read.public_id, kept.public_id]))
    assert saved.getvalue() == b"Une preuve."
    words = page + saved["Content-Disposition"]
    names = ("Zelie", "Zélie", "Pièce 1", "Pi%C3%A8ce%201.txt")
    assert [name in words for name in names] == ([False, False, True, True] if blind else [True, True, False, False])
    assert client.get(kept.get_absolute_url()).status_code == 404
    kept.refresh_from_db()
    assert (kept.label, kept.original_name) == ("Le CV de Zélie", "CV-Zelie-Cachette.txt")


def test_a_dossier_of_another_programme_is_no_anchor_of_mine() -> None:
    """A house that hosts sees its part of somebody else's call: its own reviewers would have read all of it."""
    call, theirs = make_call(), make_call()
    by = alliances.make_membership(alliance_of(call), "coordinator")
    mine, other = make_application(call), make_application(theirs)
    round_ = make_round(call, state="draft")
    with pytest.raises(Refused):
        rounds.set_anchors(round_=round_, applications=[other], by=alliances.acting(by))
    page = reverse("reviews:calibration", args=[round_.public_id])
    sign_in(by.user).post(page, {"application": [mine.pk, other.pk]})
    assert [anchor.application for anchor in Anchor.objects.all()] == [mine]
