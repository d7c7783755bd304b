"""After the publication: places taken and declined, the reserve list, reviews asked for."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from kiif.decisions import actions, reserve, signals
from kiif.decisions.models import Appeal, Decision, Terms
from kiif.mailbox.models import Mail
from kiif.programmes.actions.states import move
from kiif.programmes.enums import State
from kiif.ui.errors import NotAllowed, Refused
from tests.alliance.factories import anybody
from tests.decisions.factories import carrier, coordinator_of, make_ready, publish_all
from tests.factories import make_user, sign_in
from tests.programmes.factories import make_application, make_call

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return make_call(contact_email="equipe@kiif.example", contact_name="L’équipe inventée", places=1)


@pytest.fixture
def by(call):
    return coordinator_of(call)


def published(call, by, outcome, **fields):
    application = make_application(call, None, State.REVIEW)
    make_ready(application, outcome, by, **fields)
    publish_all(call, by, 1)
    return Decision.objects.get(application=application)


def heard(signal):
    found = []

    def hear(sender, decision, by, **kwargs):
        found.append(decision.pk)

    signal.connect(hear)
    return found, hear


def test_carriers_take_the_place_once(call, by):
    decision = published(call, by, "accepted")
    found, hear = heard(signals.confirmed)
    mine = carrier(decision.application)
    with pytest.raises(NotAllowed):
        actions.reply(decision=decision, answer="confirmed", by=anybody(make_user()))
    actions.reply(decision=decision, answer="confirmed", by=mine)
    actions.reply(decision=decision, answer="confirmed", by=mine)
    signals.confirmed.disconnect(hear)
    decision.refresh_from_db()
    assert (decision.reply, found) == ("confirmed", [decision.pk])
    decision.application.refresh_from_db()
    assert decision.application.state == State.ACCEPTED


def test_declining_frees_the_place_and_cannot_be_taken_back(call, by):
    decision = published(call, by, "accepted")
    found, hear = heard(signals.declined)
    actions.reply(decision=decision, answer="declined", words="Nous déménageons", by=carrier(decision.application))
    signals.declined.disconnect(hear)
    decision.application.refresh_from_db()
    assert (decision.application.state, found) == (State.WITHDRAWN, [decision.pk])
    with pytest.raises(Refused, match="allée à un autre projet"):
        actions.reply(decision=decision, answer="confirmed", by=carrier(decision.application))


def test_a_refusal_has_no_place_to_take(call, by):
    decision = published(call, by, "refused")
    with pytest.raises(Refused, match="pas de place à prendre"):
        actions.reply(decision=decision, answer="confirmed", by=carrier(decision.application))


def test_withdrawing_elsewhere_declines_the_place(call, by):
    decision = published(call, by, "accepted")
    move(application=decision.application, to=State.WITHDRAWN, by=by, verb="decisions.place_freed")
    decision.refresh_from_db()
    assert decision.reply == "declined"


def test_the_team_notes_what_was_said_and_gives_more_days(call, by):
    decision = published(call, by, "accepted")
    with pytest.raises(Refused):
        actions.extend(decision=decision, until=timezone.localdate() - timedelta(days=1), by=by)
    until = timezone.localdate() + timedelta(days=30)
    assert actions.extend(decision=decision, until=until, by=by).reply_by == until
    actions.reply(decision=decision, answer="declined", words="Dit au téléphone", by=by)
    decision.refresh_from_db()
    assert (decision.reply, decision.reply_words) == ("declined", "Dit au téléphone")


def test_the_next_of_the_reserve_list_is_called_when_a_place_is_free(call, by):
    taken = published(call, by, "accepted")
    second = published(call, by, "reserve", rank=2)
    first = published(call, by, "reserve", rank=1)
    with pytest.raises(Refused, match="Aucune place"):
        actions.call_next(decision=first, by=by)
    actions.reply(decision=taken, answer="declined", by=carrier(taken.application))
    with pytest.raises(Refused, match="vient avant"):
        actions.call_next(decision=second, by=by)
    called = actions.call_next(decision=first, by=by)
    assert (called.outcome, called.source, called.letter.kind) == ("accepted", "reserve", "called")
    assert [row.outcome for row in Decision.objects.own(carrier(first.application))] == ["reserve"]
    with pytest.raises(Refused, match="Aucune place"):
        actions.call_next(decision=second, by=by)
    actions.mark_ready(letter=called.letter, by=by)
    publish_all(call, by, 1)
    called.refresh_from_db()
    assert called.reply_by == timezone.localdate() + timedelta(days=7)


def test_equals_are_told_apart_by_the_rule_else_by_people(call, by):
    one = published(call, by, "reserve", rank=1)
    two = published(call, by, "reserve", rank=1)
    now = timezone.now()
    type(one.application).objects.filter(pk=one.application_id).update(submitted_at=now)
    type(one.application).objects.filter(pk=two.application_id).update(submitted_at=now - dt.timedelta(days=2))

    seen = Decision.objects.visible_to(by)
    assert {line.decision.pk for line in reserve.of_call(call, seen).upcoming} == {one.pk, two.pk}
    with pytest.raises(Refused, match="dites pourquoi"):
        actions.call_next(decision=one, by=by)

    terms = Terms.objects.create(call=call, tie_rule="received")
    call.__dict__.pop("_terms_kept", None)
    assert [line.decision.pk for line in reserve.of_call(call, seen).upcoming] == [two.pk]
    terms.tie_rule, terms.tie_seed = "draw", "gare-de-triage"
    terms.save()
    call.__dict__.pop("_terms_kept", None)
    assert len(reserve.of_call(call, seen).upcoming) == 1


def test_a_review_is_asked_for_once_within_the_delay(call, by):
    decision = published(call, by, "refused")
    mine = carrier(decision.application)
    with pytest.raises(Refused, match="quelques mots"):
        actions.ask_review(decision=decision, words=" ", by=mine)
    appeal = actions.ask_review(decision=decision, words="Le budget a été mal lu.", by=mine)
    with pytest.raises(Refused, match="déjà ouverte"):
        actions.ask_review(decision=decision, words="Encore", by=mine)
    with pytest.raises(Refused, match="motifs"):
        actions.answer_review(appeal=appeal, upheld=False, answer="", by=by)
    actions.answer_review(appeal=appeal, upheld=False, answer="Nous avons relu.", by=by)
    with pytest.raises(Refused, match="réponse entre-temps"):
        actions.answer_review(appeal=appeal, upheld=True, answer="Si", by=coordinator_of(call))
    assert Appeal.objects.get().state == "rejected"
    kinds = Mail.objects.filter(kind__startswith="decisions.appeal").values_list("kind", flat=True)
    assert sorted(kinds) == ["decisions.appeal_answered", "decisions.appeal_received"]


def test_beyond_the_delay_the_team_may_still_enter_a_request(call, by):
    decision = published(call, by, "refused")
    Decision.objects.update(published_at=timezone.now() - timedelta(days=40))
    with pytest.raises(Refused, match="délai"):
        actions.ask_review(decision=decision, words="Trop tard", by=carrier(decision.application))
    assert actions.ask_review(decision=decision, words="Lettre reçue", by=by).entered_by_team


def test_a_call_that_takes_no_review(call, by):
    Terms.objects.create(call=call, appeals=False)
    decision = published(call, by, "refused")
    with pytest.raises(Refused, match="ne prend pas de demande"):
        actions.ask_review(decision=decision, words="Pourquoi ?", by=carrier(decision.application))


def test_the_page_of_the_carriers_takes_the_place_and_shows_doors(call, by):
    other = make_call(call.edition, title="Itinéraires inventés")
    refused = published(call, by, "refused")
    shown = sign_in(refused.application.response.owner).get(
        reverse("decisions:mine", args=[refused.application.public_id])
    )
    assert other.title in shown.content.decode()
    accepted = published(call, by, "accepted")
    client = sign_in(accepted.application.response.owner)
    client.get(reverse("decisions:mine", args=[accepted.application.public_id]))
    address = reverse("decisions:mine-place", args=[accepted.public_id])
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"answer": "confirmed"}).status_code == 302
    accepted.refresh_from_db()
    assert accepted.reply == "confirmed"
    review = reverse("decisions:mine-review", args=[refused.public_id])
    assert client.post(review, {"words": "Ce n’est pas le mien"}).status_code == 404
    owner = sign_in(refused.application.response.owner)
    assert owner.post(review, {"words": "Relisez, s’il vous plaît"}).status_code == 302


def test_what_the_letter_says_already_is_not_said_again(call, by):
    other = make_call(call.edition, title="Itinéraires inventés")
    refused = published(call, by, "refused")
    letter = refused.letter
    client = sign_in(refused.application.response.owner)
    page = reverse("decisions:mine", args=[refused.application.public_id])

    def doors(body):
        type(letter).objects.filter(pk=letter.pk).update(sent_body=body)
        return client.get(page).context["doors"]

    said = doors("Rien d’autre.")
    assert (other.title in str(said), {written for _door, written in said}) == (True, {False})
    everything = "\n".join(door.title for door, _written in said)
    # where one may apply at once the button stays; the words are those of the letter
    assert doors(everything) == [(door, True) for door, _written in said if door.apply]


def test_a_place_declined_is_not_told_as_a_withdrawal(call, by):
    declined = published(call, by, "accepted")
    actions.reply(decision=declined, answer="declined", by=carrier(declined.application))
    declined.application.refresh_from_db()
    gone = make_application(call, None, State.REVIEW)
    move(application=gone, to=State.WITHDRAWN, by=by)
    gone.refresh_from_db()
    assert [str(one.state_for_carriers) for one in (declined.application, gone)] == [
        "vous avez renoncé à votre place",
        "vous avez retiré votre candidature",
    ]
    shown = sign_in(declined.application.response.owner).get(
        reverse("programmes:project", args=[declined.application.project.number])
    )
    text = shown.content.decode()
    assert ("Vous avez décliné la place." in text, "vous avez retiré" in text.lower()) == (True, False)
