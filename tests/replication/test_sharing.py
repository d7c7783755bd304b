"""Sharing: only the owner, nobody listed, links that close; whoever reads by a link does not see people met."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from kiif.journal.models import JournalEntry
from kiif.mailbox.models import Mail
from kiif.mailbox.registry import visibility_of
from kiif.replication import actions
from kiif.replication.enums import Kind, Part
from kiif.replication.models import FeasibilityStudy, Grant, Link, Solution
from kiif.replication.reading import open_link
from kiif.replication.views.sharing import TRIES
from tests.factories import World, make_user, sign_in
from tests.replication import study_factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> FeasibilityStudy:
    return make.make_study()


@pytest.fixture
def owner(study: FeasibilityStudy) -> Client:
    return sign_in(study.search.solution.owner)


def at(study: FeasibilityStudy, name: str = "sharing", *more: object) -> str:
    return reverse(f"replication:{name}", args=[study.search.solution_id, *more])


def link_of(study: FeasibilityStudy, owner: Client, **data: object) -> str:
    """Makes a link through the page and gives its address, as the page shows it."""
    page = owner.post(at(study, "link-create"), {"label": "le conseil", "days": "30", **data}).content.decode()
    return re.search(r'value="http://testserver(/[^"]+)"', page)[1]  # type: ignore[index]  # the page shows it


def test_a_known_and_an_unknown_address_get_the_same_answer(study: FeasibilityStudy, owner: Client) -> None:
    friend = make_user()
    answers = []
    for address in (friend.email.upper(), "inconnue@exemple.test", study.search.solution.owner.email):
        data = {"address": address, "rights": "write"}
        answer = owner.post(at(study, "share-person"), data, follow=True)
        page = re.sub(r'(?s)<ul class="l rows ruled">.*?</ul>|csrf[^>]*>|X-CSRFToken[^}]*', "", answer.content.decode())
        answers.append((answer.status_code, page))
    assert [grant.user for grant in Grant.objects.all()] == [friend]
    assert answers[1] == answers[2]
    assert answers[0][0] == answers[1][0]
    assert [(row.kind, row.to, row.address) for row in Mail.objects.all()] == [("replication.shared", friend, "")]


def test_addresses_are_tried_a_few_times_only(study: FeasibilityStudy, owner: Client) -> None:
    friend = make_user()
    for number in range(TRIES):
        owner.post(at(study, "share-person"), {"address": f"x{number}@exemple.test", "rights": "read"})
    refused = owner.post(at(study, "share-person"), {"address": friend.email, "rights": "read"})
    assert (refused.status_code, Grant.objects.count()) == (422, 0)


def test_a_team_reads_as_long_as_it_is_shared(study: FeasibilityStudy, owner: Client, world: World) -> None:
    team = world.client("advisor")
    assert team.get(study.get_absolute_url()).status_code == 404
    owner.post(at(study, "share-body"), {"body": world.incubator.pk, "rights": "read"})
    assert team.get(study.get_absolute_url()).status_code == 200
    assert world.client("other_advisor").get(study.get_absolute_url()).status_code == 404
    owner.post(at(study, "share-end", Grant.objects.get().pk))
    assert team.get(study.get_absolute_url()).status_code == 404


def test_a_body_that_one_does_not_see_is_not_offered(study: FeasibilityStudy, owner: Client, world: World) -> None:
    hidden = {"body": world.partner_body.pk, "rights": "read"}
    assert owner.post(at(study, "share-body"), hidden).status_code == 422
    assert Grant.objects.count() == 0
    assert owner.post(at(study, "share-body"), {"body": world.incubator.pk, "rights": "read"}).status_code == 302


def test_whoever_writes_does_not_share(study: FeasibilityStudy, owner: Client) -> None:
    writer = make_user()
    mine = make.share(study.search.solution, writer, may_write=True)
    client = sign_in(writer)
    link_of(study, owner)
    attempts = {
        at(study, "share-person"): {"address": make_user().email, "rights": "read"},
        at(study, "link-create"): {"label": "moi", "days": "7"},
        at(study, "share-end", mine.pk): {},
        at(study, "link-close", Link.objects.get().pk): {},
    }
    entries = JournalEntry.objects.count()
    assert {client.post(url, data).status_code for url, data in attempts.items()} == {403}
    assert JournalEntry.objects.count() == entries
    page = client.get(at(study)).content.decode()
    assert "le conseil" not in page
    assert "le conseil" in owner.get(at(study)).content.decode()


def test_a_grant_of_another_solution_is_not_ended_through_mine(study: FeasibilityStudy, owner: Client) -> None:
    foreign = make.share(make.make_solution(), make_user())
    assert owner.post(at(study, "share-end", foreign.pk)).status_code == 404
    assert Grant.objects.count() == 1


def test_a_link_is_kept_as_a_hash_and_shown_once(study: FeasibilityStudy, owner: Client) -> None:
    address = link_of(study, owner)
    token = address.rsplit("/", 1)[-1]
    assert token not in str(Link.objects.values().get())
    assert token not in owner.get(at(study)).content.decode()
    assert token not in str(list(JournalEntry.objects.values_list("detail__data", "detail__changes")))
    found = open_link(token)
    assert found is not None
    assert found.label == "le conseil"


def test_a_link_opens_until_it_is_closed_or_past(study: FeasibilityStudy, owner: Client) -> None:
    address, other = link_of(study, owner), link_of(study, owner, label="autre", days="7")
    visitor = Client()
    answer = visitor.get(address)
    assert (answer.status_code, answer["Referrer-Policy"]) == (200, "no-referrer")
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert [visitor.get(url).status_code for url in (address, other)] == [200, 404]
    owner.post(at(study, "link-close", Link.objects.get(label="le conseil").pk))
    assert [visitor.get(url).status_code for url in (address, other)] == [404, 200]
    assert visitor.get(address + "x").status_code == 404
    assert visitor.post(other).status_code == 405


def test_whoever_reads_by_a_link_sees_the_study_and_not_the_people(study: FeasibilityStudy, owner: Client) -> None:
    author = study.search.solution.owner
    study.sections.filter(part=Part.NEED).update(text="REPERE-TEXTE", written_by=author, version=1)
    make.make_line(study, Kind.PARTNER, title="REPERE-PARTENAIRE")
    make.make_line(study, Kind.ACTOR, title="REPERE-RENCONTRE")
    make.make_line(study, Kind.INTERVIEW, title="REPERE-ENTRETIEN", detail="REPERE-CONFIDENCE")
    study.search.picks.update(note="REPERE-NOTE")
    study.search.scores.create(
        code=study.code, about="will", value=2, evidence="REPERE-PREUVE", expires_on=timezone.localdate()
    )
    page = Client().get(link_of(study, owner)).content.decode()
    hidden = {"RENCONTRE", "ENTRETIEN", "CONFIDENCE", "NOTE", "PREUVE"}
    assert set(re.findall(r"REPERE-([A-Z]+)", page)) == {"TEXTE", "PARTENAIRE"}
    assert author.full_name not in page
    assert author.email not in page
    mine = owner.get(study.get_absolute_url()).content.decode()
    assert hidden - {"NOTE", "PREUVE"} <= set(re.findall(r"REPERE-([A-Z]+)", mine))
    assert author.full_name in mine


def test_the_date_of_a_share_is_not_in_the_past(study: FeasibilityStudy, owner: Client) -> None:
    friend = make_user()
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    data = {"address": friend.email, "rights": "read", "until": yesterday}
    assert owner.post(at(study, "share-person"), data).status_code == 422
    assert Grant.objects.count() == 0
    owner.post(at(study, "share-person"), data | {"until": timezone.localdate().isoformat()})
    assert Grant.objects.get().until == timezone.localdate()


def test_who_receives_a_share_is_told_what_and_until_when(study: FeasibilityStudy) -> None:
    solution, friend, by = study.search.solution, make_user(), make.owner_of(study)
    end = timezone.localdate() + timedelta(days=30)
    given = actions.grant(solution=solution, by=by, user=friend, until=end)
    actions.grant(solution=solution, by=by, user=friend, until=end)
    told = Mail.objects.get()
    assert (told.to, told.about) == (friend, solution)
    assert solution.name in told.subject
    assert f"/essaimer/solutions/{solution.pk}/" in told.text
    assert date_format(end, "DATE_FORMAT") in told.text
    actions.grant(solution=solution, by=by, user=friend, may_write=True)
    assert Mail.objects.count() == 2
    assert Grant.objects.get() == given


def test_a_mail_tells_only_of_what_its_reader_may_open(study: FeasibilityStudy) -> None:
    solution, friend = study.search.solution, make_user()
    may_open = visibility_of(Solution)
    assert may_open(friend, solution) is False
    given = actions.grant(solution=solution, by=make.owner_of(study), user=friend)
    assert may_open(friend, Solution.objects.get()) is True
    actions.withdraw_grant(given=given, by=make.owner_of(study))
    assert may_open(friend, Solution.objects.get()) is False


def test_a_team_is_not_written_to(study: FeasibilityStudy, world: World) -> None:
    actions.grant(solution=study.search.solution, by=make.owner_of(study), body=world.incubator)
    assert Mail.objects.count() == 0


def test_the_end_of_a_link_is_said_when_it_is_made_and_to_who_reads(study: FeasibilityStudy, owner: Client) -> None:
    page = owner.post(at(study, "link-create"), {"label": "le conseil", "days": "30"})
    end = Link.objects.get().expires_at
    assert date_format(timezone.localtime(end), "DATETIME_FORMAT") in page.content.decode()
    address = re.search(r'value="http://testserver(/[^"]+)"', page.content.decode())[1]  # type: ignore[index]  # shown
    assert date_format(timezone.localtime(end), "DATE_FORMAT") in Client().get(address).content.decode()
