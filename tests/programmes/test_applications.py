"""Beginning, sending, correcting, withdrawing an application; its facts."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.mailbox.models import Mail
from kiif.programmes.actions import applications, applications_team
from kiif.programmes.enums import CorrectionKind, State, Verdict
from kiif.programmes.models import AccessCode, Application, Check, Project
from kiif.questionnaires.actions.saving import Sent, save
from kiif.questionnaires.enums import ResponseState
from kiif.questionnaires.models import Response
from kiif.ui.errors import NotAllowed, Refused
from tests.factories import make_user
from tests.programmes import application_factories as make

pytestmark = pytest.mark.django_db
SOON = dt.timedelta(days=3)


@pytest.fixture
def place() -> dict[str, Any]:
    return make.make_place()


def ask(application: Application, by: Actor, *keys: str) -> Any:
    items = [applications_team.ToCorrect(f"q_{key}", CorrectionKind.INCOMPLETE, "Dites-en plus.") for key in keys]
    return applications_team.ask_corrections(application=application, items=items, until=timezone.now() + SOON, by=by)


def test_a_project_gets_a_number_for_life_and_serves_again(place: dict[str, Any]) -> None:
    first = make.begin(place["call"], place["carrier"])
    year = timezone.localdate().year
    assert first.number == f"KF-{year}-0001"
    other = make.make_place()
    second = make.begin(other["call"], place["carrier"], project=first.project)
    assert second.project_id == first.project_id
    make.fill(second, place["carrier"], titre="Le vélo partagé")
    third = make.begin(other["call"], place["carrier"])
    assert third.number != first.number


def test_two_presses_make_one_application(place: dict[str, Any]) -> None:
    first = make.begin(place["call"], place["carrier"])
    assert make.begin(place["call"], place["carrier"]).pk == first.pk
    make.fill(first, place["carrier"], titre="Le vélo partagé")
    assert make.begin(place["call"], place["carrier"]).pk != first.pk


def test_only_one_who_carries_a_project_applies_with_it(place: dict[str, Any]) -> None:
    project = make.begin(place["call"], place["carrier"]).project
    with pytest.raises(NotAllowed):
        make.begin(place["call"], Actor(user=make_user()), project=project)


def test_nobody_begins_outside_the_hours_without_a_code(place: dict[str, Any]) -> None:
    call, now = place["call"], timezone.now()
    call.opens_at, call.closes_at = now - dt.timedelta(days=9), now - dt.timedelta(days=1)
    call.save()
    with pytest.raises(Refused, match=r"closed|termin"):
        make.begin(call, place["carrier"])
    AccessCode.objects.create(call=call, code="RETARD", kind="late", until=now + SOON, why="Panne chez eux")
    with pytest.raises(Refused) as wrong:
        make.begin(call, place["carrier"], code="AUTRE")
    assert wrong.value.field == "code"
    begun = make.begin(call, place["carrier"], code="retard")
    assert make.send(make.fill(begun, place["carrier"], titre="Tard"), place["carrier"]).late
    with pytest.raises(Refused, match=r"many|autant"):
        make.begin(call, Actor(user=make_user()), code="RETARD")


def test_a_refusal_of_the_test_begins_nothing_and_a_person_may_decide(place: dict[str, Any]) -> None:
    check = Check.objects.create(call=place["call"], user=place["carrier"].user, verdict=Verdict.NO)
    with pytest.raises(Refused):
        make.begin(place["call"], place["carrier"], check=check)
    check.decision, check.decided_at = Verdict.YES, timezone.now()
    check.save()
    assert make.begin(place["call"], place["carrier"], check=check).check_passed_id == check.pk


def test_what_is_known_fills_the_form(place: dict[str, Any]) -> None:
    check = Check.objects.create(
        call=place["call"], user=place["carrier"].user, verdict=Verdict.YES,
        answers={"given": {"challenge": ["services", "unknown"]}, "places": []},
    )  # fmt: skip
    begun = make.begin(place["call"], place["carrier"], check=check)
    held = dict(begun.response.answers.values_list("field__key", "value"))
    assert held["q_courriel"] == place["carrier"].user.email
    assert held["q_enjeux"]["values"] == ["services"]


def test_an_earlier_application_gives_its_common_answers(place: dict[str, Any]) -> None:
    first = make.sent(place["call"], place["carrier"], "Le vélo partagé", recit="Huit villages.")
    other = make.make_place()
    second = make.begin(other["call"], place["carrier"], project=first.project, source=first.response)
    held = dict(second.response.answers.values_list("field__key", "value"))
    assert held["q_recit"] == "Huit villages."


def test_facts_are_copied_when_it_is_sent(place: dict[str, Any]) -> None:
    sent = make.sent(
        place["call"], place["carrier"],
        structure={"kind": "siren", "identifier": "732829320", "name": "La Remise (exemple)"},
        statut={"value": "scic", "text": ""}, femmes={"value": True, "reason": ""},
        enjeux={"values": ["jobs"], "text": ""}, accueil={"values": ["sud", "nord"]},
    )  # fmt: skip
    assert sent.state == State.SUBMITTED
    assert (sent.title, sent.siren, sent.legal_form) == ("Le vélo partagé", "732829320", "scic")
    assert (sent.women_led, sent.challenges, sent.host_open) == (True, ["jobs"], False)
    assert [wish.host_id for wish in sent.wishes.all()] == [place["sud"].pk, place["nord"].pk]
    assert sent.project.name == "Le vélo partagé"
    assert not sent.late


def test_choosing_hosts_in_the_form_brings_their_annexes(place: dict[str, Any]) -> None:
    begun = make.fill(make.begin(place["call"], place["carrier"]), place["carrier"], accueil={"values": ["sud"]})
    assert Response.objects.get(pk=begun.response_id).variants == ["sud"]
    changed = make.fill(begun, place["carrier"], accueil=None)
    assert Response.objects.get(pk=changed.response_id).variants == []
    assert changed.host_open


def test_hosts_are_wished_for_outside_the_form_when_it_does_not_ask() -> None:
    place = make.make_place(facts={"title": "q_titre"})
    begun = make.begin(place["call"], place["carrier"])
    applications.wish(application=begun, hosts=["nord", "nord", "inconnu"], by=place["carrier"])
    begun = make.fresh(begun)
    assert [wish.host_id for wish in begun.wishes.all()] == [place["nord"].pk]
    assert begun.response.variants == ["nord"]
    with pytest.raises(NotAllowed):
        applications.wish(application=begun, hosts=["sud"], by=place["coordinator"])


def test_corrections_reopen_the_named_answers_only_and_come_back(place: dict[str, Any]) -> None:
    sent = make.sent(place["call"], place["carrier"], recit="Court.")
    asked = ask(sent, place["coordinator"], "recit")
    row = make.fresh(sent)
    assert (row.state, row.corrections_due) == (State.SUBMITTED, asked.until)
    mail = Mail.objects.get(kind="programmes.corrections")
    assert "Question recit" in mail.text
    assert not Mail.objects.filter(kind="questionnaires.reopened").exists()
    response = Response.objects.get(pk=sent.response_id)
    tried = save(response=response, sent={"q_titre": Sent("Autre", response.revision)}, by=place["carrier"])
    assert set(tried.refused) == {"q_titre"}
    make.send(make.fill(row, place["carrier"], recit="Bien plus long."), place["carrier"])
    row = make.fresh(sent)
    asked.refresh_from_db()
    assert row.corrections_due is None
    assert asked.answered_at is not None
    assert asked.after.values["q_recit"] == "Bien plus long."
    assert Mail.objects.filter(kind="programmes.corrected", to=place["coordinator"].user).count() == 1


def test_corrections_are_asked_once_and_may_be_given_up(place: dict[str, Any]) -> None:
    sent = make.sent(place["call"], place["carrier"], recit="Court.")
    ask(sent, place["coordinator"], "recit")
    with pytest.raises(Refused):
        ask(sent, place["coordinator"], "titre")
    make.fill(sent, place["carrier"], recit="Commencé")
    applications_team.close_corrections(application=sent, by=place["coordinator"])
    response = Response.objects.get(pk=sent.response_id)
    assert response.state == ResponseState.SUBMITTED
    assert response.answers.get(field__key="q_recit").value == "Court."
    assert make.fresh(sent).corrections_due is None


def test_a_person_decides_eligibility_and_opens_a_door(place: dict[str, Any]) -> None:
    sent = make.sent(place["call"], place["carrier"])
    decide = applications_team.decide_eligibility
    with pytest.raises(Refused) as refusal:
        decide(application=sent, eligible=False, words="Trop tôt.", by=place["coordinator"])
    assert refusal.value.field == "door_words"
    door = applications_team.Door("Les webinaires", "/webinaires")
    decide(application=sent, eligible=False, words="Trop tôt.", door=door, by=place["coordinator"])
    row = make.fresh(sent)
    assert (row.state, row.eligibility, row.door_url) == (State.INELIGIBLE, Verdict.NO, "/webinaires")
    assert Mail.objects.filter(kind="programmes.ineligible", to=place["carrier"].user).count() == 1
    with pytest.raises(NotAllowed):
        decide(application=sent, eligible=True, by=place["advisor"])


def test_two_colleagues_do_not_decide_over_each_other(place: dict[str, Any]) -> None:
    sent = make.sent(place["call"], place["carrier"])
    applications_team.put_in_review(application=sent, by=place["coordinator"], seen=State.SUBMITTED)
    with pytest.raises(Refused, match=r"Meanwhile|temps"):
        applications_team.decide_eligibility(
            application=sent, eligible=False, words="Non", by=place["coordinator"], seen=State.SUBMITTED
        )


def test_withdrawing_leaves_the_lists_and_lets_one_apply_again(place: dict[str, Any]) -> None:
    sent = make.sent(place["call"], place["carrier"])
    with pytest.raises(NotAllowed):
        applications.withdraw(application=sent, words="", by=Actor(user=make_user()))
    sent = make.fresh(sent)
    assert sent.state == State.SUBMITTED
    applications.withdraw(application=sent, words="Nous attendons un an.", by=place["carrier"])
    row = make.fresh(sent)
    assert (row.state, row.state_words, row.response.state) == (
        State.WITHDRAWN, "Nous attendons un an.", ResponseState.WITHDRAWN,
    )  # fmt: skip
    again = make.begin(place["call"], place["carrier"], project=sent.project)
    assert again.pk != sent.pk
    assert Project.objects.count() == 1


def test_the_team_withdraws_with_words_and_tells(place: dict[str, Any]) -> None:
    sent = make.sent(place["call"], place["carrier"])
    with pytest.raises(Refused):
        applications_team.withdraw_for(application=sent, words=" ", by=place["coordinator"])
    applications_team.withdraw_for(application=sent, words="Au téléphone ce matin.", by=place["coordinator"])
    assert make.fresh(sent).state == State.WITHDRAWN
    assert Mail.objects.filter(kind="programmes.withdrawn", to=place["carrier"].user).count() == 1
