"""Letters: from the texts, edited, read again; what is wrong between a letter and a decision is said."""

from __future__ import annotations

import pytest

from kiif.decisions import actions
from kiif.decisions.letters import flags
from kiif.decisions.models import Decision, Letter
from kiif.programmes.enums import State
from kiif.ui.errors import Refused
from tests.decisions.factories import coordinator_of, make_ready, publish_all
from tests.factories import make_user
from tests.programmes.factories import make_application, make_call

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return make_call(contact_email="equipe@kiif.example", contact_name="L’équipe inventée")


@pytest.fixture
def by(call):
    return coordinator_of(call)


def keys(decision, by):
    row = flags.for_flags(Decision.objects.filter(pk=decision.pk)).get()
    return [flag.key for flag in flags.of([row], by)[row.pk]]


def test_a_letter_is_in_the_language_of_who_reads_it(call, by):
    application = make_application(call, make_user(language="en"), State.REVIEW)
    decision = actions.prepare(application=application, outcome="refused", by=by)
    letter = actions.write(decision=decision, by=by)
    assert (letter.language, letter.body.split(",")[0]) == ("en", "Hello {name}")
    french = actions.write(decision=decision, by=by, again=True, language="fr")
    assert french.body.startswith("Bonjour")


def test_writing_twice_keeps_what_a_person_wrote(call, by):
    decision = actions.prepare(application=make_application(call, None, State.REVIEW), outcome="refused", by=by)
    letter = actions.write(decision=decision, by=by)
    actions.save_letter(letter=letter, subject="Notre réponse", body="Bonjour {name}", by=by)
    assert actions.write(decision=decision, by=by).subject == "Notre réponse"
    assert actions.write(decision=decision, by=by, again=True).subject != "Notre réponse"


def test_flags_follow_the_work(call, by):
    application = make_application(call, None, State.REVIEW)
    decision = actions.prepare(application=application, outcome="refused", by=by)
    assert keys(decision, by) == ["no_letter"]
    letter = actions.write(decision=decision, by=by)
    assert keys(decision, by) == ["empty", "no_feedback", "not_read"]
    actions.save_letter(letter=letter, subject="Réponse", body="Bonjour {name}", feedback="Solide.", by=by)
    assert keys(decision, by) == ["feedback_lost", "no_door", "not_read"]
    actions.mark_ready(letter=letter, by=by)
    assert keys(decision, by) == ["feedback_lost", "no_door"]


def test_a_decision_that_changes_takes_its_letter_back(call, by):
    application = make_application(call, None, State.REVIEW)
    decision = make_ready(application, "refused", by)
    assert keys(decision, by) == []
    actions.prepare(application=application, outcome="accepted", by=by)
    assert keys(decision, by)[0] == "other_outcome"
    letter = Letter.objects.get()
    assert letter.state == "draft"
    with pytest.raises(Refused, match="a été écrite pour"):
        actions.mark_ready(letter=letter, by=by)
    actions.save_letter(letter=letter, subject="Bravo", body="Bonjour {name}", by=by, adopt=True)
    assert actions.mark_ready(letter=letter, by=by).state == "ready"


def test_a_rank_that_changes_is_seen_too_reasons_are_not(call, by):
    application = make_application(call, None, State.REVIEW)
    decision = make_ready(application, "reserve", by)
    actions.prepare(application=application, outcome="reserve", rank=1, words="Note pour nous", by=by)
    assert keys(decision, by) == []
    actions.prepare(application=application, outcome="reserve", rank=4, words="Note pour nous", by=by)
    assert keys(decision, by) == ["changed_after", "not_read"]


def test_acceptance_and_refusal_to_the_same_person_are_said(call, by):
    owner = make_user()
    one = make_ready(make_application(call, owner, State.REVIEW), "refused", by)
    assert keys(one, by) == []
    two = make_ready(make_application(call, owner, State.REVIEW), "accepted", by)
    assert (keys(one, by), keys(two, by)) == (["both"], ["both"])
    # it is said, it holds nothing back
    publish_all(call, by, 2)


def test_the_same_address_in_another_application_is_the_same_person(call, by):
    one = make_ready(make_application(call, None, State.REVIEW, contact_email="nous@exemple.example"), "refused", by)
    make_ready(make_application(call, None, State.REVIEW, contact_email="nous@exemple.example"), "refused", by)
    assert keys(one, by) == ["two_letters"]


def test_addresses_are_compared_without_their_case_with_accounts_too(call, by):
    owner = make_user(email="meme@exemple.example")
    one = make_ready(make_application(call, owner, State.REVIEW), "refused", by)
    two = make_ready(make_application(call, None, State.REVIEW, contact_email="Meme@Exemple.example"), "refused", by)
    make_ready(make_application(call, None, State.REVIEW, contact_email="autre@exemple.example"), "refused", by)
    assert (keys(one, by), keys(two, by)) == (["two_letters"], ["two_letters"])


def test_words_between_braces_are_understood_in_french_and_in_english(call, by):
    application = make_application(call, make_user(), State.REVIEW, title="La Remise")
    letter = actions.write(decision=actions.prepare(application=application, outcome="refused", by=by), by=by)
    actions.save_letter(letter=letter, subject="{projet}, {project}", body="{portes}", feedback="Lu.", by=by)
    assert keys(letter.decision, by) == ["feedback_lost", "not_read"]
    actions.save_letter(letter=letter, subject="{projet}, {project}", body="{portes} {retours}", feedback="Lu.", by=by)
    assert keys(letter.decision, by) == ["not_read"]
    actions.mark_ready(letter=letter, by=by)
    publish_all(call, by, 1)
    letter.refresh_from_db()
    assert letter.sent_subject == "La Remise, La Remise"
    with pytest.raises(Refused):
        actions.save_text(call=call, kind="refused", language="fr", subject="Non", body="{inconnu}", by=by)


def test_a_letter_that_left_does_not_change(call, by):
    make_ready(make_application(call, None, State.REVIEW), "refused", by)
    publish_all(call, by, 1)
    letter = Letter.objects.get()
    with pytest.raises(Refused):
        actions.save_letter(letter=letter, subject="Autre", body="Autre", by=by)


def test_a_stale_letter_is_not_overwritten(call, by):
    decision = actions.prepare(application=make_application(call, None, State.REVIEW), outcome="refused", by=by)
    letter = actions.write(decision=decision, by=by)
    actions.save_letter(letter=letter, subject="Une", body="Bonjour", by=by, revision=letter.revision)
    with pytest.raises(Refused, match="entre-temps"):
        actions.save_letter(letter=letter, subject="Deux", body="Bonjour", by=by, revision=letter.revision)


def test_unknown_words_between_braces_are_refused(call, by):
    decision = actions.prepare(application=make_application(call, None, State.REVIEW), outcome="refused", by=by)
    letter = actions.write(decision=decision, by=by)
    with pytest.raises(Refused):
        actions.save_letter(letter=letter, subject="Bonjour", body="{user.password}", by=by)
