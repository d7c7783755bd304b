"""Publishing: all at once, once, whole or not at all; what a bad day changes and does not change."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from kiif.decisions import actions, signals
from kiif.decisions.enums import Standing
from kiif.decisions.letters.standing import with_standing
from kiif.decisions.models import Decision, Letter, Publication
from kiif.mailbox.actions import send_due
from kiif.mailbox.models import Mail
from kiif.programmes.actions.states import move
from kiif.programmes.enums import ConflictState, State
from kiif.programmes.models import Conflict
from kiif.ui.errors import NotAllowed, Refused
from tests.decisions.factories import carrier, coordinator_of, make_ready, publish_all
from tests.factories import make_user
from tests.programmes.factories import make_application, make_call

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return make_call(contact_email="equipe@kiif.example", contact_name="L’équipe inventée")


@pytest.fixture
def by(call):
    return coordinator_of(call)


@pytest.fixture
def three(call, by):
    rows = [make_application(call, None, State.REVIEW) for _ in range(3)]
    for row, outcome in zip(rows, ("accepted", "reserve", "refused"), strict=True):
        make_ready(row, outcome, by)
    return rows


def states(rows):
    for row in rows:
        row.refresh_from_db()
    return [row.state for row in rows]


def test_one_click_moves_everything_and_queues_each_letter(call, by, three):
    told = []

    def hear(sender, decisions, call, by, **kwargs):
        told.append((len(decisions), call.pk))

    signals.published.connect(hear)
    try:
        publication = publish_all(call, by, 3)
    finally:
        signals.published.disconnect(hear)

    assert states(three) == [State.ACCEPTED, State.RESERVE, State.REFUSED]
    assert told == [(3, call.pk)]
    assert Mail.objects.filter(kind="decisions.letter").count() == 3
    assert {row.publication_id for row in Decision.objects.all()} == {publication.pk}
    assert all(row.decided_at for row in three)


def test_clicking_twice_is_clicking_once(call, by, three):
    token = uuid4()
    first = actions.publish(call=call, token=token, expected=3, by=by)
    again = actions.publish(call=call, token=token, expected=3, by=by)
    assert first == again
    assert Publication.objects.count() == 1
    assert Mail.objects.filter(kind="decisions.letter").count() == 3


def test_a_second_browser_is_told_who_published(call, by, three):
    publish_all(call, by, 3)
    with pytest.raises(Refused, match="Rien n’attend plus"):
        publish_all(call, coordinator_of(call), 3)
    assert Mail.objects.filter(kind="decisions.letter").count() == 3


def test_the_number_typed_must_be_the_number_that_leaves(call, by, three):
    with pytest.raises(Refused, match="3 réponses sont prêtes"):
        publish_all(call, by, 2)
    assert states(three) == [State.REVIEW] * 3
    assert publish_all(call, by, 3).answers == 3


def test_only_what_is_ready_leaves(call, by, three):
    late = make_application(call, None, State.REVIEW)
    actions.prepare(application=late, outcome="refused", by=by)
    publish_all(call, by, 3)
    assert states([late]) == [State.REVIEW]
    assert Decision.objects.pending().get().application == late


def test_who_does_not_run_the_call_publishes_nothing(call, by, three):
    with pytest.raises(NotAllowed):
        publish_all(call, coordinator_of(make_call()), 3)
    assert states(three) == [State.REVIEW] * 3


def test_a_conflict_keeps_from_reading_not_from_making_known_at_once(call, by, three):
    Conflict.objects.create(application=three[0], person=by.user, state=ConflictState.CONFIRMED)
    assert Decision.objects.visible_to(by).count() == 2
    publish_all(call, by, 3)
    assert states(three) == [State.ACCEPTED, State.RESERVE, State.REFUSED]


def test_with_the_mail_server_down_the_publication_stands_and_letters_wait(call, by, three, monkeypatch):
    def refuse(self):
        raise OSError("no route to the mail server")

    publish_all(call, by, 3)
    monkeypatch.setattr(EmailBackend, "open", refuse)
    Mail.objects.update(next_try_at=None)
    send_due()
    assert states(three) == [State.ACCEPTED, State.RESERVE, State.REFUSED]
    assert set(with_standing(Letter.objects.all()).values_list("standing", flat=True)) == {Standing.WAITING}

    monkeypatch.undo()
    Mail.objects.update(next_try_at=None)
    send_due()
    assert set(with_standing(Letter.objects.all()).values_list("standing", flat=True)) == {Standing.SENT}


def test_too_many_mails_in_a_day_hold_nothing_back(call, by, settings):
    """One person carries seven dossiers; two mails a day: the others leave the days after, nothing is refused."""
    settings.MAILBOX_RECIPIENT_LIMIT = 2
    person = make_user()
    seven = [make_application(call, person, State.REVIEW, title=f"Dossier {n}") for n in range(7)]
    for one in seven:
        make_ready(one, "refused", by)
    publish_all(call, by, 7)
    assert states(seven) == [State.REFUSED] * 7
    assert set(with_standing(Letter.objects.all()).values_list("standing", flat=True)) == {Standing.WAITING}
    now = timezone.now()
    days = [
        (at - now).days + 1 if at else 0 for at in Mail.objects.order_by("pk").values_list("next_try_at", flat=True)
    ]
    assert days == [0, 0, 1, 1, 2, 2, 3]
    send_due()
    assert [mail.state for mail in Mail.objects.order_by("pk")] == ["sent"] * 2 + ["queued"] * 5


def test_a_closed_account_and_no_address_wait_for_somebody(call, by):
    application = make_application(call, None, State.REVIEW)
    make_ready(application, "accepted", by)
    owner = application.response.owner
    owner.is_active = False
    owner.save()
    publish_all(call, by, 1)
    letter = with_standing(Letter.objects.all()).get()
    assert (letter.standing, Mail.objects.count()) == (Standing.UNSENT, 0)
    actions.send_again(letter=letter, by=by, address="autre@exemple.example")
    assert Mail.objects.get().address == "autre@exemple.example"


def test_an_application_withdrawn_in_the_meantime_is_not_answered(call, by, three):
    move(application=three[0], to=State.WITHDRAWN, by=by, verb="decisions.place_freed")
    publish_all(call, by, 2)
    assert states(three) == [State.WITHDRAWN, State.RESERVE, State.REFUSED]


def test_reversed_after_publication(call, by, three):
    publish_all(call, by, 3)
    refused = three[2]
    heard = []

    def hear(sender, decision, before, by, **kwargs):
        heard.append((decision.outcome, before))

    decision = actions.prepare(application=refused, outcome="accepted", by=by)
    letter = actions.write(decision=decision, by=by)
    with pytest.raises(Refused, match="dites pourquoi"):
        actions.mark_ready(letter=letter, by=by)
    actions.prepare(
        application=refused, outcome="accepted", by=by, explanation="Une pièce avait été lue de travers.", revision=1
    )
    actions.mark_ready(letter=letter, by=by)
    # until it is published, its carriers read the first answer and nothing else
    assert [row.outcome for row in Decision.objects.own(carrier(refused))] == ["refused"]
    signals.reversed.connect(hear)
    try:
        publish_all(call, by, 1)
    finally:
        signals.reversed.disconnect(hear)

    assert states([refused]) == [State.ACCEPTED]
    assert heard == [("accepted", "refused")]
    mine = Decision.objects.own(carrier(refused)).order_by("pk")
    assert [(row.outcome, row.state) for row in mine] == [("refused", "reversed"), ("accepted", "published")]
    assert [bool(row.letter.sent_body) for row in mine] == [True, True]
    assert "lue de travers" in mine[1].letter.sent_body


def test_the_letter_of_a_reversed_decision_never_leaves(call, by, three):
    publish_all(call, by, 3)
    first = Mail.objects.get(to=three[2].response.owner)
    make_ready(three[2], "accepted", by, explanation="Erreur de lecture.")
    publish_all(call, by, 1)
    first.refresh_from_db()
    assert (first.state, first.reason) == ("withheld", "not_visible")
    assert Mail.objects.filter(to=three[2].response.owner, state="queued").count() == 1


def test_what_came_back_is_sent_to_somebody_else_of_the_project(call, by, three):
    from kiif.questionnaires.models import Participant
    from tests.factories import make_user

    publish_all(call, by, 3)
    Mail.objects.update(state="sent", sent_at="2026-01-01T00:00:00Z")
    letter = Letter.objects.get(decision__application=three[0])
    with pytest.raises(Refused, match="renvoie que si"):
        actions.send_again(letter=letter, by=by)
    actions.mark_returned(letter=letter, by=by, words="boîte pleine")
    other, stranger = make_user(), make_user()
    Participant.objects.create(response=three[0].response, user=other, role="writer")
    with pytest.raises(Refused, match="ne porte pas"):
        actions.send_again(letter=letter, by=by, to=stranger)
    sending = actions.send_again(letter=letter, by=by, to=other)
    assert sending.mail.to == other
    assert with_standing(Letter.objects.filter(pk=letter.pk)).get().standing == Standing.WAITING


def test_a_rehearsal_publishes_and_no_mail_leaves(by):
    from tests.programmes.factories import make_edition

    real = make_call(contact_email="equipe@kiif.example", contact_name="L’équipe inventée")
    edition = make_edition(real.edition.programme, rehearsal_of=real.edition)
    rehearsed = make_call(edition, contact_email="equipe@kiif.example", contact_name="L’équipe inventée")
    team = coordinator_of(rehearsed)
    application = make_application(rehearsed, None, State.REVIEW)
    make_ready(application, "refused", team)
    publish_all(rehearsed, team, 1)
    assert states([application]) == [State.REFUSED]
    assert set(Mail.objects.values_list("state", flat=True)) == {"withheld"}
    real_one = make_application(real, None, State.REVIEW)
    make_ready(real_one, "refused", coordinator_of(real))
    publish_all(real, coordinator_of(real), 1)
    assert Mail.objects.filter(to=real_one.response.owner).get().state == "queued"
    # what is rehearsed is erased whole
    application.delete()
    assert list(Decision.objects.values_list("application_id", flat=True)) == [real_one.pk]
