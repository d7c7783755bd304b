"""What the team does besides deciding: hosts changed, many at once, reminders of corrections, people of merged ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kiif.accounts.actor import Actor, system
from kiif.journal.models import JournalEntry
from kiif.mailbox.models import Mail
from kiif.programmes import reading
from kiif.programmes.actions import applications_bulk as bulk
from kiif.programmes.actions import applications_hosting as hosting
from kiif.programmes.actions import applications_reminding as reminding
from kiif.programmes.actions import applications_team as team
from kiif.programmes.actions import duplicates
from kiif.programmes.application_mails import may_open_request
from kiif.programmes.enums import CorrectionKind, State
from kiif.programmes.models import Application, CorrectionRequest, Edition, Note
from kiif.programmes.tasks_corrections import remind_corrections, something_waits
from kiif.questionnaires.actions.answer_common import may
from kiif.questionnaires.enums import ParticipantRole
from kiif.questionnaires.models import Participant, Response
from kiif.ui.errors import NotAllowed, Refused
from tests.factories import make_user, sign_in
from tests.programmes import application_factories as make
from tests.programmes import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> dict[str, Any]:
    return make.make_place()


# Hosts


def change(place: dict[str, Any], row: Application, *hosts: str, **more: Any) -> Application:
    words = more.pop("words", "Votre commune est chez eux.")
    return hosting.change_hosts(application=row, hosts=hosts, words=words, by=place["coordinator"], **more)


def test_the_team_changes_hosts_with_a_reason_that_carriers_read(place: dict[str, Any]) -> None:
    sent = make.sent(place["call"], place["carrier"], accueil={"values": ["nord"]})
    change(place, sent, "sud", "nord")
    row = make.fresh(sent)
    assert hosting.keys_of(row) == ["sud", "nord"]
    assert set(row.response.variants) == {"nord", "sud"}  # the new annex may be asked for
    mail = Mail.objects.get(kind="programmes.hosts_changed")
    assert mail.to_id == place["carrier"].user.pk
    assert "Votre commune est chez eux." in mail.text
    assert JournalEntry.objects.filter(verb="programmes.hosts_changed", object_id=str(sent.pk)).count() == 1
    assert Application.objects.visible_to(place["far_advisor"]).filter(pk=sent.pk).exists()


def test_what_the_team_said_holds_when_corrections_come_back(place: dict[str, Any]) -> None:
    sent = make.sent(place["call"], place["carrier"], accueil={"values": ["nord"]})
    change(place, sent, "sud")
    item = team.ToCorrect("q_recit", CorrectionKind.INCOMPLETE)
    until = timezone.now() + timedelta(days=3)
    team.ask_corrections(application=sent, items=[item], until=until, by=place["coordinator"])
    make.send(make.fill(sent, place["carrier"], recit="Plus long."), place["carrier"])
    assert hosting.keys_of(make.fresh(sent)) == ["sud"]


def test_hosts_are_not_changed_without_words_nor_by_others_nor_too_late(place: dict[str, Any]) -> None:
    sent = make.sent(place["call"], place["carrier"], accueil={"values": ["nord"]})
    for refused in (
        {"words": " "},
        {"hosts": ("nord",)},
        {"seen": ["sud"]},
    ):
        with pytest.raises(Refused):
            change(place, sent, *refused.pop("hosts", ("sud",)), **refused)
    with pytest.raises(NotAllowed):
        hosting.change_hosts(application=sent, hosts=["sud"], words="Pour voir", by=place["advisor"])
    Application.objects.filter(pk=sent.pk).update(state=State.ACCEPTED)
    with pytest.raises(Refused):
        change(place, sent, "sud")
    Application.objects.filter(pk=sent.pk).update(state=State.REVIEW)
    assert hosting.keys_of(change(place, sent, "sud", seen=["nord"])) == ["sud"]


def test_the_page_of_hosts_ranks_and_explains(place: dict[str, Any]) -> None:
    sent = make.sent(place["call"], place["carrier"], accueil={"values": ["nord"]})
    client, url = sign_in(place["coordinator"].user), reverse("programmes:application-hosts", args=[sent.public_id])
    data = {"rank.sud": "1", "rank.nord": "2", "words": "", "seen": "nord"}
    assert client.post(url, data).status_code == 422
    assert client.post(url, {**data, "seen": "sud", "words": "Parce que"}).status_code == 422
    assert client.post(url, {**data, "words": "Parce que"}).status_code == 302
    assert hosting.keys_of(sent) == ["sud", "nord"]


# Many at once


def test_many_are_told_that_they_do_not_fit_with_a_reason_and_a_door(place: dict[str, Any]) -> None:
    rows = [make.sent(place["call"], title=title) for title in ("Un", "Deux", "Trois")]
    team.put_in_review(application=rows[1], by=place["coordinator"])
    keys = [row.public_id for row in rows]
    with pytest.raises(Refused):
        bulk.in_bulk(call=place["call"], gesture="ineligible", keys=keys, by=place["coordinator"])
    said = bulk.Said("Le territoire n’est pas rural.", team.Door("Les webinaires", "/appels/"))
    done = bulk.in_bulk(call=place["call"], gesture="ineligible", keys=keys, by=place["coordinator"], said=said)
    assert [row.pk for row in done.done] == [rows[0].pk, rows[2].pk]
    assert [row.pk for row, _reason in done.left] == [rows[1].pk]
    assert make.fresh(rows[0]).state_words == "Le territoire n’est pas rural."
    assert Mail.objects.filter(kind="programmes.ineligible").count() == 2


def test_the_page_of_many_asks_for_what_it_needs(place: dict[str, Any]) -> None:
    first, second = (make.sent(place["call"], title=title) for title in ("Un", "Deux"))
    client = sign_in(place["coordinator"].user)
    url = reverse("programmes:applications-bulk", args=[place["call"].public_id])
    assert client.get(f"{url}?geste=tout").status_code == 404
    assert first.number in client.get(f"{url}?geste=ineligible&q=Un").content.decode()
    for words, ticked in (("", 2), ("?geste=note", 2), ("?geste=ineligible", 0), ("?geste=ineligible&q=Un", 1)):
        assert client.get(f"{url}{words}").content.decode().count(" checked") == ticked  # harm: only what was chosen
    data = {"geste": "ineligible", "key": [str(first.public_id)], "words": "Trop tôt.", "door_words": ""}
    refused = client.post(url, data)
    assert refused.status_code == 422
    assert refused.content.decode().count(" checked") == 1  # what was unticked stays so
    assert client.post(url, {**data, "door_words": "La prochaine édition"}).status_code == 200
    assert [make.fresh(row).state for row in (first, second)] == [State.INELIGIBLE, State.SUBMITTED]
    keys = [str(first.public_id), str(second.public_id)]
    client.post(url, {"geste": "note", "key": keys, "text": "À rappeler en mai."})
    assert Note.objects.filter(text="À rappeler en mai.").count() == 2


# Corrections waited for


def asked(place: dict[str, Any], days: int, since: int) -> CorrectionRequest:
    sent = make.sent(place["call"], place["carrier"])
    item = team.ToCorrect("q_recit", CorrectionKind.INCOMPLETE, "Deux pages de plus.")
    until = timezone.now() + timedelta(days=days)
    row = team.ask_corrections(application=sent, items=[item], until=until, by=place["coordinator"])
    CorrectionRequest.objects.filter(pk=row.pk).update(asked_at=timezone.now() - timedelta(days=since))
    row.refresh_from_db()
    return row


def reminders() -> int:
    return Mail.objects.filter(kind="programmes.corrections_due").count()


def test_carriers_are_reminded_once_two_days_before(place: dict[str, Any]) -> None:
    row = asked(place, days=1, since=5)
    assert something_waits()
    assert remind_corrections.function() == {"reminded": 1}
    assert "Deux pages de plus." in Mail.objects.get(kind="programmes.corrections_due").text
    assert may_open_request(place["carrier"].user, row)
    assert remind_corrections.function() == {"reminded": 0}
    assert (reminders(), something_waits()) == (1, False)
    make.send(make.fill(row.application, place["carrier"], recit="Plus long."), place["carrier"])
    assert not may_open_request(place["carrier"].user, row)


@pytest.mark.parametrize(("days", "since"), [(5, 5), (1, 0), (1, 1)])
def test_nobody_is_reminded_too_early_nor_of_what_was_just_asked(place: dict[str, Any], days: int, since: int) -> None:
    row = asked(place, days, since)
    assert not reminding.remind(asked=row, by=system("tests"))
    assert reminders() == 0


def test_corrections_given_up_are_not_reminded(place: dict[str, Any]) -> None:
    row = asked(place, days=1, since=5)
    team.close_corrections(application=row.application, by=place["coordinator"])
    assert not reminding.remind(asked=row, by=system("tests"))


# People of merged applications


def test_those_who_wrote_the_merged_one_write_the_other_until_they_part(place: dict[str, Any]) -> None:
    owner, helper, reader = place["carrier"], Actor(user=make_user()), Actor(user=make_user())
    kept, gone = make.sent(place["call"], title="Un"), make.sent(place["call"], owner, title="Deux")
    for actor, role in ((helper, ParticipantRole.EDIT), (reader, ParticipantRole.VIEW)):
        Participant.objects.create(response=gone.response, user=actor.user, role=role)
    Participant.objects.create(response=kept.response, user=helper.user, role=ParticipantRole.COMMENT)
    pair = duplicates.pair_of(kept, gone)
    assert not Application.objects.own(owner).filter(pk=kept.pk).exists()
    duplicates.merge(pair=pair, keep=kept, by=place["coordinator"])
    after = {row.user_id: row.role for row in kept.response.participants.all()}
    assert after == {
        owner.user.pk: ParticipantRole.SUBMIT,
        helper.user.pk: ParticipantRole.COMMENT,  # what they had stays
        reader.user.pk: ParticipantRole.VIEW,
    }
    response = Response.objects.with_ties().get(pk=kept.response_id)
    assert may("view", owner, response)
    assert JournalEntry.objects.filter(verb="programmes.joined").count() == 2  # of the dossier, of its answers
    assert reading.limits_of(owner, make.fresh(kept)).hidden == frozenset()
    page = sign_in(owner.user).get(reverse("programmes:project", args=[gone.number]), follow=True)
    assert page.redirect_chain[-1][0] == reverse("programmes:project", args=[kept.number])
    pair.refresh_from_db()
    duplicates.part(pair=pair, by=place["coordinator"])
    assert [row.user_id for row in kept.response.participants.all()] == [helper.user.pk]
    assert not Application.objects.own(owner).filter(pk=kept.pk).exists()
    assert not kept.project.carriers.filter(pk=owner.user.pk).exists()


def test_in_two_calls_each_keeps_its_people(place: dict[str, Any]) -> None:
    call = factories.make_call(place["call"].edition, make.form(), facts=make.FACTS)
    kept, other = make.sent(place["call"], title="Un"), make.sent(call, place["carrier"], title="Un")
    duplicates.merge(pair=duplicates.pair_of(kept, other), keep=kept, by=place["coordinator"])
    assert not kept.response.participants.exists()
    assert Edition.objects.filter(pk=call.edition_id).exists()


def test_a_long_list_is_done_in_turns(place: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiif.programmes.views.applications_bulk.MOST", 1)
    rows = [make.sent(place["call"], title=title) for title in ("Un", "Deux", "Trois")]
    team.put_in_review(application=rows[0], by=place["coordinator"])
    url = reverse("programmes:applications-bulk", args=[place["call"].public_id])
    page = sign_in(place["coordinator"].user).get(f"{url}?tri=number").content.decode()
    assert [row.number in page for row in rows] == [False, True, False]  # the first one does not take a place
    assert "1 autre attend" in page
