"""Conflicts of interest: who settles what, what follows, what stays written."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from kiif.accounts.actor import Actor, system
from kiif.alliance.enums import Role
from kiif.journal.models import JournalEntry
from kiif.programmes import signals
from kiif.programmes.actions import conflicts
from kiif.programmes.actions.applications_typing import type_for
from kiif.programmes.enums import ConflictState, State
from kiif.programmes.models import Application, Conflict
from kiif.questionnaires.models import Mandate, Response
from kiif.ui.errors import NotAllowed, Refused
from tests.alliance import factories as alliances
from tests.factories import make_user
from tests.programmes.factories import alliance_of, make_application, make_call

pytestmark = pytest.mark.django_db
SYSTEM = system("test")


@pytest.fixture
def call():
    return make_call()


@pytest.fixture
def coordinator(call):
    return alliances.acting(alliances.make_membership(alliance_of(call), Role.COORDINATOR))


@pytest.fixture
def told():
    """What the rooms above are told."""
    heard = []

    def barred(sender, conflict, by, **rest):
        heard.append(("barred", conflict.person_id, conflict.application_id))

    def unbarred(sender, conflict, by, **rest):
        heard.append(("unbarred", conflict.person_id, conflict.application_id))

    signals.barred.connect(barred, weak=False)
    signals.unbarred.connect(unbarred, weak=False)
    yield heard
    signals.barred.disconnect(barred)
    signals.unbarred.disconnect(unbarred)


def sees(actor, application):
    return Application.objects.visible_to(actor).filter(pk=application.pk).exists()


def verbs(application):
    entries = JournalEntry.objects.filter(object_id=str(application.pk), content_type__model="application")
    return list(entries.order_by("pk").values_list("verb", flat=True))


def someone(domain="la-remise.example"):
    return make_user(email=f"someone-{make_user().pk}@{domain}")


def proposed(call):
    application, person = make_application(call, contact_email="x@la-remise.example"), someone()
    (conflict,) = conflicts.propose(call=call, people=[person.pk], by=SYSTEM)
    return application, person, conflict


def test_proposing_is_done_once_and_keeps_what_was_settled(call, coordinator, told):
    application, person, conflict = proposed(call)
    assert (conflict.state, conflict.reasons) == (ConflictState.PROPOSED, [["domain", "la-remise.example"]])
    assert conflicts.propose(call=call, people=[person.pk], by=coordinator) == []
    conflicts.dismiss(conflict=conflict, by=Actor(user=person))
    assert conflicts.propose(call=call, people=[person.pk], by=coordinator) == []
    assert Conflict.objects.get().state == ConflictState.DISMISSED
    assert told == []
    assert verbs(application) == ["programmes.conflict_dismissed"]


def test_facts_found_since_are_added_and_taking_part_bars_at_once(call, coordinator, told):
    application, person, conflict = proposed(call)
    application.project.carriers.add(person)
    conflicts.propose(call=call, people=[person.pk], by=coordinator)
    conflict.refresh_from_db()
    assert conflict.state == ConflictState.CONFIRMED
    assert ["carrier", ""] in conflict.reasons
    assert told == [("barred", person.pk, application.pk)]
    conflicts.propose(call=call, people=[person.pk], by=coordinator)
    assert len(told) == 1


def test_who_carries_is_barred_without_being_asked(call, coordinator, told):
    owner = make_user()
    application = make_application(call, owner)
    (conflict,) = conflicts.propose(call=call, people=[owner.pk], by=coordinator)
    assert conflict.state == ConflictState.CONFIRMED
    assert told == [("barred", owner.pk, application.pk)]
    with pytest.raises(Refused):
        conflicts.reverse(conflict=conflict, by=coordinator, words="non")


def test_the_person_confirms_and_the_application_is_gone(call, told):
    application, _person, _conflict = proposed(call)
    alliance = alliance_of(call)
    other = alliances.acting(alliances.make_membership(alliance, Role.COORDINATOR))
    actor = alliances.acting(alliances.make_membership(alliance, Role.COORDINATOR, _person))
    assert sees(actor, application)
    conflicts.confirm(conflict=_conflict, by=actor)
    assert not sees(actor, application)
    assert sees(other, application)
    assert told == [("barred", _person.pk, application.pk)]
    assert verbs(application) == ["programmes.conflict_confirmed"]


def test_who_runs_the_call_settles_for_others_with_a_reason(call, coordinator):
    _application, _person, conflict = proposed(call)
    for settle in (conflicts.confirm, conflicts.dismiss):
        with pytest.raises(Refused, match="pourquoi"):
            settle(conflict=conflict, by=coordinator)
    conflicts.dismiss(conflict=conflict, by=coordinator, words="Vu avec elle : simple homonymie de domaine")
    conflict.refresh_from_db()
    assert (conflict.state, conflict.settled_by) == (ConflictState.DISMISSED, coordinator.user)


def test_nobody_else_settles(call):
    _application, _person, conflict = proposed(call)
    stranger = alliances.acting(alliances.make_membership(alliance_of(call), Role.REVIEWER))
    for settle in (conflicts.confirm, conflicts.dismiss, conflicts.reverse):
        with pytest.raises(NotAllowed):
            settle(conflict=conflict, by=stranger, words="parce que")
    with pytest.raises(NotAllowed):
        conflicts.propose(call=call, people=[1], by=stranger)
    conflict.refresh_from_db()
    assert conflict.state == ConflictState.PROPOSED


def test_somebody_declares_at_any_time_with_words(call, told):
    application, person = make_application(call), make_user()
    actor = Actor(user=person)
    with pytest.raises(Refused):
        conflicts.declare(application=application, by=actor, words=" ")
    conflict = conflicts.declare(application=application, by=actor, words="Mon ancienne associée")
    again = conflicts.declare(application=application, by=actor, words="encore")
    assert again.pk == conflict.pk
    assert (conflict.state, conflict.reasons) == (ConflictState.CONFIRMED, [["own_words", ""]])
    assert conflict.words == "Mon ancienne associée"
    assert told == [("barred", person.pk, application.pk)]
    assert verbs(application) == ["programmes.conflict_declared"]


def test_nobody_declares_during_a_support_visit(call):
    application = make_application(call)
    with pytest.raises(NotAllowed):
        conflicts.declare(
            application=application, by=Actor(user=make_user(), impersonator=make_user()), words="pour voir"
        )
    with pytest.raises(NotAllowed):
        conflicts.declare(application=application, by=SYSTEM, words="pour voir")


def test_the_team_bars_somebody_it_knows_about(call, coordinator, told):
    application, person = make_application(call), make_user()
    with pytest.raises(Refused):
        conflicts.bar(application=application, person=person, by=coordinator, words="")
    with pytest.raises(NotAllowed):
        conflicts.bar(application=application, person=person, by=Actor(user=make_user()), words="voisin")
    conflict = conflicts.bar(application=application, person=person, by=coordinator, words="Sa sœur y travaille")
    assert conflict.state == ConflictState.CONFIRMED
    assert told == [("barred", person.pk, application.pk)]


def test_a_confirmed_conflict_is_reversed_by_another_who_runs_the_call(call, coordinator, told):
    application = make_application(call)
    reader = alliances.acting(alliances.make_membership(alliance_of(call), Role.COORDINATOR))
    conflict = conflicts.declare(application=application, by=reader, words="je crois la connaître")
    with pytest.raises(NotAllowed):
        conflicts.reverse(conflict=conflict, by=reader, words="en fait non")
    with pytest.raises(Refused):
        conflicts.reverse(conflict=conflict, by=coordinator, words="")
    assert not sees(reader, application)
    conflicts.reverse(conflict=conflict, by=coordinator, words="Homonyme : vérifié avec elle")
    assert sees(reader, application)
    assert told == [("barred", reader.user.pk, application.pk), ("unbarred", reader.user.pk, application.pk)]
    with pytest.raises(Refused):
        conflicts.reverse(conflict=conflict, by=coordinator, words="encore")
    with pytest.raises(Refused):
        conflicts.confirm(conflict=conflict, by=reader)
    with pytest.raises(Refused):
        conflicts.dismiss(
            conflict=conflicts.declare(application=application, by=reader, words="finalement si"), by=reader
        )


def mandate_of(actor, application):
    return Mandate.objects.create(
        response=application.response, staff=actor.user, given_by="Une Porteuse", channel="phone",
        given_on=timezone.localdate(), words="Le budget.",
    )  # fmt: skip


def reads_answer(actor, application):
    return Response.objects.visible_to(actor).filter(pk=application.response_id).exists()


def test_a_bar_ends_the_mandate_under_which_one_still_read(call, coordinator):
    application, other = make_application(call, make_user()), make_application(call, make_user())
    mandate, kept = mandate_of(coordinator, application), mandate_of(coordinator, other)
    assert reads_answer(coordinator, application)
    conflicts.declare(application=application, by=coordinator, words="J’ai écrit ce budget.")
    mandate.refresh_from_db()
    kept.refresh_from_db()
    assert mandate.ended_at is not None
    assert kept.ended_at is None
    assert not reads_answer(coordinator, application)
    assert reads_answer(coordinator, other)


def test_nobody_is_given_back_by_a_mandate_what_a_conflict_took_away(call, coordinator):
    application, free = (
        make_application(call, make_user(), State.DRAFT),
        make_application(call, make_user(), State.DRAFT),
    )
    for one in (application, free):
        owner = one.response.owner
        EmailAddress.objects.get_or_create(user=owner, email=owner.email, defaults={"verified": True, "primary": True})
    asked = {"given_by": "Une Porteuse", "channel": "phone", "given_on": timezone.localdate(), "words": "Le budget."}
    conflicts.declare(application=application, by=coordinator, words="Un proche.")
    with pytest.raises(NotAllowed, match="conflit"):
        type_for(call=call, email=application.response.owner.email, by=coordinator, **asked)
    assert not Mandate.objects.filter(response=application.response).exists()
    assert type_for(call=call, email=free.response.owner.email, by=coordinator, **asked) == free


def test_a_delegate_reads_nothing_of_what_bars_the_person_in_whose_place_they_act(call, coordinator):
    barred_from_it, open_to_all = make_application(call, make_user()), make_application(call, make_user())
    conflicts.declare(application=barred_from_it, by=coordinator, words="Un proche.")
    delegate = alliances.acting_for(alliances.make_delegation(coordinator.acting_as, make_user()))
    other = alliances.acting(alliances.make_membership(alliance_of(call), Role.COORDINATOR))
    assert (sees(delegate, barred_from_it), sees(delegate, open_to_all)) == (False, True)
    assert sees(other, barred_from_it)
    conflicts.declare(application=open_to_all, by=delegate, words="Un proche à moi.")
    assert not sees(delegate, open_to_all)
    assert sees(coordinator, open_to_all)
